// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_classes.h"

#include <algorithm>
#include <utility>

#include "policy/policy_schema.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "text/words.h"
#include "vitals/event.h"
#include "vitals/stated_needs.h"

namespace vitals {
namespace {

template <class Map>
std::vector<std::string_view> keys_of(const Map& map) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

template <class Names>
std::vector<std::string> names_of(const Names& stated) {
  std::vector<std::string> names;
  for (const auto& each : stated) names.push_back(each.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

void ClassReader::read(const YamlValue& map) {
  if (!in_.expect_map(map)) return;
  if (map.node.entries.size() > most_classes) {
    in_.error(map, cat(map.node.entries.size(), " classes, expected at most ", most_classes));
    return;
  }
  in_.for_each_entry(map.node, map.path, [&](const YamlNode& name, const YamlValue& one) {
    if (name.text.empty() || name.text.size() > longest_name || has_blank(name.text)) {
      in_.errors().add(name.place, one.path,
                       cat("the name ", in_quotes(name.text), ", expected 1 to ", longest_name,
                           " bytes without blanks"));
    } else if (is_built_in_class(name.text)) {
      in_.errors().add(name.place, one.path,
                       cat("the class ", name.text, " is built in, expected another name"));
    } else if (in_.expect_map(one)) {
      read_class(name, one);
    }
  });
}

void ClassReader::read_class(const YamlNode& name, const YamlValue& map) {
  OneClass one{.policy = {}, .place = name.place, .path = map.path, .checks = {}, .needs = {}};
  in_.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
    read_value(one, key, value);
  });
  const bool names_checks =
      std::any_of(map.node.entries.begin(), map.node.entries.end(),
                  [](const YamlEntry& entry) { return entry.key->text == "checks"; });
  if (!names_checks) {
    in_.errors().add(name.place, map.path,
                     "no checks, expected checks: [NAME], those that speak for its members");
  }
  classes_.emplace(name.text, std::move(one));
}

void ClassReader::read_value(OneClass& one, const YamlNode& key, const YamlValue& value) {
  if (key.text == "checks" || key.text == "needs") {
    auto& names = key.text == "checks" ? one.checks : one.needs;
    const std::size_t errors = in_.errors().count();
    names = read_names(value);
    if (key.text == "checks" && names.empty() && errors == in_.errors().count()) {
      in_.error(value, "no check, expected at least one that speaks for the members");
    }
    return;
  }
  const auto* field = find_field(class_fields(), key.text);
  if (field == nullptr) {
    std::vector<std::string_view> known{"checks", "needs"};
    for (const auto& each : class_fields()) known.push_back(each.path);
    in_.unknown_key(key, value.path, known);
    return;
  }
  if (!in_.expect_scalar(value, field->expected)) return;
  if (const absl::Status status = field->read(value.node, one.policy); !status.ok()) {
    in_.error(value, to_std(status.message()));
  } else {
    visit_value_(value.path, value.place);
  }
}

std::vector<ClassReader::Stated> ClassReader::read_names(const YamlValue& list) {
  std::vector<Stated> names;
  if (!in_.expect_sequence(list)) return names;
  visit_value_(list.path, list.place);
  in_.for_each_item(list, [&](const YamlValue& item) {
    if (!in_.expect_scalar(item, "a name")) return;
    const auto same = std::find_if(names.begin(), names.end(),
                                   [&](const Stated& each) { return each.name == item.node.text; });
    if (same != names.end()) {
      in_.error(item, cat(in_quotes(item.node.text), " stands here twice, expected it once"));
      return;
    }
    names.push_back({item.node.text, item.place, item.path});
  });
  return names;
}

void ClassReader::read_ignores(const std::string& check, const YamlValue& list) {
  ignores_[check] = read_names(list);
}

void ClassReader::finish(PolicySet& policy) {
  look_up_checks(policy);
  look_up_classes();
  look_up_ignores(policy);
  find_circles();
  for (auto& [name, one] : classes_) {
    one.policy.checks = names_of(one.checks);
    one.policy.needs = names_of(one.needs);
    policy.classes.emplace(name, std::move(one.policy));
  }
  for (const auto& [check, names] : ignores_) {
    if (!names.empty()) policy.ignores.emplace(check, names_of(names));
  }
}

void ClassReader::look_up_checks(const PolicySet& policy) {
  std::map<std::string_view, const Stated*> speakers;
  for (const auto& [name, one] : classes_) {
    for (const Stated& stated : one.checks) {
      const auto check = policy.checks.find(stated.name);
      if (check == policy.checks.end()) {
        if (checks_.contains(stated.name)) continue;  // an error tells why it was not read
        in_.errors().add(
            stated.place, stated.path,
            cat("the policy has no check ", in_quotes(stated.name), ", expected one of `checks`",
                did_you_mean(stated.name, keys_of(policy.checks))));
      } else if (is_infrastructure(check->second.kind)) {
        in_.errors().add(stated.place, stated.path,
                         cat("a check of kind ", vitals::name(check->second.kind),
                             " speaks for a class that is built in, expected one of hosts"));
      }
      const auto [other, is_first] = speakers.emplace(stated.name, &stated);
      if (!is_first) {
        in_.errors().add(stated.place, stated.path,
                         cat(in_quotes(stated.name), " speaks for another class as well, in line ",
                             other->second->place.line, ", expected one class a check"));
      }
    }
  }
}

void ClassReader::look_up_class(const Stated& stated) {
  if (classes_.contains(stated.name)) return;
  if (is_built_in_class(stated.name)) {
    in_.errors().add(
        stated.place, stated.path,
        cat("the class ", stated.name, " is built in, expected one of ", "infrastructure.classes"));
    return;
  }
  in_.errors().add(stated.place, stated.path,
                   cat("the policy has no class ", in_quotes(stated.name),
                       ", expected one of infrastructure.classes",
                       did_you_mean(stated.name, keys_of(classes_))));
}

void ClassReader::look_up_classes() {
  for (const auto& [name, one] : classes_) {
    for (const Stated& stated : one.needs) look_up_class(stated);
  }
}

void ClassReader::look_up_ignores(const PolicySet& policy) {
  for (const auto& [check, names] : ignores_) {
    for (const Stated& stated : names) look_up_class(stated);
    const auto found = policy.checks.find(check);
    if (found == policy.checks.end() || found->second.kind == Kind::active || names.empty()) {
      continue;
    }
    in_.errors().add(names.front().place, names.front().path,
                     cat("a check of kind ", name(found->second.kind),
                         " depends on no class, expected nothing to ignore"));
  }
}

void ClassReader::find_circles() {
  std::map<std::string, bool> is_done;
  for (const auto& [name, one] : classes_) {
    std::vector<std::string> way;
    walk(name, way, is_done);
  }
}

// Not deep: each step goes to another class, of which there are few.
void ClassReader::walk(const std::string& name, std::vector<std::string>& way,
                       std::map<std::string, bool>& is_done) {
  const auto found = classes_.find(name);
  if (found == classes_.end() || is_done[name]) return;
  way.push_back(name);
  for (const Stated& stated : found->second.needs) {
    const auto from = std::find(way.begin(), way.end(), stated.name);
    if (from == way.end()) {
      walk(stated.name, way, is_done);
      continue;
    }
    std::string circle;
    for (auto each = from; each != way.end(); ++each) circle += cat(printable(*each), " -> ");
    in_.errors().add(stated.place, stated.path,
                     cat("a circle, ", circle, printable(stated.name),
                         ", expected that no class needs itself, however far behind"));
  }
  way.pop_back();
  is_done[name] = true;
}

}  // namespace vitals
