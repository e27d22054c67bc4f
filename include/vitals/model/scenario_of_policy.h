// SPDX-License-Identifier: Apache-2.0
/// @file
/// A scenario whose sources keep to what a policy says of them: their periods, their times to live,
/// and how long everything takes at most.
///
///     vitals::model::Scenario scenario = *scenario_of(policy, Delays::drawn);
///     scenario.happenings.push_back({.what = Happens::repair, .at = 30min, .count = 10});
///
/// A scenario is usually stated by itself, because a simulation asks what happens where sources and
/// policy differ. This is for the other question: what follows where they do not.
///
/// What a policy does not speak of is a part of what it does: how late an agent or a push may be is
/// a thirtieth of juggler.propagation. Of the default policy all of it is what a Scenario has
/// anyway, so a policy of a tenth gives the default scenario ten times as fast.

#ifndef VITALS_MODEL_SCENARIO_OF_POLICY_H
#define VITALS_MODEL_SCENARIO_OF_POLICY_H

#include <cstdint>

#include "absl/status/statusor.h"
#include "vitals/model/scenario.h"
#include "vitals/policy_yaml.h"

namespace vitals::model {

/// How long takes what the policy gives a longest time:
///
///     on its way to Juggler     drawn: from a 60th of propagation to all of it
///                               constant: all of juggler.propagation
///     hw-watcher's writing      drawn: up to what all else leaves of hw_watcher.latency
///                               constant: hw_watcher.latency without propagation
///     the agent's boot          drawn: from a sixth of propagation to all of it
///                               constant: no time
///     late probes and agents,   drawn: up to a 30th of propagation
///     deliveries, fetches       constant: no time
///     DNS, cron job             drawn: up to what the policy says
///                               constant: what the policy says
///
/// Drawn delays of one measurement are together never longer than what the policy allows for all of
/// them, so that no healthy host is ever stale.
enum class Delays : std::uint8_t {
  drawn,    ///< each length as probable as the others
  constant  ///< exactly as long as the policy says, and nothing else takes any time
};

/// The scenario of a policy, without happenings: as many hosts as a scenario has by default, behind
/// as many switches and in as many racks, with all checks of the policy.
///
/// Boundary: hw_watcher.latency below propagation leaves no time for writing, which then takes
///           none.
/// Errors:   InvalidArgument, `checks: what, expected what`: more checks of hosts than
///           most_components, more than one of kind netmon or of kind rack, or one with the name of
///           a component that is no check (component_names).
/// Source:   SPEC 2.
[[nodiscard]] absl::StatusOr<Scenario> scenario_of(const PolicySet& policy, Delays delays);

}  // namespace vitals::model

#endif  // VITALS_MODEL_SCENARIO_OF_POLICY_H
