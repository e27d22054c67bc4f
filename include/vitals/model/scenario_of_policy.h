// SPDX-License-Identifier: Apache-2.0
/// @file
/// A scenario whose sources keep to what a policy says of them: their periods, their times to live,
/// and how long everything takes at most.
///
///     vitals::model::Scenario scenario = *scenario_of(policy, Delays::drawn);
///     scenario.happenings.push_back({.what = Happens::repair, .at = 30min, .count = 10});
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

/// How long takes what the policy gives a longest time.
///
///                                        drawn                                constant
///     juggler.propagation                1/60 of it to all of it              all of it
///     hw-watcher's writing               up to what is left of                latency -
///     propagation
///                                        hw_watcher.latency beside all else
///     late agents and probes, deliveries up to propagation / 30               no time
///     booting                            propagation / 6 to propagation       no time
enum class Delays : std::uint8_t {
  drawn,    ///< drawn evenly, and together never longer than the policy allows
  constant  ///< exactly as long as the policy says, and nothing else takes any time
};

/// The scenario of a policy, without happenings.
///
/// Boundary: hw_watcher.latency below propagation leaves no time for writing, which then takes
///           none.
/// Errors:   InvalidArgument, `checks: what, expected what`: more checks of hosts than
///           most_components, more than one of kind netmon or of kind rack, or one with the name of
///           a component that is no check (vitals/model/hosts.h).
/// Source:   SPEC 2.
[[nodiscard]] absl::StatusOr<Scenario> scenario_of(const PolicySet& policy, Delays delays);

}  // namespace vitals::model

#endif  // VITALS_MODEL_SCENARIO_OF_POLICY_H
