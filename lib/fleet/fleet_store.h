// SPDX-License-Identifier: Apache-2.0
// The facts and observations of a fleet, and what events do to them. Knows nothing of verdicts: it
// poses the questions that vitals/verdict.h answers, and says which of them an event touched.
#ifndef VITALS_LIB_FLEET_FLEET_STORE_H
#define VITALS_LIB_FLEET_FLEET_STORE_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "fleet/name_table.h"
#include "text/bridge.h"
#include "vitals/event.h"
#include "vitals/fleet.h"

namespace vitals {

using CheckId = std::uint16_t;  // of the policy's checks, in order of name

// Which check of which host or place.
struct CheckRef {
  std::uint32_t owner;  // a HostId, or a PlaceId for infrastructure checks
  CheckId check;
  bool of_place;
};

// What was last told of a check, to tell it again only when it differs.
struct ToldVerdict {
  bool any = false;
  bool has_status = false;
  Status status = Status::ok;
  Reasons excluded_by;
  std::array<PlaceId, 2> blocked_by{no_id, no_id};  // in order of name

  friend bool operator==(const ToldVerdict&, const ToldVerdict&) = default;
};

// Which list of its host's line a check stands in.
enum class HealthList : std::uint8_t { none, failing, waiting, silent };

// One check of a host or place. A fleet is as fast as it has few cache lines to fetch: one a check.
struct alignas(64) CheckSlot {
  Observation seen;
  ToldVerdict told;
  std::uint32_t wake = 0;  // Unix time of its entry in the queue, others are void; 0: has none
  bool observed = false;
  bool marked = false;  // to be looked at when the present second is judged
  HealthList told_list = HealthList::none;
};
static_assert(sizeof(CheckSlot) == 64);

// A host's switch or rack.
struct HostPlace {
  Place::Says says = Place::Says::nothing;
  PlaceId id = no_id;          // says == name
  std::uint32_t position = 0;  // of the host in the place's list
};

struct HostRecord {
  std::string_view name;
  bool alive = true;
  bool declared = false;  // by an event, not only by a check that arrived
  HostFacts facts;
  std::uint32_t cohort = no_id;  // of its last assignment or rename
  HostPlace on_switch;
  HostPlace in_rack;
  bool told = false;  // a line of the whole host was told
  HostState told_state = HostState::unmonitored;
};

struct PlaceRecord {
  std::string_view name;
  std::vector<HostId> hosts_on_switch;
  std::vector<HostId> hosts_in_rack;
};

// The policy's checks by number: names sorted bytewise, so that order of numbers is order of names.
struct CheckTable {
  CheckTable(const CheckSet& set, const Policy& policy);

  std::vector<std::string_view> names;  // views of the policy's keys
  std::vector<CheckPolicy> policies;
  std::vector<PolicySums> sums;
  std::vector<std::uint16_t> slot_of;  // the place of a check among the slots of its owner
  std::vector<CheckId> host_checks, place_checks, active_checks, netmon_checks, rack_checks;
  StringMap<CheckId> by_name;
};

// The infrastructure that an active check depends on.
struct Dependencies {
  absl::InlinedVector<Dependency, 4> on;
  absl::InlinedVector<PlaceId, 4> places;  // parallel; no_id if nobody stated which
  absl::InlinedVector<CheckId, 4> checks;  // parallel
};

// An observation on its way in.
struct Arrival {
  CheckId check;
  std::uint8_t length;
  std::uint64_t hash;  // of the name
  Report report;
  std::array<char, longest_name> bytes;

  [[nodiscard]] std::string_view name() const { return {bytes.data(), length}; }
};

class FleetStore {
 public:
  explicit FleetStore(PolicySet policy);
  FleetStore(const FleetStore&) = delete;
  FleetStore& operator=(const FleetStore&) = delete;

  // Takes an event. Errors: see Fleet::apply.
  absl::Status apply(const Event& event);

  // Observations wait until there are some of them, so that the memory can be asked for all they
  // need at once. This takes those that wait; what all events so far touched is in `marked` then.
  void settle();

  // Notes that a check is to be looked at.
  void mark(CheckRef ref);
  void mark_host(HostId id);
  // Notes the active checks of every host behind a place, because what it says has changed.
  void mark_dependents(const PlaceRecord& place);

  [[nodiscard]] CheckSlot& slot(CheckRef ref);
  [[nodiscard]] const CheckSlot& slot(CheckRef ref) const;
  [[nodiscard]] std::string_view owner_name(CheckRef ref) const;
  // Asks the memory for what a question about this check will read.
  void prefetch(CheckRef ref) const;

  // Everything that the verdict on a check depends on. `into` holds the dependencies and must
  // outlive the question.
  [[nodiscard]] Question question(CheckRef ref, Dependencies& into) const;
  [[nodiscard]] std::optional<Timestamp> appear_by_of(const HostRecord& host) const;
  void collect_dependencies(const HostRecord& host, Dependencies& into) const;

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

  PolicySet policy;
  CheckTable checks;
  FleetCounters counters;
  std::vector<HostRecord> hosts;
  std::vector<PlaceRecord> places;
  std::vector<CheckRef> marked;
  std::vector<HostId> fresh_hosts;  // that nothing was told of yet

 private:
  static constexpr HostId retired = no_id - 1;

  // Assignments and renames of one second; hosts of a second share their appear_by.
  struct Cohort {
    Timestamp base;
    std::int64_t births = 0;     // in this second
    std::int64_t new_hosts = 0;  // in the window that ends with this second
  };

  void take_in(const Event& event);
  void apply(const Arrival& arrival);
  absl::Status apply_rename(const Event& event);
  absl::StatusOr<HostId> known_host(const Event& event) const;
  HostId declare(std::string_view name);
  HostId add_host(NameTable::Record& name);
  PlaceId place_named(std::string_view name);
  void store(const Report& report, CheckRef ref);
  void state_place(HostId id, HostPlace HostRecord::* which,
                   std::vector<HostId> PlaceRecord::* members, const Place& said);
  void leave_place(HostId id, HostPlace HostRecord::* which,
                   std::vector<HostId> PlaceRecord::* members);
  void bear(HostId id, Timestamp time);
  void retire(HostId id);
  void forget_checks(HostId id);
  [[nodiscard]] std::size_t slot_index(CheckRef ref) const;

  std::vector<CheckSlot> host_slots_;   // of each host, the policy's host checks
  std::vector<CheckSlot> place_slots_;  // of each place, the policy's infrastructure checks
  std::array<Arrival, 32> arrivals_;
  std::size_t arrived_ = 0;
  NameTable names_;  // their hosts are living ones or `retired`
  std::vector<Cohort> cohorts_;
  std::size_t window_first_ = 0;  // the first cohort in the window of the last one
  std::int64_t window_births_ = 0;
  std::vector<Named> order_;
  bool order_is_current_ = false;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_FLEET_STORE_H
