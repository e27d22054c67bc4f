// SPDX-License-Identifier: Apache-2.0
// Decisions on health for those who do not link the library: events in, verdicts and states of
// hosts out, by the same engine and the coordinator's policy.
#ifndef VITALS_LIB_SERVICE_DECISIONS_H
#define VITALS_LIB_SERVICE_DECISIONS_H

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vitals/policy_yaml.h"
#include "vitals/time.h"

namespace vitals {

// The verdicts and states at `at`, of the lines of a recording in order of time, as an object with
// `verdicts`, `hosts` and a summary. Lines behind `at` are not looked at. Errors: InvalidArgument
// `body:LINE: ...`.
[[nodiscard]] absl::StatusOr<std::string> decide_lines(std::string_view lines, Timestamp at,
                                                       const PolicySet& policy);

// As above of an object with `events` in any order, each as in a recording, and perhaps `at`, a
// moment, which goes before the given one. Errors: InvalidArgument.
[[nodiscard]] absl::StatusOr<std::string> decide_object(std::string_view body, Timestamp at,
                                                        const PolicySet& policy);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_DECISIONS_H
