// SPDX-License-Identifier: Apache-2.0
#include "coordinator/decide.h"

#include <algorithm>
#include <utility>

#include "coordinator/obstacle.h"

namespace vitals::coordinator {
namespace {

Answer answer(Why why) { return {.allowed = is_allowed(why), .why = why}; }

Answer answer(Obstacle obstacle) {
  Answer made = answer(obstacle.why);
  made.holder = std::move(obstacle.holder);
  return made;
}

bool bears(Key key, std::string_view name, const Book& book) {
  return name.empty() || bears_by_word(key, name, book) || bears_by_listing(key, name, book);
}

Answer decide_add(const Request& request, const Member& asking, const Book& book, Timestamp now) {
  const Host& host = request.host;
  if (host.host_type == HostType::shadow) return answer(Why::shadow);
  if (auto other = sure_holder_of_inv(asking, host.inv, book, now)) return answer(*other);
  if (auto other = sure_holder_of_name(asking, host.name, book, now)) return answer(*other);
  const Key key = key_of(asking.number, host.inv);
  if (has(book.facts(key), asking) && bears(key, host.name, book)) {
    return answer(Why::already_held);
  }
  if (auto other = unknown_holder(asking, host.inv, host.name, book, now)) return answer(*other);
  return answer(Why::granted);
}

Answer decide_rename(const Request& request, const Member& asking, const Book& book,
                     Timestamp now) {
  const Key key = key_of(asking.number, request.host.inv);
  const Facts& facts = book.facts(key);
  if (has_as_shadow(facts, asking)) return answer(Why::shadow);
  if (auto other = sure_holder_of_inv(asking, request.host.inv, book, now)) return answer(*other);
  if (!has(facts, asking)) return answer(Why::unknown_host);
  if (auto other = sure_holder_of_name(asking, request.new_name, book, now)) return answer(*other);
  if (bears(key, request.new_name, book)) return answer(Why::already_held);
  if (auto other = unknown_holder(asking, 0, request.new_name, book, now)) return answer(*other);
  return answer(Why::granted);
}

Answer decide_change_inv(const Request& request, const Member& asking, const Book& book,
                         Timestamp now) {
  const Key from = key_of(asking.number, request.host.inv);
  const Key to = key_of(asking.number, request.new_inv);
  const Facts& facts = book.facts(from);
  if (has_as_shadow(facts, asking)) return answer(Why::shadow);
  if (auto other = sure_holder_of_inv(asking, request.new_inv, book, now)) return answer(*other);
  const bool has_old = has(facts, asking);
  if (has(book.facts(to), asking)) {
    // What was allowed before, unless the old number is that of another host.
    const bool is_same =
        from == to || !has_old || (facts.claim && facts.claim->moved_to == request.new_inv);
    return answer(is_same ? Why::already_held : Why::inv_taken);
  }
  if (auto other = sure_holder_of_inv(asking, request.host.inv, book, now)) return answer(*other);
  if (!has_old) return answer(Why::unknown_host);
  if (auto other = unknown_holder(asking, request.new_inv, {}, book, now)) return answer(*other);
  return answer(Why::granted);
}

// The name is the host's from now on, whoever bore it before: those could not keep it.
void take_name(Key key, const std::string& name, Book& book, Timestamp now) {
  if (name.empty()) return;
  Timestamp told_at = now;
  if (const NameClaim* const before = book.name_claim(name)) {
    if (before->key == key) told_at = later(before->told_at, now);
    if (number_of(before->key) != number_of(key)) book.lapse_name(name);  // `before` is gone then
  }
  book.claim_name(name, {.key = key, .told_at = told_at});
}

// Writes down that the installation holds the host, once nobody else's word counts any more.
void take_host(Key key, Claim claim, const Member& asking, Book& book) {
  for (const Member& member : book.members()) {
    const Key other = key_of(member.number, inv_of(key));
    if (member.bot != asking.bot || other == key) continue;
    const Facts& facts = book.facts(other);
    if (facts.claim && facts.claim->state == Claim::State::held) book.lapse(other);
  }
  book.claim(key, std::move(claim));
}

// The claim that the installation has from now on to a host as it is known.
Claim renewed(const Facts& facts, const Member& asking, Timestamp now) {
  const bool had = has(facts, asking) || has_as_shadow(facts, asking);
  Claim claim;
  if (had) {
    claim.host = latest_host(facts, asking);
  } else if (facts.claim) {
    claim.host = facts.claim->host;  // of one that was removed, say
  }
  claim.since = had ? since(facts, asking) : now;
  claim.told_at = facts.claim ? later(facts.claim->told_at, now) : now;
  return claim;
}

void carry_out_add(const Request& request, const Member& asking, Book& book, Timestamp now) {
  const Key key = key_of(asking.number, request.host.inv);
  Claim claim = renewed(book.facts(key), asking, now);
  claim.host = request.host;
  if (request.host.host_type == HostType::shadow) {
    claim.state = Claim::State::shadow;
    book.unclaim_names(key);
    book.claim(key, std::move(claim));
    return;
  }
  take_host(key, std::move(claim), asking, book);
  take_name(key, request.host.name, book, now);
}

void carry_out_remove(const Request& request, const Member& asking, Book& book, Timestamp now) {
  const Key key = key_of(asking.number, request.host.inv);
  const Facts& facts = book.facts(key);
  Claim claim = renewed(facts, asking, now);
  claim.host.inv = request.host.inv;
  claim.state = Claim::State::gone;
  const bool moved = facts.claim && facts.claim->moved_to != 0;
  if (has(facts, asking)) {
    book.depart(key, claim.host, now, moved ? Departure::renumbered : Departure::removed);
  }
  book.unclaim_names(key);
  book.claim(key, std::move(claim));
}

void carry_out_rename(const Request& request, const Member& asking, Book& book, Timestamp now) {
  const Key key = key_of(asking.number, request.host.inv);
  const bool is_shadow = has_as_shadow(book.facts(key), asking);
  Claim claim = renewed(book.facts(key), asking, now);
  claim.host.name = request.new_name;
  if (is_shadow) {
    claim.state = Claim::State::shadow;
    return book.claim(key, std::move(claim));
  }
  take_host(key, std::move(claim), asking, book);
  take_name(key, request.new_name, book, now);
}

void carry_out_change_inv(const Request& request, const Answer& given, const Member& asking,
                          Book& book, Timestamp now) {
  if (given.why == Why::already_held) return;
  const Key from = key_of(asking.number, request.host.inv);
  const Key to = key_of(asking.number, request.new_inv);
  const bool is_shadow = has_as_shadow(book.facts(from), asking);
  Claim old_claim = renewed(book.facts(from), asking, now);
  Claim new_claim = old_claim;
  old_claim.moved_to = request.new_inv;
  new_claim.host.inv = request.new_inv;
  if (is_shadow) {
    old_claim.state = new_claim.state = Claim::State::shadow;
    book.claim(from, std::move(old_claim));
    return book.claim(to, std::move(new_claim));
  }
  take_host(from, std::move(old_claim), asking, book);
  take_host(to, std::move(new_claim), asking, book);
  // The names that were promised to the host go along.
  for (const std::string& name : book.names_of(from)) take_name(to, name, book, now);
}

}  // namespace

Answer decide(const Request& request, const Book& book, Timestamp now) {
  const Member* const asking = book.find_member(request.installation);
  if (asking == nullptr || asking->is.type != InstallationType::calls) {
    return answer(Why::does_not_call);
  }
  switch (request.act) {
    case Act::add:
      return decide_add(request, *asking, book, now);
    case Act::rename:
      return decide_rename(request, *asking, book, now);
    case Act::change_inv:
      return decide_change_inv(request, *asking, book, now);
    case Act::remove:
      break;
  }
  return answer(Why::noted);
}

void carry_out(const Request& request, const Answer& answer, Book& book, Timestamp now) {
  const Member* const asking = book.find_member(request.installation);
  if (asking == nullptr || !answer.allowed) return;
  switch (request.act) {
    case Act::add:
      return carry_out_add(request, *asking, book, now);
    case Act::remove:
      return carry_out_remove(request, *asking, book, now);
    case Act::rename:
      return carry_out_rename(request, *asking, book, now);
    case Act::change_inv:
      return carry_out_change_inv(request, answer, *asking, book, now);
  }
}

void lapse_if_overtaken(Key key, Book& book, Timestamp now) {
  const Facts& facts = book.facts(key);
  const Member* const member = book.member_of(key);
  if (!facts.claim || member == nullptr) return;
  const Claim claim = *facts.claim;
  if (claim.state == Claim::State::gone) {
    if (!removal_counts(claim.told_at, *member)) book.lapse(key);
    return;
  }
  if (permission_counts(claim.told_at, *member) || is_shown(facts, *member)) return;
  if (claim.state == Claim::State::held) {
    const Departure how = claim.moved_to != 0 ? Departure::renumbered : Departure::never_listed;
    book.depart(key, claim.host, now, how);
  }
  book.lapse(key);
}

void lapse_name_if_overtaken(const std::string& name, Book& book) {
  const NameClaim* const claim = book.name_claim(name);
  const Member* const member = claim == nullptr ? nullptr : book.member_of(claim->key);
  if (member == nullptr || permission_counts(claim->told_at, *member)) return;
  if (!bears_by_listing(claim->key, name, book)) book.lapse_name(name);
}

std::vector<Key> holders_of_inv(std::int64_t bot, Inv inv, const Book& book) {
  std::vector<Key> keys;
  for (const Member& member : book.members()) {
    const Key key = key_of(member.number, inv);
    if (member.bot == bot && has(book.facts(key), member)) keys.push_back(key);
  }
  return keys;
}

std::vector<Key> holders_of_name(std::string_view name, const Book& book) {
  std::vector<Key> keys;
  for (const Key key : book.sighted_as(name)) {
    if (bears_by_listing(key, name, book)) keys.push_back(key);
  }
  const NameClaim* const claim = book.name_claim(name);
  if (claim != nullptr && bears_by_word(claim->key, name, book) &&
      std::find(keys.begin(), keys.end(), claim->key) == keys.end()) {
    keys.push_back(claim->key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace vitals::coordinator
