// SPDX-License-Identifier: Apache-2.0
#include "vitals/fleet.h"

#include <algorithm>
#include <utility>

#include "fleet/fleet_store.h"
#include "fleet/wake_queue.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// The nearest moment after `now` at which the check must be looked at, unless its infrastructure
// speaks first: the deadlines of a switch or rack wake everybody behind it once, when it passes
// them, instead of each check for itself.
Timestamp own_wake(const Question& about, const PolicySums& sums, Timestamp now) {
  Timestamp nearest = distant_future;
  const auto consider = [&](Timestamp moment) {
    if (moment > now) nearest = std::min(nearest, moment);
  };
  if (about.observation == nullptr) {
    if (about.appear_by) consider(*about.appear_by);
    return nearest;
  }
  const CheckMoments own = moments_of(about, sums);
  consider(own.stale_from);
  consider(own.expired_from);
  for (const Dependency& on : about.dependencies) {
    consider(moments_of(on, own.evidence, sums).settled_from);
  }
  return nearest;
}

// What dependents see of an infrastructure check. While it stays equal, they need not be judged.
struct Face {
  bool known = false;
  Observation seen;

  friend bool operator==(const Face&, const Face&) = default;
};

}  // namespace

class Fleet::Engine {
 public:
  explicit Engine(PolicySet policy) : store(std::move(policy)) {}

  absl::Status apply(const Event& event) {
    if (event.time < newest_) {
      return absl::OutOfRangeError(cat("time runs backwards, from ", format_timestamp(newest_),
                                       " to ", format_timestamp(event.time)));
    }
    absl::Status status = store.apply(event);
    if (!status.ok()) return status;
    ++store.counters.events;
    newest_ = event.time;
    touched_at_ = event.time;
    return status;
  }

  // Goes through the moments up to `now` at which anything may differ, and hands each with the
  // checks whose verdict differs, in order of name, to `visit`.
  template <class Visitor>
  void for_each_moment(Timestamp now, Visitor&& visit) {
    store.settle();
    while (true) {
      const Timestamp moment = std::min(queue_.next(), touched_at_);
      if (moment > now) break;
      wake(moment);
      if (touched_at_ == moment) touched_at_ = distant_future;
      visit(moment, changed_at(moment));
    }
    newest_ = std::max(newest_, now);
  }

  void visit_check(Timestamp now, CheckRef ref, CheckVisitor visit) {
    const Question about = store.question(ref, dependencies_);
    const std::optional<Verdict> verdict = judge(about, store.checks.sums[ref.check], now);
    if (!verdict) return;
    const ToldVerdict told = tell(ref, about, verdict->excluded_by, now);
    std::array<std::string_view, 2> names;
    std::size_t count = 0;
    for (const PlaceId id : told.blocked_by) {
      if (id != no_id) names[count++] = store.places[id].name;
    }
    visit({.time = now,
           .host = store.owner_name(ref),
           .check = store.checks.names[ref.check],
           .status = told.has_status ? std::optional(told.status) : std::nullopt,
           .verdict = *verdict,
           .blocked_by = std::span(names.data(), count)});
  }

  // The host's line at `now`; `fresh` tells whether it differs from what was told last, and notes
  // it as told.
  void visit_host(Timestamp now, HostId id, bool only_if_changed, HostVisitor visit) {
    HostRecord& host = store.hosts[id];
    HealthTally tally;
    bool changed = !host.told;
    std::optional<Timestamp> next;
    for (auto* list : {&failing_, &waiting_, &silent_}) list->clear();
    for (const CheckId check : store.checks.host_checks) {
      const CheckRef ref{id, check, false};
      const Question about = store.question(ref, dependencies_);
      const std::optional<Verdict> verdict = judge(about, store.checks.sums[ref.check], now);
      const JudgedCheck judged = judged_check(about, verdict);
      tally.add(judged);
      const HealthList list = list_of(judged);
      if (list == HealthList::failing) failing_.push_back(store.checks.names[check]);
      if (list == HealthList::waiting) waiting_.push_back(store.checks.names[check]);
      if (list == HealthList::silent) silent_.push_back(store.checks.names[check]);
      if (verdict && verdict->next_change) {
        next = next ? std::min(*next, *verdict->next_change) : *verdict->next_change;
      }
      HealthList& told = store.slot(ref).told_list;
      changed |= told != list;
      if (only_if_changed) told = list;
    }
    const HostState state = tally.state();
    changed |= state != host.told_state;
    if (only_if_changed) {
      if (!changed) return;
      host.told = true;
      host.told_state = state;
    }
    visit({.time = now,
           .host = host.name,
           .state = state,
           .failing = failing_,
           .waiting = waiting_,
           .silent = silent_,
           .next_change = next});
  }

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
  static JudgedCheck judged_check(const Question& about, const std::optional<Verdict>& verdict) {
    JudgedCheck judged{.required = about.check.required};
    if (verdict) judged.excluded_by = verdict->excluded_by;
    if (about.observation != nullptr) judged.status = about.observation->status;
    return judged;
  }

