// SPDX-License-Identifier: Apache-2.0
// Every value that a scenario may state, as tables: its path, and how it is read.
#ifndef VITALS_LIB_MODEL_SCENARIO_SCHEMA_H
#define VITALS_LIB_MODEL_SCENARIO_SCHEMA_H

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/scenario_values.h"
#include "vitals/model/scenario.h"
#include "yaml/yaml_reader.h"
#include "yaml/yaml_tree.h"

namespace vitals::model {

struct ScenarioField {
  std::string_view path;  // `SECTION.KEY`, or KEY alone
  // Whether it was read; if not, what is wrong was told.
  bool (*read)(ScenarioValues& values, const YamlValue& value, Scenario& to);
};

// What may break.
inline constexpr std::string_view expected_component = "network, agent or a check of hosts";

// The values of one happening, and what can happen that has them, one bit each.
struct HappeningField {
  std::string_view path;  // a key
  std::uint32_t kinds;
  std::string_view required;  // by those kinds: what is expected; empty: it may be left out
  bool (*read)(ScenarioValues& values, const YamlValue& value, Happening& to);

  [[nodiscard]] bool is_of(Happens what) const {
    return (kinds >> static_cast<unsigned>(what) & 1U) != 0;
  }
};

// Those of a section side by side. The checks and what happens are not in the table.
[[nodiscard]] std::span<const ScenarioField> scenario_fields();

[[nodiscard]] std::span<const HappeningField> happening_fields();

// What a scenario that may be ill-written says will happen; none where that is no such word.
[[nodiscard]] std::optional<Happens> what_happens(const YamlNode& happening);

[[nodiscard]] inline std::string_view name(Happens what) {
  return happens_names[static_cast<std::size_t>(what)];
}

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_SCENARIO_SCHEMA_H
