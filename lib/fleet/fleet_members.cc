// SPDX-License-Identifier: Apache-2.0
// What hosts need of classes, and who is behind a member of one.
#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "fleet/fleet_store.h"
#include "text/bridge.h"

namespace vitals {

absl::Status FleetStore::check_needs(const Event& event) const {
  if (const std::string fault = fault_of(event.needs); !fault.empty()) return invalid(fault);
  std::size_t stated = 0;
  event.needs.for_each([&](std::string_view name, const NameList& list) {
    if (classes.find(name) != no_class) stated += list.size();
  });
  if (class_members.stated() + stated <= options_.most_checks) return absl::OkStatus();
  return absl::ResourceExhaustedError(cat("no room for ", stated,
                                          " more members that a host needs: a fleet has at most ",
                                          options_.most_checks, " of them"));
}

void FleetStore::state_needs(HostId id, const StatedNeeds& needs) {
  std::vector<const NameTable::Record*> names;
  needs.for_each([&](std::string_view name, const NameList& list) {
    const ClassId of = classes.find(name);
    if (of == no_class) {
      ++counters.unknown_class;
      return;
    }
    names.clear();
    list.for_each([&](std::string_view member) { names.push_back(&names_.intern(member)); });
    class_members.state(id, of, names);
  });
  // Whoever needs this host is behind something else now.
  class_members.touch(hosts[id].name);
}

void FleetStore::for_each_dependent(MemberId member,
                                    absl::FunctionRef<void(CheckRef)> visit) const {
  std::vector<MemberId> waiting{member};
  absl::flat_hash_set<MemberId> met{member};
  while (!waiting.empty()) {
    const MemberRecord& record = class_members.record(waiting.back());
    waiting.pop_back();
    const std::vector<ClassId>& needed_by = classes.classes[record.of].needed_by;
    for (const HostId host : record.needed_by) {
      for (const CheckId check : checks.active_checks) {
        const std::vector<ClassId>& needed = classes.needs_of[check];
        if (std::find(needed.begin(), needed.end(), record.of) == needed.end()) continue;
        visit({host, check, false});
      }
      for (const ClassId of : needed_by) {
        const MemberId next = class_members.find(of, hosts[host].name);
        if (next != no_id && met.insert(next).second) waiting.push_back(next);
      }
    }
  }
}

void FleetStore::mark_dependents(MemberId member) {
  for_each_dependent(member, [&](CheckRef ref) { mark(ref); });
}

}  // namespace vitals
