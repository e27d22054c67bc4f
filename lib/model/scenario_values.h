// SPDX-License-Identifier: Apache-2.0
// The values that a scenario states: plain ones, and delays, which may lie in files of their own.
#ifndef VITALS_LIB_MODEL_SCENARIO_VALUES_H
#define VITALS_LIB_MODEL_SCENARIO_VALUES_H

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "text/bridge.h"
#include "vitals/model/delay.h"
#include "yaml/yaml_reader.h"

namespace vitals::model {

// How a length of time is written.
struct MillisLength {
  static constexpr std::string_view expected = "a duration such as 250ms, 90s, 5m, 1h30m";
  static absl::StatusOr<Millis> read(const YamlNode& scalar);
};

class ScenarioValues {
 public:
  explicit ScenarioValues(std::string_view source);

  [[nodiscard]] YamlReader& in() { return in_; }

  // Reads a plain value as Format says. False: it is something else, which was told.
  template <class Format, class To>
  [[nodiscard]] bool read(const YamlValue& value, To& to) {
    if (!in_.expect_scalar(value, Format::expected)) return false;
    const auto read = Format::read(value.node);
    if (read.ok()) {
      to = *read;
    } else {
      in_.error(value, to_std(read.status().message()));
    }
    return read.ok();
  }

  // Reads a delay: a duration, which is always the same, or a map with one distribution.
  [[nodiscard]] bool read_delay(const YamlValue& value, Delay& to);
  [[nodiscard]] bool read_delay(const YamlValue& value, std::optional<Delay>& to) {
    return read_delay(value, to.emplace());
  }

 private:
  void read_distribution(const YamlNode& key, const YamlValue& value, Delay& to);
  void read_empirical(const YamlValue& value, Delay& to);
  Delay read_file(const YamlValue& value, const std::string& path);

  YamlReader in_;
  std::string folder_;        // of the scenario; files lie there or below
  StringMap<Delay> by_path_;  // files that were read, each once; what is wrong was told then
};

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_SCENARIO_VALUES_H
