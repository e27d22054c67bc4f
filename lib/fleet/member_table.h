// SPDX-License-Identifier: Apache-2.0
// Which members of classes each host needs, and which hosts need a member. Members are names: who
// bears one now says the table of names.
#ifndef VITALS_LIB_FLEET_MEMBER_TABLE_H
#define VITALS_LIB_FLEET_MEMBER_TABLE_H

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "fleet/class_table.h"
#include "fleet/name_table.h"

namespace vitals {

using MemberId = std::uint32_t;

// A name as member of a class.
struct MemberRecord {
  const NameTable::Record* name = nullptr;
  ClassId of = no_class;
  bool is_touched = false;        // it stands in MemberTable::touched
  std::vector<HostId> needed_by;  // each host once
};

// What a host stated of one class.
struct HostNeed {
  ClassId of = no_class;
  std::vector<MemberId> members;  // none: it needs none of that class
};

class MemberTable {
 public:
  // The member of that name, if any host ever stated it; no_id otherwise.
  [[nodiscard]] MemberId find(ClassId of, const NameTable::Record* name) const {
    const auto found = ids_.find({of, name});
    return found == ids_.end() ? no_id : found->second;
  }
  [[nodiscard]] const MemberRecord& record(MemberId id) const { return records_[id]; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  // How many members all hosts together state.
  [[nodiscard]] std::size_t stated() const { return stated_; }

  // What the host stated of the class; null if nothing.
  [[nodiscard]] const HostNeed* need(HostId host, ClassId of) const;
  [[nodiscard]] const std::vector<HostNeed>* needs(HostId host) const {
    const auto found = needs_.find(host);
    return found == needs_.end() ? nullptr : &found->second;
  }
  template <class Visitor>
  void for_each_host(Visitor&& visit) const {
    for (const auto& [host, needs] : needs_) visit(host, needs);
  }

  // The host needs these members from now on, instead of those that it stated before.
  void state(HostId host, ClassId of, const std::vector<const NameTable::Record*>& names);
  // The host is gone.
  void forget(HostId host);

  // Notes that another host bears the name, or that what stands behind this one has changed:
  // whoever needs it is looked at when the present second is judged.
  void touch(const NameTable::Record* name) {
    if (!of_name_.empty()) touch_members_of(name);
  }
  void touch_all();
  [[nodiscard]] const std::vector<MemberId>& touched() const { return touched_; }
  void clear_touched();

  [[nodiscard]] std::size_t memory_use() const;

 private:
  MemberId member_of(ClassId of, const NameTable::Record* name);
  void touch_members_of(const NameTable::Record* name);
  void touch_member(MemberId id);
  void leave(HostId host, const HostNeed& need);

  std::vector<MemberRecord> records_;
  absl::flat_hash_map<std::pair<ClassId, const NameTable::Record*>, MemberId> ids_;
  absl::flat_hash_map<const NameTable::Record*, std::vector<MemberId>> of_name_;
  absl::flat_hash_map<HostId, std::vector<HostNeed>> needs_;
  std::vector<MemberId> touched_;
  std::size_t stated_ = 0;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_MEMBER_TABLE_H
