// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_engine.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "fleet/outcome_bits.h"
#include "fleet/sort_numbers.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// No check stands in two lists: what fails counts, what waits does not, silent is neither.
HealthList list_of(const JudgedCheck& check) {
  if (is_failing(check)) return HealthList::failing;
  if (is_waiting(check)) return HealthList::waiting;
  return is_silent(check) ? HealthList::silent : HealthList::none;
}

Timestamp if_later(Timestamp moment, Timestamp now) {
  return moment > now ? moment : distant_future;
}

// Calls `work(first, last)` for parts of [0, count), each on a thread of its own.
template <class Work>
void in_parts(std::size_t count, unsigned threads, Work&& work) {
  constexpr std::size_t unit = 4096;  // so that no two threads write one word
  const std::size_t part = (count / std::max(threads, 1U) / unit + 1) * unit;
  std::vector<std::jthread> others;
  std::size_t first = 0;
  for (; first + part < count; first += part) {
    others.emplace_back([&work, first, part] { work(first, first + part); });
  }
  work(first, count);
}

absl::Status out_of_range(std::string_view what, Timestamp time) {
  return absl::OutOfRangeError(cat(what, " ", format_timestamp(time),
                                   " is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"));
}

// Columns hold 32 bits of a moment: one beyond them would become another.
absl::Status check_times(const Report& report) {
  if (!is_accepted(report.receive_time)) return out_of_range("receive_time", report.receive_time);
  if (!is_accepted(report.status_mtime)) return out_of_range("status_mtime", report.status_mtime);
  const Timestamp measured = report.metadata_timestamp.value_or(earliest_accepted);
  return is_accepted(measured) ? absl::OkStatus() : out_of_range("metadata timestamp", measured);
}

}  // namespace

template <class Apply>
absl::Status Fleet::Engine::apply_at(Timestamp time, Apply&& apply_to_store) {
  if (time < newest_) {
    return absl::OutOfRangeError(cat("time runs backwards, from ", format_timestamp(newest_),
                                     " to ", format_timestamp(time)));
  }
  if (!is_accepted(time)) return out_of_range("time", time);
  absl::Status status = apply_to_store();
  if (!status.ok()) return status;
  ++store.counters.events;
  newest_ = touched_at_ = time;
  return status;
}

absl::Status Fleet::Engine::apply(const Event& event) {
  return apply_at(event.time, [&] {
    if (event.type != EventType::check) return store.apply(event);
    if (event.report.receive_time > event.time) {
      return invalid("receive_time ", format_timestamp(event.report.receive_time),
                     " is later than the event, ", format_timestamp(event.time));
    }
    const absl::Status status = check_times(event.report);
    return status.ok() ? store.apply(event) : status;
  });
}

absl::Status Fleet::Engine::receive(CheckRef check, const Report& report) {
  return apply_at(report.receive_time, [&] {
    const absl::Status status = check_times(report);
    return status.ok() ? store.receive(check, report) : status;
  });
}

// ---- when ----

Timestamp Fleet::Engine::next_moment() {
  const Timestamp due =
      earlier(store.columns(false).deadlines.earliest(), store.columns(true).deadlines.earliest());
  return earlier(due, touched_at_);
}

