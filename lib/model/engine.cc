// SPDX-License-Identifier: Apache-2.0
#include "model/engine.h"

#include <algorithm>

#include <cstddef>
#include <utility>
#include "absl/strings/str_format.h"
#include "fleet/prefetch.h"

namespace vitals::model {
namespace {

// What draws from one seed, each from a stream of its own.
enum class Draws : std::uint8_t { checks, hosts, happenings, netmon, past };

Random stream_of(std::uint64_t seed, Draws who) {
  return Random(seed).stream(static_cast<std::uint64_t>(who));
}

// Whoever fills in a scenario by hand may forget a period; no simulation stands still for it.
Scenario with_periods(Scenario scenario) {
  for (Millis* const period :
       {&scenario.juggler.push_period, &scenario.pongers.rack_period, &scenario.hw_watcher.period,
        &scenario.netmon.probe_period, &scenario.netmon.fetch_period}) {
    *period = std::clamp(*period, shortest_period, longest_delay);
  }
  for (Happening& each : scenario.happenings) {
    if (each.every.has_value()) each.every = std::max(*each.every, shortest_period);
  }
  return scenario;
}

// How long ago the last changes were, before a simulation began.
constexpr Millis past = std::chrono::days{30};

// How many turns ahead what they are about is fetched from memory.
constexpr std::size_t prefetch_distance = 8;
constexpr std::size_t cache_line = 64;

}  // namespace

Simulation::Simulation(const Scenario& scenario, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(scenario, seed)) {}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;
Simulation::~Simulation() = default;

void Simulation::run(EventVisitor on_event, TruthVisitor on_truth) {
  impl_->run(on_event, on_truth);
}

Simulation::Impl::Impl(const Scenario& scenario, std::uint64_t seed)
    : scenario_(with_periods(scenario)),
      world_(scenario_),
      checks_a_host_(static_cast<std::uint32_t>(world_.checks.size())),
      first_rack_check_(static_cast<Index>(world_.hosts.size()) * checks_a_host_),
      random_of_netmon_(stream_of(seed, Draws::netmon)),
      queue_(scenario.begin),
      now_(scenario.begin),
      next_fetch_(scenario.begin),
      election_until_(scenario.begin),
      cron_busy_until_(scenario.begin),
      added_(scenario.hosts) {
  const Index rack_checks =
      world_.rack_check.name.empty() ? 0 : static_cast<Index>(world_.racks.size());
  const Random of_checks = stream_of(seed, Draws::checks);
  checks_.reserve(first_rack_check_ + rack_checks);
  // Racks draw from streams of their own numbers, so that more hosts leave them as they were.
  for (Index i = 0; i < first_rack_check_; ++i) checks_.emplace_back(of_checks.stream(2ULL * i));
  for (Index i = 0; i < rack_checks; ++i) checks_.emplace_back(of_checks.stream(2ULL * i + 1));
  for (const ModelCheck& check : world_.checks) {
    records_of_.push_back(records_a_host_);
    if (check.kind == Kind::hw_watcher) ++records_a_host_;
  }
  records_.resize(world_.hosts.size() * records_a_host_);
  measures_at_.resize(world_.hosts.size(), scenario.begin);
  const Random of_hosts = stream_of(seed, Draws::hosts);
  for (std::uint32_t i = 0; i < world_.hosts.size(); ++i) {
    random_of_hosts_.push_back(of_hosts.stream(i));
    world_.hosts[i].name = keep_name(absl::StrFormat("host-%06d", i));
  }
  const Random of_happenings = stream_of(seed, Draws::happenings);
  for (std::size_t i = 0; i < scenario.happenings.size(); ++i) {
    random_of_happenings_.push_back(of_happenings.stream(i));
  }
  Random of_past = stream_of(seed, Draws::past);
  for (std::size_t i = 0; i < world_.switches.size(); ++i) {
    switches_.emplace_back(scenario.begin - below(of_past, past));
  }
}

void Simulation::Impl::run(EventVisitor on_event, TruthVisitor on_truth) {
  on_event_ = &on_event;
  on_truth_ = &on_truth;
  begin();
  const ModelTime end = scenario_.begin + scenario_.lasts;
  while (!queue_.empty()) {
    const auto due = queue_.pop();
    if (due.time > end) break;
    now_ = due.time;
    if (const Planned* soon = queue_.soon(prefetch_distance)) prefetch_for(*soon);
    perform(due.item);
  }
}

// Most of what is planned is about a check, and that takes longer to come than what is done to it.
void Simulation::Impl::prefetch_for(const Planned& planned) const {
  if (planned.action > Action::receive) return;
  const auto* const state = reinterpret_cast<const std::byte*>(&checks_[planned.subject]);
  for (std::size_t i = 0; i < sizeof(CheckState); i += cache_line) prefetch(state + i);
}

// Everything was well for long, and every source is somewhere within its period.
void Simulation::Impl::begin() {
  world_.tell_all(now_, *on_truth_);
  for (std::uint32_t i = 0; i < scenario_.hosts; ++i) {
    declare(i);
    start_host(i, now_);
  }
  for (Index i = 0; i < checks_.size(); ++i) {
    if (!exists(i)) continue;
    know(i, now_ - below(checks_[i].random, past));
    start_check(i, now_);
  }
  plan_pushes(now_);
  if (!world_.netmon_check.empty()) {
    for (std::uint32_t i = 0; i < switches_.size(); ++i) {
      plan(now_ + below(random_of_netmon_, scenario_.netmon.probe_period), Action::probe_switch, i);
    }
    next_fetch_ = now_ + below(random_of_netmon_, scenario_.netmon.fetch_period);
    plan(next_fetch_, Action::fetch, 0);
  }
  for (std::uint32_t i = 0; i < scenario_.happenings.size(); ++i) {
    plan(now_ + scenario_.happenings[i].at, Action::begin, i);
  }
}

void Simulation::Impl::perform(const Planned& planned) {
  const auto [subject, argument, action] = planned;
  switch (action) {
    case Action::create_checks:
      return create_checks(subject);
    case Action::probe:
      return probe(subject);
    case Action::run_agent:
      return run_agent(subject);
    case Action::measure:
      return measure(subject);
    case Action::arrive:
      return arrive(subject, results_.take(argument));
    case Action::run_out:
      return run_out(subject);
    case Action::push:
      return push(subject, argument);
    case Action::receive:
      return receive(subject, deliveries_.take(argument));
    case Action::probe_switch:
      return probe_switch(subject);
    case Action::fetch:
      return fetch();
    case Action::answer:
      return answer();
    case Action::begin:
      return begin_happening(subject);
    case Action::strike:
      return strike(subject, argument);
    case Action::cease:
      return cease(subject, argument);
  }
}

void Simulation::Impl::emit(const Event& event, std::optional<ModelTime> measured) {
  (*on_event_)({event, measured});
}

void Simulation::Impl::emit_of_host(EventType type, std::uint32_t host, std::string_view to) {
  emit({.type = type, .time = whole(now_), .host = world_.hosts[host].name, .to = to});
}

// Says where a host is.
void Simulation::Impl::declare(std::uint32_t host) {
  const ModelHost& is = world_.hosts[host];
  emit({.type = EventType::host,
        .time = whole(now_),
        .host = is.name,
        .on_switch = {Place::Says::name, world_.switches[is.on_switch].name},
        .in_rack = {Place::Says::name, world_.racks[is.in_rack].name}});
}

}  // namespace vitals::model
