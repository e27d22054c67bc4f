// SPDX-License-Identifier: Apache-2.0
// The policy's checks by number: names are sorted bytewise, so that the order of numbers is the
// order of names.
#ifndef VITALS_LIB_FLEET_CHECK_TABLE_H
#define VITALS_LIB_FLEET_CHECK_TABLE_H

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/bridge.h"
#include "vitals/fleet.h"
#include "vitals/policy_sums.h"
#include "vitals/policy_yaml.h"

namespace vitals {

struct CheckTable {
  CheckTable(const CheckSet& set, const Policy& policy);

  std::vector<std::string_view> names;  // views of the policy's keys
  std::vector<CheckPolicy> policies;
  std::vector<PolicySums> sums;
  std::vector<std::uint16_t> slot_of;  // the place of a check among the slots of its owner
  std::vector<CheckId> host_checks, place_checks, active_checks, netmon_checks, rack_checks;
  StringMap<CheckId> by_name;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_CHECK_TABLE_H