void Fleet::Engine::look_at_moment(Timestamp moment) {
  for (const bool of_place : {true, false}) {
    CheckColumns& columns = store.columns(of_place);
    columns.deadlines.take_due(moment, [&](std::size_t index) { columns.mark(index); });
  }
  if (touched_at_ == moment) touched_at_ = distant_future;
  faces_.resize(store.columns(true).size());
  if (!store.classes.empty()) look_at_members(moment);
  // Infrastructure first: what it says marks the checks behind it.
  std::vector<std::uint32_t>& of_places = store.columns(true).marked;
  sort_numbers(of_places, sorting_);
  for (const std::uint32_t index : of_places) look_at_place(store.ref_at(index, true), moment);
  // In order of numbers, as changes are visited, and as what lies together is read together.
  std::vector<std::uint32_t>& of_hosts = store.columns(false).marked;
  sort_numbers(of_hosts, sorting_);
  for (std::size_t i = 0; i < of_hosts.size(); ++i) {
    constexpr std::size_t far = 24;
    constexpr std::size_t near = 12;
    if (i + far < of_hosts.size()) store.prefetch_check(of_hosts[i + far]);
    if (i + near < of_hosts.size()) store.prefetch_places(of_hosts[i + near]);
    look_at(store.ref_at(of_hosts[i], false), moment);
  }
  for (const std::uint32_t index : of_places) look_at(store.ref_at(index, true), moment);
  clear_scratch(of_hosts);
  clear_scratch(of_places);
  clear_scratch(sorting_);
  store.former_places.clear();
}

void Fleet::Engine::look_at_place(CheckRef ref, Timestamp moment) {
  const Observation seen = store.seen(ref).observation();
  const Dependency as_seen{.kind = store.checks.policies[ref.check].kind, .observation = &seen};
  Face face{.status_mtime = shorten(seen.status_mtime),
            .status = seen.status,
            .known = !is_infrastructure_unknown(as_seen, store.policy.constants, moment)};
  // By the clock, when it was received matters only through being known or not.
  if (store.policy.constants.infrastructure.settling == Settling::receipt) {
    face.receive_time = shorten(seen.receive_time);
  }
  Face& told = faces_[store.index_of(ref)];
  if (told == face) return;
  told = face;
  store.mark_dependents(store.places[ref.owner]);
}

void Fleet::Engine::look_at(CheckRef ref, Timestamp moment) {
  Seen& check = store.seen(ref);
  check.marked = false;
  if (!ref.of_place && !store.hosts[ref.owner].alive) return;
  const Look found = look(ref, moment);
  CheckColumns& columns = store.columns(ref.of_place);
  const std::size_t index = store.index_of(ref);
  const Outcome before = columns.told[index];
  bool differs = found.outcome != before;
  if (store.classes.empty() || ref.of_place) {
    differs = differs || blockers_differ(ref, found.blocked);
  } else {
    differs = tell_blockers(ref, found.outcome, moment) || differs;
  }
  if (differs && found.outcome.has_verdict()) {
    store.tell(ref, found.outcome);
    changed_.push_back({.time = moment, .check = ref, .before = before, .after = found.outcome});
  } else if (!found.outcome.has_verdict()) {
    store.tell(ref, found.outcome);  // opened under a policy that no longer requires it
  }
  check.told_blocked = found.blocked;
  check.counts = found.outcome.counts();
  columns.deadlines.set(index, found.next);
}

// Whoever needs a member is looked at if what one of its voices says has changed, or who it is.
void Fleet::Engine::look_at_members(Timestamp moment) {
  // Those that are marked here need not be looked through: what stands behind them has not changed.
  const std::size_t marked = store.columns(false).marked.size();
  for (std::size_t i = 0; i < marked; ++i) {
    const CheckRef ref = store.ref_at(store.columns(false).marked[i], false);
    if (store.classes.class_of[ref.check] != no_class) look_at_voice(ref, moment);
  }
  for (const MemberId id : store.class_members.touched()) store.mark_dependents(id);
  store.class_members.clear_touched();
}

void Fleet::Engine::look_at_voice(CheckRef ref, Timestamp moment) {
  const HostRecord& host = store.hosts[ref.owner];
  const Seen& check = store.seen(ref);
  Face face{.status_mtime = check.status_mtime, .status = check.status};
  if (check.observed) {
    const Observation seen = check.observation();
    const HostFacts facts = host.facts();
    const Question about{
        .check = store.checks.policies[ref.check], .host = facts, .observation = &seen};
    face.known = moments_of(about, store.checks.sums[ref.check]).reasons_at(moment).empty();
  }
  if (store.policy.constants.infrastructure.settling == Settling::receipt) {
    face.receive_time = check.receive_time;
  }
  const auto [told, is_new] =
      voices_.try_emplace(static_cast<std::uint32_t>(store.index_of(ref)), face);
  if (!is_new && told->second == face) return;
  told->second = face;
  const MemberId id = store.class_members.find(store.classes.class_of[ref.check], host.name);
  if (id != no_id) store.mark_dependents(id);
}

