// SPDX-License-Identifier: Apache-2.0
#include "coordinator/obstacle.h"

namespace vitals::coordinator {
namespace {

bool is_other(const Member& member, const Member& asking) {
  return member.number != asking.number && heals(member.is.type);
}

Holder holder_of(Key key, const Member& member, const Book& book) {
  const Facts& facts = book.facts(key);
  const Host& host = latest_host(facts, member);
  Holder holder{.installation = member.is.id, .inv = host.inv, .name = host.name};
  holder.since = since(facts, member);
  if (member.listing) {
    holder.stale_at = stale_at(member.listing->received_at, member.is);
    if (is_shown(facts, member)) {
      holder.seen_poll = member.listing->poll;
      holder.seen_at = member.listing->received_at;
    }
  }
  return holder;
}

// The host of that installation that the question is about, as its last listing shows it.
std::optional<Key> shown_host(const Member& member, Inv inv, std::string_view name,
                              const Book& book) {
  const Key key = key_of(member.number, inv);
  if (inv != 0 && is_shown_as_held(book.facts(key), member)) return key;
  for (const Key sighted : book.sighted_as(name)) {
    if (number_of(sighted) == member.number && bears_by_listing(sighted, name, book)) {
      return sighted;
    }
  }
  return std::nullopt;
}

}  // namespace

bool bears_by_word(Key key, std::string_view name, const Book& book) {
  const NameClaim* const claim = book.name_claim(name);
  const Member* const member = book.member_of(key);
  return claim != nullptr && claim->key == key && member != nullptr && heals(member->is.type) &&
         permission_counts(claim->told_at, *member);
}

bool bears_by_listing(Key key, std::string_view name, const Book& book) {
  const Facts& facts = book.facts(key);
  const Member* const member = book.member_of(key);
  return member != nullptr && heals(member->is.type) && is_shown_as_held(facts, *member) &&
         facts.sighting->host.name == name;
}

std::optional<Obstacle> sure_holder_of_inv(const Member& asking, Inv inv, const Book& book,
                                           Timestamp now) {
  for (const Member& member : book.members()) {
    if (!is_other(member, asking) || member.bot != asking.bot) continue;
    const Key key = key_of(member.number, inv);
    if (surely_has(book.facts(key), member, now)) {
      return Obstacle{Why::inv_held, holder_of(key, member, book)};
    }
  }
  return std::nullopt;
}

std::optional<Obstacle> sure_holder_of_name(const Member& asking, std::string_view name,
                                            const Book& book, Timestamp now) {
  if (name.empty()) return std::nullopt;
  if (const NameClaim* const claim = book.name_claim(name)) {
    const Member* const member = book.member_of(claim->key);
    if (member != nullptr && is_other(*member, asking) && bears_by_word(claim->key, name, book)) {
      return Obstacle{Why::name_held, holder_of(claim->key, *member, book)};
    }
  }
  for (const Key key : book.sighted_as(name)) {
    const Member* const member = book.member_of(key);
    if (member != nullptr && is_other(*member, asking) && member->has_fresh_listing(now) &&
        bears_by_listing(key, name, book)) {
      return Obstacle{Why::name_held, holder_of(key, *member, book)};
    }
  }
  return std::nullopt;
}

std::optional<Obstacle> unknown_holder(const Member& asking, Inv inv, std::string_view name,
                                       const Book& book, Timestamp now) {
  std::optional<Obstacle> worst;
  int worst_rank = -1;
  for (const Member& member : book.members()) {
    if (!is_other(member, asking) || member.has_fresh_listing(now)) continue;
    const bool asks_inv = inv != 0 && member.bot == asking.bot;
    if (!asks_inv && name.empty()) continue;
    const auto shown = shown_host(member, asks_inv ? inv : 0, name, book);
    const bool must_wait = member.is.on_stale == OnStale::refuse;
    const int rank = (must_wait ? 2 : 0) + (shown ? 1 : 0);
    if (rank <= worst_rank) continue;
    worst_rank = rank;
    worst.emplace();
    worst->why = !must_wait ? Why::stale_allowed : member.listing ? Why::stale : Why::unobserved;
    worst->holder = shown ? holder_of(*shown, member, book) : Holder{.installation = member.is.id};
    if (!shown && member.listing) {
      worst->holder.stale_at = stale_at(member.listing->received_at, member.is);
    }
  }
  return worst;
}

}  // namespace vitals::coordinator
