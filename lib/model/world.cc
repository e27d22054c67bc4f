// SPDX-License-Identifier: Apache-2.0
#include "model/world.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace vitals::model {
namespace {

Millis period_of(const CheckPolicy& check) {
  return std::clamp<Millis>(check.period, shortest_period, longest_delay);
}

std::vector<ModelPlace> make_places(const char* kind, std::size_t hosts, std::uint32_t size) {
  std::vector<ModelPlace> places((hosts + size - 1) / size);
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].name = absl::StrFormat("%s-%05d", kind, i);
  }
  return places;
}

// Whether `told` was something else than `is`, which it becomes.
bool is_news(std::uint8_t& told, Status is) {
  return std::exchange(told, static_cast<std::uint8_t>(is)) != static_cast<std::uint8_t>(is);
}

}  // namespace

World::World(const Scenario& scenario) {
  for (const auto& [name, check] : scenario.checks) {
    if (check.kind == Kind::netmon) {
      netmon_check = name;
    } else if (check.kind == Kind::rack) {
      rack_check = {name, check.kind, scenario.pongers.rack_period, scenario.juggler.active_ttl};
    } else {
      const Millis period = period_of(check);
      const Millis time_to_live = check.kind == Kind::active
                                      ? scenario.juggler.active_ttl
                                      : period * scenario.juggler.passive_ttl_periods;
      checks.push_back({name, check.kind, period, time_to_live});
    }
  }
  const auto count = static_cast<std::uint32_t>(scenario.hosts_by(scenario.lasts));
  const std::uint32_t a_switch = std::max(scenario.hosts_a_switch, 1U);
  const std::uint32_t a_rack = std::max(scenario.hosts_a_rack, 1U);
  switches = make_places("switch", count, a_switch);
  racks = make_places("rack", count, a_rack);
  hosts.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    hosts[i].exists = i < scenario.hosts;
    hosts[i].on_switch = i / a_switch;
    hosts[i].in_rack = i / a_rack;
    this->count(hosts[i], +1);
  }
  told_of_hosts_.resize(count * checks.size(), untold);
  told_of_switches_.resize(switches.size(), untold);
  told_of_racks_.resize(racks.size(), untold);
}

void World::count(const ModelHost& host, int sign) {
  ModelPlace& rack = racks[host.in_rack];
  if (host.exists) rack.hosts += static_cast<std::uint32_t>(sign);
  if (answers(host)) rack.answering += static_cast<std::uint32_t>(sign);
}

std::span<const ModelHost> World::members(std::uint32_t ModelHost::* place,
                                          std::uint32_t number) const {
  return std::ranges::equal_range(hosts, number, {}, place);
}

void World::change_switch(std::uint32_t number, int faults, TruthTime now, TruthVisitor visit) {
  const std::span<const ModelHost> behind = members(&ModelHost::on_switch, number);
  for (const ModelHost& host : behind) count(host, -1);
  switches[number].faults += static_cast<std::uint32_t>(faults);
  for (const ModelHost& host : behind) count(host, +1);
  tell_switch(number, now, visit);
  for (std::uint32_t i = behind.front().in_rack; i <= behind.back().in_rack; ++i) {
    tell_rack(i, now, visit);
  }
}

void World::change_rack(std::uint32_t number, int faults, TruthTime now, TruthVisitor visit) {
  const std::span<const ModelHost> within = members(&ModelHost::in_rack, number);
  for (const ModelHost& host : within) count(host, -1);
  racks[number].faults += static_cast<std::uint32_t>(faults);
  for (const ModelHost& host : within) count(host, +1);
  tell_rack(number, now, visit);
}

Status World::truth(const ModelHost& host, std::size_t check) const {
  const bool is_active = checks[check].kind == Kind::active;
  if (host.under_repair) return is_active ? Status::crit : Status::nodata;
  const Components broken = component(check) | (is_active ? network_component : 0);
  return host.is_broken(broken) ? Status::crit : Status::ok;
}

void World::forget_told(std::uint32_t host) {
  const auto first = told_of_hosts_.begin() + static_cast<std::ptrdiff_t>(host * checks.size());
  std::fill_n(first, checks.size(), untold);
}

void World::tell(std::uint32_t host, TruthTime now, TruthVisitor visit) {
  const ModelHost& is = hosts[host];
  tell_rack(is.in_rack, now, visit);
  if (!is.exists) return;
  std::uint8_t* told = told_of_hosts_.data() + std::size_t{host} * checks.size();
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const Status status = truth(is, i);
    if (is_news(told[i], status)) visit({now, is.name, checks[i].name, status});
  }
}

void World::tell_switch(std::uint32_t number, TruthTime now, TruthVisitor visit) {
  if (netmon_check.empty()) return;
  const Status status = switches[number].faults == 0 ? Status::ok : Status::crit;
  if (!is_news(told_of_switches_[number], status)) return;
  visit({now, switches[number].name, netmon_check, status});
}

void World::tell_rack(std::uint32_t number, TruthTime now, TruthVisitor visit) {
  if (rack_check.name.empty()) return;
  const Status status = found_of_rack(number);
  if (!is_news(told_of_racks_[number], status)) return;
  visit({now, racks[number].name, rack_check.name, status});
}

void World::tell_all(TruthTime now, TruthVisitor visit) {
  for (std::uint32_t i = 0; i < switches.size(); ++i) tell_switch(i, now, visit);
  for (std::uint32_t i = 0; i < racks.size(); ++i) tell_rack(i, now, visit);
  for (std::uint32_t i = 0; i < hosts.size(); ++i) tell(i, now, visit);
}

Components World::component(std::string_view name) const {
  if (name == "network") return network_component;
  if (name == "agent") return agent_component;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (checks[i].name == name) return component(i);
  }
  return 0;
}

}  // namespace vitals::model
