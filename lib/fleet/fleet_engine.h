// SPDX-License-Identifier: Apache-2.0
// Verdicts on a fleet: which checks must be looked at when, and what is told of them then. It has
// no rule of its own: every outcome comes from vitals/moments.h, every verdict from judge().
#ifndef VITALS_LIB_FLEET_FLEET_ENGINE_H
#define VITALS_LIB_FLEET_FLEET_ENGINE_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "fleet/fleet_store.h"
#include "fleet/owned_needs.h"
#include "fleet/scratch.h"
#include "vitals/fleet.h"

namespace vitals {

// A question, with all that it points to.
struct OwnedQuestion {
  Observation seen;
  HostFacts host;
  absl::InlinedVector<Observation, 4> of_infrastructure;
  absl::InlinedVector<Dependency, 4> on;
  absl::InlinedVector<PlaceId, 4> places;  // parallel to `on`; no_id if nobody stated which
  absl::InlinedVector<CheckId, 4> checks;  // likewise
  std::optional<OwnedNeeds> needs;         // where the policy declares classes
};

// What one look at a check finds.
struct Look {
  Outcome outcome;
  std::uint8_t blocked = 0;  // Blocked
  // When it must be looked at again, unless its infrastructure changes: that wakes everybody behind
  // it at once, instead of each check for itself.
  Timestamp next = distant_future;
};

class Fleet::Engine {
 public:
  Engine(PolicySet policy, const FleetOptions& options) : store(std::move(policy), options) {}

  absl::Status apply(const Event& event);
  absl::Status receive(CheckRef check, const Report& report);

  // Goes through the moments up to `now` at which anything may differ, and hands each with the
  // checks of which something else is to be told, in order of their numbers, to `visit`.
  template <class Visitor>
  void for_each_moment(Timestamp now, Visitor&& visit) {
    store.settle();
    now = earlier(now, latest_accepted);  // no deadline is kept behind that
    for (Timestamp moment = next_moment(); moment <= now; moment = next_moment()) {
      look_at_moment(moment);
      visit(moment, static_cast<const std::vector<CheckChange>&>(changed_));
      clear_scratch(changed_);
    }
    newest_ = std::max(newest_, now);
  }

  // The nearest moment at which anything may differ from what was told last.
  Timestamp next_moment();

  // The line of a check in full; whether there is a verdict.
  bool visit_check(Timestamp now, CheckRef ref, CheckVisitor visit) const;

  // The line of a host. `told`: only if it differs from what was told last, which it then is.
  void visit_host(Timestamp now, HostId id, HostVisitor visit) const;
  void visit_host_if_changed(Timestamp now, HostId id, HostVisitor visit);

  // The outcomes of all checks, and which checks of hosts count, on so many threads.
  void judge(Timestamp now, JudgedFleet& out, unsigned threads);
  void judge(Timestamp now, std::vector<std::uint64_t>& counts, unsigned threads);

  // Everything that the verdict on a check depends on; `into` must outlive the question.
  [[nodiscard]] Question question(CheckRef ref, OwnedQuestion& into) const;

  // Calls `visit(CheckRef)` for all checks of one name, host or place, in order of check name.
  template <class Visitor>
  void for_each_check(const FleetStore::Named& named, Visitor&& visit) const {
    for (std::size_t i = 0; i < store.checks.names.size(); ++i) {
      const auto check = static_cast<CheckId>(i);
      const bool of_place = is_infrastructure(store.checks.policies[i].kind);
      const std::uint32_t owner = of_place ? named.place : named.host;
      if (owner != no_id) visit(CheckRef{owner, check, of_place});
    }
  }

  FleetStore store;

 private:
  friend class FleetSnapshot;

  // What dependents see of an infrastructure check. While it stays equal, they need no look.
  struct Face {
    ShortTime receive_time = 0;
    ShortTime status_mtime = 0;
    Status status = Status::ok;
    bool known = false;
    std::uint16_t unused = 0;

    friend bool operator==(const Face&, const Face&) = default;
  };

  using Blockers = absl::InlinedVector<std::string_view, 4>;

  // Whether what is told, and what is due since, answers for that moment. The past is asked for
  // seldom, and behind the last moment that can be stated no deadline is kept.
  [[nodiscard]] bool is_kept(Timestamp now) const {
    return now >= newest_ && now <= latest_accepted;
  }

  template <class Visitor>
  void for_each_dependency(const HostRecord& host, Visitor&& visit) const;
  [[nodiscard]] Look look(CheckRef ref, Timestamp now) const;
  [[nodiscard]] Look look_at_active(CheckRef ref, const CheckMoments& own, Timestamp now) const;
  void look_at_moment(Timestamp moment);
  void look_at_place(CheckRef ref, Timestamp moment);
  void look_at(CheckRef ref, Timestamp moment);
  [[nodiscard]] bool blockers_differ(CheckRef ref, std::uint8_t blocked) const;
  template <class Visitor>
  void for_each_blocker(const Question& about, const OwnedQuestion& into, const PolicySums& sums,
                        Timestamp now, Visitor&& visit) const;
  // With classes: whether other names block a check that was found so at `now` than were told; they
  // are told then.
  bool tell_blockers(CheckRef ref, Outcome found, Timestamp now);
  void look_at_members(Timestamp moment);
  void look_at_voice(CheckRef ref, Timestamp moment);
  template <class Visitor>
  void for_each_unsettled(Timestamp now, Visitor&& visit) const;
  template <class Visitor>
  void for_each_unsettled_voice(Timestamp now, Visitor&& visit) const;
  [[nodiscard]] Blockers blockers(const Question& about, const OwnedQuestion& into,
                                  const PolicySums& sums, Reasons excluded_by, Timestamp now) const;
  [[nodiscard]] JudgedCheck judged(CheckRef ref, Outcome outcome) const;

  template <class Apply>
  absl::Status apply_at(Timestamp time, Apply&& apply_to_store);

  Timestamp newest_ = distant_past;        // of the last event or advance
  Timestamp touched_at_ = distant_future;  // the second of events that were not judged yet
  std::vector<CheckChange> changed_;       // of the moment being visited
  std::vector<std::uint32_t> sorting_;     // room to sort marked checks in
  Column<Face> faces_;  // of infrastructure checks, as last looked at; parallel to their columns
  absl::flat_hash_map<std::uint32_t, Face> voices_;  // of checks of hosts that speak for a class
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_FLEET_ENGINE_H
