// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a switch or a rack says about an active check of a host behind it.
///
///     lag(switch) = netmon.window + netmon.fetch_period
///     lag(rack)   = pongerd.flap_delay + juggler.propagation + juggler.push_period
///
/// The check counts only while the infrastructure is known and OK, changed before the check was
/// taken (effective > its status_mtime), and had time to speak up after the check's own change
/// (now - status_mtime > lag). What is not known shuts the check out: it fails closed. Pure,
/// saturating, constexpr.

#ifndef VITALS_INFRASTRUCTURE_H
#define VITALS_INFRASTRUCTURE_H

#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/reason.h"
#include "vitals/staleness.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// One infrastructure check on which an active check depends.
struct Dependency {
  Kind kind = Kind::netmon;  ///< netmon: of the host's switch; rack: of its rack
  /// The newest state of that check; null if it was never observed, or if nobody stated which
  /// switch or rack the host has. Not owned; must outlive the question.
  const Observation* observation = nullptr;
};

/// The active check's own side of the rules: when it changed, and from when on it is proven.
struct ActiveEvidence {
  Timestamp status_mtime;
  Timestamp effective;
};

/// How long the infrastructure may take to speak up.
///
/// Units:    seconds.
/// Errors:   none; saturates.
/// Source:   SPEC 5 (lag).
[[nodiscard]] constexpr Seconds lag(Kind infrastructure, const Policy& policy) noexcept {
  return infrastructure == Kind::netmon ? sum(policy.netmon.window, policy.netmon.fetch_period)
                                        : sum(policy.pongerd.flap_delay, policy.juggler.propagation,
                                              policy.juggler.push_period);
}

/// Whether nothing can be concluded from the infrastructure now.
///
/// Boundary: at its staleness deadline itself it is unknown.
/// Source:   SPEC 5 (infrastructure_unknown).
[[nodiscard]] constexpr bool is_infrastructure_unknown(const Dependency& on, const Policy& policy,
                                                       Timestamp now) noexcept {
  if (on.observation == nullptr) return true;
  const bool stale = now >= stale_at_by_receipt(on.observation->receive_time, on.kind, policy);
  return on.observation->implausible | stale;
}

/// Whether the check is not proven to be from after the infrastructure's last change.
///
/// Boundary: equal is not proven.
/// Source:   SPEC 5 (precedes_infrastructure_change).
[[nodiscard]] constexpr bool precedes_infrastructure_change(const Observation& infrastructure,
                                                            const ActiveEvidence& check) noexcept {
  return !(check.effective > infrastructure.status_mtime);
}

/// Whether the infrastructure had no time yet to speak up after the check's own change.
///
/// Boundary: `clock`: at status_mtime + lag it still settles. `receipt`: equal is not proven.
/// Source:   SPEC 5 (infrastructure_settling) and 10 (settling: receipt).
[[nodiscard]] constexpr bool is_infrastructure_settling(const Observation& infrastructure,
                                                        Kind kind, const ActiveEvidence& check,
                                                        const Policy& policy,
                                                        Timestamp now) noexcept {
  if (policy.infrastructure.settling == Settling::receipt) {
    return !(subtract(infrastructure.receive_time, lag(kind, policy)) > check.status_mtime);
  }
  return !(now > add(check.status_mtime, lag(kind, policy)));
}

/// The reasons that one dependency gives against an active check at `now`.
///
/// Boundary: as of the three functions above.
/// Errors:   none. An unknown infrastructure gives that reason alone.
/// Source:   SPEC 5.
[[nodiscard]] constexpr Reasons infrastructure_reasons(const Dependency& on,
                                                       const ActiveEvidence& check,
                                                       const Policy& policy,
                                                       Timestamp now) noexcept {
  if (on.observation == nullptr) return {Reason::infrastructure_unknown};
  const Observation& seen = *on.observation;
  Reasons reasons;
  reasons.set(Reason::infrastructure_not_ok, seen.status != Status::ok);
  reasons.set(Reason::precedes_infrastructure_change, precedes_infrastructure_change(seen, check));
  reasons.set(Reason::infrastructure_settling,
              is_infrastructure_settling(seen, on.kind, check, policy, now));
  const bool unknown = is_infrastructure_unknown(on, policy, now);
  return unknown ? Reasons{Reason::infrastructure_unknown} : reasons;
}

/// When the settling after a check's own change is over, by the clock: the first moment at which
/// it permits the check.
///
/// Boundary: one second after status_mtime + lag, because at that sum it still settles.
/// Source:   SPEC 6 (settling).
[[nodiscard]] constexpr Timestamp settled_from(Timestamp status_mtime, Kind kind,
                                               const Policy& policy) noexcept {
  return add(status_mtime, sum(lag(kind, policy), Seconds{1}));
}

/// Calls `visit(Reason, Window)` for each rule of one dependency with the window in which that rule
/// permits the check. The intersection of the windows contains `now` iff infrastructure_reasons()
/// at `now` is empty.
///
/// Source:   SPEC 6.
template <class Visitor>
constexpr void for_each_infrastructure_window(const Dependency& on, const ActiveEvidence& check,
                                              const Policy& policy, Visitor&& visit) {
  const Observation* seen = on.observation;
  if (seen == nullptr || seen->implausible) {
    visit(Reason::infrastructure_unknown, Window::never());
    return;
  }
  visit(Reason::infrastructure_unknown,
        Window::before(stale_at_by_receipt(seen->receive_time, on.kind, policy)));
  visit(Reason::infrastructure_not_ok, Window::always_if(seen->status == Status::ok));
  visit(Reason::precedes_infrastructure_change,
        Window::always_if(check.effective > seen->status_mtime));
  visit(Reason::infrastructure_settling,
        policy.infrastructure.settling == Settling::clock
            ? Window::starting(settled_from(check.status_mtime, on.kind, policy))
            : Window::always_if(subtract(seen->receive_time, lag(on.kind, policy)) >
                                check.status_mtime));
}

}  // namespace vitals

#endif  // VITALS_INFRASTRUCTURE_H
