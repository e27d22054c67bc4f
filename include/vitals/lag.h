// SPDX-License-Identifier: Apache-2.0
/// @file
/// How long after a repair each check counts again, measured in a simulation.
///
///     lag = the first moment at which the check counts - the end of the manipulation
///
/// Many runs of one scenario are judged as an installation would judge them: all events of a second
/// are applied, then that second is judged. What comes out is the whole distribution for each
/// check, parted by the formula that proved the state: by status, by receipt or by metadata.
///
///     const auto report = measure_lag(*reboots(policy, 100), policy, {.seeds = 10});
///     report->checks[0].lag().quantile(990)
///
/// One scenario, policy and range of seeds give the same report on every machine, however many
/// threads there are.

#ifndef VITALS_LAG_H
#define VITALS_LAG_H

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/distribution.h"
#include "vitals/effective.h"
#include "vitals/model/scenario.h"
#include "vitals/policy_yaml.h"

namespace vitals {

/// Which runs are made, and on how many threads.
struct Runs {
  std::uint64_t first_seed = 1;
  std::uint32_t seeds = 1;  ///< each a run: first_seed, first_seed + 1, and so on
  unsigned threads = 1;

  /// Called now and then on the calling thread: how much is done, of how much.
  std::function<void(std::uint64_t done, std::uint64_t of)> on_progress{};
};

inline constexpr std::array<std::string_view, 3> formula_names{"status", "receipt", "metadata"};

/// The lags of one check, of all hosts and runs together.
struct CheckLag {
  std::string check{};
  Kind kind = Kind::active;

  /// By enumerator of Formula: what proved the state when the check counted first.
  std::array<Distribution, formula_names.size()> proven_by{};

  /// How often it did not count before the next manipulation began, the host was renamed or
  /// removed, or the run ended.
  std::uint64_t never = 0;

  /// How often what counted first was NODATA: no measurement at all.
  std::uint64_t nodata = 0;

  /// However it was proven.
  [[nodiscard]] Distribution lag() const;

  friend bool operator==(const CheckLag&, const CheckLag&) = default;
};

/// What the runs gave.
struct LagReport {
  std::uint64_t manipulations = 0;  ///< that ended
  std::vector<CheckLag> checks{};   ///< those of hosts that the policy names, in order of name

  friend bool operator==(const LagReport&, const LagReport&) = default;
};

/// Runs a scenario once a seed and measures every lag.
///
/// Units:    whole seconds, as rules compare them; the end of a manipulation is floored like all
///           times.
/// Boundary: a check that counts in the very second that is asked counts from that second on. An
///           end without a begin is an end; of ends in a row each is measured until the next.
/// Errors:   OutOfRange where the scenario leaves 1970 to 2106. Throws std::length_error for a
///           policy of more than most_check_names checks.
/// Source:   SPEC 5 (counts) and 6 (last paragraph).
[[nodiscard]] absl::StatusOr<LagReport> measure_lag(const model::Scenario& scenario,
                                                    const PolicySet& policy, const Runs& runs = {});

/// The scenario that is measured where nobody gives one: so many hosts, of which each is rebooted
/// once, within twelve push periods and for one propagation to one push period (one to five
/// minutes), while all sources keep to the policy. It lasts until every check was proven.
///
/// Errors:   those of model::scenario_of().
[[nodiscard]] absl::StatusOr<model::Scenario> reboots(const PolicySet& policy, std::uint32_t hosts);

/// A table for people: a line a check, in minutes and seconds; each line ends with a line feed.
[[nodiscard]] std::string to_table(const LagReport& report);

/// The same for programs: a JSON object a check and line, lengths in seconds, null where nothing
/// was measured.
[[nodiscard]] std::string to_json_lines(const LagReport& report);

/// The same as a picture: how the lags of each check are spread, in colors by formula.
[[nodiscard]] std::string to_svg(const LagReport& report);

}  // namespace vitals

#endif  // VITALS_LAG_H
