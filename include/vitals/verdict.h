// SPDX-License-Identifier: Apache-2.0
/// @file
/// The verdict on one check: whether it counts now, why not, when it may, and when that changes.
///
///     counts      = no reason holds at `now`
///                 = `now` lies in the intersection of the rules' windows
///     next_change = the nearest moment after `now` at which the set of reasons differs
///
/// judge() is the specification in code: literal, one function a rule, in the order of its table.
/// Whatever is faster must equal it bit for bit. Pure: the same facts, policy and `now` give the
/// same verdict; total; allocates nothing; constexpr.

#ifndef VITALS_VERDICT_H
#define VITALS_VERDICT_H

#include <algorithm>
#include <optional>
#include <span>

#include "vitals/appearance.h"
#include "vitals/effective.h"
#include "vitals/infrastructure.h"
#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/reason.h"
#include "vitals/staleness.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// Everything that the verdict on one check depends on, but for the policy and `now`. Nothing is
/// owned; all of it must outlive the call.
struct Question {
  const CheckPolicy& check;
  const HostFacts& host;                          ///< not looked at for infrastructure checks
  const Observation* observation = nullptr;       ///< null: nothing received yet
  std::optional<Timestamp> appear_by{};           ///< none: neither assigned nor renamed
  std::span<const Dependency> dependencies = {};  ///< looked at for active checks only
};

/// The answer. `window` does not depend on `now`; the other two do.
struct Verdict {
  Reasons excluded_by;  ///< all reasons that hold; empty: the check counts
  Window window;        ///< when it counts if nothing new arrives; may be never()
  std::optional<Timestamp> next_change{};  ///< none: nothing will change by itself

  [[nodiscard]] constexpr bool counts() const noexcept { return excluded_by.empty(); }
  friend constexpr bool operator==(const Verdict&, const Verdict&) = default;
};

/// Whether there is anything to say about a check: it was observed, or its absence matters.
///
/// Source:   SPEC 5 (a check that is not required has no verdict until it is observed) and 7 (nor
///           has an unobserved one of a host that was neither assigned nor renamed).
[[nodiscard]] constexpr bool has_verdict(const Question& about) noexcept {
  return about.observation != nullptr || (about.check.required && about.appear_by);
}

/// `expired`: health this old is removed from what people see.
/// Boundary: holds at receive_time + retention. Source: SPEC 5.
[[nodiscard]] constexpr bool is_expired(const Observation& seen, const Policy& policy,
                                        Timestamp now) noexcept {
  return now >= expires_at(seen, policy);
}

/// `stale`: past the deadline at which a new observation should have come.
/// Boundary: holds at stale_at. Source: SPEC 3 and 5.
[[nodiscard]] constexpr bool is_stale(const Observation& seen, const CheckPolicy& check,
                                      const Policy& policy, Timestamp now) noexcept {
  return now >= stale_at(seen, check, policy);
}

/// `unmeasured`: hw-watcher's word without the time of the measurement. Source: SPEC 3 and 5.
[[nodiscard]] constexpr bool is_unmeasured(const Observation& seen,
                                           const CheckPolicy& check) noexcept {
  return check.kind == Kind::hw_watcher && seen.status != Status::nodata &&
         !seen.metadata_timestamp;
}

/// `precedes_manipulation`: not proven to be from after the last work on the host.
/// Boundary: equal is not proven. Source: SPEC 5.
[[nodiscard]] constexpr bool precedes_manipulation(const HostFacts& host,
                                                   Timestamp effective) noexcept {
  return host.manipulation_ended.has_value() &
         !(effective > host.manipulation_ended.value_or(distant_past));
}

/// `precedes_rename`: not proven to be about the host under its new name.
/// Boundary: equal is not proven, for both alternatives. Source: SPEC 5.
[[nodiscard]] constexpr bool precedes_rename(const HostFacts& host, const Observation& seen,
                                             Timestamp effective, const Policy& policy) noexcept {
  if (!host.renamed) return false;
  return !(seen.status_mtime > *host.renamed ||
           effective > add(*host.renamed, policy.rename.detection));
}

/// The reasons against a check at `now`, as predicates.
///
/// Boundary: as of each rule's function.
/// Errors:   none. Where nothing was received, `unobserved` or `missing` alone.
/// Source:   SPEC 5, row by row.
[[nodiscard]] constexpr Reasons reasons_at(const Question& about, const Policy& policy,
                                           Timestamp now) noexcept {
  Reasons reasons;
  if (about.observation == nullptr) {
    const bool waiting = about.appear_by && now < *about.appear_by;
    reasons.set(waiting ? Reason::unobserved : Reason::missing);
    return reasons;
  }
  const Observation& seen = *about.observation;
  reasons.set(Reason::implausible_time, seen.implausible);
  reasons.set(Reason::expired, is_expired(seen, policy, now));
  reasons.set(Reason::stale, is_stale(seen, about.check, policy, now));
  if (is_infrastructure(about.check.kind)) return reasons;

  const Timestamp proven = effective(seen, about.check, policy);
  reasons.set(Reason::unmeasured, is_unmeasured(seen, about.check));
  reasons.set(Reason::under_manipulation, about.host.under_manipulation);
  reasons.set(Reason::precedes_manipulation, precedes_manipulation(about.host, proven));
  reasons.set(Reason::precedes_rename, precedes_rename(about.host, seen, proven, policy));
  if (about.check.kind == Kind::active) {
    for (const Dependency& on : about.dependencies) {
      reasons |= infrastructure_reasons(
          on, {.status_mtime = seen.status_mtime, .effective = proven}, policy, now);
    }
  }
  return reasons;
}

