// SPDX-License-Identifier: Apache-2.0
// Nearly everything that a fleet receives says again what was said before. Of a check that counts
// it changes nothing but the moment until which it counts:
//
//     a check of a host counts with `before` at some moment and goes on to do so until the receipt
//     and received is a repeat of `before`
//     =>  it counts from the receipt until fresh_until(received), as long as nothing else happens
//
// For all rules but those of freshness compare moments of `before` that the repeat has not moved,
// or has moved forward, which only makes them prove more.
#ifndef VITALS_LIB_FLEET_REPEAT_H
#define VITALS_LIB_FLEET_REPEAT_H

#include "vitals/observation.h"
#include "vitals/policy_sums.h"
#include "vitals/staleness.h"
#include "vitals/time.h"

namespace vitals {

// Whether `received`, which is not older than `before`, says the same state, measured no earlier.
[[nodiscard]] constexpr bool is_repeat(const Observation& before, const Observation& received) {
  return received.status == before.status && received.status_mtime == before.status_mtime &&
         !received.implausible &&
         received.metadata_timestamp.has_value() == before.metadata_timestamp.has_value() &&
         received.metadata_timestamp >= before.metadata_timestamp;
}

// The moment at which it goes stale or expires, whichever comes first.
[[nodiscard]] constexpr Timestamp fresh_until(const Observation& seen, const PolicySums& sums) {
  return earlier(stale_at(seen, sums), expires_at(seen, sums));
}

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_REPEAT_H
