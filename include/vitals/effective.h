// SPDX-License-Identifier: Apache-2.0
/// @file
/// The effective timestamp: a lower bound of the moment at which the observed state was true.
///
///     by_metadata = metadata_timestamp - accuracy                                   (hw_watcher)
///     by_status   = status_mtime - overhead - accuracy                     (active and passive)
///     by_receipt  = receive_time - overhead - push_period - 2 * period - accuracy    (likewise)
///     effective   = by_metadata, or the later of by_status and by_receipt
///     proven after X  iff  effective > X                          (equal is not proven)
///
/// by_status is certain when it says yes, but may say no for ever. by_receipt always arrives, but
/// trusts that every time to live is shorter than push_period + 2 * period. Pure, saturating,
/// constexpr.

#ifndef VITALS_EFFECTIVE_H
#define VITALS_EFFECTIVE_H

#include <algorithm>
#include <cstdint>
#include <optional>

#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/policy_sums.h"
#include "vitals/time.h"

namespace vitals {

/// The lower bound that a change of status gives: certain when it says yes.
///
/// Units: seconds since the Unix epoch. Errors: none; saturates. Source: SPEC 4.
[[nodiscard]] constexpr Timestamp by_status(const Observation& seen, const CheckPolicy& check,
                                            const Policy& policy) noexcept {
  return subtract(seen.status_mtime, status_lag(check, policy));
}

/// The lower bound that a receipt gives: only likely, but it always arrives.
///
/// Units: seconds since the Unix epoch. Errors: none; saturates. Source: SPEC 4.
[[nodiscard]] constexpr Timestamp by_receipt(const Observation& seen, const CheckPolicy& check,
                                             const Policy& policy) noexcept {
  return subtract(seen.receive_time, receipt_lag(check, policy));
}

/// The lower bound that hw-watcher's own time of measurement gives.
///
/// Units: seconds since the Unix epoch. Errors: none; saturates. Source: SPEC 4.
[[nodiscard]] constexpr Timestamp by_metadata(Timestamp metadata_timestamp,
                                              const CheckPolicy& check) noexcept {
  return subtract(metadata_timestamp, check.accuracy);
}

/// Which formula gave an effective timestamp; explanations name it, because each trusts something
/// else.
enum class Formula : std::uint8_t {
  status,   ///< the status changed: certain
  receipt,  ///< received so late that it must have been measured again: likely
  metadata  ///< measured then, says hw-watcher: as good as the host's clock
};

/// An effective timestamp and the formula that gave it.
struct Effective {
  Timestamp at;
  Formula formula;

  friend constexpr bool operator==(const Effective&, const Effective&) = default;
};

/// The effective timestamp of an observation; none for netmon and rack, where it enters no rule.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: where status and receipt give the same moment, status is named: it is the certain one.
/// Errors:   none; saturates.
/// Source:   SPEC 4; an hw_watcher check without metadata follows the passive formulas (SPEC 3).
///
///     effective_by(seen, ssh, policy)->formula == Formula::receipt
[[nodiscard]] constexpr std::optional<Effective> effective_by(const Observation& seen,
                                                              const CheckPolicy& check,
                                                              const Policy& policy) noexcept {
  if (is_infrastructure(check.kind)) return std::nullopt;
  if (seen.metadata_timestamp) {
    return Effective{by_metadata(*seen.metadata_timestamp, check), Formula::metadata};
  }
  const Timestamp status = by_status(seen, check, policy);
  const Timestamp receipt = by_receipt(seen, check, policy);
  return status >= receipt ? Effective{status, Formula::status}
                           : Effective{receipt, Formula::receipt};
}

/// effective_by() without the formula; distant_past for netmon and rack: nothing is proven by them.
[[nodiscard]] constexpr Timestamp effective(const Observation& seen,
                                            const PolicySums& sums) noexcept {
  if (is_infrastructure(sums.kind)) return distant_past;
  if (seen.metadata_timestamp) return subtract(*seen.metadata_timestamp, sums.accuracy);
  return later(subtract(seen.status_mtime, sums.status_lag),
               subtract(seen.receive_time, sums.receipt_lag));
}

[[nodiscard]] constexpr Timestamp effective(const Observation& seen, const CheckPolicy& check,
                                            const Policy& policy) noexcept {
  return effective(seen, sums_of(check, policy));
}

/// The lazy variant: the effective timestamp computed at use, when it is known what it must prove.
/// A `detection` delay, such as Juggler's three hours on changed DNS records, becomes one more
/// period of the check instead of a term in a rule.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: effective_lazily(..., d) > R  iff  effective(...) > R + d.
/// Errors:   none; saturates.
/// Source:   SPEC 10 (lazy).
[[nodiscard]] constexpr Timestamp effective_lazily(const Observation& seen,
                                                   const CheckPolicy& check, const Policy& policy,
                                                   Seconds detection) noexcept {
  return subtract(effective(seen, check, policy), detection);
}

}  // namespace vitals

#endif  // VITALS_EFFECTIVE_H