/// Calls `visit(Reason, Window, const Dependency*)` for each rule that speaks of the check, with
/// the window in which that rule permits it; the dependency is null for rules of the host's own.
/// This is the same specification as reasons_at(), written as windows.
///
/// Source:   SPEC 6.
template <class Visitor>
constexpr void for_each_window(const Question& about, const Policy& policy, Visitor&& visit) {
  constexpr const Dependency* own = nullptr;
  if (about.observation == nullptr) {
    visit(about.appear_by ? Reason::unobserved : Reason::missing, Window::never(), own);
    return;
  }
  const Observation& seen = *about.observation;
  visit(Reason::implausible_time, Window::always_if(!seen.implausible), own);
  if (about.check.kind == Kind::hw_watcher) {
    visit(Reason::unmeasured, Window::always_if(!is_unmeasured(seen, about.check)), own);
  }
  visit(Reason::expired, Window::before(expires_at(seen, policy)), own);
  visit(Reason::stale, Window::before(stale_at(seen, about.check, policy)), own);
  if (is_infrastructure(about.check.kind)) return;

  const HostFacts& host = about.host;
  const Timestamp proven = effective(seen, about.check, policy);
  visit(Reason::under_manipulation, Window::always_if(!host.under_manipulation), own);
  visit(Reason::precedes_manipulation, Window::always_if(!precedes_manipulation(host, proven)),
        own);
  visit(Reason::precedes_rename, Window::always_if(!precedes_rename(host, seen, proven, policy)),
        own);
  if (about.check.kind != Kind::active) return;
  for (const Dependency& on : about.dependencies) {
    for_each_infrastructure_window(
        on, {.status_mtime = seen.status_mtime, .effective = proven}, policy,
        [&](Reason reason, Window window) { visit(reason, window, &on); });
  }
}

/// What one walk over the windows finds: when the check counts if nothing new arrives, and the
/// nearest moment after `now` at which any rule's answer changes.
struct Outlook {
  Window window;
  Timestamp next_boundary = distant_future;  ///< distant_future: there is none
};

/// The intersection of the rules' windows, and the nearest of their ends after `now`.
///
/// Boundary: half open; Window::never() if no moment permits the check. At the boundary the set of
///           reasons may be the same as before: two rules may share a reason.
/// Errors:   none.
/// Source:   SPEC 6.
[[nodiscard]] constexpr Outlook outlook(const Question& about, const Policy& policy,
                                        Timestamp now) noexcept {
  Outlook found;
  const auto consider = [&](Timestamp moment) {
    found.next_boundary = std::min(found.next_boundary, moment > now ? moment : distant_future);
  };
  if (about.observation == nullptr && about.appear_by) consider(*about.appear_by);
  for_each_window(about, policy, [&](Reason, const Window& permitted, const Dependency*) {
    found.window.from = std::max(found.window.from, permitted.from);
    found.window.until = std::min(found.window.until, permitted.until);
    consider(permitted.from);
    consider(permitted.until);
  });
  if (found.window.empty()) found.window = Window::never();
  return found;
}

/// When the check counts if nothing new arrives. Source: SPEC 6.
[[nodiscard]] constexpr Window window_of(const Question& about, const Policy& policy) noexcept {
  return outlook(about, policy, distant_past).window;
}

/// The nearest moment after `now` at which any rule's answer changes. Source: SPEC 6.
[[nodiscard]] constexpr Timestamp next_boundary(const Question& about, const Policy& policy,
                                                Timestamp now) noexcept {
  return outlook(about, policy, now).next_boundary;
}

/// The first boundary, from `boundary` on, at which the set of reasons is no longer `before`.
///
/// Source:   SPEC 6 (next_change).
[[nodiscard]] constexpr std::optional<Timestamp> first_difference(const Question& about,
                                                                  const Policy& policy,
                                                                  Reasons before,
                                                                  Timestamp boundary) noexcept {
  // Only the dependencies of active checks share reasons; everybody else's boundary is a change.
  if (about.check.kind != Kind::active && boundary != distant_future) return boundary;
  for (; boundary != distant_future; boundary = next_boundary(about, policy, boundary)) {
    if (reasons_at(about, policy, boundary) != before) return boundary;
  }
  return std::nullopt;
}

/// The nearest moment after `now` at which the set of reasons differs from that at `now`, if
/// nothing new arrives.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: the first moment of the new set; always later than `now`.
/// Errors:   nullopt if nothing will change by itself.
/// Source:   SPEC 6 (next_change).
[[nodiscard]] constexpr std::optional<Timestamp> next_change(const Question& about,
                                                             const Policy& policy,
                                                             Timestamp now) noexcept {
  return first_difference(about, policy, reasons_at(about, policy, now),
                          next_boundary(about, policy, now));
}

/// The verdict on a check at `now`; none while there is nothing to say about it.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: fresh iff now < stale_at; proven iff effective > the moment to be proven; windows are
///           half open.
/// Errors:   nullopt where has_verdict() is false.
/// Source:   SPEC 5 and 6.
///
///     const std::optional<Verdict> verdict = judge(question, policy, now);
///     if (verdict && verdict->counts()) act_on(question.observation->status);
[[nodiscard]] constexpr std::optional<Verdict> judge(const Question& about, const Policy& policy,
                                                     Timestamp now) noexcept {
  std::optional<Verdict> verdict;
  if (!has_verdict(about)) return verdict;
  const Reasons reasons = reasons_at(about, policy, now);
  const Outlook ahead = outlook(about, policy, now);
  verdict.emplace();
  verdict->excluded_by = reasons;
  verdict->window = ahead.window;
  verdict->next_change = first_difference(about, policy, reasons, ahead.next_boundary);
  return verdict;
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
