// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_snapshot.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

// A policy as text that says nothing of where its values stood.
std::string canonical(PolicySet policy) {
  policy.origins.clear();
  return to_yaml(policy);
}

std::vector<std::string> names_and_kinds(const CheckSet& checks) {
  std::vector<std::string> out;
  for (const auto& [name, check] : checks) {
    out.push_back(cat(in_quotes(name), " (", vitals::name(check.kind), ")"));
  }
  return out;
}

void append_name(std::string& out, const NameTable::Record* record) {
  out += static_cast<char>(record->length);
  out += record->name();
}

// Calls `visit(name, hash)` for each name of a section, having asked the memory for where it
// belongs in the table; false if the section ends inside a name.
template <class Visitor>
bool for_each_name(const NameTable& table, std::string_view names, Visitor&& visit) {
  struct Coming {
    std::string_view name;
    std::uint64_t hash;
  };
  std::array<Coming, 32> coming;
  while (!names.empty()) {
    std::size_t count = 0;
    while (count < coming.size() && !names.empty()) {
      const std::size_t length = static_cast<unsigned char>(names.front());
      if (names.size() < 1 + length) return false;
      const std::string_view name = names.substr(1, length);
      names.remove_prefix(1 + length);
      coming[count++] = {name, NameTable::hash_of(name)};
      table.prefetch_bucket(coming[count - 1].hash);
    }
    for (std::size_t i = 0; i < count; ++i) visit(coming[i].name, coming[i].hash);
  }
  return true;
}

// What a section of classes is made of: numbers of 32 bits, texts behind their lengths.
void append_number(std::string& out, std::uint32_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

bool take_number(std::string_view& from, std::uint32_t& number) {
  if (from.size() < sizeof number) return false;
  std::memcpy(&number, from.data(), sizeof number);
  from.remove_prefix(sizeof number);
  return true;
}

bool take_text(std::string_view& from, std::string_view& text) {
  std::uint32_t size = 0;
  if (!take_number(from, size) || from.size() < size) return false;
  text = from.substr(0, size);
  from.remove_prefix(size);
  return true;
}

template <class Values>
std::span<const std::byte> bytes(const Values& values) {
  return std::as_bytes(std::span(values.data(), values.size()));
}

}  // namespace

// The numbers of the engine and the store.
struct FleetSnapshot::Summary {
  Timestamp newest;
  Timestamp touched_at;
  std::uint64_t events = 0;
  std::uint64_t out_of_date = 0;
  std::uint64_t retired = 0;
  std::uint64_t unknown_service = 0;
  std::int64_t window_births = 0;
  std::uint64_t hosts = 0;
  std::uint64_t places = 0;
  std::uint64_t newest_cohort = no_id;
};

struct FleetSnapshot::FormerPlaces {
  HostId host;
  std::array<PlaceId, 2> places;
};

std::string FleetSnapshot::packed_needs(const FleetStore& store) {
  std::vector<HostId> hosts;
  store.class_members.for_each_host(
      [&](HostId host, const std::vector<HostNeed>&) { hosts.push_back(host); });
  std::sort(hosts.begin(), hosts.end());
  std::string packed;
  for (const HostId host : hosts) {
    std::string stated;
    for (const HostNeed& need : *store.class_members.needs(host)) {
      std::vector<std::string_view> names;
      for (const MemberId id : need.members) {
        names.push_back(store.class_members.record(id).name->name());
      }
      append_need(stated, store.classes.classes[need.of].name, names);
    }
    append_number(packed, host);
    append_number(packed, static_cast<std::uint32_t>(stated.size()));
    packed += stated;
  }
  return packed;
}

std::string FleetSnapshot::packed_blockers(const FleetStore& store) {
  std::string packed;
  for (const auto& [check, records] : store.told_blockers) {
    std::string names;
    for (const NameTable::Record* record : records) append_name(names, record);
    append_number(packed, check);
    append_number(packed, static_cast<std::uint32_t>(names.size()));
    packed += names;
  }
  return packed;
}

