// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_store.h"

#include <algorithm>
#include <span>
#include <utility>

#include "fleet/repeat.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {

FleetStore::FleetStore(PolicySet policy_set, const FleetOptions& options)
    : policy(std::move(policy_set)),
      checks(policy.checks, policy.constants),
      classes(policy, checks),
      options_(options),
      most_hosts_(std::min<std::size_t>(
          options.most_checks / std::max<std::size_t>(checks.host_checks.size(), 1), retired)),
      most_places_(std::min<std::size_t>(
          options.most_checks / std::max<std::size_t>(checks.place_checks.size(), 1), retired)) {}

// ---- events ----

absl::Status FleetStore::apply(const Event& event) {
  for (const std::string_view name :
       {event.host, event.to, event.on_switch.name, event.in_rack.name}) {
    if (name.size() > longest_name) {
      return invalid("a name of ", name.size(), " bytes, a name has at most ", longest_name);
    }
  }
  if (event.host.empty()) return invalid("an empty name, expected that of a host");
  for (const Place& place : {event.on_switch, event.in_rack}) {
    if (place.says == Place::Says::name && place.name.empty()) {
      return invalid("an empty name, expected that of a switch or a rack");
    }
  }
  if (!event.needs.empty()) {
    if (absl::Status needs = check_needs(event); !needs.ok()) return needs;
  }
  if (absl::Status room = check_room(event); !room.ok()) return room;
  if (event.type != EventType::check) return apply_fact(event);
  take_in(event);
  return absl::OkStatus();
}

// Whether there is room for the host, the switch and the rack that the event may declare.
absl::Status FleetStore::check_room(const Event& event) {
  const std::size_t there = hosts.size() - free_ids_.size();
  const bool is_roomy =
      there + arrived_ < most_hosts_ && places.size() + arrived_ + 2 <= most_places_;
  // A full fleet need not settle with every observation: what waits only brings names, so an event
  // that adds nothing now will add nothing then.
  if (is_roomy || (!adds_host(event) && new_places(event) == 0)) return absl::OkStatus();
  settle();
  if (hosts.size() - free_ids_.size() >= most_hosts_ && adds_host(event)) {
    return absl::ResourceExhaustedError(cat("no room for host ", in_quotes(event.host),
                                            ": a fleet has at most ", options_.most_checks,
                                            " checks, ", checks.host_checks.size(), " a host"));
  }
  if (places.size() + new_places(event) <= most_places_) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      cat("no room for another switch or rack: a fleet has at most ", most_places_, " of them"));
}

// Whose check the event reports; nobody's if it is of no check of the policy.
FleetStore::Owner FleetStore::owner_of(const Event& event) const {
  if (event.type != EventType::check) return Owner::nobody;
  const auto check = checks.by_name.find(event.service);
  if (check == checks.by_name.end()) return Owner::nobody;
  return is_infrastructure(checks.policies[check->second].kind) ? Owner::place : Owner::host;
}

bool FleetStore::adds_host(const Event& event) const {
  const bool declares = event.type == EventType::host || event.type == EventType::assign;
  if (!declares && owner_of(event) != Owner::host) return false;
  const NameTable::Record* known = names_.find(event.host);
  if (known == nullptr || known->host == no_id) return true;
  return known->host == retired && declares;  // checks of a retired name are dropped
}

// How many switches and racks it brings.
std::size_t FleetStore::new_places(const Event& event) const {
  const auto is_new = [&](std::string_view name) {
    const NameTable::Record* known = names_.find(name);
    return known == nullptr || known->place == no_id;
  };
  if (event.type != EventType::host) {
    return owner_of(event) == Owner::place && is_new(event.host) ? 1 : 0;
  }
  const auto brought = [&](const Place& place) -> std::size_t {
    return place.says == Place::Says::name && is_new(place.name) ? 1 : 0;
  };
  if (event.on_switch == event.in_rack) return brought(event.on_switch);  // one place
  return brought(event.on_switch) + brought(event.in_rack);
}

