// SPDX-License-Identifier: Apache-2.0
// The scenario language, read: scenarios as lists of events and expectations.
#ifndef VITALS_LIB_SCENARIO_SCENARIO_PARSER_H
#define VITALS_LIB_SCENARIO_SCENARIO_PARSER_H

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "recording/line_source.h"
#include "scenario/scenario_expectation.h"
#include "scenario/scenario_spelling.h"
#include "vitals/event.h"
#include "vitals/policy_yaml.h"

namespace vitals {

// One event or expectation and where it stands.
struct ScenarioStep {
  std::uint64_t line = 0;
  std::string text{};  // the line without its comment and outer blanks
  Timestamp time{};
  TimeStyle style = TimeStyle::seconds;
  std::variant<Event, ScenarioExpectation> what{};
};

struct Scenario {
  std::string title{};     // empty for the one that begins without a title
  std::uint64_t line = 0;  // where it begins
  PolicySet policy{};
  std::vector<ScenarioStep> steps{};
};

// Everything that one text holds. Moving it keeps the names that its events view.
struct ScenarioText {
  std::deque<std::string> names{};
  std::vector<Scenario> scenarios{};
};

// Reads a text to its end. Errors: see run_scenarios(), but for what only a fleet can refuse.
[[nodiscard]] absl::StatusOr<ScenarioText> parse_scenarios(LineSource& source);

}  // namespace vitals

#endif  // VITALS_LIB_SCENARIO_SCENARIO_PARSER_H