absl::Status FleetSnapshot::save(Fleet& fleet, const std::string& path) {
  Fleet::Engine& engine = *fleet.engine_;
  FleetStore& store = engine.store;
  store.settle();
  engine.faces_.resize(store.of_places_.size());
  const std::vector<Summary> summary{{.newest = engine.newest_,
                                      .touched_at = engine.touched_at_,
                                      .events = store.counters.events,
                                      .out_of_date = store.counters.out_of_date,
                                      .retired = store.counters.retired,
                                      .unknown_service = store.counters.unknown_service,
                                      .window_births = store.window_births_,
                                      .hosts = store.hosts.size(),
                                      .places = store.places.size(),
                                      .newest_cohort = store.newest_cohort_}};
  const std::string policy = canonical(store.policy);
  std::string host_names;
  std::string place_names;
  std::string retired_names;
  for (const HostRecord& host : store.hosts) append_name(host_names, host.name);
  for (const PlaceRecord& place : store.places) append_name(place_names, place.name);
  store.names_.for_each([&](const NameTable::Record& record) {
    if (record.host == FleetStore::retired) append_name(retired_names, &record);
  });
  std::vector<FormerPlaces> former;
  for (const auto& [host, places] : store.former_places) former.push_back({host, places});
  const std::vector<FleetStore::Births> births(store.births_.begin(), store.births_.end());

  const std::string needs = packed_needs(store);
  const std::string told_blockers = packed_blockers(store);
  const std::vector<std::uint64_t> class_counts{store.counters.unknown_class};

  SnapshotWriter file;
  file.add(Section::summary, bytes(summary));
  file.add(Section::policy, bytes(policy));
  file.add(Section::host_names, bytes(host_names));
  file.add(Section::place_names, bytes(place_names));
  file.add(Section::retired_names, bytes(retired_names));
  file.add(Section::hosts, bytes(store.hosts));
  file.add(Section::host_seen, bytes(store.of_hosts_.seen));
  file.add(Section::host_told, bytes(store.of_hosts_.told));
  file.add(Section::host_deadlines, bytes(store.of_hosts_.deadlines.entries()));
  file.add(Section::place_seen, bytes(store.of_places_.seen));
  file.add(Section::place_told, bytes(store.of_places_.told));
  file.add(Section::place_deadlines, bytes(store.of_places_.deadlines.entries()));
  file.add(Section::faces, bytes(engine.faces_));
  file.add(Section::cohorts, bytes(store.cohorts_));
  file.add(Section::free_cohorts, bytes(store.free_cohorts_));
  file.add(Section::free_ids, bytes(store.free_ids_));
  file.add(Section::fresh_hosts, bytes(store.fresh_hosts));
  file.add(Section::births, bytes(births));
  file.add(Section::host_marked, bytes(store.of_hosts_.marked));
  file.add(Section::place_marked, bytes(store.of_places_.marked));
  file.add(Section::place_counts, bytes(store.place_counts));
  file.add(Section::kind_counts, bytes(store.counts_of_kind));
  file.add(Section::former_places, bytes(former));
  file.add(Section::needs, bytes(needs));
  file.add(Section::told_blockers, bytes(told_blockers));
  file.add(Section::class_counts, bytes(class_counts));
  return file.save(path);
}

absl::Status FleetSnapshot::load(Fleet& fleet, const std::string& path) {
  absl::StatusOr<SnapshotReader> file = SnapshotReader::open(path);
  if (!file.ok()) return file.status();
  return FleetSnapshot(fleet, *file).load();
}

absl::Status FleetSnapshot::load() {
  bool is_same = false;
  absl::Status status = compare_policy(is_same);
  if (status.ok()) status = load_columns();
  if (status.ok()) status = load_names();
  if (status.ok()) status = check_hosts();
  if (status.ok()) status = load_classes();
  if (!status.ok()) return status;
  restore_what_follows();
  if (!is_same) look_at_everything();
  return status;
}

