// SPDX-License-Identifier: Apache-2.0
/// @file
/// Scenarios: facts and expectations in one readable text, for people who must agree on a rule
/// before it is code, and the project's own table of cases.
///
///     # A reboot: ssh in an unchanged state is proven by what arrives after 14 minutes.
///     host h1 switch=none rack=none
///     at 0s    manipulation h1 end
///     at 841s  check h1 ssh OK since -2d
///     at 841s  expect h1 ssh counts
///
/// docs/scenarios.md has the whole grammar. A text holds one scenario or several; each starts with
/// no facts and the default policy. They run on the same Fleet as everything else. Pure but for
/// the files that are named. Thread-safe: no shared state.

#ifndef VITALS_SCENARIO_H
#define VITALS_SCENARIO_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/time.h"

namespace vitals {

/// What `0s` means in a scenario: 2024-01-01T00:00:00Z, so that clocks begin at midnight.
inline constexpr Timestamp scenario_base{Seconds{1'704'067'200}};

/// An expectation that did not come true.
struct ScenarioFailure {
  std::uint64_t line = 0;  ///< counted from 1
  /// For people: `FILE:LINE: ` and the line, then what was expected, what is, and all that is known
  /// of it, each on a line of its own. Ends with a line feed; harmless for a terminal.
  std::string report{};
};

/// What became of the expectations of a text.
struct ScenarioResult {
  std::uint64_t passed = 0;
  std::vector<ScenarioFailure> failures{};  ///< in the order of their lines
};

/// Runs every scenario of a text. `source` is the name that errors give it; a policy file that the
/// text names is looked for in the folder of `source`.
///
/// Units:    whole seconds; `0s` is scenario_base.
/// Boundary: an expectation sees all events of its own second.
/// Errors:   InvalidArgument, one line an error, each `SOURCE:LINE: ...` with what was expected:
///           what the grammar does not know, names and words that nobody else mentions (with the
///           nearest known one), times that run backwards, an event after an expectation of its
///           second, a scenario that expects nothing, a policy that is none, and events that a
///           fleet refuses. A failing expectation is no error.
/// Source:   SPEC 11 (scenarios).
[[nodiscard]] absl::StatusOr<ScenarioResult> run_scenarios(std::string_view text,
                                                           std::string_view source);

/// As run_scenarios(), from a file, or from standard input for `-`. Errors: also `FILE: ...` if it
/// cannot be read.
[[nodiscard]] absl::StatusOr<ScenarioResult> run_scenario_file(const std::string& path);

}  // namespace vitals

#endif  // VITALS_SCENARIO_H
