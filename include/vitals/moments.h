// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rules about one check as windows: each asked once, with only `now` left open.
///
///     a rule that does not depend on `now` holds at any time or never          -> standing
///     any other begins, or ends in the case of a settling, at one moment       -> that moment
///
/// These are the rules of vitals/rules.h written in the other form: reasons_at() must be the same
/// in both at every second. Pure, total, constexpr.

#ifndef VITALS_MOMENTS_H
#define VITALS_MOMENTS_H

#include <utility>

#include "vitals/infrastructure.h"
#include "vitals/nearest.h"
#include "vitals/needs.h"
#include "vitals/policy_sums.h"
#include "vitals/reason.h"
#include "vitals/rules.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// What the rules of the check's own host say of what was received, with only `now` left open: the
/// reasons that hold whatever the time, and the moments at which the others begin.
struct CheckMoments {
  Reasons standing;  ///< hold at any time
  Timestamp expired_from;
  Timestamp stale_from;
  ActiveEvidence evidence;  ///< what infrastructure's rules compare; for active checks only

  /// The reasons at `now`, those of infrastructure apart.
  [[nodiscard]] constexpr Reasons reasons_at(Timestamp now) const noexcept {
    Reasons reasons = standing;
    reasons.set(Reason::expired, now >= expired_from);
    reasons.set(Reason::stale, now >= stale_from);
    return reasons;
  }
};

/// All rules of the check's own host, asked once. There must be an observation.
///
/// Boundary: as of each rule's function.
/// Source:   SPEC 5, row by row.
[[nodiscard]] constexpr CheckMoments moments_of(const Question& about,
                                                const PolicySums& sums) noexcept {
  const Observation& seen = *about.observation;
  const Timestamp proven = effective(seen, sums);
  CheckMoments found{.standing = {},
                     .expired_from = expires_at(seen, sums),
                     .stale_from = stale_at(seen, sums),
                     .evidence = {.status_mtime = seen.status_mtime, .effective = proven}};
  found.standing.set(Reason::implausible_time, seen.implausible);
  if (is_infrastructure(about.check.kind)) return found;
  found.standing.set(Reason::unmeasured, is_unmeasured(seen, about.check));
  found.standing.set(Reason::under_manipulation, about.host.under_manipulation);
  found.standing.set(Reason::precedes_manipulation, precedes_manipulation(about.host, proven));
  found.standing.set(Reason::precedes_rename,
                     precedes_rename(about.host, seen, proven, sums.detection));
  return found;
}

/// What one dependency says of an active check, with only `now` left open: the reasons that hold
/// whatever the time, and the moments at which the others turn.
struct DependencyMoments {
  Reasons standing;                       ///< hold at any time at which it is known
  Timestamp unknown_from = distant_past;  ///< the first moment at which it is unknown
  Timestamp settled_from = distant_past;  ///< the first moment at which it no longer settles

  /// The reasons at `now`. Where the infrastructure is unknown, nothing else is concluded from it.
  [[nodiscard]] constexpr Reasons reasons_at(Timestamp now) const noexcept {
    Reasons known = standing;
    known.set(Reason::infrastructure_settling, now < settled_from);
    return now >= unknown_from ? Reasons{Reason::infrastructure_unknown} : known;
  }

  /// When it gives no reason.
  [[nodiscard]] constexpr Window window() const noexcept {
    return standing.empty()
               ? intersection(Window::starting(settled_from), Window::before(unknown_from))
               : Window::never();
  }
};

/// All rules of infrastructure that is known up to a moment, asked once.
[[nodiscard, gnu::always_inline]] constexpr DependencyMoments moments_of(
    const Observation& seen, Timestamp unknown_from, Seconds lag, const ActiveEvidence& check,
    const PolicySums& sums) noexcept {
  DependencyMoments found;
  found.unknown_from = unknown_from;
  found.standing.set(Reason::infrastructure_not_ok, seen.status != Status::ok);
  found.standing.set(Reason::precedes_infrastructure_change,
                     precedes_infrastructure_change(seen, check));
  if (sums.settling == Settling::clock) [[likely]] {
    found.settled_from = settled_from(check.status_mtime, lag);
  } else {
    found.standing.set(Reason::infrastructure_settling, !is_seen_after_lag(seen, check, lag));
  }
  return found;
}

/// All rules of one dependency, asked once.
///
/// Boundary: as of the functions above.
/// Source:   SPEC 5 and 6.
[[nodiscard]] constexpr DependencyMoments moments_of(const Dependency& on,
                                                     const ActiveEvidence& check,
                                                     const PolicySums& sums) noexcept {
  if (on.observation == nullptr || on.observation->implausible) [[unlikely]] {
    return {};
  }
  const InfrastructureSums& of_kind = sums.of(on.kind);
  const Timestamp unknown_from = add(on.observation->receive_time, of_kind.stale_after);
  return moments_of(*on.observation, unknown_from, of_kind.lag, check, sums);
}