absl::Status FleetSnapshot::compare_policy(bool& is_same) {
  std::string saved;
  if (absl::Status status = file_.read_all(Section::policy, saved); !status.ok()) return status;
  is_same = saved == canonical(store_.policy);
  if (is_same) return absl::OkStatus();
  const absl::StatusOr<PolicySet> policy = parse_policy(saved, "policy");
  if (!policy.ok()) {
    return file_.refused(
        "it was saved under a policy other than this one, and one that no file can state: open it "
        "under that one, or replay the events under the new policy");
  }
  const std::vector<std::string> then = names_and_kinds(policy->checks);
  const std::vector<std::string> now = names_and_kinds(store_.policy.checks);
  const auto [was, is] = std::mismatch(then.begin(), then.end(), now.begin(), now.end());
  if (was == then.end() && is == now.end()) return compare_classes(*policy);
  return file_.refused(cat("a snapshot of other checks: it has ", was == then.end() ? "none" : *was,
                           " where the policy has ", is == now.end() ? "none" : *is,
                           "; replay the events under the new policy instead"));
}

// What hosts stated of a class that was not declared then is not in the snapshot.
absl::Status FleetSnapshot::compare_classes(const PolicySet& then) {
  for (const auto& [name, one] : store_.policy.classes) {
    if (then.classes.contains(name)) continue;
    return file_.refused(cat("a snapshot of other classes: it has none of the name ",
                             in_quotes(name), "; replay the events under the new policy instead"));
  }
  return absl::OkStatus();
}

absl::Status FleetSnapshot::load_columns() {
  std::vector<Summary> summary;
  std::vector<FleetStore::Births> births;
  std::vector<FormerPlaces> former;
  absl::Status status;
  const auto read = [&](Section section, auto& values) {
    if (status.ok()) status = file_.read_all(section, values);
  };
  CheckColumns& of_hosts = store_.of_hosts_;
  CheckColumns& of_places = store_.of_places_;
  read(Section::summary, summary);
  read(Section::hosts, store_.hosts);
  read(Section::host_seen, of_hosts.seen);
  read(Section::host_told, of_hosts.told);
  read(Section::place_seen, of_places.seen);
  read(Section::place_told, of_places.told);
  read(Section::faces, engine_.faces_);
  read(Section::cohorts, store_.cohorts_);
  read(Section::free_cohorts, store_.free_cohorts_);
  read(Section::free_ids, store_.free_ids_);
  read(Section::fresh_hosts, store_.fresh_hosts);
  read(Section::births, births);
  read(Section::former_places, former);
  read(Section::host_marked, of_hosts.marked);
  read(Section::place_marked, of_places.marked);
  read(Section::place_counts, store_.place_counts);
  if (status.ok()) {
    status =
        file_.read(Section::kind_counts, std::as_writable_bytes(std::span(store_.counts_of_kind)));
  }
  if (!status.ok()) return status;
  of_hosts.deadlines.resize(of_hosts.seen.size());
  of_places.deadlines.resize(of_places.seen.size());
  const auto read_deadlines = [&](Section section, CheckColumns& columns) {
    return file_.read(section, std::as_writable_bytes(columns.deadlines.entries().span()));
  };
  status = read_deadlines(Section::host_deadlines, of_hosts);
  if (status.ok()) status = read_deadlines(Section::place_deadlines, of_places);
  if (!status.ok()) return status;
  if (summary.size() != 1) return file_.damaged("it has no summary");
  engine_.newest_ = summary[0].newest;
  engine_.touched_at_ = summary[0].touched_at;
  store_.counters = {.events = summary[0].events,
                     .out_of_date = summary[0].out_of_date,
                     .retired = summary[0].retired,
                     .unknown_service = summary[0].unknown_service};
  store_.window_births_ = summary[0].window_births;
  store_.newest_cohort_ = static_cast<std::uint32_t>(summary[0].newest_cohort);
  store_.births_.assign(births.begin(), births.end());
  for (const FormerPlaces& each : former) store_.former_places[each.host] = each.places;
  const bool is_whole =
      store_.hosts.size() == summary[0].hosts && store_.place_counts.size() == summary[0].places;
  if (!is_whole) return file_.damaged("hosts, switches or racks are missing");
  store_.places.resize(store_.place_counts.size());
  return status;
}

