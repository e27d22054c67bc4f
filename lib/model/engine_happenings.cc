// SPDX-License-Identifier: Apache-2.0
// What happens to hosts, switches, racks and the sources themselves, as the scenario says.
#include <algorithm>

#include "absl/strings/str_format.h"
#include "model/engine.h"

namespace vitals::model {
namespace {

// How long a repair takes of which the scenario does not say it.
constexpr Millis usual_repair = std::chrono::minutes{10};

bool is_of_hosts(Happens what) { return what < Happens::switch_fault; }
bool is_of_all(Happens what) { return what > Happens::rack_fault; }

}  // namespace

void Simulation::Impl::begin_happening(std::uint32_t which) {
  const Happening& what = scenario_.happenings[which];
  if (what.every.has_value()) plan(now_ + *what.every, Action::begin, which);
  const std::uint32_t targets = is_of_all(what.what) ? 1 : what.count;
  for (std::uint32_t i = 0; i < targets; ++i) {
    const Millis later = below(random_of_happenings_[which], what.spread);
    plan(now_ + later, Action::strike, which, i);
  }
}

// Which host, switch or rack is the target; none if there is none left that it could happen to.
std::optional<std::uint32_t> Simulation::Impl::choose(const Happening& what, std::uint32_t target,
                                                      Random& random) {
  if (is_of_all(what.what)) return 0;
  if (what.what == Happens::add) {
    if (added_ == world_.hosts.size()) return std::nullopt;
    return added_++;
  }
  const std::size_t there_are = is_of_hosts(what.what)               ? world_.hosts.size()
                                : what.what == Happens::switch_fault ? world_.switches.size()
                                                                     : world_.racks.size();
  const auto count = static_cast<std::uint32_t>(there_are);
  const auto start = what.first.has_value() ? *what.first + target
                                            : static_cast<std::uint32_t>(random.below(count));
  if (!is_of_hosts(what.what)) return start % count;
  for (std::uint32_t i = 0; i < (what.first.has_value() ? 1 : count); ++i) {
    const ModelHost& host = world_.hosts[(start + i) % count];
    if (host.exists && !host.under_repair) return (start + i) % count;
  }
  return std::nullopt;
}

void Simulation::Impl::strike(std::uint32_t which, std::uint32_t target) {
  const Happening& what = scenario_.happenings[which];
  Random& random = random_of_happenings_[which];
  const std::optional<std::uint32_t> struck = choose(what, target, random);
  if (!struck.has_value()) return;
  if (what.lasts.has_value()) {
    plan(now_ + what.lasts->sample(random), Action::cease, which, *struck);
  } else if (what.what == Happens::repair) {
    plan(now_ + usual_repair, Action::cease, which, *struck);
  }
  switch (what.what) {
    case Happens::switch_fault:
      return world_.change_switch(*struck, +1, now_, *on_truth_);
    case Happens::rack_fault:
      return change_rack(*struck, +1);
    case Happens::netmon_outage:
      ++netmon_outages_;
      return;
    case Happens::juggler_outage:
      ++juggler_outages_;
      return;
    case Happens::pongers_outage:
      ++pongers_outages_;
      return;
    case Happens::master_move:
      return move_master();
    default:
      return strike_host(what, *struck);
  }
}

void Simulation::Impl::cease(std::uint32_t which, std::uint32_t target) {
  const Happening& what = scenario_.happenings[which];
  switch (what.what) {
    case Happens::switch_fault:
      return world_.change_switch(target, -1, now_, *on_truth_);
    case Happens::rack_fault:
      return change_rack(target, -1);
    case Happens::netmon_outage:
      --netmon_outages_;
      return;
    case Happens::juggler_outage:
      --juggler_outages_;
      return;
    case Happens::pongers_outage:
      return end_pongers_outage();
    default:
      return cease_of_host(what, target);
  }
}

void Simulation::Impl::end_pongers_outage() {
  if (--pongers_outages_ > 0 || scenario_.pongers.remember) return;
  for (CheckState& check : checks_) check.filter.forget();
}

// What a happening breaks of a host.
Components Simulation::Impl::broken_by(const Happening& what) const {
  if (what.what == Happens::hang) return hw_watcher_component;
  if (what.what == Happens::agent_outage) return agent_component;
  return world_.component(what.component);
}

void Simulation::Impl::strike_host(const Happening& what, std::uint32_t host) {
  switch (what.what) {
    case Happens::add:
      return add(host);
    case Happens::rename:
      return rename(host);
    case Happens::remove:
      emit_of_host(EventType::remove, host);
      return change(host, [](ModelHost& is) { is.exists = false; });
    case Happens::repair:
      emit_of_host(EventType::manipulation_begin, host);
      return change(host, [](ModelHost& is) { is.under_repair = true; });
    case Happens::clock_ahead:
      return change(host, [&](ModelHost& is) { is.clock_ahead = what.ahead; });
    default:
      return change(host, [&](ModelHost& is) { is.broken |= broken_by(what); });
  }
}

void Simulation::Impl::cease_of_host(const Happening& what, std::uint32_t host) {
  if (!world_.hosts[host].exists) return;
  if (what.what == Happens::repair) {
    emit_of_host(EventType::manipulation_end, host);
    boot(host);
    return change(host, [&](ModelHost& is) {
      is.under_repair = false;
      is.broken = what.fixes ? 0 : is.broken & ~(agent_component | hw_watcher_component);
    });
  }
  change(host, [&](ModelHost& is) {
    if (what.what == Happens::clock_ahead) {
      is.clock_ahead = Millis{0};
    } else {
      is.broken &= ~broken_by(what);
    }
  });
}

void Simulation::Impl::change(std::uint32_t host, absl::FunctionRef<void(ModelHost&)> how) {
  world_.change(host, now_, how, *on_truth_);
}

// Its hosts lose their power, or have it again and boot.
void Simulation::Impl::change_rack(std::uint32_t rack, int faults) {
  world_.change_rack(rack, faults, now_, *on_truth_);
  for (const ModelHost& host : world_.members(&ModelHost::in_rack, rack)) {
    boot(static_cast<std::uint32_t>(&host - world_.hosts.data()));
  }
}

// The agent, and the daemon, begin anew.
void Simulation::Impl::boot(std::uint32_t host) {
  ModelHost& is = world_.hosts[host];
  is.agent_from = now_ + scenario_.agent.boot.sample(random_of_hosts_[host]);
  is.default_until = is.agent_from + scenario_.agent.defaults_to_ok;
}

// A new host: the cron job takes one after another.
void Simulation::Impl::add(std::uint32_t host) {
  change(host, [](ModelHost& is) { is.exists = true; });
  boot(host);
  declare(host);
  emit_of_host(EventType::assign, host);
  const NamesModel& names = scenario_.names;
  Random& random = random_of_hosts_[host];
  const ModelTime made =
      now_ + names.cron_delay.sample(random) + names.cron_duration.sample(random);
  cron_busy_until_ = std::max(made, cron_busy_until_) + names.cron_per_host;
  plan(cron_busy_until_, Action::create_checks, host);
}

void Simulation::Impl::create_checks(std::uint32_t host) {
  if (!world_.hosts[host].exists) return;
  start_host(host, now_);
  for (Index i = 0; i < checks_a_host_; ++i) {
    start_check(host * checks_a_host_ + i, now_);
    plan_push(host * checks_a_host_ + i, now_);
  }
}

// Juggler keeps what it knows of its checks, and goes on under the new name.
void Simulation::Impl::rename(std::uint32_t host) {
  const std::string_view to = keep_name(absl::StrFormat("renamed-%06d", renamed_++));
  emit_of_host(EventType::rename, host, to);
  world_.forget_told(host);
  change(host, [&](ModelHost& is) {
    is.name = to;
    is.old_address_until = now_ + scenario_.names.dns.sample(random_of_hosts_[host]);
  });
}

// A new master lets no change through until it is one, and pushes regularly at other moments.
void Simulation::Impl::move_master() {
  ++term_;
  election_until_ = now_ + scenario_.juggler.election;
  plan_pushes(now_);
}

}  // namespace vitals::model
