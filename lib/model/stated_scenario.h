// SPDX-License-Identifier: Apache-2.0
// A scenario with the places at which a file states its values, so that what is wrong only between
// two of them can be told where they stand.
#ifndef VITALS_LIB_MODEL_STATED_SCENARIO_H
#define VITALS_LIB_MODEL_STATED_SCENARIO_H

#include <string_view>
#include <utility>
#include <vector>

#include "text/bridge.h"
#include "vitals/model/scenario.h"
#include "yaml/yaml_reader.h"

namespace vitals::model {

// Which values a map states, by path or by key.
class StatedValues {
 public:
  void add(std::string_view key, YamlPlace place, bool is_read) {
    places_.emplace(key, std::pair(place, is_read));
  }

  // The value is what the file says, or the default because it says nothing.
  [[nodiscard]] bool is_known(std::string_view key) const {
    const auto found = places_.find(key);
    return found == places_.end() || found->second.second;
  }
  [[nodiscard]] bool states(std::string_view key) const { return places_.contains(key); }

  // Where the value stands; where nothing states it, the place that is given.
  [[nodiscard]] YamlPlace place_of(std::string_view key, YamlPlace otherwise) const {
    const auto found = places_.find(key);
    return found == places_.end() ? otherwise : found->second.first;
  }

 private:
  StringMap<std::pair<YamlPlace, bool>> places_;
};

struct StatedHappening {
  Happening is;
  YamlPath path;
  YamlPlace place;
  StatedValues values;
  bool is_whole = false;  // nothing is wrong with it by itself
};

struct StatedScenario {
  Scenario is;
  StatedValues values;
  std::vector<StatedHappening> happenings;  // those of the scenario
};

// Tells everything that is wrong although each value is possible by itself.
void check_scenario(const StatedScenario& scenario, YamlErrors& errors);

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_STATED_SCENARIO_H
