// SPDX-License-Identifier: Apache-2.0
#include "fleet/owned_needs.h"

#include <utility>

namespace vitals {

OwnedNeeds::OwnedNeeds(const FleetStore& store, CheckRef ref) : store_(store) {
  const std::vector<ClassId>& classes = store.classes.needs_of[ref.check];
  if (ref.of_place || classes.empty()) return;
  of_check_ = want(ref.owner, classes);
  room_.resize(members_.size());
  needs_ = {.of_check = of_check_.needs, .members = members_, .room = room_};
}

// What a host needs of these classes. Members that it needs are kept before it is.
OwnedNeeds::Wanted OwnedNeeds::want(HostId host, const std::vector<ClassId>& classes) {
  Wanted wanted;
  for (const ClassId of : classes) {
    const HostNeed* stated = store_.class_members.need(host, of);
    const bool is_assumed =
        stated == nullptr && store_.policy.constants.infrastructure.unstated == Unstated::unknown;
    if (stated == nullptr ? !is_assumed : stated->members.empty()) continue;
    std::vector<std::uint32_t>& places = wanted.places.emplace_back();
    if (stated != nullptr) {
      for (const MemberId member : stated->members) places.push_back(place_of(member));
    }
    wanted.classes.push_back(of);
  }
  for (std::size_t i = 0; i < wanted.classes.size(); ++i) {
    wanted.needs.push_back(
        {.quorum = store_.classes.classes[wanted.classes[i]].quorum, .members = wanted.places[i]});
  }
  return wanted;
}

std::uint32_t OwnedNeeds::place_of(MemberId id) {
  if (const auto known = places_.find(id); known != places_.end()) return known->second;
  const MemberRecord& record = store_.class_members.record(id);
  const HostId host = store_.find(record.name->name()).host;
  // Not deep: each step goes to another class.
  Wanted wanted;
  if (host != no_id) wanted = want(host, store_.classes.classes[record.of].needs);
  wanted_.push_back(std::move(wanted));
  keep(id);
  const auto place = static_cast<std::uint32_t>(members_.size() - 1);
  places_.emplace(id, place);
  return place;
}

void OwnedNeeds::keep(MemberId id) {
  const MemberRecord& record = store_.class_members.record(id);
  const ClassTable::One& one = store_.classes.classes[record.of];
  const HostId host = store_.find(record.name->name()).host;
  Kept& kept = kept_.emplace_back();
  if (host != no_id) kept.facts = store_.hosts[host].facts();
  kept.seen.resize(one.checks.size());
  for (std::size_t i = 0; i < one.checks.size(); ++i) {
    const CheckId check = one.checks[i];
    Voice voice{.check = &store_.checks.policies[check],
                .sums = &store_.checks.sums[check],
                .host = &kept.facts};
    if (host != no_id) {
      const Seen& seen = store_.seen({host, check, false});
      kept.seen[i] = seen.observation();
      if (seen.observed) voice.observation = &kept.seen[i];
    }
    kept.voices.push_back(voice);
  }
  ids_.push_back(id);
  members_.push_back({.lag = one.lag, .voices = kept.voices, .needs = wanted_.back().needs});
}

Timestamp OwnedNeeds::next_settling(const ActiveEvidence& evidence, const PolicySums& sums,
                                    Timestamp now) const {
  Timestamp next = distant_future;
  for (const Member& member : needs_.members) {
    for (const Voice& voice : member.voices) {
      const Timestamp settled = moments_of(voice, member.lag, evidence, sums).settled_from;
      if (settled > now) next = earlier(next, settled);
    }
  }
  return next;
}

std::vector<MemberName> OwnedNeeds::member_names() const {
  std::vector<MemberName> names;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    const MemberRecord& record = store_.class_members.record(ids_[i]);
    const ClassTable::One& one = store_.classes.classes[record.of];
    MemberName& name = names.emplace_back();
    name.of_class = one.name;
    name.member = record.name->name();
    for (const CheckId check : one.checks) name.checks.push_back(store_.checks.names[check]);
    for (const ClassId of : wanted_[i].classes) {
      name.needs.push_back(store_.classes.classes[of].name);
    }
  }
  return names;
}

std::vector<std::string_view> OwnedNeeds::need_names() const {
  std::vector<std::string_view> names;
  for (const ClassId of : of_check_.classes) names.push_back(store_.classes.classes[of].name);
  return names;
}

}  // namespace vitals
