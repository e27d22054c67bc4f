// SPDX-License-Identifier: Apache-2.0
// The design as a state machine, small enough to look at all of its states: two installations, two
// hosts, two names. What the installations really have stands beside what the coordinator knows;
// the coordinator's steps are taken by the functions that the real one uses, on its own book.
//
// Installations keep to the contract: they act on a permission within `act_within` ticks or not at
// all, one operation at a time, and tell of a removal after it. Whatever is under way may be lost
// at any moment, as by a crash at either end; a poll reads each host at its beginning or its end.
#ifndef VITALS_TESTS_COORDINATOR_MODEL_H
#define VITALS_TESTS_COORDINATOR_MODEL_H

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "coordinator/book.h"

namespace vitals::coordinator::model {

inline constexpr int installations = 2;
inline constexpr int hosts = 2;
inline constexpr int names = 2;

using Tick = std::uint8_t;
inline constexpr Tick never = 255;
inline constexpr Tick present = 100;  // every state is written down as if it were then

// The name of a host that an installation has: 1 or 2; 0: it does not have the host.
using Names = std::array<std::uint8_t, hosts>;

struct Pending {
  enum class What : std::uint8_t { nothing, add, rename, removed };
  What what = What::nothing;
  std::uint8_t host = 0;
  std::uint8_t name = 0;
  Tick at = 0;  // when it was allowed
};

struct OneInstallation {
  Names truth{};  // what it really has
  Pending pending{};
  Tick poll_started = never;
  Names poll_saw{};  // when the poll was started
  // What the coordinator knows.
  Tick listing_started = never;
  Tick listing_received = never;
  Names listed{};
  std::array<std::uint8_t, hosts> claim_state{};  // 0: none, otherwise 1 + Claim::State
  std::array<std::uint8_t, hosts> claim_name{};
  std::array<Tick, hosts> claim_told{};
};

// No padding anywhere: compared and hashed as bytes.
struct State {
  std::array<OneInstallation, installations> of{};
  std::array<std::uint8_t, names>
      name_holder{};  // 0: nobody, otherwise 1 + installation * 2 + host
  std::array<Tick, names> name_told{};
  Tick now = present;

  friend bool operator==(const State&, const State&);
};

struct Rules {
  Tick act_within = 1;
  Tick fresh_for = never;  // ticks that a listing is fresh; never: for ever
  OnStale on_stale = OnStale::refuse;
  int hosts_used = hosts;  // of the two
  bool has_renames = true;
  bool is_tidy = false;            // the monitor runs after every poll, and only then
  bool has_instant_polls = false;  // a poll begins and ends in one step
  bool second_calls = true;        // or is only polled, and does as it likes
  bool acts_in_time = true;        // or on permissions of any age, against the contract
};

struct Step {
  std::string what;
  State next;
};

// Where it may begin: whatever the installations have, and a coordinator that knows nothing.
[[nodiscard]] std::vector<State> beginnings(const Rules& rules);

// Everything that may happen next.
[[nodiscard]] std::vector<Step> steps(const State& state, const Rules& rules);

// Whether both have a host of one number, or hosts of one name.
[[nodiscard]] bool has_two_owners(const State& state);
[[nodiscard]] bool has_two_of_a_name(const State& state);

// Whether both have a permission for one number or one name, and both permissions count.
[[nodiscard]] bool are_two_allowed(const State& state, const Rules& rules);

// The state in which the installations have what they have, and both were polled just now.
[[nodiscard]] State when_all_are_polled(const State& state, const Rules& rules);

// Whether the monitor would call that a conflict.
[[nodiscard]] bool sees_conflict(const State& state, const Rules& rules);

[[nodiscard]] std::string described(const State& state);

// The one of all states like this one that stands for them: it makes no difference which of two
// installations, hosts or names is called the first.
[[nodiscard]] State representative(const State& state, const Rules& rules);

}  // namespace vitals::coordinator::model

template <>
struct std::hash<vitals::coordinator::model::State> {
  std::size_t operator()(const vitals::coordinator::model::State& state) const noexcept;
};

#endif  // VITALS_TESTS_COORDINATOR_MODEL_H
