// SPDX-License-Identifier: Apache-2.0
#include "vitals/fleet.h"

#include <algorithm>
#include <utility>

#include "fleet/fleet_engine.h"
#include "fleet/fleet_snapshot.h"

namespace vitals {

Fleet::Fleet(PolicySet policy, const FleetOptions& options)
    : engine_(std::make_unique<Engine>(std::move(policy), options)) {}
Fleet::Fleet(Fleet&&) noexcept = default;
Fleet& Fleet::operator=(Fleet&&) noexcept = default;
Fleet::~Fleet() = default;

absl::Status Fleet::save(const std::string& path) { return FleetSnapshot::save(*this, path); }

absl::StatusOr<Fleet> Fleet::open(const std::string& path, PolicySet policy,
                                  const FleetOptions& options) {
  Fleet fleet(std::move(policy), options);
  absl::Status status = FleetSnapshot::load(fleet, path);
  if (!status.ok()) return status;
  return fleet;
}

absl::Status Fleet::apply(const Event& event) { return engine_->apply(event); }

absl::Status Fleet::receive(CheckRef check, const Report& report) {
  return engine_->receive(check, report);
}

// ---- what changed ----

void Fleet::visit_changes(Timestamp now, ChangeVisitor visit) {
  engine_->for_each_moment(now, [&](Timestamp, const std::vector<CheckChange>& changed) {
    for (const CheckChange& change : changed) visit(change);
  });
}

void Fleet::advance(Timestamp now, CheckVisitor visit) {
  const FleetStore& store = engine_->store;
  std::vector<CheckRef> by_name;
  engine_->for_each_moment(now, [&](Timestamp moment, const std::vector<CheckChange>& changed) {
    by_name.clear();
    for (const CheckChange& change : changed) by_name.push_back(change.check);
    std::sort(by_name.begin(), by_name.end(), [&](CheckRef a, CheckRef b) {
      const int order = store.owner_name(a).compare(store.owner_name(b));
      return order != 0 ? order < 0 : a.check < b.check;
    });
    for (const CheckRef ref : by_name) engine_->visit_check(moment, ref, visit);
  });
}

void Fleet::advance_hosts(Timestamp now, HostVisitor visit) {
  FleetStore& store = engine_->store;
  std::vector<HostId> touched;
  engine_->for_each_moment(now, [&](Timestamp moment, const std::vector<CheckChange>& changed) {
    touched = std::exchange(store.fresh_hosts, {});
    for (const HostId id : touched) store.hosts[id].fresh = false;
    for (const CheckChange& change : changed) {
      if (!change.check.of_place) touched.push_back(change.check.owner);
    }
    std::erase_if(touched, [&](HostId id) { return !store.hosts[id].alive; });
    std::sort(touched.begin(), touched.end(), [&](HostId a, HostId b) {
      return store.hosts[a].name->name() < store.hosts[b].name->name();
    });
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const HostId id : touched) engine_->visit_host_if_changed(moment, id, visit);
  });
}

std::optional<Timestamp> Fleet::next_change() {
  engine_->store.settle();
  const Timestamp next = engine_->next_moment();
  return next > latest_accepted ? std::nullopt : std::optional(next);
}

// ---- everything ----

void Fleet::judge(Timestamp now, JudgedFleet& out, unsigned threads) {
  engine_->judge(now, out, threads);
}

void Fleet::judge(Timestamp now, std::vector<std::uint64_t>& counts, unsigned threads) {
  engine_->judge(now, counts, threads);
}

void Fleet::judge_all(Timestamp now, CheckVisitor visit) {
  engine_->store.settle();
  for (const FleetStore::Named& named : engine_->store.in_order()) {
    engine_->for_each_check(named, [&](CheckRef ref) { engine_->visit_check(now, ref, visit); });
  }
}

void Fleet::judge_hosts(Timestamp now, HostVisitor visit) {
  engine_->store.settle();
  for (const FleetStore::Named& named : engine_->store.in_order()) {
    if (named.host != no_id) engine_->visit_host(now, named.host, visit);
  }
}

// ---- one host ----

