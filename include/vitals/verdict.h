// SPDX-License-Identifier: Apache-2.0
/// @file
/// The verdict on one check: whether it counts now, why not, when it may, and when that changes.
///
///     counts      = no reason holds at `now`
///                 = `now` lies in the intersection of the rules' windows
///     next_change = the nearest moment after `now` at which the set of reasons differs
///
/// With vitals/rules.h this is the specification in code. Whatever is faster must equal it bit for
/// bit. Pure: the same facts, policy and `now` give the same verdict; total; allocates nothing;
/// constexpr.

#ifndef VITALS_VERDICT_H
#define VITALS_VERDICT_H

#include <optional>

#include "vitals/moments.h"
#include "vitals/nearest.h"
#include "vitals/policy_sums.h"
#include "vitals/reason.h"
#include "vitals/rules.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// The answer. `window` does not depend on `now`; the other two do.
struct Verdict {
  Reasons excluded_by;  ///< all reasons that hold; empty: the check counts
  Window window;        ///< when it counts if nothing new arrives; may be never()
  std::optional<Timestamp> next_change{};  ///< none: nothing will change by itself

  [[nodiscard]] constexpr bool counts() const noexcept { return excluded_by.empty(); }
  friend constexpr bool operator==(const Verdict&, const Verdict&) = default;
};

/// What one walk over the rules finds for a `now`.
struct Outlook {
  Reasons reasons;  ///< all that hold at `now`
  Window window;    ///< when the check counts if nothing new arrives; may be never()
  /// The nearest moment after `now` at which a reason begins that does not hold at `now`;
  /// distant_future: there is none.
  Timestamp next_beginning = distant_future;
  /// Whether some dependency will give a reason no more, which another may go on giving.
  bool may_end = false;
};

namespace detail {

constexpr Outlook outlook_unobserved(std::optional<Timestamp> appear_by, Timestamp now) noexcept {
  const bool is_awaited = appear_by && now < *appear_by;
  const Timestamp next = is_awaited ? *appear_by : distant_future;
  return {.reasons = {is_awaited ? Reason::unobserved : Reason::missing},
          .window = Window::never(),
          .next_beginning = next};
}

// Inlined by force: of its two callers one is hot, and compilers that count two inline neither,
// which makes a verdict dearer by a half.
[[gnu::always_inline]] constexpr Outlook outlook_observed(const Question& about,
                                                          const CheckMoments& own,
                                                          const PolicySums& sums,
                                                          Timestamp now) noexcept {
  Reasons standing = own.standing;
  Reasons reasons = own.reasons_at(now);
  Timestamp settled_from = distant_past;
  Timestamp unknown_from = distant_future;
  for (const Dependency& on : dependencies_of(about)) {
    const DependencyMoments its = moments_of(on, own.evidence, sums);
    standing |= its.standing;
    reasons |= its.reasons_at(now);
    settled_from = later(settled_from, its.settled_from);
    unknown_from = earlier(unknown_from, its.unknown_from);
  }
  const Timestamp fresh_until = earlier(own.expired_from, own.stale_from);
  const Window window{settled_from, earlier(fresh_until, unknown_from)};
  // Where one dependency is unknown already, `unknown_from` has passed: another that becomes so
  // begins no new reason. But it ends what it gave before.
  NearestAfter beginning(now);
  beginning.consider(own.expired_from);
  beginning.consider(own.stale_from);
  beginning.consider(unknown_from);
  const int is_unknown{reasons.has(Reason::infrastructure_unknown)};
  const int is_known{reasons.has_any(known_infrastructure_reasons)};  // by another
  const bool is_never = (int{!standing.empty()} | int{window.empty()}) != 0;
  return {.reasons = reasons,
          .window = never_if(is_never, window),
          .next_beginning = beginning.moment(),
          .may_end = ((is_unknown & is_known) | int{settled_from > now}) != 0};
}

// outlook_observed(), and what needs of classes add to it.
constexpr Outlook outlook_received(const Question& about, const PolicySums& sums,
                                   Timestamp now) noexcept {
  const CheckMoments own = moments_of(about, sums);
  Outlook found = outlook_observed(about, own, sums, now);
  if (const Needs* needs = needs_of(about)) {
    found.reasons |= reasons_at(*needs, own.evidence, sums, now);
    found.window = intersection(found.window, window_of(*needs, own.evidence, sums));
  }
  return found;
}

// The nearest moment after `now` at which some dependency gives a reason no more.
constexpr Timestamp next_ending(const Question& about, const CheckMoments& own,
                                const PolicySums& sums, Timestamp now) noexcept {
  NearestAfter ending(now);
  for (const Dependency& on : dependencies_of(about)) {
    const DependencyMoments its = moments_of(on, own.evidence, sums);
    ending.consider(its.settled_from);
    ending.consider(its.unknown_from);
  }
  return ending.moment();
}

// The nearest moment after `now` at which the set of reasons is no longer that of `found`. Seldom
// needed: kept out of the way of what always is.
[[gnu::noinline]] constexpr Timestamp first_difference(const Question& about,
                                                       const PolicySums& sums, Outlook found,
                                                       Timestamp now) noexcept {
  const CheckMoments own = moments_of(about, sums);
  const Reasons before = found.reasons;
  while (found.may_end) {
    const Timestamp ending = next_ending(about, own, sums, now);
    if (ending >= found.next_beginning) break;
    now = ending;
    found = outlook_observed(about, own, sums, now);
    if (found.reasons != before) return now;
  }
  return found.next_beginning;
}

constexpr std::optional<Verdict> verdict_of(const Outlook& found, Timestamp next_change) noexcept {
  std::optional<Verdict> verdict(std::in_place);
  verdict->excluded_by = found.reasons;
  verdict->window.from = found.window.from;
  verdict->window.until = found.window.until;
  if (next_change != distant_future) verdict->next_change = next_change;
  return verdict;
}

// judge() of a check that needs classes: reasons may come and go, so every turn is tried.
[[gnu::noinline]] constexpr std::optional<Verdict> judge_needs(const Question& about,
                                                               const PolicySums& sums,
                                                               Timestamp now) noexcept {
  const CheckMoments own = moments_of(about, sums);
  const Outlook found = outlook_received(about, sums, now);
  Timestamp next = now;
  do next = next_turn(about, own, sums, next);
  while (next != distant_future && outlook_received(about, sums, next).reasons == found.reasons);
  return verdict_of(found, next);
}

}  // namespace detail

