// SPDX-License-Identifier: Apache-2.0
/// @file
/// One value of a policy by its path, both spelt as in a policy file.
///
///     set_value(policy, "juggler.overhead", "90s")
///     value_of(policy, "checks.ssh.period")  ->  "2m"
///     differing_values(a, b)                 ->  every path at which two policies differ
///
/// For whoever turns one knob and looks what happens. Thread-safe: no shared state.

#ifndef VITALS_POLICY_VALUE_H
#define VITALS_POLICY_VALUE_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "vitals/policy_yaml.h"

namespace vitals {

/// The paths of all values of the policy, `juggler.push_period` to `checks.ssh.required`, in the
/// order in which to_yaml() prints them.
[[nodiscard]] std::vector<std::string> value_paths(const PolicySet& policy);

/// The value at a path, as a policy file would state it; none if the policy has no such value.
///
///     value_of(PolicySet{}, "juggler.overhead") == "4m"
///     value_of(PolicySet{}, "checks.netmon.period") == std::nullopt
[[nodiscard]] std::optional<std::string> value_of(const PolicySet& policy, std::string_view path);

/// States one value. Its origin is forgotten: no line of a file says it any more.
///
/// Units:    durations are whole seconds, written `90s`, `5m`, `1h30m`.
/// Boundary: what a policy file may state and nothing else. A check of hosts can become one of
///           another kind, but not one of infrastructure, nor the other way round.
/// Errors:   InvalidArgument, `PATH: what, expected what`: a path that the policy does not have,
///           with the nearest one that it has; a text that is no such value. The policy is
///           unchanged then.
/// Source:   SPEC 11 (a policy).
[[nodiscard]] absl::Status set_value(PolicySet& policy, std::string_view path,
                                     std::string_view text);

/// A path at which two policies differ.
struct ValueDifference {
  std::string path{};
  std::optional<std::string> first{};  ///< none: that policy has no such value
  std::optional<std::string> second{};

  friend bool operator==(const ValueDifference&, const ValueDifference&) = default;
};

/// Where two policies differ: in the order of value_paths(first), then what only the second has.
[[nodiscard]] std::vector<ValueDifference> differing_values(const PolicySet& first,
                                                            const PolicySet& second);

}  // namespace vitals

#endif  // VITALS_POLICY_VALUE_H