  // No check stands in two lists: what fails counts, what waits does not, silent is neither.
  static HealthList list_of(const JudgedCheck& check) {
    if (is_failing(check)) return HealthList::failing;
    if (is_waiting(check)) return HealthList::waiting;
    return is_silent(check) ? HealthList::silent : HealthList::none;
  }

  // Marks everything that waits for this moment.
  void wake(Timestamp moment) {
    if (queue_.next() != moment) return;
    for (const CheckRef ref : queue_.pop()) {
      CheckSlot& check = store.slot(ref);
      if (check.wake != as_wake(moment)) continue;  // an entry that an earlier one made void
      check.wake = 0;
      store.mark(ref);
    }
  }

  // Moments after 2106 come in no recording: nobody needs to wake then, as nobody does at 1970.
  static std::uint32_t as_wake(Timestamp moment) {
    return is_accepted(moment) ? static_cast<std::uint32_t>(moment.time_since_epoch().count()) : 0;
  }

  // Judges what is marked at `moment`; the checks whose verdict differs from what was told last.
  const std::vector<CheckRef>& changed_at(Timestamp moment) {
    changed_.clear();
    // Infrastructure first: what it says marks the checks behind it.
    for (std::size_t i = 0; i < store.marked.size(); ++i) {
      const CheckRef ref = store.marked[i];
      if (ref.of_place) look_at_place(ref, moment);
    }
    for (std::size_t i = 0; i < store.marked.size(); ++i) {
      constexpr std::size_t ahead = 8;
      if (i + ahead < store.marked.size()) store.prefetch(store.marked[i + ahead]);
      look_at(store.marked[i], moment);
    }
    store.marked.clear();
    std::sort(changed_.begin(), changed_.end(), [&](const CheckRef& a, const CheckRef& b) {
      const int order = store.owner_name(a).compare(store.owner_name(b));
      return order != 0 ? order < 0 : a.check < b.check;
    });
    return changed_;
  }

  void look_at_place(CheckRef ref, Timestamp moment) {
    const PlaceRecord& place = store.places[ref.owner];
    const CheckSlot& state = store.slot(ref);
    const Dependency as_seen{.kind = store.checks.policies[ref.check].kind,
                             .observation = &state.seen};
    Face face{.known = !is_infrastructure_unknown(as_seen, store.policy.constants, moment),
              .seen = state.seen};
    // By the clock, when it was received matters only through being known or not.
    if (store.policy.constants.infrastructure.settling == Settling::clock) {
      face.seen.receive_time = {};
    }
    Face& told = faces_[{ref.owner, ref.check}];
    if (told == face) return;
    told = face;
    store.mark_dependents(place);
  }

  void look_at(CheckRef ref, Timestamp moment) {
    CheckSlot& check = store.slot(ref);
    if (!check.marked) return;  // its host is gone, or it stands in the list twice
    check.marked = false;
    const Question about = store.question(ref, dependencies_);
    const PolicySums& sums = store.checks.sums[ref.check];
    if (const std::optional<Verdict> verdict = judge(about, sums, moment)) {
      const ToldVerdict now = tell(ref, about, verdict->excluded_by, moment);
      if (now != check.told) {
        check.told = now;
        changed_.push_back(ref);
      }
    }
    const Timestamp next = own_wake(about, sums, moment);
    const std::uint32_t wake = as_wake(next);
    if (wake != 0 && (check.wake == 0 || wake < check.wake)) {
      check.wake = wake;
      queue_.push(next, ref);
    }
  }

