// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <vector>

#include "model/scenario_schema.h"
#include "model/scenario_values.h"
#include "model/stated_scenario.h"
#include "policy/policy_checks.h"
#include "vitals/model/scenario.h"
#include "yaml/yaml_values.h"

namespace vitals::model {
namespace {

// What a check has that something simulates: its kind and its period.
std::span<const Field<CheckPolicy>> fields_of_checks() { return check_fields().first(2); }

std::vector<std::string_view> keys_of_root() {
  std::vector<std::string_view> keys = outermost_keys(scenario_fields());
  keys.insert(keys.end(), {"checks", "happenings"});
  return keys;
}

// The keys that a happening of this kind may have; of any kind, if that is not known.
std::vector<std::string_view> keys_of(std::optional<Happens> what) {
  std::vector<std::string_view> keys;
  for (const HappeningField& field : happening_fields()) {
    if (!what || field.is_of(*what)) keys.push_back(field.path);
  }
  return keys;
}

class ScenarioReader {
 public:
  explicit ScenarioReader(std::string_view source) : values_(source), in_(values_.in()) {}

  absl::StatusOr<Scenario> read(std::string_view yaml) {
    YamlTree tree;
    if (const YamlNode* root = in_.read_map(yaml, tree)) {
      read_root(*root);
      check_scenario(scenario_, in_.errors());
    }
    if (auto status = in_.errors().status(); !status.ok()) return status;
    return std::move(scenario_.is);
  }

 private:
  void read_root(const YamlNode& root) {
    const std::vector<std::string_view> keys = keys_of_root();
    in_.for_each_entry(root, {}, [&](const YamlNode& key, const YamlValue& value) {
      if (std::find(keys.begin(), keys.end(), key.text) == keys.end()) {
        in_.unknown_key(key, value.path, keys);
      } else if (key.text == "checks") {
        read_check_set(key, value);
      } else if (key.text == "happenings") {
        read_happenings(value);
      } else if (const auto* field = find_field(scenario_fields(), key.text)) {
        read_field(*field, value);
      } else if (in_.expect_map(value)) {
        read_section(value);
      }
    });
  }

  void read_section(const YamlValue& section) {
    in_.for_each_entry(section.node, section.path,
                       [&](const YamlNode& key, const YamlValue& value) {
                         if (const auto* field = find_field(scenario_fields(), value.path.exact)) {
                           read_field(*field, value);
                         } else {
                           in_.unknown_key(key, value.path,
                                           keys_of_section(scenario_fields(), section.path.exact));
                         }
                       });
  }

  void read_field(const ScenarioField& field, const YamlValue& value) {
    const bool is_read = field.read(values_, value, scenario_.is);
    scenario_.values.add(field.path, value.place, is_read);
  }

  void read_check_set(const YamlNode& key, const YamlValue& map) {
    const std::size_t errors_before = in_.errors().count();
    scenario_.is.checks.clear();
    if (in_.expect_map(map)) {
      read_checks({.in = in_,
                   .fields = fields_of_checks(),
                   .visit_value = [](const YamlValue&) {},
                   .visit_check = [&](const YamlValue& value, const std::string& name,
                                      const CheckPolicy& check) { add_check(value, name, check); }},
                  map);
    }
    const auto of_hosts =
        std::count_if(scenario_.is.checks.begin(), scenario_.is.checks.end(),
                      [](const auto& check) { return !is_infrastructure(check.second.kind); });
    if (of_hosts > most_components) {
      in_.errors().add(key.place, map.path,
                       cat(of_hosts, " checks of hosts, expected at most ", most_components));
    }
    scenario_.values.add("checks", map.place, in_.errors().count() == errors_before);
  }

  void add_check(const YamlValue& value, const std::string& name, const CheckPolicy& check) {
    if (std::find(component_names.begin(), component_names.end(), name) != component_names.end()) {
      in_.error(value, "the name of a component that is no check, expected another");
    }
    const auto& checks = scenario_.is.checks;
    const auto same = std::find_if(checks.begin(), checks.end(), [&](const auto& other) {
      return is_infrastructure(check.kind) && other.second.kind == check.kind;
    });
    if (same != checks.end()) {
      in_.error(value, cat("another check of kind ", vitals::name(check.kind), ", expected one"));
    }
    scenario_.is.checks.emplace(name, check);
  }

  void read_happenings(const YamlValue& sequence) {
    if (!in_.expect_sequence(sequence)) return;
    if (sequence.node.items.size() > most_happenings) {
      return in_.error(sequence, cat(sequence.node.items.size(), " happenings, expected at most ",
                                     most_happenings));
    }
    in_.for_each_item(sequence, [&](const YamlValue& item) {
      if (!in_.expect_map(item)) return;
      scenario_.happenings.push_back(read_happening(item));
      scenario_.is.happenings.push_back(scenario_.happenings.back().is);
    });
  }

  StatedHappening read_happening(const YamlValue& map) {
    const std::size_t errors_before = in_.errors().count();
    StatedHappening happening{.is = {}, .path = map.path, .place = map.place, .values = {}};
    const std::optional<Happens> what = what_happens(map.node);
    in_.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      const auto* field = find_field(happening_fields(), key.text);
      if (field == nullptr) {
        in_.unknown_key(key, value.path, keys_of(what));
      } else if (what && !field->is_of(*what)) {
        in_.errors().add(
            key.place, value.path,
            cat(name(*what), " has no ", key.text, ", expected one of ", joined(keys_of(what))));
      } else {
        const bool is_read = field->read(values_, value, happening.is);
        happening.values.add(key.text, value.place, is_read);
      }
    });
    for (const HappeningField& field : happening_fields()) {
      const bool is_of_it = what ? field.is_of(*what) : field.path == "what";
      if (field.required.empty() || !is_of_it || happening.values.states(field.path)) continue;
      in_.error(map, cat("no ", field.path, ", expected ", field.path, ": ", field.required));
      happening.values.add(field.path, map.place, false);
    }
    happening.is_whole = in_.errors().count() == errors_before;
    return happening;
  }

  ScenarioValues values_;
  YamlReader& in_;
  StatedScenario scenario_;
};

}  // namespace

absl::StatusOr<Scenario> parse_scenario(std::string_view yaml, std::string_view source) {
  return ScenarioReader(source).read(yaml);
}

absl::StatusOr<Scenario> read_scenario(const std::string& path) {
  const auto text = read_yaml_file(path);
  if (!text.ok()) return text.status();
  return parse_scenario(*text, path);
}

}  // namespace vitals::model