absl::Status FleetSnapshot::load_names() {
  const auto load = [&](Section section, auto&& visit) {
    std::string names;
    absl::Status status = file_.read_all(section, names);
    if (status.ok() && !for_each_name(store_.names_, names, visit))
      status = file_.damaged("a name is cut off");
    return status;
  };
  NameTable& names = store_.names_;
  names.reserve(store_.hosts.size() + store_.places.size());
  HostId host = 0;
  PlaceId place = 0;
  absl::Status status = load(Section::host_names, [&](std::string_view name, std::uint64_t hash) {
    if (host >= store_.hosts.size()) return static_cast<void>(++host);
    NameTable::Record& record = names.intern(name, hash);
    store_.hosts[host].name = &record;
    if (store_.hosts[host].alive) record.host = host;
    ++host;
  });
  if (!status.ok()) return status;
  status = load(Section::place_names, [&](std::string_view name, std::uint64_t hash) {
    if (place >= store_.places.size()) return static_cast<void>(++place);
    NameTable::Record& record = names.intern(name, hash);
    store_.places[place].name = &record;
    record.place = place++;
  });
  if (!status.ok()) return status;
  if (host != store_.hosts.size() || place != store_.places.size()) {
    return file_.damaged("it has not one name for each host, switch and rack");
  }
  return load(Section::retired_names, [&](std::string_view name, std::uint64_t hash) {
    names.intern(name, hash).host = FleetStore::retired;
  });
}

// Whatever is an index must be one.
absl::Status FleetSnapshot::check_hosts() {
  const std::size_t checks = store_.hosts.size() * store_.checks.host_checks.size();
  const std::size_t of_places = store_.places.size() * store_.checks.place_checks.size();
  const bool fits =
      store_.of_hosts_.seen.size() == checks && store_.of_hosts_.told.size() == checks &&
      store_.of_places_.seen.size() == of_places && store_.of_places_.told.size() == of_places &&
      engine_.faces_.size() == of_places;
  if (!fits) return file_.damaged("its columns have not one entry for each check");
  const auto is_below = [](std::uint32_t id, std::size_t size) { return id == no_id || id < size; };
  const auto are_below = [](const std::vector<std::uint32_t>& indices, std::size_t size) {
    return std::all_of(indices.begin(), indices.end(), [&](std::uint32_t i) { return i < size; });
  };
  const bool indices_hold =
      std::all_of(store_.hosts.begin(), store_.hosts.end(),
                  [&](const HostRecord& host) {
                    return is_below(host.cohort, store_.cohorts_.size()) &&
                           is_below(host.on_switch.id, store_.places.size()) &&
                           is_below(host.in_rack.id, store_.places.size()) &&
                           host.on_switch.position <= store_.hosts.size() &&
                           host.in_rack.position <= store_.hosts.size();
                  }) &&
      is_below(store_.newest_cohort_, store_.cohorts_.size()) &&
      are_below(store_.of_hosts_.marked, checks) &&
      are_below(store_.of_places_.marked, of_places) &&
      are_below(store_.fresh_hosts, store_.hosts.size()) &&
      are_below(store_.free_ids_, store_.hosts.size()) &&
      are_below(store_.free_cohorts_, store_.cohorts_.size()) &&
      std::all_of(store_.former_places.begin(), store_.former_places.end(), [&](const auto& each) {
        return each.first < store_.hosts.size() && is_below(each.second[0], store_.places.size()) &&
               is_below(each.second[1], store_.places.size());
      });
  return indices_hold ? absl::OkStatus() : file_.damaged("a number stands for nothing");
}