absl::Status FleetStore::apply_fact(const Event& event) {
  settle();
  if (event.type == EventType::rename) return apply_rename(event);
  if (event.type == EventType::host || event.type == EventType::assign) {
    const HostId id = declare(event.host);
    if (event.type == EventType::assign) {
      hosts[id].assigned = shorten(event.time);
      hosts[id].was_assigned = true;
      bear(id, event.time);
    } else {
      state_place(id, &HostRecord::on_switch, &PlaceRecord::hosts_on_switch, event.on_switch);
      state_place(id, &HostRecord::in_rack, &PlaceRecord::hosts_in_rack, event.in_rack);
      if (!event.needs.empty()) state_needs(id, event.needs);
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
  if (event.type == EventType::manipulation_begin) {
    hosts[*id].begin_manipulation(event.time);
  } else {
    hosts[*id].end_manipulation(event.time);
  }
  mark_host(*id);
  return absl::OkStatus();
}

Arrival& FleetStore::next_arrival(std::string_view name) {
  static_assert(std::tuple_size_v<decltype(arrival_names_)> >= longest_name);
  const bool has_room = arrival_names_size_ + name.size() <= arrival_names_.size();
  if (arrived_ == arrivals_.size() || !has_room) settle();
  Arrival& arrival = arrivals_[arrived_++];
  char* kept = arrival_names_.data() + arrival_names_size_;
  arrival_names_size_ += name.copy(kept, name.size());
  arrival.name_begin = kept;
  arrival.name_length = static_cast<std::uint8_t>(name.size());
  return arrival;
}

absl::Status FleetStore::receive(CheckRef ref, const Report& report) {
  const bool is_check = ref.check < checks.names.size() &&
                        ref.of_place == is_infrastructure(checks.policies[ref.check].kind);
  const bool is_owner =
      ref.of_place ? ref.owner < places.size() : ref.owner < alive_.size() && alive_[ref.owner];
  if (!is_check || !is_owner) {
    return absl::NotFoundError(
        cat("no check ", ref.check, " of ", ref.of_place ? "switch or rack " : "host ", ref.owner));
  }
  Arrival& arrival = next_arrival({});
  arrival.check = ref.check;
  arrival.owner = ref.owner;
  arrival.report = report;
  columns(ref.of_place).prefetch_receipt(index_of(ref));
  return absl::OkStatus();
}

void FleetStore::take_in(const Event& event) {
  const auto check = checks.by_name.find(event.service);
  if (check == checks.by_name.end()) {
    ++counters.unknown_service;
    return;
  }
  Arrival& arrival = next_arrival(event.host);
  arrival.check = check->second;
  arrival.report = event.report;
  arrival.hash = NameTable::hash_of(event.host);
  names_.prefetch_bucket(arrival.hash);
}

void FleetStore::settle() {
  const std::span<Arrival> arrivals(arrivals_.data(), std::exchange(arrived_, 0));
  arrival_names_size_ = 0;
  for (const Arrival& arrival : arrivals) {
    if (arrival.name_length > 0) names_.prefetch_record(arrival.hash);
  }
  for (Arrival& arrival : arrivals) {
    if (arrival.name_length == 0) continue;
    arrival.record = names_.find(arrival.name(), arrival.hash);
    const bool of_host = !is_infrastructure(checks.policies[arrival.check].kind);
    if (of_host && arrival.record != nullptr && is_living(arrival.record->host)) {
      of_hosts_.prefetch_receipt(index_of({arrival.record->host, arrival.check, false}));
    }
  }
  for (const Arrival& arrival : arrivals) take(arrival);
}

void FleetStore::take(const Arrival& arrival) {
  const bool of_place = is_infrastructure(checks.policies[arrival.check].kind);
  if (arrival.name_length == 0)
    return store(arrival.report, {arrival.owner, arrival.check, of_place});
  if (of_place) return store(arrival.report, {place_named(arrival.name()), arrival.check, true});
  // One that came before it may have brought the name.
  NameTable::Record& name =
      arrival.record != nullptr ? *arrival.record : names_.intern(arrival.name(), arrival.hash);
  if (name.host == retired) {
    ++counters.retired;
    return;
  }
  const HostId host = name.host == no_id ? add_host(name) : name.host;
  store(arrival.report, {host, arrival.check, false});
}

void FleetStore::store(const Report& report, CheckRef ref) {
  Seen& into = seen(ref);
  if (into.observed && report.receive_time < lengthen(into.receive_time)) {
    ++counters.out_of_date;
    return;
  }
  const CheckPolicy& check = checks.policies[ref.check];
  const Observation received = vitals::receive(report, check.kind, check.accuracy);
  if (!goes_on_counting(ref, received)) mark(ref);
  into.store(received);
}

// Whether what was received only moves the deadline of a check that counts: then it need not be
// looked at. Whatever else happens to the check in this second marks it, and what was due before is
// looked at as ever. Of a marked one it is not known whether what was received last counts: its
// deadline may have moved into the past.
bool FleetStore::goes_on_counting(CheckRef ref, const Observation& received) {
  if (ref.of_place) return false;
  // Whoever needs its host may want to see that it was received after a lag.
  if (!classes.empty() && classes.class_of[ref.check] != no_class &&
      policy.constants.infrastructure.settling == Settling::receipt) {
    return false;
  }
  const std::size_t index = index_of(ref);
  const Seen& before = of_hosts_.seen[index];
  const bool counted = before.observed && !before.marked && before.counts &&
                       of_hosts_.deadlines.at(index) > received.receive_time;
  if (!counted || !is_repeat(before.observation(), received)) return false;
  of_hosts_.deadlines.set(index, fresh_until(received, checks.sums[ref.check]));
  return true;
}

// ---- what is to be looked at, and what was told ----

void FleetStore::mark(CheckRef ref) { columns(ref.of_place).mark(index_of(ref)); }

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

void FleetStore::tell(CheckRef ref, Outcome outcome) {
  Outcome& told = columns(ref.of_place).told[index_of(ref)];
  const bool is_counted_alike =
      told.has_verdict() == outcome.has_verdict() && told.reasons() == outcome.reasons();
  if (is_counted_alike) return static_cast<void>(told = outcome);
  const auto recount = [&](RunningCounts& counts) {
    counts.remove(told);
    counts.add(outcome);
  };
  recount(counts_of_kind[static_cast<std::size_t>(checks.policies[ref.check].kind)]);
  if (!ref.of_place) {
    const HostRecord& host = hosts[ref.owner];
    const PlaceId on_switch = host.on_switch.id;
    const PlaceId in_rack = host.in_rack.id;
    if (on_switch != no_id) recount(place_counts[on_switch]);
    if (in_rack != no_id && in_rack != on_switch) recount(place_counts[in_rack]);
  }
  told = outcome;
}

// Counts the checks of a host for one of its places, or no more. A switch and a rack of one name
// are one place, which has each check once.
void FleetStore::count_host(HostId id, HostPlace HostRecord::* which,
                            void (RunningCounts::*change)(Outcome)) {
  const HostRecord& host = hosts[id];
  if (host.on_switch.id == host.in_rack.id) return;
  const std::size_t first = std::size_t{id} * checks.host_checks.size();
  for (std::size_t i = 0; i < checks.host_checks.size(); ++i) {
    (place_counts[(host.*which).id].*change)(of_hosts_.told[first + i]);
  }
}

// ---- questions ----

void FleetStore::prefetch_check(std::size_t index) const {
  of_hosts_.prefetch_look(index);
  vitals::prefetch(&hosts[index / checks.host_checks.size()]);
}

void FleetStore::prefetch_places(std::size_t index) const {
  const HostRecord& host = hosts[index / checks.host_checks.size()];
  for (const HostPlace* place : {&host.on_switch, &host.in_rack}) {
    if (place->id != no_id) vitals::prefetch(&place_counts[place->id]);
  }
}

std::optional<Timestamp> FleetStore::appear_by_of(const HostRecord& host) const {
  if (host.cohort == no_id) return std::nullopt;
  const Cohort& cohort = cohorts_[host.cohort];
  return appear_by(cohort.base, cohort.new_hosts, policy.constants);
}

std::uint64_t FleetStore::unstated_hosts() const {
  if (checks.active_checks.empty()) return 0;
  const auto needs_unstated = [&](HostId id) {
    return std::any_of(
        checks.active_checks.begin(), checks.active_checks.end(), [&](CheckId check) {
          if (!seen({id, check, false}).observed) return false;
          const std::vector<ClassId>& needed = classes.needs_of[check];
          return std::any_of(needed.begin(), needed.end(),
                             [&](ClassId of) { return class_members.need(id, of) == nullptr; });
        });
  };
  return static_cast<std::uint64_t>(
      std::count_if(hosts.begin(), hosts.end(), [&](const HostRecord& host) {
        const auto unstated = [](const HostPlace& place) {
          return place.says == Place::Says::nothing;
        };
        return host.alive &&
               ((!checks.netmon_checks.empty() && unstated(host.on_switch)) ||
                (!checks.rack_checks.empty() && unstated(host.in_rack)) ||
                (!classes.empty() && needs_unstated(static_cast<HostId>(&host - hosts.data()))));
      }));
}

FleetMemory FleetStore::memory_use() const {
  FleetMemory use{.checks = of_hosts_.memory_use() + of_places_.memory_use(),
                  .hosts = hosts.memory_use() + alive_.capacity() / 8 +
                           (fresh_hosts.capacity() + free_ids_.capacity()) * sizeof(HostId) +
                           order_.capacity() * sizeof(Named) +
                           cohorts_.capacity() * sizeof(Cohort) +
                           places.capacity() * sizeof(PlaceRecord) + place_counts.memory_use() +
                           class_members.memory_use(),
                  .names = names_.memory_use()};
  for (const PlaceRecord& place : places) {
    use.hosts +=
        (place.hosts_on_switch.capacity() + place.hosts_in_rack.capacity()) * sizeof(HostId);
  }
  return use;
}

// ---- names ----

const std::vector<FleetStore::Named>& FleetStore::in_order() {
  if (order_is_current_) return order_;
  order_.clear();
  for (HostId id = 0; id < hosts.size(); ++id) {
    if (hosts[id].alive) order_.push_back({.name = hosts[id].name->name(), .host = id});
  }
  for (PlaceId id = 0; id < places.size(); ++id) {
    order_.push_back({.name = places[id].name->name(), .place = id});
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
      .name = name, .host = is_living(known->host) ? known->host : no_id, .place = known->place};
}

}  // namespace vitals
