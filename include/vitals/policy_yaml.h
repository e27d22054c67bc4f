// SPDX-License-Identifier: Apache-2.0
/// @file
/// A policy as a YAML file states it: strictly read, and printed whole with the origin of each
/// value.
///
///     juggler: {push_period: 5m}
///     checks:
///       ssh: {kind: active, period: 2m, required: true}
///
/// Any part may be left out and then has the default of vitals/policy.h; `checks`, if given,
/// replaces the whole default set. Thread-safe: no shared state.

#ifndef VITALS_POLICY_YAML_H
#define VITALS_POLICY_YAML_H

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/needs.h"
#include "vitals/policy.h"

namespace vitals {

/// Checks by name, sorted bytewise.
using CheckSet = std::map<std::string, CheckPolicy, std::less<>>;

/// The set of checks that a policy without `checks` has.
[[nodiscard]] CheckSet default_check_set();

/// How many checks a policy may name.
inline constexpr std::size_t most_check_names = 65'535;

/// A class of infrastructure beside switch and rack. Names are sorted, each once.
struct ClassPolicy {
  std::vector<std::string> checks{};  ///< those that speak for its members
  Quorum members = Quorum::all;       ///< how many of them a host needs
  std::optional<Seconds> lag{};       ///< how long it may take to speak up; none: default_lag()
  std::vector<std::string> needs{};   ///< the classes that its members need in turn

  friend bool operator==(const ClassPolicy&, const ClassPolicy&) = default;
};

/// Classes by name, sorted bytewise.
using ClassSet = std::map<std::string, ClassPolicy, std::less<>>;

/// Everything that a policy file states: the constants, the checks by name, and the classes.
struct PolicySet {
  Policy constants;
  CheckSet checks = default_check_set();
  ClassSet classes{};

  /// The classes that an active check does not depend on, by its name.
  std::map<std::string, std::vector<std::string>, std::less<>> ignores{};

  /// Where each value came from: a path such as `juggler.push_period` or `checks.ssh.period` to
  /// `FILE:LINE`. A path that is not here has its default.
  std::map<std::string, std::string, std::less<>> origins;
};

/// How long a class may take to speak up if the policy does not say: the longest of its checks.
///
/// Source:   docs/decisions-classes.md, 458.
[[nodiscard]] Seconds default_lag(const ClassPolicy& one, const PolicySet& policy);

/// Reads a policy from text; `source` is the name that errors give it.
///
/// Units:    durations are whole seconds, written `90s`, `5m`, `3h`, `1h30m`, `1d`.
/// Boundary: at most 1 MiB. An empty document is the default policy; `checks: {}` is no check.
/// Errors:   InvalidArgument, one line an error, each `SOURCE:LINE:COLUMN: PATH: what, expected
///           what`, all of them in one go, at most 100: ill-formed YAML, unknown keys (with the
///           nearest known one), duplicate keys, bare numbers and other ill-written durations,
///           negative ones, those above 366 days, a zero push or check period, counts other than
///           1 to 1000, an unknown kind, an infrastructure check that is required or has a period,
///           names of checks that are empty or longer than 255 bytes, more than 65 535 of
///           them, a second document; of classes: no check, one that is unknown, of a switch or
///           rack, or of two classes, an unknown class that is needed or ignored, a circle, more
///           than 64 of them.
/// Source:   SPEC 11 (a policy).
[[nodiscard]] absl::StatusOr<PolicySet> parse_policy(std::string_view yaml,
                                                     std::string_view source);

/// Reads a policy from a file.
///
/// Errors:   those of parse_policy(), and what the system says of the file, such as NotFound or
///           PermissionDenied, as `FILE: what`.
[[nodiscard]] absl::StatusOr<PolicySet> read_policy(const std::string& path);

/// The complete effective policy as YAML that reads back to the same policy, each value with its
/// origin as a comment: `# default (given)` (or derived, or chosen; SPEC 2), `# FILE:LINE`, or
/// `# set without a file` for what a program has changed.
[[nodiscard]] std::string to_yaml(const PolicySet& policy);

/// What a careful reader of a policy would object to, one sentence each, with the numbers and what
/// follows for hosts:
///
/// - no check, or none that is required;
/// - juggler.overhead below flap_delay + propagation, hw_watcher.latency below propagation;
/// - a zero hw_watcher.period or netmon.fetch_period, where checks need it;
/// - retention shorter than a staleness deadline;
/// - a time to live that breaks what by_receipt trusts (true of the default policy's active
/// checks),
///   or that is not longer than the check's period;
/// - a required check whose period is longer than appearance.passive_period.
///
/// Source:   SPEC 2, 3, 4 and 7.
[[nodiscard]] std::vector<std::string> warnings(const PolicySet& policy);

}  // namespace vitals

#endif  // VITALS_POLICY_YAML_H
