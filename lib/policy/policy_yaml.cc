// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_yaml.h"

#include <algorithm>
#include <utility>

#include "policy/policy_checks.h"
#include "policy/policy_classes.h"
#include "policy/policy_schema.h"
#include "text/bridge.h"
#include "vitals/policy_sums.h"
#include "yaml/yaml_reader.h"

namespace vitals {
namespace {

std::vector<std::string_view> keys_of_root() {
  std::vector<std::string_view> keys = outermost_keys(policy_fields());
  keys.push_back("checks");
  return keys;
}

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view source)
      : source_(source),
        in_(source),
        classes_(in_, [this](const YamlPath& path, YamlPlace place) { note_origin(path, place); }) {
  }

  absl::StatusOr<PolicySet> read(std::string_view yaml) {
    YamlTree tree;
    if (const YamlNode* root = in_.read_map(yaml, tree)) read_root(*root);
    classes_.finish(set_);
    if (auto status = in_.errors().status(); !status.ok()) return status;
    return std::move(set_);
  }

 private:
  void read_root(const YamlNode& root) {
    const std::vector<std::string_view> sections = keys_of_root();
    in_.for_each_entry(root, {}, [&](const YamlNode& key, const YamlValue& value) {
      if (std::find(sections.begin(), sections.end(), key.text) == sections.end()) {
        in_.unknown_key(key, value.path, sections);
      } else if (in_.expect_map(value)) {
        key.text == "checks" ? read_check_set(key, value) : read_section(value);
      }
    });
  }

  void read_section(const YamlValue& section) {
    in_.for_each_entry(section.node, section.path,
                       [&](const YamlNode& key, const YamlValue& value) {
                         const bool has_classes = section.path.exact == "infrastructure";
                         if (const auto* field = find_field(policy_fields(), value.path.exact)) {
                           read_constant(*field, value);
                         } else if (has_classes && key.text == "classes") {
                           note_origin(value.path, key.place);
                           classes_.read(value);
                         } else {
                           auto known = keys_of_section(policy_fields(), section.path.exact);
                           if (has_classes) known.push_back("classes");
                           in_.unknown_key(key, value.path, known);
                         }
                       });
  }

  void read_constant(const Field<Policy>& field, const YamlValue& value) {
    if (!in_.expect_scalar(value, field.expected)) return;
    if (const absl::Status status = field.read(value.node, set_.constants); !status.ok()) {
      in_.error(value, to_std(status.message()));
    } else {
      note_origin(value.path, value.place);
    }
  }

  void read_check_set(const YamlNode& key, const YamlValue& map) {
    set_.checks.clear();
    note_origin(map.path, key.place);
    if (map.node.entries.size() > most_check_names) {
      in_.errors().add(
          key.place, map.path,
          cat(map.node.entries.size(), " checks, expected at most ", most_check_names));
      return;
    }
    for (const YamlEntry& entry : map.node.entries) classes_.note_check(entry.key->text);
    read_checks(
        {.in = in_,
         .fields = check_fields(),
         .visit_value = [&](const YamlValue& value) { note_origin(value.path, value.place); },
         .visit_check = [&](const YamlValue&, const std::string& name,
                            const CheckPolicy& check) { set_.checks.emplace(name, check); },
         .visit_ignores = [&](const std::string& check,
                              const YamlValue& list) { classes_.read_ignores(check, list); }},
        map);
  }

  void note_origin(const YamlPath& path, YamlPlace place) {
    set_.origins[path.exact] = cat(source_, ":", place.line);
  }

  std::string source_;
  YamlReader in_;
  ClassReader classes_;
  PolicySet set_;
};

}  // namespace

CheckSet default_check_set() {
  CheckSet checks;
  for (const NamedCheck& check : default_checks) checks.emplace(check.name, check.policy);
  return checks;
}

Seconds default_lag(const ClassPolicy& one, const PolicySet& policy) {
  Seconds longest{0};
  for (const std::string& name : one.checks) {
    const auto check = policy.checks.find(name);
    if (check == policy.checks.end()) continue;
    longest = std::max(longest, speaking_lag(check->second, policy.constants));
  }
  return std::min<Seconds>(longest, std::chrono::days{366});  // the longest that a file may state
}

absl::StatusOr<PolicySet> parse_policy(std::string_view yaml, std::string_view source) {
  return PolicyReader(source).read(yaml);
}

absl::StatusOr<PolicySet> read_policy(const std::string& path) {
  const auto text = read_yaml_file(path);
  if (!text.ok()) return text.status();
  return parse_policy(*text, path);
}

}  // namespace vitals
