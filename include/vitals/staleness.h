// SPDX-License-Identifier: Apache-2.0
/// @file
/// The staleness deadline: until when an observation may be used.
///
///     active, passive, rack   stale_at = receive_time + 2 * push_period
///     netmon                  stale_at = receive_time + 2 * netmon.fetch_period
///     hw_watcher              stale_at = min(receive_time + 2 * push_period,
///                                            metadata_timestamp + hw_watcher.period + period
///                                              + hw_watcher.latency + push_period)
///     fresh  iff  now < stale_at
///
/// The second term of hw_watcher catches a daemon that hangs while the passive check goes on
/// sending what it wrote last. Pure, saturating, constexpr.

#ifndef VITALS_STALENESS_H
#define VITALS_STALENESS_H

#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/policy_sums.h"
#include "vitals/time.h"

namespace vitals {

/// When a hung hw-watcher is noticed: the deadline that its metadata timestamp sets.
///
/// Units:    seconds.
/// Errors:   none; saturates.
/// Source:   SPEC 3. With the defaults it is 22 min after the measurement.
[[nodiscard]] constexpr Timestamp stale_at_by_metadata(Timestamp metadata_timestamp,
                                                       const CheckPolicy& check,
                                                       const Policy& policy) noexcept {
  return add(metadata_timestamp, hung_after(check, policy));
}

/// When a silence is noticed: the deadline that the receipt sets.
[[nodiscard]] constexpr Timestamp stale_at_by_receipt(Timestamp receive_time, Kind kind,
                                                      const Policy& policy) noexcept {
  return add(receive_time, stale_after(kind, policy));
}

/// The first moment at which the observation is stale.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: at the deadline itself the check is stale.
/// Errors:   none; saturates.
/// Source:   SPEC 3.
///
///     // received at 1000 with pushes every 5 min: fresh up to and including 1599
///     stale_at(seen, {.kind = Kind::active}, policy) == t(1600)
[[nodiscard]] constexpr Timestamp stale_at(const Observation& seen,
                                           const PolicySums& sums) noexcept {
  const Timestamp silent = add(seen.receive_time, sums.stale_after);
  if (!seen.metadata_timestamp) return silent;
  return earlier(silent, add(*seen.metadata_timestamp, sums.hung_after));
}

[[nodiscard]] constexpr Timestamp stale_at(const Observation& seen, const CheckPolicy& check,
                                           const Policy& policy) noexcept {
  return stale_at(seen, sums_of(check, policy));
}

/// The first moment at which the observation disappears from what people see.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: at this moment itself it has expired.
/// Errors:   none; saturates.
/// Source:   SPEC 2 (retention) and 5 (expired).
[[nodiscard]] constexpr Timestamp expires_at(const Observation& seen,
                                             const PolicySums& sums) noexcept {
  return add(seen.receive_time, sums.retention);
}

[[nodiscard]] constexpr Timestamp expires_at(const Observation& seen,
                                             const Policy& policy) noexcept {
  return add(seen.receive_time, retention(policy));
}

}  // namespace vitals

#endif  // VITALS_STALENESS_H