// Snapshots from before there were classes have none of these sections.
absl::Status FleetSnapshot::load_classes() {
  if (file_.size(Section::class_counts) == 0) return absl::OkStatus();
  std::vector<std::uint64_t> counts;
  std::string needs;
  std::string told_blockers;
  absl::Status status = file_.read_all(Section::class_counts, counts);
  if (status.ok()) status = file_.read_all(Section::needs, needs);
  if (status.ok()) status = file_.read_all(Section::told_blockers, told_blockers);
  if (status.ok()) status = load_needs(needs);
  if (status.ok()) status = load_blockers(told_blockers);
  if (!status.ok()) return status;
  store_.counters.unknown_class = counts[0];
  store_.class_members.touch_all();  // what voices said is not in the file
  return status;
}

absl::Status FleetSnapshot::load_needs(std::string_view packed) {
  while (!packed.empty()) {
    std::uint32_t host = 0;
    std::string_view text;
    if (!take_number(packed, host) || !take_text(packed, text) || host >= store_.hosts.size() ||
        !is_packed(text) || !fault_of(StatedNeeds(text)).empty()) {
      return file_.damaged("what hosts need of classes is not what was written");
    }
    store_.state_needs(host, StatedNeeds(text));
  }
  return absl::OkStatus();
}

absl::Status FleetSnapshot::load_blockers(std::string_view packed) {
  const std::size_t checks = store_.of_hosts_.size();
  while (!packed.empty()) {
    std::uint32_t check = 0;
    std::string_view text;
    std::vector<const NameTable::Record*> names;
    const bool is_whole = take_number(packed, check) && take_text(packed, text) && check < checks &&
                          for_each_name(
                              store_.names_, text,
                              [&](std::string_view name, std::uint64_t hash) {
                                names.push_back(&store_.names_.intern(name, hash));
                              });
    if (!is_whole) return file_.damaged("the names of blockers are not what was written");
    std::sort(names.begin(), names.end());
    if (!store_.classes.empty()) store_.told_blockers[check] = std::move(names);
  }
  return absl::OkStatus();
}

// Which hosts are behind which place, and what can be computed of the deadlines.
void FleetSnapshot::restore_what_follows() {
  const auto join = [](std::vector<HostId>& members, const HostPlace& place, HostId id) {
    if (members.size() <= place.position) members.resize(place.position + 1);
    members[place.position] = id;
  };
  store_.alive_.resize(store_.hosts.size());
  for (HostId id = 0; id < store_.hosts.size(); ++id) {
    const HostRecord& host = store_.hosts[id];
    store_.alive_[id] = host.alive;
    for (const HostPlace* place : {&host.on_switch, &host.in_rack}) {
      if (place->id == no_id) continue;
      PlaceRecord& record = store_.places[place->id];
      join(place == &host.on_switch ? record.hosts_on_switch : record.hosts_in_rack, *place, id);
    }
  }
  for (const bool of_place : {false, true}) store_.columns(of_place).deadlines.rebuild();
  restore_free_ids();
}

// Numbers are given again only if these options say so, whatever those of the saved fleet said.
void FleetSnapshot::restore_free_ids() {
  std::vector<HostId> gone;
  for (HostId id = 0; id < store_.hosts.size(); ++id) {
    if (store_.options_.reuse_ids && !store_.hosts[id].alive) gone.push_back(id);
  }
  if (store_.free_ids_.size() != gone.size()) store_.free_ids_ = std::move(gone);
}

// As if the last event had touched everything.
void FleetSnapshot::look_at_everything() {
  if (engine_.newest_ < earliest_accepted) return;
  engine_.touched_at_ = engine_.newest_;
  for (const bool of_place : {false, true}) {
    CheckColumns& columns = store_.columns(of_place);
    for (std::size_t i = 0; i < columns.size(); ++i) columns.mark(i);
  }
  engine_.faces_ = {};
  for (HostId id = 0; id < store_.hosts.size(); ++id) {
    if (store_.hosts[id].alive) store_.note_fresh(id);
  }
}

}  // namespace vitals
