// SPDX-License-Identifier: Apache-2.0
/// @file
/// The sums of the policy's constants that the rules compare.
///
///     stale_after(netmon)    = 2 * netmon.fetch_period
///     stale_after(any other) = 2 * push_period
///     hung_after             = hw_watcher.period + period + hw_watcher.latency + push_period
///     retention              = retention.push_periods * push_period
///     status_lag             = overhead + accuracy
///     receipt_lag            = overhead + push_period + 2 * period + accuracy
///     lag(switch)            = netmon.window + netmon.fetch_period
///     lag(rack)              = pongerd.flap_delay + juggler.propagation + juggler.push_period
///     speaking_lag           = period + lag(rack); of hw_watcher its hung_after
///
/// They depend on the policy alone, so whoever judges often takes them once: PolicySums. Pure,
/// saturating, constexpr.

#ifndef VITALS_POLICY_SUMS_H
#define VITALS_POLICY_SUMS_H

#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/time.h"

namespace vitals {

/// How long after its receipt an observation goes stale: two repeats are lost then. Source: SPEC 3.
[[nodiscard]] constexpr Seconds stale_after(Kind kind, const Policy& policy) noexcept {
  return times(2, kind == Kind::netmon ? policy.netmon.fetch_period : policy.juggler.push_period);
}

/// How long after its measurement an observation of hw-watcher goes stale: the daemon hangs then.
/// 22 min by default. Source: SPEC 3.
[[nodiscard]] constexpr Seconds hung_after(const CheckPolicy& check,
                                           const Policy& policy) noexcept {
  return sum(policy.hw_watcher.period, check.period, policy.hw_watcher.latency,
             policy.juggler.push_period);
}

/// How long after its receipt health is removed: 3 push periods by default. Source: SPEC 2.
[[nodiscard]] constexpr Seconds retention(const Policy& policy) noexcept {
  return times(policy.retention.push_periods, policy.juggler.push_period);
}

/// How far the change that proves a new state lies behind the moment to be proven: 5 min by
/// default. Source: SPEC 4.
[[nodiscard]] constexpr Seconds status_lag(const CheckPolicy& check,
                                           const Policy& policy) noexcept {
  return sum(policy.juggler.overhead, check.accuracy);
}

/// How far the receipt that proves an unchanged state lies behind the moment to be proven: 12 min
/// for UNREACHABLE, 14 for ssh, 20 for passive checks by default. Source: SPEC 4.
[[nodiscard]] constexpr Seconds receipt_lag(const CheckPolicy& check,
                                            const Policy& policy) noexcept {
  return sum(policy.juggler.overhead, policy.juggler.push_period, times(2, check.period),
             check.accuracy);
}

/// How long a switch (netmon) or a rack may take to speak up. Source: SPEC 5.
[[nodiscard]] constexpr Seconds lag(Kind infrastructure, const Policy& policy) noexcept {
  return infrastructure == Kind::netmon ? sum(policy.netmon.window, policy.netmon.fetch_period)
                                        : sum(policy.pongerd.flap_delay, policy.juggler.propagation,
                                              policy.juggler.push_period);
}

/// How long a check of a host may take to speak up for others, who need that host. Source:
/// docs/decisions-classes.md, 458.
[[nodiscard]] constexpr Seconds speaking_lag(const CheckPolicy& check,
                                             const Policy& policy) noexcept {
  return check.kind == Kind::hw_watcher ? hung_after(check, policy)
                                        : sum(check.period, lag(Kind::rack, policy));
}

/// What the rules about an active check compare of a switch or a rack.
struct InfrastructureSums {
  Seconds stale_after;
  Seconds lag;
};

/// Everything of the policy that the rules about one check compare.
struct PolicySums {
  Kind kind;          ///< of the check
  Settling settling;  ///< how its infrastructure settles
  Seconds accuracy;
  Seconds stale_after;
  Seconds hung_after;
  Seconds retention;
  Seconds status_lag;
  Seconds receipt_lag;
  Seconds detection;  ///< of a rename
  InfrastructureSums of_switch;
  InfrastructureSums of_rack;

  [[nodiscard]] constexpr const InfrastructureSums& of(Kind infrastructure) const noexcept {
    return infrastructure == Kind::netmon ? of_switch : of_rack;
  }
};

/// Takes the sums for one check of a policy.
///
/// Errors:   none; saturates.
/// Source:   SPEC 2 to 5.
[[nodiscard]] constexpr PolicySums sums_of(const CheckPolicy& check,
                                           const Policy& policy) noexcept {
  return {.kind = check.kind,
          .settling = policy.infrastructure.settling,
          .accuracy = check.accuracy,
          .stale_after = stale_after(check.kind, policy),
          .hung_after = hung_after(check, policy),
          .retention = retention(policy),
          .status_lag = status_lag(check, policy),
          .receipt_lag = receipt_lag(check, policy),
          .detection = policy.rename.detection,
          .of_switch = {stale_after(Kind::netmon, policy), lag(Kind::netmon, policy)},
          .of_rack = {stale_after(Kind::rack, policy), lag(Kind::rack, policy)}};
}

}  // namespace vitals

#endif  // VITALS_POLICY_SUMS_H