// Calls `visit(record of the name)` for each switch, rack and member that blocks the check at
// `now`, in no order, some more than once.
template <class Visitor>
void Fleet::Engine::for_each_blocker(const Question& about, const OwnedQuestion& into,
                                     const PolicySums& sums, Timestamp now, Visitor&& visit) const {
  const ActiveEvidence evidence = moments_of(about, sums).evidence;
  for (std::size_t i = 0; i < into.on.size(); ++i) {
    if (into.places[i] == no_id) continue;
    if (moments_of(into.on[i], evidence, sums).reasons_at(now).empty()) continue;
    visit(store.places[into.places[i]].name);
  }
  if (about.needs != nullptr) into.needs->for_each_blocker(evidence, sums, now, visit);
}

bool Fleet::Engine::tell_blockers(CheckRef ref, Outcome found, Timestamp now) {
  if (store.checks.policies[ref.check].kind != Kind::active) return false;
  std::vector<const NameTable::Record*> names;
  if (found.reasons().has_any(blocking_reasons)) {
    OwnedQuestion into;
    const Question about = question(ref, into);
    for_each_blocker(about, into, store.checks.sums[ref.check], now,
                     [&](const NameTable::Record* record) { names.push_back(record); });
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const auto index = static_cast<std::uint32_t>(store.index_of(ref));
  const auto told = store.told_blockers.find(index);
  if (told == store.told_blockers.end()) {
    if (names.empty()) return false;
    store.told_blockers.emplace(index, std::move(names));
    return true;
  }
  if (told->second == names) return false;
  names.empty() ? store.told_blockers.erase(told) : void(told->second = std::move(names));
  return true;
}

// Whether other names are to be told as blockers than were told last.
bool Fleet::Engine::blockers_differ(CheckRef ref, std::uint8_t blocked) const {
  const std::uint8_t told = store.seen(ref).told_blocked;
  if ((told & by_former_place) == 0) return told != blocked;
  const auto ids = [](std::uint8_t bits, std::array<PlaceId, 2> places) {
    if ((bits & by_switch) == 0) places[0] = no_id;
    if ((bits & by_rack) == 0) places[1] = no_id;
    if (places[1] < places[0]) std::swap(places[0], places[1]);
    return places;
  };
  const HostRecord& host = store.hosts[ref.owner];
  return ids(told, store.former_places.at(ref.owner)) !=
         ids(blocked, {host.on_switch.id, host.in_rack.id});
}

// ---- what ----

// Calls `visit(PlaceId, CheckId, Blocked)` for each check of infrastructure that active checks of
// the host depend on; no_id where nobody stated the place and the policy fails closed (SPEC 5).
template <class Visitor>
void Fleet::Engine::for_each_dependency(const HostRecord& host, Visitor&& visit) const {
  const auto ask = [&](const HostPlace& place, const std::vector<CheckId>& checks, Blocked bit) {
    const bool assumed = place.says == Place::Says::nothing &&
                         store.policy.constants.infrastructure.unstated == Unstated::unknown;
    if (place.says != Place::Says::name && !assumed) return;
    for (const CheckId check : checks) visit(place.id, check, bit);
  };
  ask(host.on_switch, store.checks.netmon_checks, by_switch);
  // A switch and a rack of one name are one blocker.
  ask(host.in_rack, store.checks.rack_checks,
      host.in_rack.id == host.on_switch.id ? by_switch : by_rack);
}

Look Fleet::Engine::look(CheckRef ref, Timestamp now) const {
  const Seen& check = store.seen(ref);
  const CheckPolicy& policy = store.checks.policies[ref.check];
  static constexpr HostFacts no_facts;
  if (!check.observed) {
    if (ref.of_place || !policy.required) return {};
    const Question about{
        .check = policy, .host = no_facts, .appear_by = store.appear_by_of(store.hosts[ref.owner])};
    if (!has_verdict(about)) return {};
    const Outlook found = outlook(about, store.policy.constants, now);
    return {.outcome = {std::nullopt, found.reasons}, .next = found.next_beginning};
  }
  const Observation seen = check.observation();
  const HostFacts facts = ref.of_place ? no_facts : store.hosts[ref.owner].facts();
  const Question about{.check = policy, .host = facts, .observation = &seen};
  const CheckMoments own = moments_of(about, store.checks.sums[ref.check]);
  if (policy.kind == Kind::active) return look_at_active(ref, own, now);
  const Reasons reasons = own.reasons_at(now);
  const auto visible = reasons.has(Reason::expired) ? std::nullopt : std::optional(seen.status);
  return {.outcome = {visible, reasons},
          .next = earlier(if_later(own.expired_from, now), if_later(own.stale_from, now))};
}

Look Fleet::Engine::look_at_active(CheckRef ref, const CheckMoments& own, Timestamp now) const {
  const PolicySums& sums = store.checks.sums[ref.check];
  const HostRecord& host = store.hosts[ref.owner];
  Reasons reasons = own.reasons_at(now);
  Look found;
  found.next = earlier(if_later(own.expired_from, now), if_later(own.stale_from, now));
  for_each_dependency(host, [&](PlaceId place, CheckId check, Blocked bit) {
    Observation seen;
    Dependency on{.kind = store.checks.policies[check].kind};
    if (place != no_id) {
      const Seen& state = store.seen({place, check, true});
      seen = state.observation();
      if (state.observed) on.observation = &seen;
    }
    const DependencyMoments its = moments_of(on, own.evidence, sums);
    const Reasons given = its.reasons_at(now);
    reasons |= given;
    if (!given.empty() && place != no_id) found.blocked |= bit;
    found.next = earlier(found.next, if_later(its.settled_from, now));
  });
  if (!store.classes.empty()) [[unlikely]] {
    const OwnedNeeds behind(store, ref);
    if (const Needs* needs = behind.needs()) {
      reasons |= reasons_at(*needs, own.evidence, sums, now);
      found.next = earlier(found.next, behind.next_settling(own.evidence, sums, now));
    }
  }
  const auto visible =
      reasons.has(Reason::expired) ? std::nullopt : std::optional(store.seen(ref).status);
  found.outcome = {visible, reasons};
  return found;
}

Question Fleet::Engine::question(CheckRef ref, OwnedQuestion& into) const {
  const Seen& check = store.seen(ref);
  const CheckPolicy& policy = store.checks.policies[ref.check];
  into.seen = check.observation();
  into.host = {};
  into.of_infrastructure.clear();
  into.on.clear();
  into.places.clear();
  into.checks.clear();
  into.needs.reset();
  Question about{
      .check = policy, .host = into.host, .observation = check.observed ? &into.seen : nullptr};
  if (ref.of_place) return about;
  const HostRecord& host = store.hosts[ref.owner];
  into.host = host.facts();
  if (!check.observed && policy.required) about.appear_by = store.appear_by_of(host);
  if (policy.kind != Kind::active || !check.observed) return about;
  for_each_dependency(host, [&](PlaceId place, CheckId id, Blocked) {
    into.on.push_back({.kind = store.checks.policies[id].kind});
    into.places.push_back(place);
    into.checks.push_back(id);
    into.of_infrastructure.push_back(place == no_id ? Observation{}
                                                    : store.seen({place, id, true}).observation());
  });
  for (std::size_t i = 0; i < into.on.size(); ++i) {
    const bool observed =
        into.places[i] != no_id && store.seen({into.places[i], into.checks[i], true}).observed;
    if (observed) into.on[i].observation = &into.of_infrastructure[i];
  }
  about.dependencies = into.on;
  if (!store.classes.empty()) about.needs = into.needs.emplace(store, ref).needs();
  return about;
}

// ---- lines ----

// The names of the places that give a reason, sorted, each once.
Fleet::Engine::Blockers Fleet::Engine::blockers(const Question& about, const OwnedQuestion& into,
                                                const PolicySums& sums, Reasons excluded_by,
                                                Timestamp now) const {
  Blockers names;
  if (!excluded_by.has_any(blocking_reasons)) return names;
  for_each_blocker(about, into, sums, now,
                   [&](const NameTable::Record* record) { names.push_back(record->name()); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool Fleet::Engine::visit_check(Timestamp now, CheckRef ref, CheckVisitor visit) const {
  OwnedQuestion into;
  const Question about = question(ref, into);
  const PolicySums& sums = store.checks.sums[ref.check];
  const std::optional<Verdict> verdict = vitals::judge(about, sums, now);
  if (!verdict) return false;
  const Blockers names = blockers(about, into, sums, verdict->excluded_by, now);
  visit({.time = now,
         .host = store.owner_name(ref),
         .check = store.checks.names[ref.check],
         .status = visible_status(about, store.policy.constants, now),
         .verdict = *verdict,
         .blocked_by = std::span(names.data(), names.size())});
  return true;
}

JudgedCheck Fleet::Engine::judged(CheckRef ref, Outcome outcome) const {
  JudgedCheck check{.required = store.checks.policies[ref.check].required,
                    .status = outcome.status()};
  if (outcome.has_verdict()) check.excluded_by = outcome.reasons();
  return check;
}

void Fleet::Engine::visit_host(Timestamp now, HostId id, HostVisitor visit) const {
  HealthTally tally;
  std::array<std::vector<std::string_view>, 4> lists;
  std::optional<Timestamp> next;
  OwnedQuestion into;
  for (const CheckId id_of_check : store.checks.host_checks) {
    const CheckRef ref{id, id_of_check, false};
    const JudgedCheck check = judged(ref, look(ref, now).outcome);
    tally.add(check);
    lists[static_cast<std::size_t>(list_of(check))].push_back(store.checks.names[ref.check]);
    const auto verdict = vitals::judge(question(ref, into), store.checks.sums[ref.check], now);
    if (verdict && verdict->next_change) {
      next = next ? earlier(*next, *verdict->next_change) : *verdict->next_change;
    }
  }
  const auto list = [&](HealthList which) -> std::span<const std::string_view> {
    return lists[static_cast<std::size_t>(which)];
  };
  visit({.time = now,
         .host = store.hosts[id].name->name(),
         .state = tally.state(),
         .failing = list(HealthList::failing),
         .waiting = list(HealthList::waiting),
         .silent = list(HealthList::silent),
         .next_change = next});
}

void Fleet::Engine::visit_host_if_changed(Timestamp now, HostId id, HostVisitor visit) {
  HostRecord& host = store.hosts[id];
  HealthTally tally;
  bool changed = !host.told;
  for (const CheckId check : store.checks.host_checks) {
    const CheckRef ref{id, check, false};
    const JudgedCheck found = judged(ref, store.columns(false).told[store.index_of(ref)]);
    tally.add(found);
    const HealthList list = list_of(found);
    changed |= std::exchange(store.seen(ref).told_list, list) != list;
  }
  changed |= std::exchange(host.told_state, tally.state()) != tally.state();
  host.told = true;
  if (changed) visit_host(now, id, visit);
}

// ---- everything ----

// Calls `visit(CheckRef)` for each check whose outcome at `now`, which is not before the last
// advance, may be another than the one told: once or more.
template <class Visitor>
void Fleet::Engine::for_each_unsettled(Timestamp now, Visitor&& visit) const {
  std::vector<PlaceId> places;
  const auto visit_or_note = [&](CheckRef ref) {
    visit(ref);
    if (ref.of_place) places.push_back(ref.owner);
  };
  for (const bool of_place : {false, true}) {
    for (const std::uint32_t index : store.columns(of_place).marked) {
      visit_or_note(store.ref_at(index, of_place));
    }
    store.columns(of_place).deadlines.for_each_due(
        now, [&](std::size_t index) { visit_or_note(store.ref_at(index, of_place)); });
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for_each_unsettled_voice(now, visit);
  for (const PlaceId place : places) {
    const PlaceRecord& record = store.places[place];
    for (const auto* members : {&record.hosts_on_switch, &record.hosts_in_rack}) {
      for (const HostId host : *members) {
        for (const CheckId check : store.checks.active_checks) visit(CheckRef{host, check, false});
      }
    }
  }
}

// The same for what stands behind members that may say something else at `now`.
template <class Visitor>
void Fleet::Engine::for_each_unsettled_voice(Timestamp now, Visitor&& visit) const {
  if (store.classes.empty()) return;
  std::vector<MemberId> members = store.class_members.touched();
  const auto note = [&](std::size_t index) {
    const CheckRef ref = store.ref_at(index, false);
    const ClassId of = store.classes.class_of[ref.check];
    if (of == no_class) return;
    const MemberId id = store.class_members.find(of, store.hosts[ref.owner].name);
    if (id != no_id) members.push_back(id);
  };
  for (const std::uint32_t index : store.columns(false).marked) note(index);
  store.columns(false).deadlines.for_each_due(now, note);
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const MemberId id : members) store.for_each_dependent(id, visit);
}

void Fleet::Engine::judge(Timestamp now, JudgedFleet& out, unsigned threads) {
  store.settle();
  for (const bool of_place : {false, true}) {
    std::vector<Outcome>& outcomes = of_place ? out.places : out.hosts;
    const CheckColumns& columns = store.columns(of_place);
    outcomes.resize(columns.size());
    in_parts(columns.size(), threads, [&](std::size_t first, std::size_t last) {
      if (is_kept(now)) {
        std::copy(columns.told.begin() + first, columns.told.begin() + last,
                  outcomes.begin() + static_cast<std::ptrdiff_t>(first));
        return;
      }
      for (std::size_t i = first; i < last; ++i) {
        outcomes[i] = look(store.ref_at(i, of_place), now).outcome;
      }
    });
  }
  if (!is_kept(now)) return;
  for_each_unsettled(now, [&](CheckRef ref) {
    std::vector<Outcome>& outcomes = ref.of_place ? out.places : out.hosts;
    outcomes[store.index_of(ref)] = look(ref, now).outcome;
  });
}

void Fleet::Engine::judge(Timestamp now, std::vector<std::uint64_t>& counts, unsigned threads) {
  store.settle();
  const std::span<const Outcome> told = store.columns(false).told.span();
  counts.resize((told.size() + 63) / 64);
  in_parts(told.size(), threads, [&](std::size_t first, std::size_t last) {
    if (is_kept(now)) {
      return set_counting_bits(told.subspan(first, last - first), counts.data() + first / 64);
    }
    for (std::size_t i = first; i < last; ++i) {
      if (i % 64 == 0) counts[i / 64] = 0;
      const bool does = look(store.ref_at(i, false), now).outcome.counts();
      counts[i / 64] |= std::uint64_t{does} << i % 64;
    }
  });
  if (!is_kept(now)) return;
  for_each_unsettled(now, [&](CheckRef ref) {
    if (ref.of_place) return;
    const std::size_t i = store.index_of(ref);
    const std::uint64_t bit = std::uint64_t{1} << i % 64;
    const bool does = look(ref, now).outcome.counts();
    counts[i / 64] = does ? counts[i / 64] | bit : counts[i / 64] & ~bit;
  });
}

}  // namespace vitals
