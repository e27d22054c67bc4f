// SPDX-License-Identifier: Apache-2.0
// What is kept of hosts, and what follows from it: whose they are.
//
// Two kinds of facts, side by side. *Claims* are the words of requests: an installation was allowed
// to have a host, or told that it removed one. *Sightings* are what its latest listing shows. A
// claim counts until a listing was started that must know better; the two moments that decide this
// are when the claim was told and when the listing's poll was started:
//
//   a permission counts   iff  started_at <= told_at + act_within
//   a removal counts      iff  started_at <= told_at
//   a listing shows       iff  it lists the host, and no removal counts
//   an installation has   iff  a permission counts, or its listing shows the host
//
// The boundaries are those of this project: an equal time proves nothing, so the word still counts.
#ifndef VITALS_LIB_COORDINATOR_FACTS_H
#define VITALS_LIB_COORDINATOR_FACTS_H

#include <cstdint>
#include <optional>
#include <string>

#include "coordinator/keys.h"
#include "vitals/coordinator/host.h"
#include "vitals/coordinator/installation.h"

namespace vitals::coordinator {

// The listing of an installation that is in force.
struct ListingFacts {
  Poll poll = 0;
  Timestamp started_at{};
  Timestamp received_at{};
};

// An installation, as decisions see it.
struct Member {
  std::int64_t number = 0;  // in the database
  std::int64_t bot = 0;     // likewise
  Installation is;
  std::optional<ListingFacts> listing;  // none: there was none yet

  [[nodiscard]] bool has_fresh_listing(Timestamp now) const {
    return listing && now < stale_at(listing->received_at, is);
  }
};

// The last word of an installation about one of its hosts.
struct Claim {
  enum class State : std::uint8_t { held, gone, shadow };

  State state = State::held;
  Host host;
  Timestamp since{};    // it had the host first
  Timestamp told_at{};  // this was its last word
  Inv moved_to = 0;     // it was allowed to give the host this number

  friend bool operator==(const Claim&, const Claim&) = default;
};

// What the listing that is in force shows of a host.
struct Sighting {
  Host host;
  Timestamp since{};

  friend bool operator==(const Sighting&, const Sighting&) = default;
};

// Everything about one host of one installation.
struct Facts {
  std::optional<Claim> claim;
  std::optional<Sighting> sighting;
};

// A name that an installation was allowed to use.
struct NameClaim {
  Key key = 0;
  Timestamp told_at{};

  friend bool operator==(const NameClaim&, const NameClaim&) = default;
};

// Whether a permission of then still counts.
[[nodiscard]] inline bool permission_counts(Timestamp told_at, const Member& member) {
  return !member.listing || member.listing->started_at <= add(told_at, member.is.act_within);
}

// Whether a removal of then still counts.
[[nodiscard]] inline bool removal_counts(Timestamp told_at, const Member& member) {
  return !member.listing || member.listing->started_at <= told_at;
}

// Whether the installation was allowed to have the host, and that counts. Shadows are not asked.
[[nodiscard]] inline bool is_granted(const Facts& facts, const Member& member) {
  return facts.claim && facts.claim->state == Claim::State::held &&
         permission_counts(facts.claim->told_at, member);
}

// Whether its listing shows the host, shadow or not.
[[nodiscard]] inline bool is_shown(const Facts& facts, const Member& member) {
  if (!facts.sighting) return false;
  return !facts.claim || facts.claim->state != Claim::State::gone ||
         !removal_counts(facts.claim->told_at, member);
}

// Whether what the listing shows keeps others from having the host.
[[nodiscard]] inline bool is_shown_as_held(const Facts& facts, const Member& member) {
  return is_shown(facts, member) && facts.sighting->host.host_type != HostType::shadow;
}

// Whether the installation has the host, so that nobody else may: whether or not its listing is
// fresh.
[[nodiscard]] inline bool has(const Facts& facts, const Member& member) {
  return heals(member.is.type) && (is_granted(facts, member) || is_shown_as_held(facts, member));
}

// Whether it has the host as a shadow, and in no other way.
[[nodiscard]] bool has_as_shadow(const Facts& facts, const Member& member);

// Whether that is known for sure: by a permission, or by a listing that is fresh.
[[nodiscard]] inline bool surely_has(const Facts& facts, const Member& member, Timestamp now) {
  return heals(member.is.type) && (is_granted(facts, member) || (is_shown_as_held(facts, member) &&
                                                                 member.has_fresh_listing(now)));
}

// When the installation first had the host, as far as is known.
[[nodiscard]] Timestamp since(const Facts& facts, const Member& member);

// The host as its later word or listing states it. There must be one of them.
[[nodiscard]] const Host& latest_host(const Facts& facts, const Member& member);

// The host as it is told to those who ask; nothing if the installation does not have it.
[[nodiscard]] std::optional<HostRecord> record_of(Key key, const Facts& facts,
                                                  const Member& member);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_FACTS_H
