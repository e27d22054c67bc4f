// SPDX-License-Identifier: Apache-2.0
// The facts and observations of a fleet, and what events do to them. Knows nothing of verdicts: it
// holds what they depend on, and says which of them an event touched.
#ifndef VITALS_LIB_FLEET_FLEET_STORE_H
#define VITALS_LIB_FLEET_FLEET_STORE_H

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fleet/check_columns.h"
#include "fleet/check_counts.h"
#include "fleet/check_table.h"
#include "fleet/class_table.h"
#include "fleet/host_record.h"
#include "fleet/member_table.h"
#include "fleet/name_table.h"
#include "vitals/event.h"
#include "vitals/fleet.h"

namespace vitals {

// A switch or rack, and who is behind it.
struct PlaceRecord {
  const NameTable::Record* name = nullptr;
  std::vector<HostId> hosts_on_switch;
  std::vector<HostId> hosts_in_rack;
};

// An observation on its way in.
struct Arrival {
  CheckId check;
  std::uint8_t name_length;  // 0: `owner` is known
  std::uint32_t owner;
  const char* name_begin;
  std::uint64_t hash;         // of the name
  NameTable::Record* record;  // of the name; null: not found yet
  Report report;

  [[nodiscard]] std::string_view name() const { return {name_begin, name_length}; }
};

class FleetStore {
 public:
  FleetStore(PolicySet policy, const FleetOptions& options);
  FleetStore(const FleetStore&) = delete;
  FleetStore& operator=(const FleetStore&) = delete;

  // Takes an event. Errors: see Fleet::apply.
  absl::Status apply(const Event& event);

  // Takes an observation by number. Errors: see Fleet::receive.
  absl::Status receive(CheckRef ref, const Report& report);

  // Observations wait until there are some of them, so that the memory can be asked for all they
  // need at once. This takes those that wait; what all events so far touched is marked then.
  void settle();

  // Notes that a check is to be looked at.
  void mark(CheckRef ref);
  void mark_host(HostId id);
  // Notes the active checks of every host behind a place, because what it says has changed.
  void mark_dependents(const PlaceRecord& place);

  // The same of every host behind a member of a class, however far.
  void mark_dependents(MemberId member);
  // Calls `visit(CheckRef)` for those checks.
  void for_each_dependent(MemberId member, absl::FunctionRef<void(CheckRef)> visit) const;

  // What is told of a check from now on.
  void tell(CheckRef ref, Outcome outcome);

  [[nodiscard]] CheckColumns& columns(bool of_places) { return of_places ? of_places_ : of_hosts_; }
  [[nodiscard]] const CheckColumns& columns(bool of_places) const {
    return of_places ? of_places_ : of_hosts_;
  }
  [[nodiscard]] std::size_t index_of(CheckRef ref) const {
    const auto& of_owner = ref.of_place ? checks.place_checks : checks.host_checks;
    return ref.owner * of_owner.size() + checks.slot_of[ref.check];
  }
  [[nodiscard]] CheckRef ref_at(std::size_t index, bool of_place) const {
    const auto& of_owner = of_place ? checks.place_checks : checks.host_checks;
    return {static_cast<std::uint32_t>(index / of_owner.size()), of_owner[index % of_owner.size()],
            of_place};
  }
  [[nodiscard]] Seen& seen(CheckRef ref) { return columns(ref.of_place).seen[index_of(ref)]; }
  [[nodiscard]] const Seen& seen(CheckRef ref) const {
    return columns(ref.of_place).seen[index_of(ref)];
  }
  [[nodiscard]] std::string_view owner_name(CheckRef ref) const {
    return (ref.of_place ? places[ref.owner].name : hosts[ref.owner].name)->name();
  }
  [[nodiscard]] std::optional<Timestamp> appear_by_of(const HostRecord& host) const;
  // Ask the memory for what a look at a check of a host will read: first this, then that.
  void prefetch_check(std::size_t index) const;
  void prefetch_places(std::size_t index) const;

  // Hosts and places of one name; either may be absent.
  struct Named {
    std::string_view name;
    HostId host = no_id;
    PlaceId place = no_id;
  };
  // All of them in order of name.
  [[nodiscard]] const std::vector<Named>& in_order();
  [[nodiscard]] Named find(std::string_view name) const;

