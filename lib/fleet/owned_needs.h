// SPDX-License-Identifier: Apache-2.0
// What a check of a fleet needs of classes, gathered with all that it points to.
#ifndef VITALS_LIB_FLEET_OWNED_NEEDS_H
#define VITALS_LIB_FLEET_OWNED_NEEDS_H

#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "fleet/fleet_store.h"
#include "vitals/needs.h"

namespace vitals {

class OwnedNeeds {
 public:
  // Gathers what a check of a host needs, however far behind, each member once. The store must not
  // change while this is used.
  OwnedNeeds(const FleetStore& store, CheckRef ref);
  OwnedNeeds(const OwnedNeeds&) = delete;
  OwnedNeeds& operator=(const OwnedNeeds&) = delete;

  // Null if it needs nothing.
  [[nodiscard]] const Needs* needs() const { return needs_.of_check.empty() ? nullptr : &needs_; }

  // Calls `visit(record of the name)` for each member whose own voices are behind the reasons that
  // needs give at `now`: once a member.
  template <class Visitor>
  void for_each_blocker(const ActiveEvidence& evidence, const PolicySums& sums, Timestamp now,
                        Visitor&& visit) const {
    if (reasons_at(needs_, evidence, sums, now).empty()) return;
    for_each_unmet(needs_, [&](std::size_t i) {
      for (const Voice& voice : needs_.members[i].voices) {
        if (moments_of(voice, needs_.members[i].lag, evidence, sums).reasons_at(now).empty()) {
          continue;
        }
        visit(store_.class_members.record(ids_[i]).name);
        break;
      }
    });
  }

  // The nearest moment after `now` at which a voice no longer settles: what else turns is that of a
  // member's own check, which wakes whoever needs it.
  [[nodiscard]] Timestamp next_settling(const ActiveEvidence& evidence, const PolicySums& sums,
                                        Timestamp now) const;

  // Of each member and each need, as CheckView has them.
  [[nodiscard]] std::vector<MemberName> member_names() const;
  [[nodiscard]] std::vector<std::string_view> need_names() const;

 private:
  // What a member points to. It stays where it is.
  struct Kept {
    HostFacts facts;
    absl::InlinedVector<Observation, 2> seen;
    absl::InlinedVector<Voice, 2> voices;
  };
  struct Wanted {
    std::vector<Need> needs;
    std::vector<ClassId> classes;                    // parallel
    std::vector<std::vector<std::uint32_t>> places;  // parallel: what the needs point to
  };

  Wanted want(HostId host, const std::vector<ClassId>& classes);
  std::uint32_t place_of(MemberId id);
  void keep(MemberId id);

  const FleetStore& store_;
  std::deque<Kept> kept_;      // parallel to members_
  std::deque<Wanted> wanted_;  // likewise
  std::vector<MemberId> ids_;  // likewise
  std::vector<Member> members_;
  std::vector<MemberFindings> room_;
  Wanted of_check_;
  absl::flat_hash_map<MemberId, std::uint32_t> places_;
  Needs needs_;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_OWNED_NEEDS_H
