// SPDX-License-Identifier: Apache-2.0
#include "coordinator/book.h"

#include <algorithm>

namespace vitals::coordinator {

Book::Book(std::vector<Member> members) : members_(std::move(members)) {}

const Member* Book::find_member(std::string_view id) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.is.id == id; });
  return found == members_.end() ? nullptr : &*found;
}

const Member* Book::member_of(Key key) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& member) {
    return member.number == number_of(key);
  });
  return found == members_.end() ? nullptr : &*found;
}

const Facts& Book::facts(Key key) const {
  static const Facts none;
  const auto found = facts_.find(key);
  return found == facts_.end() ? none : found->second;
}

const NameClaim* Book::name_claim(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

const std::set<Key>& Book::sighted_as(std::string_view name) const {
  static const std::set<Key> none;
  const auto found = sighted_names_.find(name);
  return found == sighted_names_.end() ? none : found->second;
}

std::vector<std::string> Book::names_of(Key key) const {
  std::vector<std::string> names;
  for (const auto& [name, claim] : names_) {
    if (claim.key == key) names.push_back(name);
  }
  return names;
}

void Book::load_sighting(Key key, Sighting sighting) {
  if (!sighting.host.name.empty()) sighted_names_[sighting.host.name].insert(key);
  facts_[key].sighting = std::move(sighting);
}

void Book::claim(Key key, Claim claim) {
  facts_[key].claim = std::move(claim);
  changed_claims_.insert(key);
}

void Book::note_name(const std::string& name) {
  const NameClaim* const before = name_claim(name);
  names_before_.try_emplace(name, before == nullptr ? std::nullopt : std::optional(*before));
}

void Book::claim_name(const std::string& name, NameClaim claim) {
  note_name(name);
  names_[name] = claim;
}

void Book::lapse(Key key) {
  Facts& facts = facts_[key];
  if (!facts.claim) return;
  lapses_.push_back({.key = key, .claim = *facts.claim});
  unclaim_names(key);
  facts.claim.reset();
  changed_claims_.insert(key);
}

void Book::lapse_name(const std::string& name) {
  const NameClaim* const claim = name_claim(name);
  if (claim == nullptr) return;
  lapses_.push_back({.key = claim->key, .name = name});
  note_name(name);
  names_.erase(name);
}

void Book::unclaim_names(Key key) {
  for (const std::string& name : names_of(key)) {
    note_name(name);
    names_.erase(name);
  }
}

void Book::depart(Key key, const Host& host, Timestamp since, Departure how) {
  departures_[key] = {.key = key, .host = host, .since = since, .how = how};
}

}  // namespace vitals::coordinator
