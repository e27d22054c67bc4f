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
#include "vitals/policy_sums.h"
#include "vitals/reason.h"
#include "vitals/staleness.h"
#include "vitals/time.h"

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

/// When the settling after a check's own change is over, by the clock: the first moment at which
/// it permits the check.
///
/// Boundary: one second after status_mtime + lag, because at that sum it still settles.
/// Source:   SPEC 6 (settling).
[[nodiscard]] constexpr Timestamp settled_from(Timestamp status_mtime, Seconds lag) noexcept {
  return add(add(status_mtime, lag), Seconds{1});
}

/// Whether the infrastructure was received more than its lag after the check's own change: then it
/// would have told what the check suffers from.
///
/// Boundary: equal is not proven.
/// Source:   SPEC 10 (infrastructure.effective > status_mtime).
[[nodiscard]] constexpr bool is_seen_after_lag(const Observation& infrastructure,
                                               const ActiveEvidence& check, Seconds lag) noexcept {
  return subtract(infrastructure.receive_time, lag) > check.status_mtime;
}

/// Whether the infrastructure had no time yet to speak up after the check's own change.
///
/// Boundary: `clock`: at status_mtime + lag it still settles. `receipt`: equal is not proven.
/// Source:   SPEC 5 (infrastructure_settling) and 10 (settling: receipt).
[[nodiscard]] constexpr bool is_infrastructure_settling(const Observation& infrastructure,
                                                        Seconds lag, const ActiveEvidence& check,
                                                        const Policy& policy,
                                                        Timestamp now) noexcept {
  if (policy.infrastructure.settling == Settling::receipt) {
    return !is_seen_after_lag(infrastructure, check, lag);
  }
  return !(now > add(check.status_mtime, lag));
}

[[nodiscard]] constexpr bool is_infrastructure_settling(const Observation& infrastructure,
                                                        Kind kind, const ActiveEvidence& check,
                                                        const Policy& policy,
                                                        Timestamp now) noexcept {
  return is_infrastructure_settling(infrastructure, lag(kind, policy), check, policy, now);
}

/// The reasons that infrastructure gives where it is known.
///
/// Boundary: as of the three functions above.
/// Source:   SPEC 5.
[[nodiscard]] constexpr Reasons known_reasons(const Observation& infrastructure, Seconds lag,
                                              const ActiveEvidence& check, const Policy& policy,
                                              Timestamp now) noexcept {
  Reasons reasons;
  reasons.set(Reason::infrastructure_not_ok, infrastructure.status != Status::ok);
  reasons.set(Reason::precedes_infrastructure_change,
              precedes_infrastructure_change(infrastructure, check));
  reasons.set(Reason::infrastructure_settling,
              is_infrastructure_settling(infrastructure, lag, check, policy, now));
  return reasons;
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
  const Reasons known = known_reasons(*on.observation, lag(on.kind, policy), check, policy, now);
  const bool unknown = is_infrastructure_unknown(on, policy, now);
  return unknown ? Reasons{Reason::infrastructure_unknown} : known;
}

}  // namespace vitals

#endif  // VITALS_INFRASTRUCTURE_H
