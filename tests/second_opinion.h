// SPDX-License-Identifier: Apache-2.0
// A second opinion on judge(): SPEC 3 to 6 read once more, as predicates on plain 64-bit numbers.
// It calls no formula of the library and computes no window: whoever wants one tries all seconds.
// Sums do not saturate here, so it is for moments and durations that input may state.
#ifndef VITALS_TESTS_SECOND_OPINION_H
#define VITALS_TESTS_SECOND_OPINION_H

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "vitals/verdict.h"

namespace vitals {

using Number = std::int64_t;

inline Number plain(Timestamp moment) { return moment.time_since_epoch().count(); }
inline Number plain(Seconds length) { return length.count(); }

/// SPEC 3: an hw_watcher check whose metadata timestamp speaks.
inline bool is_plainly_measured(const Observation& seen, const CheckPolicy& check) {
  return check.kind == Kind::hw_watcher && seen.status != Status::nodata && seen.metadata_timestamp;
}

/// SPEC 3: the table.
inline Number plain_stale_at(const Observation& seen, const CheckPolicy& check,
                             const Policy& policy) {
  if (check.kind == Kind::netmon) {
    return plain(seen.receive_time) + 2 * plain(policy.netmon.fetch_period);
  }
  const Number silent = plain(seen.receive_time) + 2 * plain(policy.juggler.push_period);
  if (!is_plainly_measured(seen, check)) return silent;
  const Number hung = plain(*seen.metadata_timestamp) + plain(policy.hw_watcher.period) +
                      plain(check.period) + plain(policy.hw_watcher.latency) +
                      plain(policy.juggler.push_period);
  return std::min(silent, hung);
}

/// SPEC 4: the table; the least number for the kinds that have no effective timestamp.
inline Number plain_effective(const Observation& seen, const CheckPolicy& check,
                              const Policy& policy) {
  if (check.kind == Kind::netmon || check.kind == Kind::rack) {
    return std::numeric_limits<Number>::min();
  }
  if (is_plainly_measured(seen, check)) {
    return plain(*seen.metadata_timestamp) - plain(check.accuracy);
  }
  const Number overhead = plain(policy.juggler.overhead);
  const Number by_status = plain(seen.status_mtime) - overhead - plain(check.accuracy);
  const Number by_receipt = plain(seen.receive_time) - overhead -
                            plain(policy.juggler.push_period) - 2 * plain(check.period) -
                            plain(check.accuracy);
  return std::max(by_status, by_receipt);
}

/// SPEC 5: the lag of a switch, and of a rack.
inline Number plain_lag(Kind kind, const Policy& policy) {
  if (kind == Kind::netmon) {
    return plain(policy.netmon.window) + plain(policy.netmon.fetch_period);
  }
  return plain(policy.pongerd.flap_delay) + plain(policy.juggler.propagation) +
         plain(policy.juggler.push_period);
}

/// SPEC 5, the last four rows, and SPEC 10 for `settling: receipt`.
inline Reasons plain_dependency_reasons(const Dependency& on, Number status_mtime, Number effective,
                                        const Policy& policy, Number now) {
  const CheckPolicy infrastructure{.kind = on.kind};
  if (!on.observation || on.observation->implausible ||
      now >= plain_stale_at(*on.observation, infrastructure, policy)) {
    return {Reason::infrastructure_unknown};
  }
  Reasons found;
  const Number wait = plain_lag(on.kind, policy);
  const bool settled = policy.infrastructure.settling == Settling::clock
                           ? now - status_mtime > wait
                           : plain(on.observation->receive_time) - wait > status_mtime;
  if (on.observation->status != Status::ok) found.set(Reason::infrastructure_not_ok);
  if (!(effective > plain(on.observation->status_mtime))) {
    found.set(Reason::precedes_infrastructure_change);
  }
  if (!settled) found.set(Reason::infrastructure_settling);
  return found;
}

/// SPEC 5: the rows from `under_manipulation` to `precedes_rename`.
inline Reasons plain_host_reasons(const HostFacts& host, Number status_mtime, Number effective,
                                  const Policy& policy) {
  Reasons found;
  if (host.under_manipulation) found.set(Reason::under_manipulation);
  if (host.manipulation_ended && !(effective > plain(*host.manipulation_ended))) {
    found.set(Reason::precedes_manipulation);
  }
  if (host.renamed) {
    const Number renamed = plain(*host.renamed);
    const bool detected = effective > renamed + plain(policy.rename.detection);
    if (!(status_mtime > renamed || detected)) found.set(Reason::precedes_rename);
  }
  return found;
}

/// SPEC 5: all rows, for a check that has a verdict.
inline Reasons plain_reasons(const Question& about, const Policy& policy, Timestamp moment) {
  const Number now = plain(moment);
  if (!about.observation) {
    return now < plain(about.appear_by.value()) ? Reasons{Reason::unobserved}
                                                : Reasons{Reason::missing};
  }
  const Observation& seen = *about.observation;
  const CheckPolicy& check = about.check;
  const Number retention = policy.retention.push_periods * plain(policy.juggler.push_period);
  Reasons found;
  if (seen.implausible) found.set(Reason::implausible_time);
  if (now >= plain(seen.receive_time) + retention) found.set(Reason::expired);
  if (now >= plain_stale_at(seen, check, policy)) found.set(Reason::stale);
  if (check.kind == Kind::netmon || check.kind == Kind::rack) return found;

  if (check.kind == Kind::hw_watcher && seen.status != Status::nodata && !seen.metadata_timestamp) {
    found.set(Reason::unmeasured);
  }
  const Number proven = plain_effective(seen, check, policy);
  found |= plain_host_reasons(about.host, plain(seen.status_mtime), proven, policy);
  if (check.kind != Kind::active) return found;
  for (const Dependency& on : about.dependencies) {
    found |= plain_dependency_reasons(on, plain(seen.status_mtime), proven, policy, now);
  }
  return found;
}

/// SPEC 6: the nearest second after `now`, up to and including `last`, at which the set of reasons
/// differs. Tries them all.
inline std::optional<Timestamp> plain_next_change(const Question& about, const Policy& policy,
                                                  Timestamp now, Timestamp last) {
  const Reasons before = plain_reasons(about, policy, now);
  for (Timestamp moment = now + Seconds{1}; moment <= last; moment += Seconds{1}) {
    if (plain_reasons(about, policy, moment) != before) return moment;
  }
  return std::nullopt;
}

}  // namespace vitals

#endif  // VITALS_TESTS_SECOND_OPINION_H
