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
  /// The nearest moment after `now` at which some dependency gives a reason no more, which another
  /// may go on giving: the set of reasons may be another one then, or the same.
  Timestamp next_doubt = distant_future;
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
  const auto ahead = [now](Timestamp moment) { return moment > now ? moment : distant_future; };
  Reasons standing = own.standing;
  Timestamp unknown_from = distant_future;
  Timestamp hidden_from = distant_future;  // what is unknown gives no other reason any more
  Timestamp settled_from = distant_future;
  Outlook found{.reasons = own.reasons_at(now),
                .window = Window::before(earlier(own.expired_from, own.stale_from)),
                .next_beginning = earlier(ahead(own.expired_from), ahead(own.stale_from))};
  for (const Dependency& on : dependencies_of(about)) {
    const DependencyMoments its = moments_of(on, own.evidence, sums);
    standing |= its.standing;
    found.reasons |= its.reasons_at(now);
    found.window.from = later(found.window.from, its.settled_from);
    found.window.until = earlier(found.window.until, its.unknown_from);
    const Timestamp unknown = ahead(its.unknown_from);
    const bool has_others = (int{!its.standing.empty()} | int{its.settled_from > now}) != 0;
    unknown_from = earlier(unknown_from, unknown);
    hidden_from = earlier(hidden_from, has_others ? unknown : distant_future);
    settled_from = earlier(settled_from, ahead(its.settled_from));
  }
  // Where one dependency is unknown already, another that becomes so begins no new reason.
  const bool is_unknown = found.reasons.has(Reason::infrastructure_unknown);
  found.next_beginning = earlier(found.next_beginning, is_unknown ? distant_future : unknown_from);
  found.next_doubt = earlier(settled_from, is_unknown ? hidden_from : distant_future);
  const bool is_never = (int{!standing.empty()} | int{found.window.empty()}) != 0;
  found.window.from = is_never ? distant_future : found.window.from;
  found.window.until = is_never ? distant_past : found.window.until;
  return found;
}

// The first moment, from a doubt on, at which the set of reasons is no longer `before`. Seldom
// needed: kept out of the way of what always is.
[[gnu::noinline]] constexpr Timestamp first_difference(const Question& about,
                                                       const CheckMoments& own,
                                                       const PolicySums& sums, Reasons before,
                                                       Timestamp doubt) noexcept {
  while (true) {
    const Outlook there = outlook_observed(about, own, sums, doubt);
    if (there.reasons != before) return doubt;
    if (there.next_doubt >= there.next_beginning) return there.next_beginning;
    doubt = there.next_doubt;
  }
}

// Member by member: copied as a whole, the window would be read in another width than it was
// written in, and the processor waits for such reads.
constexpr void tell(const Outlook& found, Timestamp next_change, Verdict& verdict) noexcept {
  verdict.excluded_by = found.reasons;
  verdict.window.from = found.window.from;
  verdict.window.until = found.window.until;
  if (next_change != distant_future) verdict.next_change = next_change;
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
  const PolicySums sums = sums_of(about.check, policy);
  return detail::outlook_observed(about, moments_of(about, sums), sums, now);
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
[[nodiscard]] constexpr std::optional<Verdict> judge(const Question& about, const PolicySums& sums,
                                                     Timestamp now) noexcept {
  std::optional<Verdict> verdict;
  if (!has_verdict(about)) return verdict;
  if (about.observation == nullptr) {
    const Outlook found = detail::outlook_unobserved(about.appear_by, now);
    detail::tell(found, found.next_beginning, verdict.emplace());
    return verdict;
  }
  const CheckMoments own = moments_of(about, sums);
  const Outlook found = detail::outlook_observed(about, own, sums, now);
  Timestamp next = found.next_beginning;
  if (found.next_doubt < next) {
    next = detail::first_difference(about, own, sums, found.reasons, found.next_doubt);
  }
  detail::tell(found, next, verdict.emplace());
  return verdict;
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
