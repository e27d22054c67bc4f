// SPDX-License-Identifier: Apache-2.0
// Whether a request may be asked at all, decided before its body is read.
#ifndef VITALS_LIB_SERVICE_ACCESS_H
#define VITALS_LIB_SERVICE_ACCESS_H

#include <cstdint>
#include <span>
#include <variant>

#include "http/message.h"
#include "http/network.h"
#include "service/setup.h"

namespace vitals {

// How many bytes its body may have, or the problem. An installation speaks only for itself, from
// its own networks; `allowed` are the networks from which anybody may ask anything, none: all.
[[nodiscard]] std::variant<std::uint64_t, HttpResponse> admit(const HttpRequest& request,
                                                              const Setup& setup,
                                                              std::span<const Network> allowed);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_ACCESS_H
