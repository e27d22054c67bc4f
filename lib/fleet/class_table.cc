// SPDX-License-Identifier: Apache-2.0
#include "fleet/class_table.h"

#include <algorithm>
#include <stdexcept>

namespace vitals {
namespace {

// The lag of a class and of all behind it, of which `deeper` of them may still follow.
Seconds settling_lag(const PolicySet& policy, const ClassPolicy& one, std::size_t deeper) {
  if (deeper == 0) throw std::invalid_argument("classes that need themselves");
  Seconds longest = one.lag.value_or(default_lag(one, policy));
  for (const std::string& name : one.needs) {
    const auto behind = policy.classes.find(name);
    if (behind == policy.classes.end()) continue;
    longest = std::max(longest, settling_lag(policy, behind->second, deeper - 1));
  }
  return longest;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ClassTable::ClassTable(const PolicySet& policy, const CheckTable& checks)
    : class_of(checks.names.size(), no_class), needs_of(checks.names.size()) {
  if (policy.classes.size() > most_classes) throw std::invalid_argument("more than 64 classes");
  for (const auto& [name, one] : policy.classes) {
    const auto id = static_cast<ClassId>(classes.size());
    One& made = classes.emplace_back();
    made = {.name = name,
            .quorum = one.members,
            .lag = settling_lag(policy, one, policy.classes.size()),
            .checks = {},
            .needs = {},
            .needed_by = {}};
    for (const std::string& check : one.checks) {
      const auto found = checks.by_name.find(check);
      if (found == checks.by_name.end()) continue;
      if (is_infrastructure(checks.policies[found->second].kind)) continue;
      made.checks.push_back(found->second);
      class_of[found->second] = id;
    }
  }
  const auto is_asked = [&](ClassId id) { return !classes[id].checks.empty(); };
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto id = static_cast<ClassId>(i);
    for (const std::string& name : policy.classes.find(classes[id].name)->second.needs) {
      const ClassId behind = find(name);
      if (behind == no_class || !is_asked(behind)) continue;
      classes[id].needs.push_back(behind);
      classes[behind].needed_by.push_back(id);
    }
  }
  for (const CheckId check : checks.active_checks) {
    const auto found = policy.ignores.find(checks.names[check]);
    const auto depends_on = [&](ClassId id) {
      if (!is_asked(id)) return;
      const bool ignored = found != policy.ignores.end() && has(found->second, classes[id].name);
      if (!ignored) needs_of[check].push_back(id);
    };
    if (class_of[check] != no_class) {
      for (const ClassId id : classes[class_of[check]].needs) depends_on(id);
    } else {
      for (std::size_t id = 0; id < classes.size(); ++id) depends_on(static_cast<ClassId>(id));
    }
  }
}

ClassId ClassTable::find(std::string_view name) const {
  const auto found =
      std::lower_bound(classes.begin(), classes.end(), name,
                       [](const One& one, std::string_view what) { return one.name < what; });
  const bool is_there = found != classes.end() && found->name == name;
  return is_there ? static_cast<ClassId>(found - classes.begin()) : no_class;
}

}  // namespace vitals
