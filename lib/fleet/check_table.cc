// SPDX-License-Identifier: Apache-2.0
#include "fleet/check_table.h"

#include <stdexcept>

namespace vitals {

CheckTable::CheckTable(const CheckSet& set, const Policy& policy) {
  if (set.size() > most_check_names) throw std::length_error("more than 65535 names of checks");
  for (const auto& [name, check] : set) {
    const auto id = static_cast<CheckId>(names.size());
    std::vector<CheckId>& owners = is_infrastructure(check.kind) ? place_checks : host_checks;
    slot_of.push_back(static_cast<std::uint16_t>(owners.size()));
    owners.push_back(id);
    if (check.kind == Kind::active) active_checks.push_back(id);
    if (check.kind == Kind::netmon) netmon_checks.push_back(id);
    if (check.kind == Kind::rack) rack_checks.push_back(id);
    names.push_back(name);
    policies.push_back(check);
    sums.push_back(sums_of(check, policy));
    by_name.emplace(name, id);
  }
}

}  // namespace vitals
