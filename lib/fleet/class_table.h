// SPDX-License-Identifier: Apache-2.0
// The policy's classes of infrastructure by number, in order of their names.
#ifndef VITALS_LIB_FLEET_CLASS_TABLE_H
#define VITALS_LIB_FLEET_CLASS_TABLE_H

#include <cstdint>
#include <string_view>
#include <vector>

#include "fleet/check_table.h"
#include "vitals/policy_yaml.h"

namespace vitals {

using ClassId = std::uint8_t;
inline constexpr ClassId no_class = 255;

struct ClassTable {
  struct One {
    std::string_view name;  // a view of the policy's key
    Quorum quorum = Quorum::all;
    Seconds lag{0};                  // with which it settles: its own, or a longer one behind it
    std::vector<CheckId> checks;     // that speak for it; a class without any is needed by nobody
    std::vector<ClassId> needs;      // that have a check
    std::vector<ClassId> needed_by;  // the other way round
  };

  // Errors: throws std::invalid_argument for more than most_classes of them, or for classes that
  // need themselves, which parse_policy() refuses.
  ClassTable(const PolicySet& policy, const CheckTable& checks);

  // No class at all: nothing of this need be asked.
  [[nodiscard]] bool empty() const { return classes.empty(); }
  [[nodiscard]] ClassId find(std::string_view name) const;

  std::vector<One> classes;
  std::vector<ClassId> class_of;               // by CheckId: for which it speaks, or no_class
  std::vector<std::vector<ClassId>> needs_of;  // by CheckId: what an active check needs
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_CLASS_TABLE_H
