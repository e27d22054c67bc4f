// SPDX-License-Identifier: Apache-2.0
/// @file
/// Appearance: until when a new or renamed host may be without its checks.
///
///     base      = max(assigned, renamed)
///     appear_by = base + cron_delay + cron_duration + cron_per_host * new_hosts
///                      + flap_delay + passive_period + propagation + push_period
///     new_hosts = assignments and renames of any host in (base - cron_delay - cron_duration, base]
///
/// Before it a check that was never received is `unobserved`, from then on it is `missing` and the
/// owner is told. Pure, saturating, constexpr.

#ifndef VITALS_APPEARANCE_H
#define VITALS_APPEARANCE_H

#include <algorithm>
#include <cstdint>
#include <optional>

#include "vitals/policy.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// What happened to a host, as far as the rules ask.
struct HostFacts {
  std::optional<Timestamp> assigned{};  ///< when it was last assigned
  std::optional<Timestamp> renamed{};   ///< when it was last renamed
  std::optional<Timestamp> manipulation_began =
      std::nullopt;                               ///< the last begin; only explanations use it
  std::optional<Timestamp> manipulation_ended{};  ///< the last end
  bool under_manipulation = false;                ///< the last manipulation event was a begin

  friend constexpr bool operator==(const HostFacts&, const HostFacts&) = default;
};

/// The moment from which a host's checks are awaited; nothing if it was neither assigned nor
/// renamed.
///
/// Source:   SPEC 7 (base).
[[nodiscard]] constexpr std::optional<Timestamp> appearance_base(const HostFacts& host) noexcept {
  if (!host.assigned) return host.renamed;
  if (!host.renamed) return host.assigned;
  return std::max(*host.assigned, *host.renamed);
}

/// The moments whose assignments and renames lengthen the cron job of a host with this base.
///
/// Boundary: (base - cron_delay - cron_duration, base], written half open: both ends one later.
/// Source:   SPEC 7 (new_hosts).
[[nodiscard]] constexpr Window new_hosts_window(Timestamp base, const Policy& policy) noexcept {
  const Seconds cron = sum(policy.appearance.cron_delay, policy.appearance.cron_duration);
  return {add(subtract(base, cron), Seconds{1}), add(base, Seconds{1})};
}

/// The first moment at which a check that was never received is missing.
///
/// Units:    seconds since the Unix epoch; `new_hosts` is a count, its own included.
/// Boundary: at this moment itself the check is missing.
/// Errors:   none; saturates.
/// Source:   SPEC 7.
///
///     appear_by(t(0), 1, Policy{}) == t(1440)     // 5 + 5 + 0 + 3 + 5 + 1 + 5 minutes
[[nodiscard]] constexpr Timestamp appear_by(Timestamp base, std::int64_t new_hosts,
                                            const Policy& policy) noexcept {
  return add(base, sum(policy.appearance.cron_delay, policy.appearance.cron_duration,
                       times(new_hosts, policy.appearance.cron_per_host), policy.pongerd.flap_delay,
                       policy.appearance.passive_period, policy.juggler.propagation,
                       policy.juggler.push_period));
}

}  // namespace vitals

#endif  // VITALS_APPEARANCE_H