bool Fleet::verdict(std::string_view host, std::string_view check, Timestamp now,
                    CheckVisitor visit) {
  engine_->store.settle();
  const CheckTable& checks = engine_->store.checks;
  const auto id = checks.by_name.find(check);
  if (id == checks.by_name.end()) return false;
  const FleetStore::Named named = engine_->store.find(host);
  const bool of_place = is_infrastructure(checks.policies[id->second].kind);
  const std::uint32_t owner = of_place ? named.place : named.host;
  return owner != no_id && engine_->visit_check(now, {owner, id->second, of_place}, visit);
}

bool Fleet::health(std::string_view host, Timestamp now, HostVisitor visit) {
  const std::optional<HostId> id = find_host(host);
  if (id) engine_->visit_host(now, *id, visit);
  return id.has_value();
}

bool Fleet::visit_checks(std::string_view host,
                         absl::FunctionRef<void(const CheckView&)> visit) const {
  engine_->store.settle();
  const FleetStore& store = engine_->store;
  const FleetStore::Named named = store.find(host);
  engine_->for_each_check(named, [&](CheckRef ref) {
    OwnedQuestion into;
    const Question about = engine_->question(ref, into);
    if (about.observation == nullptr && !about.check.required) return;
    std::vector<DependencyName> names;
    for (std::size_t i = 0; i < into.on.size(); ++i) {
      const PlaceId place = into.places[i];
      names.push_back(
          {.object = place == no_id ? std::string_view() : store.places[place].name->name(),
           .check = store.checks.names[into.checks[i]]});
    }
    const bool has_needs = about.needs != nullptr;
    const auto member_names = has_needs ? into.needs->member_names() : std::vector<MemberName>();
    const auto need_names = has_needs ? into.needs->need_names() : std::vector<std::string_view>();
    visit({.host = store.owner_name(ref),
           .check = store.checks.names[ref.check],
           .question = about,
           .dependency_names = names,
           .member_names = member_names,
           .need_names = need_names});
  });
  return named.host != no_id || named.place != no_id;
}

// ---- names and numbers ----

std::optional<HostId> Fleet::find_host(std::string_view name) const {
  engine_->store.settle();
  const HostId id = engine_->store.find(name).host;
  return id == no_id ? std::nullopt : std::optional(id);
}

std::optional<PlaceId> Fleet::find_place(std::string_view name) const {
  engine_->store.settle();
  const PlaceId id = engine_->store.find(name).place;
  return id == no_id ? std::nullopt : std::optional(id);
}

std::string_view Fleet::owner_name(CheckRef check) const {
  return engine_->store.owner_name(check);
}

std::string_view Fleet::check_name(CheckId check) const {
  return engine_->store.checks.names[check];
}

std::uint32_t Fleet::host_count() const {
  engine_->store.settle();
  return static_cast<std::uint32_t>(engine_->store.hosts.size());
}

std::uint32_t Fleet::checks_a_host() const {
  return static_cast<std::uint32_t>(engine_->store.checks.host_checks.size());
}

std::uint32_t Fleet::place_count() const {
  engine_->store.settle();
  return static_cast<std::uint32_t>(engine_->store.places.size());
}

std::uint32_t Fleet::checks_a_place() const {
  return static_cast<std::uint32_t>(engine_->store.checks.place_checks.size());
}

CheckCounts Fleet::counts(Kind kind) const {
  return engine_->store.counts_of_kind[static_cast<std::size_t>(kind)].counts();
}

std::optional<CheckCounts> Fleet::counts(std::string_view place) const {
  const std::optional<PlaceId> id = find_place(place);
  if (!id) return std::nullopt;
  return engine_->store.place_counts[*id].counts();
}

std::uint64_t Fleet::hosts_without_stated_place() const {
  engine_->store.settle();
  return engine_->store.unstated_hosts();
}

const FleetCounters& Fleet::counters() const {
  engine_->store.settle();
  return engine_->store.counters;
}

const PolicySet& Fleet::policy() const { return engine_->store.policy; }

FleetMemory Fleet::memory_use() const {
  engine_->store.settle();
  return engine_->store.memory_use();
}

}  // namespace vitals