/// All rules of one voice of a member of a class, asked once. `sums` are those of the check that
/// needs it.
///
/// Boundary: as of voice_reasons().
/// Source:   docs/decisions-classes.md, 453.
[[nodiscard]] constexpr DependencyMoments moments_of(const Voice& voice, Seconds lag,
                                                     const ActiveEvidence& check,
                                                     const PolicySums& sums) noexcept {
  if (voice.observation == nullptr) return {};
  const Question its{.check = *voice.check, .host = *voice.host, .observation = voice.observation};
  const CheckMoments own = moments_of(its, *voice.sums);
  if (!own.standing.empty()) return {};
  return moments_of(*voice.observation, earlier(own.expired_from, own.stale_from), lag, check,
                    sums);
}

/// The reasons that needs give at `now`.
[[nodiscard]] constexpr Reasons reasons_at(const Needs& needs, const ActiveEvidence& check,
                                           const PolicySums& sums, Timestamp now) noexcept {
  return reasons_of(needs, [&](const Member& member, const Voice& voice) {
    return moments_of(voice, member.lag, check, sums).reasons_at(now);
  });
}

/// The window in which needs permit the check. Source: SPEC 6, carried over to classes.
[[nodiscard]] constexpr Window window_of(const Needs& needs, const ActiveEvidence& check,
                                         const PolicySums& sums) noexcept {
  return window_of(needs, [&](const Member& member, const Voice& voice) {
    return moments_of(voice, member.lag, check, sums).window();
  });
}

/// Calls `visit(Reason, Window)` for each rule of one dependency, or of one voice, with the window
/// in which that rule permits the check. The intersection of the windows contains `now` iff
/// reasons_at() of its moments is empty.
///
/// Source:   SPEC 6.
template <class Visitor>
constexpr void for_each_infrastructure_window(const DependencyMoments& found, Visitor&& visit) {
  if (found.unknown_from == distant_past) {
    visit(Reason::infrastructure_unknown, Window::never());
    return;
  }
  const auto permitted_unless = [&](Reason reason) {
    return Window::always_if(!found.standing.has(reason));
  };
  visit(Reason::infrastructure_unknown, Window::before(found.unknown_from));
  visit(Reason::infrastructure_not_ok, permitted_unless(Reason::infrastructure_not_ok));
  visit(Reason::precedes_infrastructure_change,
        permitted_unless(Reason::precedes_infrastructure_change));
  visit(Reason::infrastructure_settling,
        intersection(permitted_unless(Reason::infrastructure_settling),
                     Window::starting(found.settled_from)));
}

template <class Visitor>
constexpr void for_each_infrastructure_window(const Dependency& on, const ActiveEvidence& check,
                                              const PolicySums& sums, Visitor&& visit) {
  for_each_infrastructure_window(moments_of(on, check, sums), visit);
}

/// The nearest moment after `now` at which any rule about an active check turns, whether that shows
/// or not; distant_future if none does.
[[nodiscard]] constexpr Timestamp next_turn(const Question& about, const CheckMoments& own,
                                            const PolicySums& sums, Timestamp now) noexcept {
  NearestAfter turn(now);
  const auto consider = [&](const DependencyMoments& its) {
    turn.consider(its.settled_from);
    turn.consider(its.unknown_from);
  };
  turn.consider(own.expired_from);
  turn.consider(own.stale_from);
  for (const Dependency& on : dependencies_of(about)) consider(moments_of(on, own.evidence, sums));
  const Needs* needs = needs_of(about);
  if (needs == nullptr) return turn.moment();
  for (const Member& member : needs->members) {
    for (const Voice& voice : member.voices) {
      consider(moments_of(voice, member.lag, own.evidence, sums));
    }
  }
  return turn.moment();
}

/// Calls `visit(Reason, Window, const Dependency*)` for each rule that speaks of the check, with
/// the window in which that rule permits it; the dependency is null for rules of the host's own.
/// Not for what the check needs of classes: one voice there need not permit it for the need to be
/// met.
///
/// Source:   SPEC 6.
template <class Visitor>
constexpr void for_each_window(const Question& about, const Policy& policy, Visitor&& visit) {
  constexpr const Dependency* own = nullptr;
  if (about.observation == nullptr) {
    visit(about.appear_by ? Reason::unobserved : Reason::missing, Window::never(), own);
    return;
  }
  const PolicySums sums = sums_of(about.check, policy);
  const CheckMoments found = moments_of(about, sums);
  const auto visit_standing = [&](Reason reason) {
    visit(reason, Window::always_if(!found.standing.has(reason)), own);
  };
  visit_standing(Reason::implausible_time);
  if (about.check.kind == Kind::hw_watcher) visit_standing(Reason::unmeasured);
  visit(Reason::expired, Window::before(found.expired_from), own);
  visit(Reason::stale, Window::before(found.stale_from), own);
  if (is_infrastructure(about.check.kind)) return;
  visit_standing(Reason::under_manipulation);
  visit_standing(Reason::precedes_manipulation);
  visit_standing(Reason::precedes_rename);
  for (const Dependency& on : dependencies_of(about)) {
    for_each_infrastructure_window(
        on, found.evidence, sums,
        [&](Reason reason, const Window& window) { visit(reason, window, &on); });
  }
}

}  // namespace vitals

#endif  // VITALS_MOMENTS_H
