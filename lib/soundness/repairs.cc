// SPDX-License-Identifier: Apache-2.0
#include "soundness/repairs.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "vitals/effective.h"
#include "vitals/rules.h"

namespace vitals {

using model::Delay;
using model::Happening;
using model::Happens;
using model::Millis;
using model::Scenario;

namespace {

// Nothing between the two ends of what may be.
Delay sharpened(const Delay& delay) {
  return Delay::empirical({Millis{0}, delay.longest().value_or(model::longest_delay)});
}

// Writes down what happens, all of it again and again.
class Script {
 public:
  Script(Scenario& scenario, Millis cycle, Millis push)
      : scenario_(scenario), cycle_(cycle), push_(push) {}

  // A repair of each host, of half of them one that fixes.
  void repair_all() {
    for (const bool fixes : {true, false}) {
      add({.what = Happens::repair,
           .at = push_,
           .spread = push_,
           .every = cycle_,
           .count = repaired_hosts / 2,
           .first = fixes ? 0 : repaired_hosts / 2,
           .lasts = Delay::uniform(push_ / 30, longest_repair()),
           .fixes = fixes});
    }
  }

  // At any time, of random hosts (switches, racks).
  void strike(Happens what, std::uint32_t count, Millis longest, std::string component = {}) {
    add({.what = what,
         .spread = cycle_,
         .every = cycle_,
         .count = count,
         .lasts = Delay::uniform(Millis{1}, longest),
         .component = std::move(component)});
  }

  // While repairs go on or soon after their ends.
  void strike_repairs(Happens what, Millis length) {
    add({.what = what,
         .at = push_,
         .spread = 2 * push_ + longest_repair(),
         .every = cycle_,
         .lasts = Delay::fixed(length)});
  }

  void add(Happening happening) { scenario_.happenings.push_back(std::move(happening)); }

  [[nodiscard]] Millis longest_repair() const { return 3 * push_; }
  [[nodiscard]] Millis cycle() const { return cycle_; }

