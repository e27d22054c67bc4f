// SPDX-License-Identifier: Apache-2.0
// Who is in a fleet: hosts come, are placed, renamed, and go.
#include <algorithm>
#include <utility>

#include "fleet/fleet_store.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {

absl::StatusOr<HostId> FleetStore::known_host(const Event& event) const {
  const NameTable::Record* known = names_.find(event.host);
  if (known != nullptr && is_living(known->host)) return known->host;
  const bool gone = known != nullptr && known->host == retired;
  return absl::NotFoundError(cat("unknown host ", in_quotes(event.host),
                                 gone ? ", it was removed or renamed before"
                                      : ", expected one that an earlier line declared"));
}

absl::Status FleetStore::apply_rename(const Event& event) {
  const absl::StatusOr<HostId> from = known_host(event);
  if (!from.ok()) return from.status();
  if (event.to.empty()) return invalid("an empty name, expected that of a host");
  const HostId id = *from;
  NameTable::Record& other = names_.intern(event.to);
  if (is_living(other.host)) {
    const HostRecord& living = hosts[other.host];
    if (other.host == id || living.declared) {
      return absl::AlreadyExistsError(cat("rename of ", in_quotes(event.host), " onto ",
                                          in_quotes(event.to),
                                          ", a living host; remove or rename that one first"));
    }
    // The machine was seen under its new name before the rename was told: work on it that was
    // told under that name is work on this host.
    hosts[id].absorb_manipulations(living);
    retire(other.host);
  }
  HostRecord& host = hosts[id];
  class_members.touch(host.name);
  class_members.touch(&other);
  names_.intern(host.name->name()).host = retired;
  other.host = id;
  host.name = &other;
  host.declared = true;
  host.renamed = shorten(event.time);
  host.was_renamed = true;
  host.told = false;
  forget_checks(id);
  note_fresh(id);
  order_is_current_ = false;
  bear(id, event.time);
  mark_host(id);
  return absl::OkStatus();
}

HostId FleetStore::declare(std::string_view name) {
  NameTable::Record& known = names_.intern(name);
  const HostId id = is_living(known.host) ? known.host : add_host(known);
  hosts[id].declared = true;
  return id;
}

HostId FleetStore::add_host(NameTable::Record& name) {
  HostId id = static_cast<HostId>(hosts.size());
  if (free_ids_.empty()) {
    hosts.emplace_back();
    alive_.push_back(true);
    of_hosts_.resize(hosts.size() * checks.host_checks.size());
  } else {
    id = free_ids_.back();
    free_ids_.pop_back();
    hosts[id].alive = alive_[id] = true;
  }
  hosts[id].name = &name;
  name.host = id;
  class_members.touch(&name);
  note_fresh(id);
  order_is_current_ = false;
  return id;
}

PlaceId FleetStore::place_named(std::string_view name) {
  NameTable::Record& known = names_.intern(name);
  if (known.place != no_id) return known.place;
  const auto id = static_cast<PlaceId>(places.size());
  places.emplace_back().name = &known;
  place_counts.emplace_back();
  of_places_.resize(places.size() * checks.place_checks.size());
  known.place = id;
  order_is_current_ = false;
  return id;
}

void FleetStore::state_place(HostId id, HostPlace HostRecord::* which,
                             std::vector<HostId> PlaceRecord::* members, const Place& said) {
  if (said.says == Place::Says::nothing) return;
  const PlaceId stated = said.says == Place::Says::name ? place_named(said.name) : no_id;
  HostPlace& place = hosts[id].*which;
  if (place.says == said.says && place.id == stated) return;
  // Where the old name was told as a blocker, a new one is to be told even if nothing else changes.
  former_places.try_emplace(id, std::array{hosts[id].on_switch.id, hosts[id].in_rack.id});
  for (const CheckId check : checks.active_checks) {
    Seen& active = seen({id, check, false});
    if (active.told_blocked != 0) active.told_blocked |= by_former_place;
  }
  leave_place(id, which, members);
  place.says = said.says;
  if (stated == no_id) return;
  place.id = stated;
  std::vector<HostId>& list = places[stated].*members;
  place.position = static_cast<std::uint32_t>(list.size());
  list.push_back(id);
  count_host(id, which, &RunningCounts::add);
}

void FleetStore::leave_place(HostId id, HostPlace HostRecord::* which,
                             std::vector<HostId> PlaceRecord::* members) {
  HostPlace& place = hosts[id].*which;
  if (place.id != no_id) {
    std::vector<HostId>& list = places[place.id].*members;
    list[place.position] = list.back();
    (hosts[list.back()].*which).position = place.position;
    list.pop_back();
    count_host(id, which, &RunningCounts::remove);
  }
  place = {};
}

// Counts an assignment or rename, and gives the host to the cohort of that second.
void FleetStore::bear(HostId id, Timestamp time) {
  if (births_.empty() || births_.back().time != time) births_.push_back({.time = time});
  ++births_.back().count;
  ++window_births_;
  const Timestamp first = new_hosts_window(time, policy.constants).from;
  // The host's own birth always counts, however short the window is.
  while (births_.size() > 1 && births_.front().time < first) {
    window_births_ -= births_.front().count;
    births_.pop_front();
  }
  leave_cohort(id);
  if (newest_cohort_ == no_id || cohorts_[newest_cohort_].base != time) {
    if (free_cohorts_.empty()) {
      free_cohorts_.push_back(static_cast<std::uint32_t>(cohorts_.size()));
      cohorts_.emplace_back();
    }
    newest_cohort_ = free_cohorts_.back();
    free_cohorts_.pop_back();
    cohorts_[newest_cohort_] = {.base = time};
  }
  Cohort& cohort = cohorts_[newest_cohort_];
  cohort.new_hosts = window_births_;
  ++cohort.members;
  hosts[id].cohort = newest_cohort_;
}

void FleetStore::leave_cohort(HostId id) {
  const std::uint32_t cohort = std::exchange(hosts[id].cohort, no_id);
  if (cohort == no_id || --cohorts_[cohort].members > 0) return;
  free_cohorts_.push_back(cohort);
  if (newest_cohort_ == cohort) newest_cohort_ = no_id;
}

void FleetStore::retire(HostId id) {
  leave_place(id, &HostRecord::on_switch, &PlaceRecord::hosts_on_switch);
  leave_place(id, &HostRecord::in_rack, &PlaceRecord::hosts_in_rack);
  leave_cohort(id);
  forget_checks(id);
  HostRecord& host = hosts[id];
  names_.intern(host.name->name()).host = retired;
  class_members.touch(host.name);
  class_members.forget(id);
  HostRecord gone;
  gone.name = host.name;
  gone.alive = false;
  gone.fresh = host.fresh;
  host = gone;
  alive_[id] = false;
  if (options_.reuse_ids) free_ids_.push_back(id);
  order_is_current_ = false;
}

void FleetStore::note_fresh(HostId id) {
  if (!hosts[id].fresh) fresh_hosts.push_back(id);
  hosts[id].fresh = true;
}

void FleetStore::forget_checks(HostId id) {
  for (const CheckId check : checks.host_checks) {
    const CheckRef ref{id, check, false};
    tell(ref, Outcome{});
    if (!classes.empty()) told_blockers.erase(static_cast<std::uint32_t>(index_of(ref)));
    seen(ref) = Seen{.marked = seen(ref).marked};  // it stands in the list of marks once
    of_hosts_.deadlines.set(index_of(ref), distant_future);
  }
}

}  // namespace vitals