  [[nodiscard]] std::uint64_t unstated_hosts() const;
  [[nodiscard]] FleetMemory memory_use() const;

  PolicySet policy;
  CheckTable checks;
  ClassTable classes;
  MemberTable class_members;  // empty where the policy declares no class
  FleetCounters counters;
  Column<HostRecord> hosts;
  std::vector<PlaceRecord> places;
  Column<RunningCounts> place_counts;  // parallel: of the checks of the hosts behind it
  std::array<RunningCounts, kind_names.size()> counts_of_kind;
  // Of hosts that were moved since they were looked at: switch and rack as told.
  absl::flat_hash_map<HostId, std::array<PlaceId, 2>> former_places;
  std::vector<HostId> fresh_hosts;  // that nothing was told of yet, each once
  // With classes: the names told as blockers of a check of a host, by its index, sorted.
  absl::flat_hash_map<std::uint32_t, std::vector<const NameTable::Record*>> told_blockers;

 private:
  friend class FleetSnapshot;
  static constexpr HostId retired = no_id - 1;

  // Hosts that were assigned or renamed in one second: they share their appear_by.
  struct Cohort {
    Timestamp base;
    std::int64_t new_hosts = 0;  // assignments and renames in the window that ends with this second
    std::uint32_t members = 0;   // hosts that point here; of none another cohort takes the place
  };
  // Assignments and renames of one second.
  struct Births {
    Timestamp time;
    std::int64_t count = 0;
  };
  enum class Owner : std::uint8_t { nobody, host, place };

  void take_in(const Event& event);
  Arrival& next_arrival(std::string_view name);
  void take(const Arrival& arrival);
  absl::Status apply_fact(const Event& event);
  absl::Status apply_rename(const Event& event);
  absl::Status check_room(const Event& event);
  [[nodiscard]] Owner owner_of(const Event& event) const;
  [[nodiscard]] bool adds_host(const Event& event) const;
  [[nodiscard]] std::size_t new_places(const Event& event) const;
  [[nodiscard]] bool is_living(HostId id) const { return id != no_id && id != retired; }
  [[nodiscard]] absl::StatusOr<HostId> known_host(const Event& event) const;
  HostId declare(std::string_view name);
  HostId add_host(NameTable::Record& name);
  PlaceId place_named(std::string_view name);
  void store(const Report& report, CheckRef ref);
  bool goes_on_counting(CheckRef ref, const Observation& received);
  void state_place(HostId id, HostPlace HostRecord::* which,
                   std::vector<HostId> PlaceRecord::* members, const Place& said);
  void state_needs(HostId id, const StatedNeeds& needs);
  absl::Status check_needs(const Event& event) const;
  void leave_place(HostId id, HostPlace HostRecord::* which,
                   std::vector<HostId> PlaceRecord::* members);
  void count_host(HostId id, HostPlace HostRecord::* which, void (RunningCounts::*change)(Outcome));
  void bear(HostId id, Timestamp time);
  void leave_cohort(HostId id);
  void retire(HostId id);
  void forget_checks(HostId id);
  void note_fresh(HostId id);

  FleetOptions options_;
  std::size_t most_hosts_;  // ids end below the two that are no hosts
  std::size_t most_places_;
  CheckColumns of_hosts_;   // of each host, the policy's host checks
  CheckColumns of_places_;  // of each place, the policy's infrastructure checks
  // As many as memory can be asked for at once, and still in the nearest cache.
  std::array<Arrival, 64> arrivals_;
  std::size_t arrived_ = 0;
  std::array<char, 4096> arrival_names_;
  std::size_t arrival_names_size_ = 0;
  NameTable names_;               // their hosts are living ones or `retired`
  std::vector<HostId> free_ids_;  // of hosts that are gone
  std::vector<bool> alive_;       // HostRecord::alive, where it is asked for with every receipt
  std::vector<Cohort> cohorts_;
  std::vector<std::uint32_t> free_cohorts_;
  std::uint32_t newest_cohort_ = no_id;
  std::deque<Births> births_;  // in the window that ends with the last of them
  std::int64_t window_births_ = 0;
  std::vector<Named> order_;
  bool order_is_current_ = false;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_FLEET_STORE_H
