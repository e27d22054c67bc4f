// SPDX-License-Identifier: Apache-2.0
#include "lag/figure_scenes.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>
#include <utility>

#include "vitals/policy_sums.h"

namespace vitals {
namespace {

using model::Delay;
using model::Happening;
using model::Happens;
using model::Millis;
using model::Scenario;

// Until then every source and Juggler had its turns, also if all checks broke at the beginning.
Seconds settled(const AlikeChecks& checks) {
  return sum(checks.constants().pongerd.flap_delay, times(3, checks.check.period),
             checks.propagation(), times(2, checks.push_period()));
}

// Of all hosts at once.
Happening of_all(Happens what, std::uint32_t hosts, Seconds at) {
  return {.what = what, .at = at, .count = hosts, .first = 0};
}

void break_checks(Scenario& scenario, const AlikeChecks& checks) {
  for (const std::string& name : checks.names) {
    Happening fault = of_all(Happens::fault, scenario.hosts, Seconds{0});
    fault.component = name;
    scenario.happenings.push_back(std::move(fault));
  }
}

void repair(Scenario& scenario, Seconds begin, Seconds length) {
  Happening work = of_all(Happens::repair, scenario.hosts, begin);
  work.lasts = Delay::fixed(length);
  scenario.happenings.push_back(std::move(work));
}

// What measures the checks dies then. The master moves when the first NODATA is due, and is being
// elected when the last one is: the last results set out within `since` before.
void silence(Scenario& scenario, const AlikeChecks& checks, Seconds at, bool master_moves,
             Seconds since) {
  const bool active = checks.check.kind == Kind::active;
  scenario.happenings.push_back(
      of_all(active ? Happens::pongers_outage : Happens::agent_outage, scenario.hosts, at));
  if (!master_moves) return;
  const Seconds last = sum(at, checks.propagation(), checks.time_to_live());
  const Seconds first = std::max(at, last - since);
  scenario.happenings.push_back({.what = Happens::master_move, .at = first});
  scenario.juggler.election = last - first + Seconds{1};
}

// Until NODATA has come, however late.
Seconds until_nodata(const AlikeChecks& checks) {
  return sum(checks.propagation(), checks.time_to_live(), times(2, checks.push_period()));
}

}  // namespace

Seconds AlikeChecks::time_to_live() const {
  return check.kind == Kind::active ? constants().juggler.active_ttl
                                    : times(constants().juggler.passive_ttl_periods, check.period);
}

std::vector<AlikeChecks> alike_checks(const PolicySet& policy) {
  std::vector<AlikeChecks> groups;
  for (const auto& [name, check] : policy.checks) {
    if (is_infrastructure(check.kind)) continue;
    const auto is_alike = [&](const AlikeChecks& group) {
      return std::tie(group.check.kind, group.check.period, group.check.accuracy) ==
             std::tie(check.kind, check.period, check.accuracy);
    };
    auto group = std::find_if(groups.begin(), groups.end(), is_alike);
    if (group == groups.end()) {
      groups.push_back({.names = {}, .check = check, .policy = policy});
      group = std::prev(groups.end());
      group->policy.checks.clear();
    }
    group->names.push_back(name);
    group->policy.checks.emplace(name, check);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const AlikeChecks& a, const AlikeChecks& b) {
    return a.check.kind < b.check.kind;
  });
  return groups;
}

absl::StatusOr<Scene> quiet_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                  model::Delays delays, Seconds rest) {
  absl::StatusOr<Scenario> scenario = scenario_of(checks.policy, delays);
  if (!scenario.ok()) return scenario.status();
  const Seconds zero = settled(checks);
  scenario->hosts = hosts;
  scenario->lasts = sum(zero, rest);
  return Scene{.scenario = *std::move(scenario), .zero = zero};
}

absl::StatusOr<Scene> reboot_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                   model::Delays delays, Seconds rest) {
  absl::StatusOr<Scene> scene = quiet_scene(checks, hosts, delays, rest);
  if (!scene.ok()) return scene;
  const Seconds flap_delay = checks.constants().pongerd.flap_delay;
  const Seconds length = std::min(flap_delay / 3 * 2, checks.check.period);
  repair(scene->scenario, scene->zero, length);
  scene->zero += length;
  scene->scenario.lasts += length;
  return scene;
}

absl::StatusOr<Scene> cure_scene(const AlikeChecks& checks, std::uint32_t hosts, Seconds rest) {
  absl::StatusOr<Scene> scene = reboot_scene(checks, hosts, model::Delays::constant, rest);
  if (scene.ok()) break_checks(scene->scenario, checks);
  return scene;
}

absl::StatusOr<Scene> silence_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                    bool master_moves) {
  absl::StatusOr<Scene> scene =
      quiet_scene(checks, hosts, model::Delays::constant, until_nodata(checks));
  if (scene.ok()) {
    silence(scene->scenario, checks, scene->zero, master_moves, checks.check.period);
  }
  return scene;
}

absl::StatusOr<Scene> hazard_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                   bool master_moves, Seconds early) {
  const Seconds rest =
      std::max(until_nodata(checks),
               sum(receipt_lag(checks.check, checks.constants()), times(2, checks.push_period())));
  absl::StatusOr<Scene> scene = quiet_scene(checks, hosts, model::Delays::constant, rest);
  if (!scene.ok()) return scene;
  // Agents do not run during the repair: what they sent last, they sent before it.
  const bool active = checks.check.kind == Kind::active;
  const Seconds length = active ? times(2, checks.propagation()) : early;
  break_checks(scene->scenario, checks);
  repair(scene->scenario, scene->zero, length);
  scene->zero += length;
  scene->scenario.lasts += length;
  silence(scene->scenario, checks, active ? scene->zero - early : scene->zero, master_moves,
          sum(checks.check.period, active ? Seconds{0} : length));
  return scene;
}

absl::StatusOr<Scene> hang_scene(const AlikeChecks& checks, std::uint32_t hosts) {
  const Seconds rest =
      sum(hung_after(checks.check, checks.constants()), times(2, checks.push_period()));
  absl::StatusOr<Scene> scene = quiet_scene(checks, hosts, model::Delays::constant, rest);
  if (!scene.ok()) return scene;
  scene->scenario.happenings.push_back(of_all(Happens::hang, hosts, scene->zero));
  return scene;
}

double measurements_of(const Scene& scene, std::uint32_t runs) {
  const Scenario& scenario = scene.scenario;
  const auto times_in = [&](Millis period) {
    const Millis least = std::max<Millis>(period, Seconds{1});
    return static_cast<double>(scenario.lasts.count()) / static_cast<double>(least.count());
  };
  double a_host = times_in(scenario.hw_watcher.period);
  for (const auto& [name, check] : scenario.checks) {
    a_host += times_in(check.period) + times_in(scenario.juggler.push_period);
  }
  return a_host * scenario.hosts * runs;
}

}  // namespace vitals
