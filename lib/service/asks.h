// SPDX-License-Identifier: Apache-2.0
// What installations ask, from bytes to requests and from answers to bytes.
#ifndef VITALS_LIB_SERVICE_ASKS_H
#define VITALS_LIB_SERVICE_ASKS_H

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "http/message.h"
#include "service/routes.h"
#include "vitals/coordinator/request.h"

namespace vitals {

// How many hosts one request may add.
inline constexpr std::size_t most_added = 1000;

// The requests that the body means; `arguments` are what stands for the braces in the path. Errors:
// InvalidArgument with the place in the body, or about the path.
[[nodiscard]] absl::StatusOr<std::vector<coordinator::Request>> requests_of(
    Endpoint endpoint, const std::vector<std::string>& arguments, std::string_view body,
    std::string_view asked_by);

// 200 iff all is allowed. Otherwise 409: whoever looks at nothing but the status must not take a
// refusal for a permission.
[[nodiscard]] HttpResponse response_of(const std::vector<coordinator::Request>& requests,
                                       const std::vector<coordinator::Answer>& answers);

// The problem that an error of the library is: 400 for bad input, 503 with Retry-After where asking
// again may help, 500 for the rest.
[[nodiscard]] HttpResponse response_of(const absl::Status& status);

// A path's inventory number. Errors: InvalidArgument.
[[nodiscard]] absl::StatusOr<coordinator::Inv> parse_inv(std::string_view text);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_ASKS_H
