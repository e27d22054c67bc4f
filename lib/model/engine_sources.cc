// SPDX-License-Identifier: Apache-2.0
// Who measures: pongers, the agents on the hosts, hw-watcher, netmon.
#include <algorithm>

#include "model/engine.h"

namespace vitals::model {

// Its hw-watcher runs from then on, whenever it is its turn.
void Simulation::Impl::start_host(std::uint32_t host, ModelTime from) {
  if (records_a_host_ == 0) return;
  measures_at_[host] = from + below(random_of_hosts_[host], scenario_.hw_watcher.period);
  plan(measures_at_[host], Action::measure, host);
}

// Its source measures from then on, whenever it is its turn.
void Simulation::Impl::start_check(Index index, ModelTime from) {
  const ModelCheck& kind = kind_of(index);
  CheckState& check = checks_[index];
  check.regular = from + below(check.random, kind.period);
  plan(check.regular, is_probed(kind) ? Action::probe : Action::run_agent, index);
}

// What Juggler has of a check at the beginning. hw-watcher measured a period before it will again.
Result Simulation::Impl::first_result(Index index) {
  if (kind_of(index).kind != Kind::hw_watcher) return {.measured = now_, .status = Status::ok};
  const ModelTime measured = measures_at_[owner(index)] - scenario_.hw_watcher.period;
  HwWatcherRecord& its = record(owner(index), number_in_host(index));
  its.measure(Status::ok, measured, Millis{0}, measured);
  return *its.read(now_);
}

// When the source of a check has its next turn, late by as much as it happens to be.
void Simulation::Impl::plan_turn(Index index, Action action, const Delay& jitter) {
  CheckState& check = checks_[index];
  check.regular += kind_of(index).period;
  plan(check.regular + jitter.sample(check.random), action, index);
}

void Simulation::Impl::probe(Index index) {
  if (!exists(index)) return;
  CheckState& check = checks_[index];
  if (pongers_outages_ == 0) {
    const Status reported =
        check.filter.probe(find(index, check), now_, scenario_.pongers.flap_delay);
    send(index, {.measured = check.filter.confirmed(), .status = reported});
  }
  plan_turn(index, Action::probe, scenario_.pongers.jitter);
}

// What pongers find.
Status Simulation::Impl::find(Index index, CheckState& check) {
  if (is_of_rack(index)) return world_.found_of_rack(owner(index));
  const ModelHost& host = world_.hosts[owner(index)];
  if (now_ < host.old_address_until) {
    return scenario_.names.old_address_answers ? Status::ok : Status::crit;
  }
  if (!world_.answers(host) || host.is_broken(World::component(number_in_host(index)))) {
    return Status::crit;
  }
  const std::uint64_t lost = scenario_.pongers.lost_per_million;
  if (lost == 0) return Status::ok;
  for (std::uint64_t i = 0; i <= scenario_.pongers.retries; ++i) {
    if (!check.random.happens(lost, 1'000'000)) return Status::ok;
  }
  return Status::crit;
}

void Simulation::Impl::run_agent(Index index) {
  if (!exists(index)) return;
  const ModelHost& host = world_.hosts[owner(index)];
  if (world_.has_agent(host, now_) && world_.answers(host)) {
    const std::uint32_t number = number_in_host(index);
    if (now_ < host.default_until) {
      send(index, {.measured = now_, .status = Status::ok, .is_default = true});
    } else if (kind_of(index).kind == Kind::hw_watcher) {
      if (const Result* read = record(owner(index), number).read(now_)) send(index, *read);
    } else {
      const bool is_broken = host.is_broken(World::component(number));
      send(index, {.measured = now_, .status = is_broken ? Status::crit : Status::ok});
    }
  }
  plan_turn(index, Action::run_agent, scenario_.agent.jitter);
}

// hw-watcher measures everything at once, and writes it to its database.
void Simulation::Impl::measure(std::uint32_t number) {
  const ModelHost& host = world_.hosts[number];
  if (!host.exists) return;
  if (world_.runs(host) && now_ >= host.agent_from && !host.is_broken(hw_watcher_component)) {
    const ModelTime visible_from =
        now_ + scenario_.hw_watcher.writing.sample(random_of_hosts_[number]);
    for (std::uint32_t i = 0; i < checks_a_host_; ++i) {
      if (world_.checks[i].kind != Kind::hw_watcher) continue;
      const bool is_broken = host.is_broken(World::component(i));
      record(number, i).measure(is_broken ? Status::crit : Status::ok, now_, host.clock_ahead,
                                visible_from);
    }
  }
  measures_at_[number] += scenario_.hw_watcher.period;
  plan(measures_at_[number], Action::measure, number);
}

void Simulation::Impl::probe_switch(std::uint32_t number) {
  const NetmonModel& netmon = scenario_.netmon;
  switches_[number].probe(world_.switches[number].faults == 0, now_, netmon.probes());
  plan(now_ + netmon.probe_period, Action::probe_switch, number);
}

void Simulation::Impl::fetch() {
  if (netmon_outages_ == 0) {
    plan(now_ + scenario_.netmon.fetching.sample(random_of_netmon_), Action::answer, 0);
  }
  next_fetch_ += scenario_.netmon.fetch_period;
  plan(next_fetch_, Action::fetch, 0);
}

void Simulation::Impl::answer() {
  for (std::size_t i = 0; i < switches_.size(); ++i) {
    const Report report{.status = switches_[i].status(),
                        .status_mtime = whole(switches_[i].since()),
                        .receive_time = whole(now_)};
    emit({.type = EventType::check,
          .time = whole(now_),
          .host = world_.switches[i].name,
          .service = world_.netmon_check,
          .report = report},
         now_);
  }
}

}  // namespace vitals::model