 private:
  Scenario& scenario_;
  Millis cycle_;
  Millis push_;
};

// Whatever may go wrong.
void add_trouble(Script& script, Scenario& scenario, Millis push) {
  constexpr std::uint32_t some = repaired_hosts / 4;
  for (const auto& [name, check] : scenario.checks) {
    script.strike(Happens::fault, 2 * some, script.cycle() / 2, name);
  }
  script.strike(Happens::fault, 2 * some, script.cycle() / 2, "network");
  script.strike(Happens::agent_outage, some, script.cycle() / 2);
  script.strike(Happens::hang, some, script.cycle() / 2);
  script.strike(Happens::switch_fault, 2, 4 * push);
  script.strike(Happens::rack_fault, 1, 4 * push);
  script.strike(Happens::juggler_outage, 1, 2 * push);
  const Millis often = script.cycle() / 3;
  script.add({.what = Happens::master_move, .spread = often, .every = often});
  scenario.pongers.lost_per_million = 20'000;
  scenario.pongers.retries = 0;
}

void break_assumption(const Broken& broken, Script& script, Scenario& scenario, Millis push) {
  const Millis value = broken.value;
  switch (broken.assumption) {
    case Assumption::propagation:
      scenario.juggler.propagation = Delay::uniform(Millis{0}, value);
      return;
    case Assumption::delivery:
      scenario.juggler.delivery = Delay::fixed(value);
      return;
    case Assumption::active_time_to_live:
      scenario.juggler.active_ttl = value;
      return script.strike_repairs(Happens::pongers_outage, value + 2 * push);
    case Assumption::passive_time_to_live:  // and agents that do not come up soon after a repair
      scenario.juggler.passive_ttl_periods = broken.periods;
      scenario.agent.boot = Delay::uniform(Millis{0}, 2 * value);
      return;
    case Assumption::ponger_memory:
      scenario.pongers.remember = true;
      return script.strike_repairs(Happens::pongers_outage, value);
    case Assumption::host_clock:
      return script.add(
          {.what = Happens::clock_ahead, .count = repaired_hosts, .first = 0, .ahead = value});
    case Assumption::defaults:
      scenario.agent.defaults_to_ok = value;
      return;
    case Assumption::juggler_clock:  // whoever watches sees to it
      return;
  }
}

}  // namespace

Scenario repair_scenario(const PolicySet& policy, const Scenario& sources,
                         std::optional<Broken> broken, std::uint64_t seed) {
  const Millis push = policy.constants.juggler.push_period;
  Seconds longest_lag{0};
  for (const auto& [name, check] : policy.checks) {
    longest_lag = std::max(longest_lag, receipt_lag(check, policy.constants));
  }
  // After a repair there is time for everything that was on its way before its end.
  const Millis value = broken ? broken->value : Seconds{0};
  Scenario scenario = sources;
  Script script(scenario, 9 * push + longest_lag + value, push);
  scenario.hosts = repaired_hosts;
  scenario.hosts_a_switch = repaired_hosts / 8;
  scenario.hosts_a_rack = repaired_hosts / 4;
  scenario.lasts = script.cycle() * repair_cycles;
  scenario.pongers.remember = false;
  script.repair_all();
  add_trouble(script, scenario, push);
  if (broken) break_assumption(*broken, script, scenario, push);
  if (seed % 2 == 1) {
    for (Delay* const delay : {&scenario.juggler.propagation, &scenario.juggler.delivery,
                               &scenario.pongers.jitter, &scenario.agent.jitter}) {
      *delay = sharpened(*delay);
    }
  }
  return scenario;
}

RepairWatch::RepairWatch(const PolicySet& policy, Seconds juggler_ahead)
    : policy_(policy), juggler_ahead_(juggler_ahead) {}

void RepairWatch::see(const model::SimulatedEvent& is) {
  const Event& event = is.event;
  if (event.type == EventType::host) {
    numbers_.try_emplace(event.host, static_cast<std::uint32_t>(hosts_.size()));
    hosts_.emplace_back();
  }
  const auto number = numbers_.find(event.host);
  if (number == numbers_.end()) return;
  Host& host = hosts_[number->second];
  if (event.type == EventType::manipulation_begin) {
    end_repair(host);
  } else if (event.type == EventType::manipulation_end) {
    host.repaired = event.time;
  } else if (event.type == EventType::check) {
    const CheckPolicy& check = policy_.checks.find(event.service)->second;
    Report report = event.report;
    report.status_mtime += juggler_ahead_;
    receive(host, check, vitals::receive(report, check.kind, check.accuracy), is.measured);
  }
}

// NODATA is Juggler's own word: it says that nothing came, which is so whenever it says it.
void RepairWatch::receive(Host& host, const CheckPolicy& check, const Observation& seen,
                          std::optional<model::ModelTime> measured) {
  if (seen.status == Status::nodata || seen.implausible || is_unmeasured(seen, check)) return;
  const Policy& constants = policy_.constants;
  if (!measured) {
    if (host.repaired && effective(seen, check, constants) > *host.repaired) {
      believe(host, seen.status, Belief::unmeasured);
    }
  } else if (seen.metadata_timestamp) {
    judge(host, seen, *measured, by_metadata(*seen.metadata_timestamp, check), Belief::metadata);
  } else {
    const bool is_active = check.kind == Kind::active;
    judge(host, seen, *measured, by_status(seen, check, constants), Belief::status);
    judge(host, seen, *measured, by_receipt(seen, check, constants),
          is_active ? Belief::active_receipt : Belief::passive_receipt);
  }
}

void RepairWatch::judge(Host& host, const Observation& seen, model::ModelTime measured,
                        Timestamp effective, Belief belief) {
  std::optional<Millis>& nearest = risk_.nearest[static_cast<std::size_t>(belief)];
  const Millis later = measured - effective;
  nearest = std::min(nearest.value_or(later), later);
  const bool is_proven = host.repaired && effective > *host.repaired;
  if (is_proven && std::chrono::floor<Seconds>(measured) <= *host.repaired) {
    believe(host, seen.status, belief);
  }
}

void RepairWatch::believe(Host& host, Status status, Belief belief) {
  const std::uint32_t bit = 1U << static_cast<unsigned>(belief);
  host.believed |= bit;
  if (status == Status::crit) host.believed_crit |= bit;
}

void RepairWatch::end_repair(Host& host) {
  if (!host.repaired) return;
  ++risk_.repairs;
  for (std::size_t i = 0; i < belief_names.size(); ++i) {
    risk_.believed[i] += host.believed >> i & 1U;
    risk_.believed_crit[i] += host.believed_crit >> i & 1U;
  }
  host = {};
}

RepairRisk RepairWatch::finish() && {
  for (Host& host : hosts_) end_repair(host);
  return risk_;
}

}  // namespace vitals
