// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/scenario_of_policy.h"

#include <algorithm>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::model {
namespace {

absl::Status check_bounds(const CheckSet& checks) {
  std::size_t of_hosts = 0;
  std::size_t of_switches = 0;
  std::size_t of_racks = 0;
  for (const auto& [name, check] : checks) {
    ++(check.kind == Kind::netmon ? of_switches : check.kind == Kind::rack ? of_racks : of_hosts);
    if (std::find(component_names.begin(), component_names.end(), name) != component_names.end()) {
      return invalid("checks: ", in_quotes(name),
                     " is a part of a simulated host that is no check, expected another name");
    }
  }
  if (of_hosts > most_components) {
    return invalid("checks: ", of_hosts, " checks of hosts, expected at most ", most_components,
                   " in a simulation");
  }
  if (of_switches > 1 || of_racks > 1) {
    return invalid("checks: several of kind ", of_switches > 1 ? "netmon" : "rack",
                   ", expected at most one in a simulation");
  }
  return absl::OkStatus();
}

// Delays that no constant covers in full, as parts of the way through Juggler.
struct Parts {
  Delay propagation;
  Delay writing;
  Delay late;
  Delay boot;
};

Parts parts_of(const Policy& policy, Delays delays) {
  const Millis whole = policy.juggler.propagation;
  const Millis left = policy.hw_watcher.latency - policy.juggler.propagation;
  if (delays == Delays::constant) {
    return {Delay::fixed(whole), Delay::fixed(left), Delay(), Delay()};
  }
  // Of what is left for writing, a late agent and a late delivery may take their parts.
  const Millis written = std::max(left - whole / 30 - whole / 30 - whole / 60, Millis{0});
  return {Delay::uniform(whole / 60, whole), Delay::uniform(std::min(whole / 60, written), written),
          Delay::uniform(Millis{0}, whole / 30), Delay::uniform(whole / 6, whole)};
}

}  // namespace

absl::StatusOr<Scenario> scenario_of(const PolicySet& policy, Delays delays) {
  if (absl::Status bounds = check_bounds(policy.checks); !bounds.ok()) return bounds;
  const Policy& constants = policy.constants;
  const Parts parts = parts_of(constants, delays);
  const bool is_drawn = delays == Delays::drawn;
  const auto up_to = [&](Seconds most) {
    return is_drawn ? Delay::uniform(Millis{0}, most) : Delay::fixed(most);
  };
  Scenario scenario;
  scenario.checks = policy.checks;
  scenario.juggler = {.push_period = constants.juggler.push_period,
                      .propagation = parts.propagation,
                      .delivery = parts.late,
                      .active_ttl = constants.juggler.active_ttl,
                      .passive_ttl_periods = constants.juggler.passive_ttl_periods,
                      .election = Millis{constants.juggler.propagation} / 2};
  scenario.pongers = {.jitter = parts.late,
                      .rack_period = constants.juggler.propagation,
                      .flap_delay = constants.pongerd.flap_delay};
  scenario.agent = {.boot = parts.boot, .jitter = parts.late};
  scenario.names = {.dns = up_to(constants.rename.detection),
                    .cron_delay = up_to(constants.appearance.cron_delay),
                    .cron_duration = up_to(constants.appearance.cron_duration),
                    .cron_per_host = constants.appearance.cron_per_host};
  scenario.hw_watcher = {.period = constants.hw_watcher.period, .writing = parts.writing};
  scenario.netmon = {.probe_period = Millis{constants.netmon.fetch_period} / 2,
                     .window = constants.netmon.window,
                     .fetch_period = constants.netmon.fetch_period,
                     .fetching = parts.late};
  return scenario;
}

}  // namespace vitals::model
