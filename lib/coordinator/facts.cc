// SPDX-License-Identifier: Apache-2.0
#include "coordinator/facts.h"

namespace vitals::coordinator {

bool has_as_shadow(const Facts& facts, const Member& member) {
  if (!heals(member.is.type) || has(facts, member)) return false;
  const bool told = facts.claim && facts.claim->state == Claim::State::shadow &&
                    permission_counts(facts.claim->told_at, member);
  return told || is_shown(facts, member);
}

Timestamp since(const Facts& facts, const Member& member) {
  const bool by_word = facts.claim && facts.claim->state != Claim::State::gone;
  const bool by_listing = is_shown(facts, member);
  if (by_word && by_listing) return earlier(facts.claim->since, facts.sighting->since);
  return by_word ? facts.claim->since : by_listing ? facts.sighting->since : Timestamp{};
}

const Host& latest_host(const Facts& facts, const Member& member) {
  if (!facts.sighting) return facts.claim->host;
  const bool word_is_later = facts.claim && facts.claim->state != Claim::State::gone &&
                             removal_counts(facts.claim->told_at, member);
  return word_is_later ? facts.claim->host : facts.sighting->host;
}

std::optional<HostRecord> record_of(Key key, const Facts& facts, const Member& member) {
  if (!has(facts, member) && !has_as_shadow(facts, member)) return std::nullopt;
  const bool shown = is_shown(facts, member);
  const bool told = facts.claim && facts.claim->state != Claim::State::gone;
  HostRecord record{.key = key,
                    .installation = member.is.id,
                    .bot = member.is.bot,
                    .host = latest_host(facts, member),
                    .basis = !shown ? Basis::granted
                             : told ? Basis::both
                                    : Basis::listed,
                    .since = since(facts, member)};
  if (shown) {
    record.seen_poll = member.listing->poll;
    record.seen_at = member.listing->received_at;
  }
  return record;
}

}  // namespace vitals::coordinator
