// SPDX-License-Identifier: Apache-2.0
/// @file
/// Infrastructure beyond switch and rack: what an active check needs of classes that the policy
/// declares, such as `storage` or `repository`, and what stands behind those in turn.
///
///     a voice is known     iff  by the rules of its own host it would count
///     a member is well    iff  no voice of it gives a reason, and each of its own needs is met
///     a need of `all`     is met iff every member is well
///     a need of `any`     is met iff some member is well
///
/// A need that is met gives no reason. One that is not gives the reasons of all its members, and of
/// what stands behind them. What is needed in several ways, a diamond, stands in the list once and
/// is judged once. The rules that voices follow are in vitals/rules.h, as windows in
/// vitals/moments.h; here is how they are put together. Pure but for `room`, total, allocates
/// nothing, constexpr.

#ifndef VITALS_NEEDS_H
#define VITALS_NEEDS_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "vitals/appearance.h"
#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/policy_sums.h"
#include "vitals/reason.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// How many of the members of a class a host needs.
enum class Quorum : std::uint8_t {
  all,  ///< each of them, as it needs its switch and its rack
  any   ///< one of them is enough
};

inline constexpr std::array<std::string_view, 2> quorum_names{"all", "any"};

/// One check that speaks for a member. Nothing is owned; all of it must outlive the question.
struct Voice {
  const CheckPolicy* check = nullptr;
  const PolicySums* sums = nullptr;          ///< those of that check
  const HostFacts* host = nullptr;           ///< the facts of the member
  const Observation* observation = nullptr;  ///< null: never observed, or there is no such host
};

/// What is needed of one class.
struct Need {
  Quorum quorum = Quorum::all;
  /// Places in Needs::members. Empty: nobody stated which, so nothing is known.
  std::span<const std::uint32_t> members{};
};

/// One host as a member of one class.
struct Member {
  Seconds lag{0};                   ///< how long its class may take to speak up
  std::span<const Voice> voices{};  ///< the checks that speak for its class, at least one
  std::span<const Need> needs{};    ///< what it needs in turn; only of members that stand before it
};

/// What was found of a member.
struct MemberFindings {
  Reasons reasons{};  ///< its own and those behind it, at the moment asked for last
  Window window{};    ///< in which it is well, if nothing new arrives
  bool blocks = false;
};

/// Everything that a check needs, however far behind it.
struct Needs {
  std::span<const Need> of_check{};
  std::span<const Member> members{};  ///< each once, behind all that it needs
  /// Room for what is found meanwhile, one for each member, so that nothing is asked twice. Judging
  /// writes there: two threads must not share it.
  std::span<MemberFindings> room{};
};

/// The reasons that a need gives, from those of its members.
///
/// Boundary: one member without a reason meets a need of `any`; an empty list is met by nothing.
constexpr Reasons reasons_of(const Need& need, std::span<const MemberFindings> found) noexcept {
  if (need.members.empty()) return {Reason::infrastructure_unknown};
  Reasons reasons;
  bool one_is_well = false;
  for (const std::uint32_t member : need.members) {
    reasons |= found[member].reasons;
    one_is_well = one_is_well || found[member].reasons.empty();
  }
  return need.quorum == Quorum::any && one_is_well ? Reasons{} : reasons;
}

/// The window in which a need is met, from those of its members.
///
/// Boundary: exact, because all members of a class settle at one moment, so that the windows of an
///           `any` which are not empty begin together (docs/decisions-classes.md, 458).
constexpr Window window_of(const Need& need, std::span<const MemberFindings> found) noexcept {
  if (need.members.empty()) return Window::never();
  Window all;
  Window any = Window::never();
  for (const std::uint32_t member : need.members) {
    const Window& its = found[member].window;
    all = intersection(all, its);
    if (!its.empty()) any = {std::min(any.from, its.from), std::max(any.until, its.until)};
  }
  return need.quorum == Quorum::any ? any : all;
}

/// The reasons that all needs give, where `ask(member, voice)` tells those of each voice: the
/// members in their order, each once, and then the check's own needs. Each member's are noted in
/// the room.
template <class Ask>
constexpr Reasons reasons_of(const Needs& needs, Ask&& ask) {
  for (std::size_t i = 0; i < needs.members.size(); ++i) {
    const Member& member = needs.members[i];
    Reasons reasons;
    for (const Voice& voice : member.voices) reasons |= ask(member, voice);
    for (const Need& need : member.needs) reasons |= reasons_of(need, needs.room);
    needs.room[i].reasons = reasons;
  }
  Reasons reasons;
  for (const Need& need : needs.of_check) reasons |= reasons_of(need, needs.room);
  return reasons;
}

/// The window in which all needs are met, where `ask(member, voice)` tells that of each voice.
template <class Ask>
constexpr Window window_of(const Needs& needs, Ask&& ask) {
  for (std::size_t i = 0; i < needs.members.size(); ++i) {
    const Member& member = needs.members[i];
    Window window;
    for (const Voice& voice : member.voices) window = intersection(window, ask(member, voice));
    for (const Need& need : member.needs)
      window = intersection(window, window_of(need, needs.room));
    needs.room[i].window = window;
  }
  Window window;
  for (const Need& need : needs.of_check)
    window = intersection(window, window_of(need, needs.room));
  return window;
}

/// Calls `visit(place in members)` for each member behind the reasons that reasons_of() told last:
/// those of needs that are not met, and so on behind them, the last in the list first.
template <class Visitor>
constexpr void for_each_unmet(const Needs& needs, Visitor&& visit) {
  for (MemberFindings& found : needs.room) found.blocks = false;
  const auto reach = [&](const Need& need) {
    if (reasons_of(need, needs.room).empty()) return;
    for (const std::uint32_t member : need.members) {
      needs.room[member].blocks = !needs.room[member].reasons.empty();
    }
  };
  for (const Need& need : needs.of_check) reach(need);
  for (std::size_t i = needs.members.size(); i-- > 0;) {
    if (!needs.room[i].blocks) continue;
    visit(i);
    for (const Need& need : needs.members[i].needs) reach(need);
  }
}

}  // namespace vitals

#endif  // VITALS_NEEDS_H
