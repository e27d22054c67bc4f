// SPDX-License-Identifier: Apache-2.0
#include "soundness/failures.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "vitals/verdict.h"

namespace vitals {

using model::Delay;
using model::Happening;
using model::Happens;
using model::Millis;
using model::Scenario;

namespace {

// Of a condition that is left out the reasons do not count.
constexpr std::array<Reasons, left_out_names.size()> reasons_left_out{
    Reasons{},
    Reasons{Reason::infrastructure_not_ok},
    Reasons{Reason::precedes_infrastructure_change},
    Reasons{Reason::infrastructure_settling},
    Reasons{Reason::infrastructure_unknown},
    blocking_reasons};

// When what happens in a simulation of failures, as lengths since the beginning of each cycle.
struct Timing {
  Timing(const Policy& policy, Seconds longest_receipt_lag, Millis flap_delay_of_pongers)
      : lag(std::max(vitals::lag(Kind::netmon, policy), vitals::lag(Kind::rack, policy))),
        proof(longest_receipt_lag),
        push(policy.juggler.push_period),
        fetch(std::max(policy.netmon.fetch_period, Seconds{1})),
        window(policy.netmon.window),
        propagation(policy.juggler.propagation),
        flap_delay(flap_delay_of_pongers) {}

  Millis lag;  // of a switch or a rack, the longer one
  Millis proof;
  Millis push;
  Millis fetch;
  Millis window;
  Millis propagation;
  Millis flap_delay;

