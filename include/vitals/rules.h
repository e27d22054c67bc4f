// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rules about one check as predicates, one function a rule, in the order of the
/// specification's table: the specification in code.
///
///     a check counts at `now`  iff  reasons_at(now) is empty
///
/// The same rules as windows are in vitals/moments.h; whatever is computed from those must equal
/// reasons_at() at every second. Pure, total, constexpr.

#ifndef VITALS_RULES_H
#define VITALS_RULES_H

#include <optional>
#include <span>

#include "vitals/appearance.h"
#include "vitals/effective.h"
#include "vitals/infrastructure.h"
#include "vitals/needs.h"
#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/reason.h"
#include "vitals/staleness.h"
#include "vitals/time.h"

namespace vitals {

/// Everything that the verdict on one check depends on, but for the policy and `now`. Nothing is
/// owned; all of it must outlive the call.
struct Question {
  const CheckPolicy& check;
  const HostFacts& host;                          ///< not looked at for infrastructure checks
  const Observation* observation = nullptr;       ///< null: nothing received yet
  std::optional<Timestamp> appear_by{};           ///< none: neither assigned nor renamed
  std::span<const Dependency> dependencies = {};  ///< looked at for active checks only
  const Needs* needs = nullptr;                   ///< likewise; null: none of any class
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
  return host.manipulation_ended && !(effective > *host.manipulation_ended);
}

/// `precedes_rename`: not proven to be about the host under its new name.
/// Boundary: equal is not proven, for both alternatives. Source: SPEC 5.
[[nodiscard]] constexpr bool precedes_rename(const HostFacts& host, const Observation& seen,
                                             Timestamp effective, Seconds detection) noexcept {
  if (!host.renamed) return false;
  return !(seen.status_mtime > *host.renamed || effective > add(*host.renamed, detection));
}

/// The infrastructure that a check depends on: none, unless it is active. Source: SPEC 5.
[[nodiscard]] constexpr std::span<const Dependency> dependencies_of(
    const Question& about) noexcept {
  return about.check.kind == Kind::active ? about.dependencies : std::span<const Dependency>{};
}

/// What a check needs of classes: nothing, unless it is active.
[[nodiscard]] constexpr const Needs* needs_of(const Question& about) noexcept {
  return about.check.kind == Kind::active ? about.needs : nullptr;
}

/// The reasons that the rules of the check's own host give at `now`.
///
/// Boundary: as of each rule's function.
/// Source:   SPEC 5, the rows from `implausible_time` to `precedes_rename`.
[[nodiscard]] constexpr Reasons own_reasons_at(const Observation& seen, const CheckPolicy& check,
                                               const HostFacts& host, const Policy& policy,
                                               Timestamp now) noexcept {
  Reasons reasons;
  reasons.set(Reason::implausible_time, seen.implausible);
  reasons.set(Reason::expired, is_expired(seen, policy, now));
  reasons.set(Reason::stale, is_stale(seen, check, policy, now));
  if (is_infrastructure(check.kind)) return reasons;

  const Timestamp proven = effective(seen, check, policy);
  reasons.set(Reason::unmeasured, is_unmeasured(seen, check));
  reasons.set(Reason::under_manipulation, host.under_manipulation);
  reasons.set(Reason::precedes_manipulation, precedes_manipulation(host, proven));
  reasons.set(Reason::precedes_rename,
              precedes_rename(host, seen, proven, policy.rename.detection));
  return reasons;
}

/// The reasons that one voice of a member of a class gives against an active check at `now`: those
/// of a switch, but that it is known only while it would count by the rules of its own host.
///
/// Boundary: as of each rule's function.
/// Errors:   none. A voice that is not known gives that reason alone.
/// Source:   SPEC 5, carried over to classes: docs/decisions-classes.md, 453.
[[nodiscard]] constexpr Reasons voice_reasons(const Voice& voice, Seconds lag,
                                              const ActiveEvidence& check, const Policy& policy,
                                              Timestamp now) noexcept {
  const bool is_known =
      voice.observation != nullptr &&
      own_reasons_at(*voice.observation, *voice.check, *voice.host, policy, now).empty();
  if (!is_known) return {Reason::infrastructure_unknown};
  return known_reasons(*voice.observation, lag, check, policy, now);
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
  reasons = own_reasons_at(seen, about.check, about.host, policy, now);
  const ActiveEvidence evidence{.status_mtime = seen.status_mtime,
                                .effective = effective(seen, about.check, policy)};
  for (const Dependency& on : dependencies_of(about)) {
    reasons |= infrastructure_reasons(on, evidence, policy, now);
  }
  if (const Needs* needs = needs_of(about)) {
    reasons |= reasons_of(*needs, [&](const Member& member, const Voice& voice) {
      return voice_reasons(voice, member.lag, evidence, policy, now);
    });
  }
  return reasons;
}

}  // namespace vitals

#endif  // VITALS_RULES_H
