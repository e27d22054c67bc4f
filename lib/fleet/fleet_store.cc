// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_store.h"

#include <algorithm>
#include <span>
#include <utility>

#include "text/quote.h"

namespace vitals {

CheckTable::CheckTable(const CheckSet& set, const Policy& policy) {
  for (const auto& [name, check] : set) {
    const auto id = static_cast<CheckId>(names.size());
    std::vector<CheckId>& owners = is_infrastructure(check.kind) ? place_checks : host_checks;
    slot_of.push_back(static_cast<std::uint16_t>(owners.size()));
    owners.push_back(id);
    if (check.kind == Kind::active) active_checks.push_back(id);
    if (check.kind == Kind::netmon) netmon_checks.push_back(id);
    if (check.kind == Kind::rack) rack_checks.push_back(id);
    names.push_back(name);
    policies.push_back(check);
    sums.push_back(sums_of(check, policy));
    by_name.emplace(name, id);
  }
}

FleetStore::FleetStore(PolicySet policy_set)
    : policy(std::move(policy_set)), checks(policy.checks, policy.constants) {}

// ---- events ----

absl::Status FleetStore::apply(const Event& event) {
  if (event.type == EventType::check) {
    take_in(event);
    return absl::OkStatus();
  }
  settle();
  if (event.type == EventType::rename) return apply_rename(event);
  if (event.type == EventType::host || event.type == EventType::assign) {
    const HostId id = declare(event.host);
    if (event.type == EventType::assign) {
      hosts[id].facts.assigned = event.time;
      bear(id, event.time);
    } else {
      state_place(id, &HostRecord::on_switch, &PlaceRecord::hosts_on_switch, event.on_switch);
      state_place(id, &HostRecord::in_rack, &PlaceRecord::hosts_in_rack, event.in_rack);
    }
    mark_host(id);
    return absl::OkStatus();
  }
  const absl::StatusOr<HostId> id = known_host(event);
  if (!id.ok()) return id.status();
  if (event.type == EventType::remove) {
    retire(*id);
    return absl::OkStatus();
  }
  HostFacts& facts = hosts[*id].facts;
  facts.under_manipulation = event.type == EventType::manipulation_begin;
  (facts.under_manipulation ? facts.manipulation_began : facts.manipulation_ended) = event.time;
  mark_host(*id);
  return absl::OkStatus();
}

void FleetStore::take_in(const Event& event) {
  const auto check = checks.by_name.find(event.service);
  if (check == checks.by_name.end()) {
    ++counters.unknown_service;
    return;
  }
  if (arrived_ == arrivals_.size()) settle();
  Arrival& arrival = arrivals_[arrived_++];
  arrival.check = check->second;
  arrival.report = event.report;
  arrival.length = static_cast<std::uint8_t>(event.host.copy(arrival.bytes.data(), longest_name));
  arrival.hash = NameTable::hash_of(event.host);
  names_.prefetch_bucket(arrival.hash);
}

void FleetStore::settle() {
  const std::span<const Arrival> arrivals(arrivals_.data(), std::exchange(arrived_, 0));
  for (const Arrival& arrival : arrivals) names_.prefetch_record(arrival.hash);
  for (const Arrival& arrival : arrivals) {
    const NameTable::Record* name = names_.find(arrival.name(), arrival.hash);
    if (name != nullptr && name->host < hosts.size()) {
      vitals::prefetch(&slot({name->host, arrival.check, false}));
    }
  }
  for (const Arrival& arrival : arrivals) apply(arrival);
}

void FleetStore::apply(const Arrival& arrival) {
  if (is_infrastructure(checks.policies[arrival.check].kind)) {
    return store(arrival.report, {place_named(arrival.name()), arrival.check, true});
  }
  NameTable::Record& name = names_.intern(arrival.name(), arrival.hash);
  if (name.host == retired) {
    ++counters.retired;
    return;
  }
  const HostId host = name.host == no_id ? add_host(name) : name.host;
  store(arrival.report, {host, arrival.check, false});
}

void FleetStore::store(const Report& report, CheckRef ref) {
  CheckSlot& into = slot(ref);
  if (into.observed && report.receive_time < into.seen.receive_time) {
    ++counters.out_of_date;
    return;
  }
  const CheckPolicy& check = checks.policies[ref.check];
  into.seen = receive(report, check.kind, check.accuracy);
  into.observed = true;
  mark(ref);
}

absl::Status FleetStore::apply_rename(const Event& event) {
  const absl::StatusOr<HostId> from = known_host(event);
  if (!from.ok()) return from.status();
  const HostId id = *from;
  NameTable::Record& other = names_.intern(event.to);
  if (other.host != no_id && other.host != retired) {
    const HostRecord& living = hosts[other.host];
    if (other.host == id || living.declared) {
      return absl::AlreadyExistsError(cat("rename of ", in_quotes(event.host), " onto ",
                                          in_quotes(event.to),
                                          ", a living host; remove or rename that one first"));
    }
    // The machine was seen under its new name before the rename was told: work on it that was
    // told under that name is work on this host.
    HostFacts& facts = hosts[id].facts;
    facts.under_manipulation |= living.facts.under_manipulation;
    facts.manipulation_began = std::max(facts.manipulation_began, living.facts.manipulation_began);
    facts.manipulation_ended = std::max(facts.manipulation_ended, living.facts.manipulation_ended);
    retire(other.host);
  }
  HostRecord& host = hosts[id];
  names_.intern(host.name).host = retired;
  other.host = id;
  host.name = other.name();
  host.declared = true;
  host.facts.renamed = event.time;
  host.told = false;
  forget_checks(id);
  fresh_hosts.push_back(id);
  order_is_current_ = false;
  bear(id, event.time);
  mark_host(id);
  return absl::OkStatus();
}

absl::StatusOr<HostId> FleetStore::known_host(const Event& event) const {
  const NameTable::Record* known = names_.find(event.host);
  const bool gone = known != nullptr && known->host == retired;
  if (known != nullptr && known->host != no_id && !gone) return known->host;
  return absl::NotFoundError(cat("unknown host ", in_quotes(event.host),
                                 gone ? ", it was removed or renamed before"
                                      : ", expected one that an earlier line declared"));
}

HostId FleetStore::declare(std::string_view name) {
  NameTable::Record& known = names_.intern(name);
  const bool living = known.host != no_id && known.host != retired;
  const HostId id = living ? known.host : add_host(known);
  hosts[id].declared = true;
  return id;
}

HostId FleetStore::add_host(NameTable::Record& name) {
  const auto id = static_cast<HostId>(hosts.size());
  HostRecord& host = hosts.emplace_back();
  host.name = name.name();
  host_slots_.resize(hosts.size() * checks.host_checks.size());
  name.host = id;
  fresh_hosts.push_back(id);
  order_is_current_ = false;
  return id;
}

PlaceId FleetStore::place_named(std::string_view name) {
  NameTable::Record& known = names_.intern(name);
  if (known.place != no_id) return known.place;
  const auto id = static_cast<PlaceId>(places.size());
  PlaceRecord& place = places.emplace_back();
  place.name = known.name();
  place_slots_.resize(places.size() * checks.place_checks.size());
  known.place = id;
  order_is_current_ = false;
  return id;
}

void FleetStore::state_place(HostId id, HostPlace HostRecord::* which,
                             std::vector<HostId> PlaceRecord::* members, const Place& said) {
  if (said.says == Place::Says::nothing) return;
  leave_place(id, which, members);
  HostPlace& place = hosts[id].*which;
  place.says = said.says;
  if (said.says == Place::Says::none) return;
  place.id = place_named(said.name);
  std::vector<HostId>& list = places[place.id].*members;
  place.position = static_cast<std::uint32_t>(list.size());
  list.push_back(id);
}

void FleetStore::leave_place(HostId id, HostPlace HostRecord::* which,
                             std::vector<HostId> PlaceRecord::* members) {
  HostPlace& place = hosts[id].*which;
  if (place.id != no_id) {
    std::vector<HostId>& list = places[place.id].*members;
    list[place.position] = list.back();
    (hosts[list.back()].*which).position = place.position;
    list.pop_back();
  }
  place = {};
}

// Counts an assignment or rename, and gives the host to the cohort of that second.
void FleetStore::bear(HostId id, Timestamp time) {
  if (cohorts_.empty() || cohorts_.back().base != time) cohorts_.push_back({.base = time});
  Cohort& cohort = cohorts_.back();
  ++cohort.births;
  ++window_births_;
  const Timestamp first = new_hosts_window(time, policy.constants).from;
  // The host's own birth always counts, however short the window is.
  while (window_first_ + 1 < cohorts_.size() && cohorts_[window_first_].base < first) {
    window_births_ -= cohorts_[window_first_].births;
    ++window_first_;
  }
  cohort.new_hosts = window_births_;
  hosts[id].cohort = static_cast<std::uint32_t>(cohorts_.size() - 1);
}

void FleetStore::retire(HostId id) {
  leave_place(id, &HostRecord::on_switch, &PlaceRecord::hosts_on_switch);
  leave_place(id, &HostRecord::in_rack, &PlaceRecord::hosts_in_rack);
  HostRecord& host = hosts[id];
  names_.intern(host.name).host = retired;
  forget_checks(id);
  host = HostRecord{};
  host.alive = false;
  order_is_current_ = false;
}

// Neither marks nor entries of the queue that name these checks mean anything any more.
void FleetStore::forget_checks(HostId id) {
  for (const CheckId check : checks.host_checks) slot({id, check, false}) = CheckSlot{};
}

// ---- what is to be looked at ----

void FleetStore::mark(CheckRef ref) {
  CheckSlot& check = slot(ref);
  if (check.marked) return;
  check.marked = true;
  marked.push_back(ref);
}

void FleetStore::mark_host(HostId id) {
  for (const CheckId check : checks.host_checks) mark({id, check, false});
}

void FleetStore::mark_dependents(const PlaceRecord& place) {
  for (const auto members : {&PlaceRecord::hosts_on_switch, &PlaceRecord::hosts_in_rack}) {
    for (const HostId id : place.*members) {
      for (const CheckId check : checks.active_checks) mark({id, check, false});
    }
  }
}

// ---- questions ----

std::size_t FleetStore::slot_index(CheckRef ref) const {
  const auto& of_owner = ref.of_place ? checks.place_checks : checks.host_checks;
  return ref.owner * of_owner.size() + checks.slot_of[ref.check];
}

CheckSlot& FleetStore::slot(CheckRef ref) {
  return (ref.of_place ? place_slots_ : host_slots_)[slot_index(ref)];
}

const CheckSlot& FleetStore::slot(CheckRef ref) const {
  return (ref.of_place ? place_slots_ : host_slots_)[slot_index(ref)];
}

void FleetStore::prefetch(CheckRef ref) const {
  vitals::prefetch(&slot(ref));
  if (ref.of_place) return;
  const auto* host = reinterpret_cast<const std::byte*>(&hosts[ref.owner]);
  for (std::size_t at = 0; at < sizeof(HostRecord); at += 64) vitals::prefetch(host + at);
}

std::string_view FleetStore::owner_name(CheckRef ref) const {
  return ref.of_place ? places[ref.owner].name : hosts[ref.owner].name;
}

std::optional<Timestamp> FleetStore::appear_by_of(const HostRecord& host) const {
  if (host.cohort == no_id) return std::nullopt;
  const Cohort& cohort = cohorts_[host.cohort];
  return appear_by(cohort.base, cohort.new_hosts, policy.constants);
}

void FleetStore::collect_dependencies(const HostRecord& host, Dependencies& into) const {
  const auto add = [&](const HostPlace& place, const std::vector<CheckId>& of) {
    const bool assumed = place.says == Place::Says::nothing &&
                         policy.constants.infrastructure.unstated == Unstated::unknown;
    if (place.says != Place::Says::name && !assumed) return;
    for (const CheckId check : of) {
      const CheckSlot* state = place.id == no_id ? nullptr : &slot({place.id, check, true});
      into.on.push_back({.kind = checks.policies[check].kind,
                         .observation = state && state->observed ? &state->seen : nullptr});
      into.places.push_back(place.id);
      into.checks.push_back(check);
    }
  };
  add(host.on_switch, checks.netmon_checks);
  add(host.in_rack, checks.rack_checks);
}

Question FleetStore::question(CheckRef ref, Dependencies& into) const {
  static constexpr HostFacts no_facts;
  const CheckPolicy& check = checks.policies[ref.check];
  const CheckSlot& state = slot(ref);
  const Observation* seen = state.observed ? &state.seen : nullptr;
  if (ref.of_place) return {.check = check, .host = no_facts, .observation = seen};
  const HostRecord& host = hosts[ref.owner];
  into.on.clear();
  into.places.clear();
  into.checks.clear();
  if (check.kind == Kind::active && seen != nullptr) collect_dependencies(host, into);
  return {.check = check,
          .host = host.facts,
          .observation = seen,
          .appear_by = seen == nullptr && check.required ? appear_by_of(host) : std::nullopt,
          .dependencies = into.on};
}

// ---- names ----

const std::vector<FleetStore::Named>& FleetStore::in_order() {
  if (order_is_current_) return order_;
  order_.clear();
  for (HostId id = 0; id < hosts.size(); ++id) {
    if (hosts[id].alive) order_.push_back({.name = hosts[id].name, .host = id});
  }
  for (PlaceId id = 0; id < places.size(); ++id) {
    order_.push_back({.name = places[id].name, .place = id});
  }
  std::sort(order_.begin(), order_.end(), [](const Named& a, const Named& b) {
    return std::pair(a.name, a.host) < std::pair(b.name, b.host);
  });
  // A host and a place of one name become one entry, so that their checks come in order of name.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (kept > 0 && order_[kept - 1].name == order_[i].name) {
      order_[kept - 1].place = order_[i].place;
    } else {
      order_[kept++] = order_[i];
    }
  }
  order_.resize(kept);
  order_is_current_ = true;
  return order_;
}

FleetStore::Named FleetStore::find(std::string_view name) const {
  const NameTable::Record* known = names_.find(name);
  if (known == nullptr) return {.name = name};
  return {
      .name = name, .host = known->host == retired ? no_id : known->host, .place = known->place};
}

std::uint64_t FleetStore::unstated_hosts() const {
  if (checks.active_checks.empty()) return 0;
  return static_cast<std::uint64_t>(
      std::count_if(hosts.begin(), hosts.end(), [&](const HostRecord& host) {
        const auto unstated = [](const HostPlace& place) {
          return place.says == Place::Says::nothing;
        };
        return host.alive && ((!checks.netmon_checks.empty() && unstated(host.on_switch)) ||
                              (!checks.rack_checks.empty() && unstated(host.in_rack)));
      }));
}

}  // namespace vitals