  // What people are told of a check that has these reasons; the question's dependencies are in
  // `dependencies_`.
  ToldVerdict tell(CheckRef ref, const Question& about, Reasons reasons, Timestamp now) const {
    const Policy& policy = store.policy.constants;
    const std::optional<Status> status = visible_status(about, policy, now);
    ToldVerdict told{.any = true,
                     .has_status = status.has_value(),
                     .status = status.value_or(Status::ok),
                     .excluded_by = reasons};
    if (ref.of_place || about.dependencies.empty()) return told;
    const ActiveEvidence evidence{
        .status_mtime = about.observation->status_mtime,
        .effective = effective(*about.observation, store.checks.sums[ref.check])};
    for (std::size_t i = 0; i < about.dependencies.size(); ++i) {
      const PlaceId place = dependencies_.places[i];
      if (place == no_id || place == told.blocked_by[0] || place == told.blocked_by[1]) continue;
      if (infrastructure_reasons(about.dependencies[i], evidence, policy, now).empty()) continue;
      told.blocked_by[told.blocked_by[0] == no_id ? 0 : 1] = place;
    }
    if (told.blocked_by[1] != no_id &&
        store.places[told.blocked_by[1]].name < store.places[told.blocked_by[0]].name) {
      std::swap(told.blocked_by[0], told.blocked_by[1]);
    }
    return told;
  }

  WakeQueue<CheckRef> queue_;
  Timestamp newest_ = distant_past;        // of the last event or advance
  Timestamp touched_at_ = distant_future;  // the second of events that were not judged yet
  std::vector<CheckRef> changed_;
  absl::flat_hash_map<std::pair<PlaceId, CheckId>, Face> faces_;  // as last judged
  Dependencies dependencies_;
  std::vector<std::string_view> failing_, waiting_, silent_;
};

Fleet::Fleet(PolicySet policy) : engine_(std::make_unique<Engine>(std::move(policy))) {}
Fleet::Fleet(Fleet&&) noexcept = default;
Fleet& Fleet::operator=(Fleet&&) noexcept = default;
Fleet::~Fleet() = default;

absl::Status Fleet::apply(const Event& event) { return engine_->apply(event); }

void Fleet::advance(Timestamp now, CheckVisitor visit) {
  engine_->for_each_moment(now, [&](Timestamp moment, const std::vector<CheckRef>& changed) {
    for (const CheckRef ref : changed) engine_->visit_check(moment, ref, visit);
  });
  engine_->store.fresh_hosts.clear();
}

void Fleet::advance_hosts(Timestamp now, HostVisitor visit) {
  FleetStore& store = engine_->store;
  std::vector<HostId> touched;
  engine_->for_each_moment(now, [&](Timestamp moment, const std::vector<CheckRef>& changed) {
    touched = std::exchange(store.fresh_hosts, {});
    for (const CheckRef ref : changed) {
      if (!ref.of_place) touched.push_back(ref.owner);
    }
    std::erase_if(touched, [&](HostId id) { return !store.hosts[id].alive; });
    std::sort(touched.begin(), touched.end(),
              [&](HostId a, HostId b) { return store.hosts[a].name < store.hosts[b].name; });
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const HostId id : touched) engine_->visit_host(moment, id, true, visit);
  });
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
    if (named.host != no_id) engine_->visit_host(now, named.host, false, visit);
  }
}

bool Fleet::visit_checks(std::string_view host,
                         absl::FunctionRef<void(const CheckView&)> visit) const {
  engine_->store.settle();
  const FleetStore& store = engine_->store;
  const FleetStore::Named named = store.find(host);
  engine_->for_each_check(named, [&](CheckRef ref) {
    Dependencies into;
    const Question about = store.question(ref, into);
    if (about.observation == nullptr && !about.check.required) return;
    std::vector<DependencyName> names;
    for (std::size_t i = 0; i < into.on.size(); ++i) {
      const PlaceId place = into.places[i];
      names.push_back({.object = place == no_id ? std::string_view()
                                                : std::string_view(store.places[place].name),
                       .check = store.checks.names[into.checks[i]]});
    }
    visit({.host = store.owner_name(ref),
           .check = store.checks.names[ref.check],
           .question = about,
           .dependency_names = names});
  });
  return named.host != no_id || named.place != no_id;
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

}  // namespace vitals