/// The reasons at `now`, the intersection of the rules' windows, and when the reasons change.
///
/// Boundary: windows are half open. Where nothing was received, `unobserved` or `missing` alone.
/// Errors:   none.
/// Source:   SPEC 5 and 6.
[[nodiscard]] constexpr Outlook outlook(const Question& about, const Policy& policy,
                                        Timestamp now) noexcept {
  if (about.observation == nullptr) return detail::outlook_unobserved(about.appear_by, now);
  return detail::outlook_received(about, sums_of(about.check, policy), now);
}

/// When the check counts if nothing new arrives. Source: SPEC 6.
[[nodiscard]] constexpr Window window_of(const Question& about, const Policy& policy) noexcept {
  return outlook(about, policy, distant_past).window;
}

/// The verdict on a check at `now`; none while there is nothing to say about it.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: fresh iff now < stale_at; proven iff effective > the moment to be proven; windows are
///           half open.
/// Errors:   nullopt where has_verdict() is false. `sums` must be those of about.check.
/// Source:   SPEC 5 and 6.
///
///     const std::optional<Verdict> verdict = judge(question, policy, now);
///     if (verdict && verdict->counts()) act_on(question.observation->status);
///
/// Inlined by force: passing the question and the verdict through memory costs as much as the
/// rules.
[[nodiscard, gnu::always_inline]] constexpr std::optional<Verdict> judge(const Question& about,
                                                                         const PolicySums& sums,
                                                                         Timestamp now) noexcept {
  if (about.observation == nullptr) [[unlikely]] {
    if (!has_verdict(about)) return std::nullopt;
    const Outlook found = detail::outlook_unobserved(about.appear_by, now);
    return detail::verdict_of(found, found.next_beginning);
  }
  if (about.needs != nullptr) [[unlikely]]
    return detail::judge_needs(about, sums, now);
  const CheckMoments own = moments_of(about, sums);
  const Outlook found = detail::outlook_observed(about, own, sums, now);
  return detail::verdict_of(found, found.may_end ? detail::first_difference(about, sums, found, now)
                                                 : found.next_beginning);
}

[[nodiscard]] constexpr std::optional<Verdict> judge(const Question& about, const Policy& policy,
                                                     Timestamp now) noexcept {
  return judge(about, sums_of(about.check, policy), now);
}

/// The nearest moment after `now` at which the set of reasons differs from that at `now`, if
/// nothing new arrives; none if nothing will change by itself, or where has_verdict() is false.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: the first moment of the new set; always later than `now`.
/// Source:   SPEC 6 (next_change).
[[nodiscard]] constexpr std::optional<Timestamp> next_change(const Question& about,
                                                             const Policy& policy,
                                                             Timestamp now) noexcept {
  const std::optional<Verdict> verdict = judge(about, policy, now);
  return verdict ? verdict->next_change : std::nullopt;
}

/// The status that people may see: none while unobserved and once expired.
///
/// Source:   SPEC 11 (old health disappears).
[[nodiscard]] constexpr std::optional<Status> visible_status(const Question& about,
                                                             const Policy& policy,
                                                             Timestamp now) noexcept {
  if (about.observation == nullptr || is_expired(*about.observation, policy, now)) {
    return std::nullopt;
  }
  return about.observation->status;
}

/// What a person asks after a repair: which observation will prove the present state if it does not
/// change. It is the first one received *later than* the answer; none for checks that prove by
/// metadata or not at all, and where nothing has to be proven.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: a receipt at this very moment does not prove yet.
/// Source:   SPEC 6, last paragraph.
[[nodiscard]] constexpr std::optional<Timestamp> proven_by_receipt_after(
    const HostFacts& host, const CheckPolicy& check, const Policy& policy) noexcept {
  if (!host.manipulation_ended || is_infrastructure(check.kind) || check.kind == Kind::hw_watcher) {
    return std::nullopt;
  }
  return add(*host.manipulation_ended, receipt_lag(check, policy));
}

}  // namespace vitals

#endif  // VITALS_VERDICT_H
