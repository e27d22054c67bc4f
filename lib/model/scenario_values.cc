// SPDX-License-Identifier: Apache-2.0
#include "model/scenario_values.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "model/delay_file.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/text_time.h"

namespace vitals::model {
namespace {

constexpr std::string_view expected_delay =
    "a duration such as 250ms, 90s, 5m, 1h30m, or a map with one of uniform, normal, lognormal and "
    "empirical";
constexpr std::string_view expected_file =
    "the name of a file in the folder of the scenario or below";

// A distribution with two parameters.
struct Distribution {
  std::array<std::string_view, 2> keys;
  bool is_ordered;   // the second is not shorter than the first
  bool is_positive;  // the first is longer than zero
  Delay (*make)(Millis, Millis);
};
constexpr std::array<std::string_view, 4> distribution_names{"uniform", "normal", "lognormal",
                                                             "empirical"};
constexpr std::array<Distribution, 3> distributions{{
    {{"from", "to"}, true, false, Delay::uniform},
    {{"mean", "deviation"}, false, false, Delay::normal},
    {{"median", "p99"}, true, true, Delay::lognormal},
}};

void read_parameters(ScenarioValues& values, const Distribution& distribution, const YamlValue& map,
                     Delay& to) {
  struct Parameter {
    Millis length{};
    std::optional<YamlPlace> place{};  // of one that was read
    bool is_given = false;
  };
  std::array<Parameter, 2> parameters;
  YamlReader& in = values.in();
  const auto& keys = distribution.keys;
  in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
    const auto found = std::find(keys.begin(), keys.end(), key.text);
    if (found == keys.end()) return in.unknown_key(key, value.path, keys);
    Parameter& parameter = parameters[static_cast<std::size_t>(found - keys.begin())];
    parameter.is_given = true;
    if (values.read<MillisLength>(value, parameter.length)) parameter.place = value.place;
  });
  const auto& [first, second] = parameters;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (parameters[i].is_given) continue;
    in.error(map, cat("no ", keys[i], ", expected ", keys[0], " and ", keys[1]));
  }
  if (first.place && distribution.is_positive && first.length == Millis::zero()) {
    in.errors().add(*first.place, map.path.child(keys[0]), "0s, expected 1ms or more");
  } else if (first.place && second.place && distribution.is_ordered &&
             second.length < first.length) {
    in.errors().add(*second.place, map.path.child(keys[1]),
                    cat(format_milliseconds(second.length), " is shorter than ", keys[0],
                        ", expected ", format_milliseconds(first.length), " or more"));
  }
  to = distribution.make(first.length, second.length);
}

// Whether a name leads nowhere but into the folder of the scenario or below.
bool is_within_folder(const std::string& name) {
  const std::filesystem::path path(name);
  return !name.empty() && name.find('\0') == std::string::npos && path.is_relative() &&
         std::find(path.begin(), path.end(), "..") == path.end();
}

}  // namespace

absl::StatusOr<Millis> MillisLength::read(const YamlNode& scalar) {
  return parse_milliseconds(scalar.text);
}

ScenarioValues::ScenarioValues(std::string_view source)
    : in_(source), folder_(std::filesystem::path(source).parent_path().string()) {}

bool ScenarioValues::read_delay(const YamlValue& value, Delay& to) {
  if (value.node.type != YamlNode::Type::map) {
    Millis length{};
    const bool is_read =
        in_.expect_scalar(value, expected_delay) && read<MillisLength>(value, length);
    to = Delay::fixed(length);
    return is_read;
  }
  if (!in_.expect_map(value)) return false;
  const std::size_t errors_before = in_.errors().count();
  bool is_first = true;
  in_.for_each_entry(value.node, value.path, [&](const YamlNode& key, const YamlValue& of_key) {
    if (!std::exchange(is_first, false)) {
      in_.errors().add(key.place, of_key.path, "a second distribution, expected one");
    } else {
      read_distribution(key, of_key, to);
    }
  });
  if (value.node.entries.empty()) {
    in_.error(value, cat("an empty map, expected one of ", joined(distribution_names)));
  }
  return in_.errors().count() == errors_before;
}

void ScenarioValues::read_distribution(const YamlNode& key, const YamlValue& value, Delay& to) {
  const auto found = std::find(distribution_names.begin(), distribution_names.end(), key.text);
  const auto number = static_cast<std::size_t>(found - distribution_names.begin());
  if (found == distribution_names.end()) {
    in_.unknown_key(key, value.path, distribution_names);
  } else if (number == distributions.size()) {
    read_empirical(value, to);
  } else if (in_.expect_map(value)) {
    read_parameters(*this, distributions[number], value, to);
  }
}

void ScenarioValues::read_empirical(const YamlValue& value, Delay& to) {
  if (!in_.expect_scalar(value, expected_file)) return;
  const std::string& name = value.node.text;
  if (!is_within_folder(name)) {
    return in_.error(value, cat(in_quotes(name), ", expected ", expected_file));
  }
  const std::string path =
      (std::filesystem::path(folder_) / std::filesystem::path(name).lexically_normal()).string();
  auto known = by_path_.find(path);
  if (known == by_path_.end()) known = by_path_.emplace(path, read_file(value, path)).first;
  to = known->second;
}

Delay ScenarioValues::read_file(const YamlValue& value, const std::string& path) {
  DelayFile file = read_delay_file(path);
  if (!file.problem.empty()) {
    in_.error(value, cat(file.problem, ", expected a file with one duration a line"));
  }
  for (std::string& line : file.bad_lines) {
    in_.errors().add_of_other_file(value.place, std::move(line));
  }
  return Delay::empirical(std::move(file.delays));
}

}  // namespace vitals::model
