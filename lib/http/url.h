// SPDX-License-Identifier: Apache-2.0
// The parts of a request's target: segments of its path and parameters of its query, decoded
// strictly.
#ifndef VITALS_LIB_HTTP_URL_H
#define VITALS_LIB_HTTP_URL_H

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vitals {

// The text without its percent signs. Errors: InvalidArgument for a percent sign without two hex
// digits behind it, and for what decodes to no UTF-8 or to a control character.
[[nodiscard]] absl::StatusOr<std::string> percent_decoded(std::string_view text);

// The text as it may stand in a segment or a parameter.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// The segments behind each `/`, decoded one by one, so that an encoded slash separates nothing.
// Errors: those of percent_decoded(); no `/` in front; an empty segment, `.` or `..`.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> segments_of(std::string_view path);

using QueryParameters = std::map<std::string, std::string, std::less<>>;

// `a=1&b=x%20y`, a plus being a plus. Errors: those of percent_decoded(); a parameter without `=`,
// without a name, or given twice.
[[nodiscard]] absl::StatusOr<QueryParameters> parameters_of(std::string_view query);

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_URL_H
