// SPDX-License-Identifier: Apache-2.0
#include "fleet/member_table.h"

#include <algorithm>

namespace vitals {

const HostNeed* MemberTable::need(HostId host, ClassId of) const {
  const std::vector<HostNeed>* stated = needs(host);
  if (stated == nullptr) return nullptr;
  for (const HostNeed& each : *stated) {
    if (each.of == of) return &each;
  }
  return nullptr;
}

MemberId MemberTable::member_of(ClassId of, const NameTable::Record* name) {
  const auto [found, is_new] = ids_.emplace(std::pair(of, name), 0);
  if (is_new) {
    found->second = static_cast<MemberId>(records_.size());
    records_.push_back({.name = name, .of = of, .needed_by = {}});
    of_name_[name].push_back(found->second);
    touch_member(found->second);
  }
  return found->second;
}

void MemberTable::state(HostId host, ClassId of,
                        const std::vector<const NameTable::Record*>& names) {
  std::vector<HostNeed>& needs = needs_[host];
  auto need =
      std::find_if(needs.begin(), needs.end(), [&](const HostNeed& each) { return each.of == of; });
  if (need == needs.end()) {
    need = needs.insert(needs.end(), {.of = of, .members = {}});
  } else {
    leave(host, *need);
    need->members.clear();
  }
  for (const NameTable::Record* name : names) {
    const MemberId id = member_of(of, name);
    need->members.push_back(id);
    records_[id].needed_by.push_back(host);
  }
  stated_ += names.size();
}

void MemberTable::leave(HostId host, const HostNeed& need) {
  for (const MemberId id : need.members) {
    std::vector<HostId>& hosts = records_[id].needed_by;
    const auto found = std::find(hosts.begin(), hosts.end(), host);
    *found = hosts.back();
    hosts.pop_back();
  }
  stated_ -= need.members.size();
}

void MemberTable::forget(HostId host) {
  const auto found = needs_.find(host);
  if (found == needs_.end()) return;
  for (const HostNeed& need : found->second) leave(host, need);
  needs_.erase(found);
}

void MemberTable::touch_members_of(const NameTable::Record* name) {
  const auto found = of_name_.find(name);
  if (found == of_name_.end()) return;
  for (const MemberId id : found->second) touch_member(id);
}

void MemberTable::touch_member(MemberId id) {
  if (records_[id].is_touched) return;
  records_[id].is_touched = true;
  touched_.push_back(id);
}

void MemberTable::touch_all() {
  for (MemberId id = 0; id < records_.size(); ++id) touch_member(id);
}

void MemberTable::clear_touched() {
  for (const MemberId id : touched_) records_[id].is_touched = false;
  touched_.clear();
}

std::size_t MemberTable::memory_use() const {
  std::size_t sum = records_.capacity() * sizeof(MemberRecord) +
                    (ids_.capacity() + of_name_.capacity() + needs_.capacity()) * 32 +
                    touched_.capacity() * sizeof(MemberId);
  for (const MemberRecord& record : records_) sum += record.needed_by.capacity() * sizeof(HostId);
  for (const auto& [host, needs] : needs_) {
    for (const HostNeed& need : needs) sum += need.members.capacity() * sizeof(MemberId);
  }
  return sum;
}

}  // namespace vitals