  // Everything was received before the failure; failures of a cycle lie within one fetch period.
  [[nodiscard]] Millis failure() const { return 2 * push; }
  // Long enough to be noticed, and that its CRIT is proven to be later than the switch's.
  [[nodiscard]] Millis shortest() const { return 2 * lag; }
  [[nodiscard]] Millis longest() const { return 2 * (lag + proof); }
  [[nodiscard]] Millis cycle() const {
    return failure() + fetch + longest() + lag + proof + 2 * push;
  }
};

void add_mishap(Scenario& scenario, Mishap mishap, const Timing& timing) {
  // It repeats with the failures.
  Happening happening{.what = Happens::netmon_outage, .every = timing.cycle()};
  // When a rack's change is pushed.
  const Millis pushed = timing.failure() + timing.flap_delay;
  const Millis pushed_within = timing.fetch + 2 * scenario.pongers.rack_period + timing.propagation;
  switch (mishap) {
    case Mishap::nothing:
    case Mishap::short_failure:
      return;
    case Mishap::fetch_lost:
      happening.at = timing.failure() + timing.window - timing.window / 10;
      happening.spread = timing.window / 10 + 2 * timing.fetch;
      happening.lasts = Delay::fixed(timing.fetch);
      break;
    case Mishap::netmon_away:
      happening.at = timing.failure() - 2 * timing.fetch;
      happening.spread = 2 * timing.fetch;
      happening.lasts = Delay::fixed(2 * (timing.lag + timing.fetch));
      break;
    case Mishap::push_lost:
      happening.what = Happens::juggler_outage;
      happening.at = pushed;
      happening.spread = pushed_within;
      happening.lasts = Delay::fixed(std::max(timing.propagation, timing.push / 10));
      break;
    case Mishap::master_moves:
      happening.what = Happens::master_move;
      happening.at = pushed;
      happening.spread = pushed_within;
      break;
  }
  scenario.happenings.push_back(std::move(happening));
}

void add_failures(Scenario& scenario, const FailureCase& what, const Timing& timing) {
  Happening happening{.what = Happens::fault,
                      .at = timing.failure(),
                      .spread = timing.fetch,
                      .every = timing.cycle(),
                      .lasts = Delay::uniform(timing.shortest(), timing.longest())};
  if (what.mishap == Mishap::short_failure) {
    happening.lasts = Delay::uniform(timing.flap_delay, timing.flap_delay + timing.window);
  }
  if (!what.kind) {
    happening.lasts = Delay::fixed(timing.longest());
    happening.component = "network";
  } else {
    happening.what = *what.kind == Kind::rack ? Happens::rack_fault : Happens::switch_fault;
  }
  if (happening.what == Happens::rack_fault) {
    happening.count = failing_racks;
    happening.first = 0;
    scenario.happenings.push_back(std::move(happening));
    return;
  }
  // One switch, or one host, of each rack, another one in the next cycle.
  happening.every = timing.cycle() * switches_a_rack;
  for (std::uint32_t i = 0; i < failing_racks * switches_a_rack; ++i) {
    happening.first = i;
    happening.at = timing.failure() + timing.cycle() * (i % switches_a_rack);
    scenario.happenings.push_back(happening);
  }
}

}  // namespace

Scenario failure_scenario(const PolicySet& policy, const Scenario& sources,
                          const FailureCase& what) {
  Seconds longest_receipt_lag{0};
  for (const auto& [name, check] : policy.checks) {
    if (check.kind != Kind::active) continue;
    longest_receipt_lag = std::max(longest_receipt_lag, receipt_lag(check, policy.constants));
  }
  Scenario scenario = sources;
  scenario.hosts_a_switch = 1;
  scenario.hosts_a_rack = switches_a_rack;
  scenario.hosts = failing_racks * switches_a_rack;
  std::erase_if(scenario.checks, [](const auto& each) {
    return each.second.kind == Kind::passive || each.second.kind == Kind::hw_watcher;
  });
  if (what.shelter == Shelter::none) scenario.pongers.flap_delay = Millis{0};
  const Timing timing(policy.constants, longest_receipt_lag, scenario.pongers.flap_delay);
  // netmon takes as long to notice a dead switch as the policy allows it: half of its probes must
  // fail, so its window is twice as long.
  scenario.netmon.window = 2 * timing.window;
  scenario.netmon.probe_period = std::max(timing.window / 10, Millis{1'000});
  scenario.lasts = timing.cycle() * failure_cycles;
  add_failures(scenario, what, timing);
  add_mishap(scenario, what.mishap, timing);
  return scenario;
}

FailureWatch::FailureWatch(const PolicySet& policy, const FailureCase& what)
    : policy_(policy), what_(what) {}

void FailureWatch::see(const model::SimulatedEvent& is) {
  const Event& event = is.event;
  if (event.type == EventType::host) return declare(event);
  if (event.type != EventType::check) return;
  const CheckPolicy& policy = policy_.checks.find(event.service)->second;
  const Observation seen = receive(event.report, policy.kind, policy.accuracy);
  if (is_infrastructure(policy.kind)) {
    Place& its = places_[place(event.host)];
    for (const std::uint32_t number : its.checks) judge(checks_[number], event.time);
    its.seen = seen;
  } else {
    Check& check = checks_[check_numbers_[event.host][event.service]];
    judge(check, event.time);
    check.seen = seen;
  }
}

void FailureWatch::see(const TruthChange& change) {
  const Kind kind = policy_.checks.find(change.check)->second.kind;
  const Timestamp when = std::chrono::floor<Seconds>(change.time);
  if (change.status != Status::crit) return;
  if (what_.kind && kind == *what_.kind) {
    for (const std::uint32_t number : places_[place(change.host)].checks) fail(number, when);
  } else if (!what_.kind && kind == Kind::active) {
    if (const auto host = check_numbers_.find(change.host); host != check_numbers_.end()) {
      fail(host->second[change.check], when);
    }
  }
}

// What is accused from now on is accused of this failure.
void FailureWatch::fail(std::uint32_t number, Timestamp when) {
  Check& check = checks_[number];
  judge(check, when);
  check.failed = when;
  check.accused = {};
  ++found_.checks;
}

void FailureWatch::declare(const Event& event) {
  const bool first = check_numbers_.find(event.host) == check_numbers_.end();
  if (!first) return;
  for (const auto& [name, policy] : policy_.checks) {
    if (policy.kind != Kind::active) continue;
    Check check{.policy = &policy, .sums = {}};
    for (std::size_t i = 0; i < settling_names.size(); ++i) {
      Policy constants = policy_.constants;
      constants.infrastructure.settling = static_cast<Settling>(i);
      check.sums[i] = sums_of(policy, constants);
    }
    const auto number = static_cast<std::uint32_t>(checks_.size());
    check_numbers_[event.host][name] = number;
    for (const auto& [place_name, of_place] : policy_.checks) {
      if (!is_infrastructure(of_place.kind)) continue;
      const bool is_switch = of_place.kind == Kind::netmon;
      const std::uint32_t its = place(is_switch ? event.on_switch.name : event.in_rack.name);
      places_[its].checks.push_back(number);
      (is_switch ? check.on_switch : check.in_rack) = its;
    }
    checks_.push_back(check);
  }
}

std::uint32_t FailureWatch::place(std::string_view name) {
  const auto [at, is_new] =
      place_numbers_.try_emplace(name, static_cast<std::uint32_t>(places_.size()));
  if (is_new) places_.emplace_back();
  return at->second;
}

void FailureWatch::judge(Check& check, Timestamp until) {
  if (check.failed && check.seen && check.seen->status == Status::crit) {
    for (std::size_t i = 0; i < settling_names.size(); ++i) judge(check, i, until);
  }
  check.judged_until = until;
}

void FailureWatch::judge(Check& check, std::size_t settling, Timestamp until) {
  std::vector<Dependency> dependencies;
  const bool has_both = what_.shelter == Shelter::usual;
  const auto depend = [&](Kind kind, std::optional<std::uint32_t> number) {
    if (!number || !(has_both || kind == what_.kind)) return;
    const std::optional<Observation>& seen = places_[*number].seen;
    dependencies.push_back({.kind = kind, .observation = seen ? &*seen : nullptr});
  };
  depend(Kind::netmon, check.on_switch);
  depend(Kind::rack, check.in_rack);
  const HostFacts no_facts;
  const Question question{.check = *check.policy,
                          .host = no_facts,
                          .observation = &*check.seen,
                          .dependencies = dependencies};
  std::optional<Timestamp> now = check.judged_until;
  while (now && *now < until) {
    const std::optional<Verdict> verdict = vitals::judge(question, check.sums[settling], *now);
    accuse(check, settling, verdict->excluded_by, *now);
    now = verdict->next_change;
  }
}

void FailureWatch::accuse(Check& check, std::size_t settling, Reasons reasons, Timestamp when) {
  for (std::size_t i = 0; i < left_out_names.size(); ++i) {
    const unsigned others = reasons.bits() & ~unsigned{reasons_left_out[i].bits()};
    if (others != 0 || check.accused[settling][i]) continue;
    check.accused[settling][i] = true;
    ++found_.accused[settling][i];
    found_.waited[settling][i] += when - *check.failed;
  }
}

Accusations FailureWatch::finish(Timestamp end) && {
  for (Check& check : checks_) judge(check, end);
  return found_;
}

}  // namespace vitals
