// SPDX-License-Identifier: Apache-2.0
#include "calibrate/observer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "vitals/policy_sums.h"

namespace vitals {
namespace {

// Names that no policy knows are made up by whoever sends them.
constexpr std::size_t most_unnamed = 100;

// How far apart a failure of a host's check and one of its switch or rack may be to be the same.
Seconds same_failure_within(Kind infrastructure, const Policy& policy) {
  return times(2, lag(infrastructure, policy));
}

bool is_failure(Status status) { return status == Status::crit || status == Status::warn; }

// What can be held back while it flaps.
bool is_probed(Kind kind) { return kind == Kind::active || kind == Kind::rack; }

}  // namespace

Observer::Observer(const PolicySet& policy) : policy_(policy) {
  observed_.checks.resize(policy.checks.size());
  std::size_t index = 0;
  for (const auto& [name, check] : policy.checks) {
    checks_.emplace(name, Check{check, index});
    if (check.kind == Kind::active) active_.push_back(index);
    if (is_infrastructure(check.kind)) infrastructure_[check.kind == Kind::rack].push_back(index);
    ++index;
  }
}

Observer::Entities& Observer::entities_of(Kind kind) {
  if (kind == Kind::netmon) return switches_;
  return kind == Kind::rack ? racks_ : hosts_;
}

Observer::Entity& Observer::find_or_add(Entities& entities, std::string_view name) {
  const auto found = entities.find(name);
  if (found != entities.end()) return *found->second;
  auto entity = std::make_unique<Entity>();
  entity->series.resize(policy_.checks.size());
  return *entities.emplace(std::string(name), std::move(entity)).first->second;
}

void Observer::apply(const Event& event) {
  if (!observed_.first) observed_.first = event.time;
  observed_.last = event.time;
  switch (event.type) {
    case EventType::check:
      return report(event);
    case EventType::host: {
      Entity& host = find_or_add(hosts_, event.host);
      state_place(host, host.on_switch, event.on_switch, Kind::netmon);
      return state_place(host, host.in_rack, event.in_rack, Kind::rack);
    }
    case EventType::assign:
      find_or_add(hosts_, event.host).base = event.time;
      return;
    case EventType::manipulation_begin:
    case EventType::manipulation_end:
      return work_begins_or_ends(event);
    case EventType::rename:
      return rename(event);
    case EventType::remove:
      if (const auto gone = hosts_.find(event.host); gone != hosts_.end()) {
        forget(*gone->second);
        hosts_.erase(gone);
      }
      return;
  }
}

// While somebody works on a host its checks pause, which says nothing of their sources.
void Observer::work_begins_or_ends(const Event& event) {
  Entity& host = find_or_add(hosts_, event.host);
  host.is_worked_on = event.type == EventType::manipulation_begin;
  for (Series& series : host.series) series.is_unbroken = false;
}

void Observer::state_place(Entity& host, Entity*& place, const Place& says, Kind kind) {
  if (says.says == Place::Says::nothing) return;
  if (place != nullptr) std::erase(place->members, &host);
  place = nullptr;
  if (says.says == Place::Says::none) return;
  place = &find_or_add(entities_of(kind), says.name);
  place->members.push_back(&host);
}

// A renamed host is the same host, of which nothing was received yet.
void Observer::rename(const Event& event) {
  find_or_add(hosts_, event.host);
  if (event.host == event.to) return;
  if (const auto absorbed = hosts_.find(event.to); absorbed != hosts_.end()) {
    Entity& host = *hosts_.find(event.host)->second;
    if (!absorbed->second->truths.empty()) host.truths = std::move(absorbed->second->truths);
    forget(*absorbed->second);
    hosts_.erase(absorbed);
  }
  auto node = hosts_.extract(hosts_.find(event.host));
  Entity& host = *node.mapped();
  drop_series(host);
  host.base = host.renamed = event.time;
  hosts_.emplace(std::string(event.to), std::move(node.mapped()));
}

void Observer::drop_series(Entity& of) {
  for (std::size_t check = 0; check < of.series.size(); ++check) {
    const Series& series = of.series[check];
    if (!series.is_known) continue;
    ++observed_.series;
    observed_.of(check, Measure::ahead).add(series.ahead);
    if (series.is_paired) observed_.of(check, Measure::lag).add(series.worst_lag);
  }
  of.series.assign(of.series.size(), Series{});
}

void Observer::forget(Entity& host) {
  drop_series(host);
  for (Entity* place : {host.on_switch, host.in_rack}) {
    if (place != nullptr) std::erase(place->members, &host);
  }
}

void Observer::report(const Event& event) {
  silences_.receipt(event.time);
  const auto found = checks_.find(event.service);
  if (found == checks_.end()) {
    auto& unnamed = observed_.unnamed;
    const auto known = unnamed.find(event.service);
    if (known != unnamed.end()) {
      ++known->second;
    } else if (unnamed.size() < most_unnamed) {
      unnamed.emplace(event.service, 1);
    }
    return;
  }
  const Check& check = found->second;
  ++observed_.reports;
  Entity& of = find_or_add(entities_of(check.policy.kind), event.host);
  Series& series = of.series[check.index];
  const Observation seen = receive(event.report, check.policy.kind, check.policy.accuracy);
  // An equal second brings a copy, or a change within it: no pause is that short.
  if (series.is_known && seen.receive_time < series.receive_time) return;
  if (is_overtaken(series, seen)) return;
  Timestamp latest = event.report.status_mtime;
  if (seen.metadata_timestamp) latest = std::max(latest, *event.report.metadata_timestamp);
  series.ahead = std::max(series.ahead, latest - seen.receive_time);

  if (!of.truths.empty()) ask_truth(of, series, check, seen);
  if (!series.is_known) {
    first_receipt(of, check, seen);
  } else if (series.is_unbroken && seen.receive_time > series.receive_time) {
    next_receipt(of, series, check, seen);
  }
  if (is_infrastructure(check.policy.kind)) {
    follow_infrastructure(of, series, check, seen);
  } else if (check.policy.kind == Kind::active && seen.status == Status::crit) {
    pair_with_infrastructure(of, check, seen);
  }
  series.is_known = true;
  series.is_unbroken = !of.is_worked_on;
  series.status = seen.status;
  series.receive_time = seen.receive_time;
  series.status_mtime = seen.status_mtime;
  series.measured = seen.implausible ? std::nullopt : seen.metadata_timestamp;
}

// A report that was sent before the change that we know of, and arrived behind it.
bool Observer::is_overtaken(const Series& known, const Observation& seen) const {
  return known.is_known && seen.status_mtime < known.status_mtime &&
         seen.receive_time <= add(known.receive_time, policy_.constants.juggler.propagation);
}

void Observer::first_receipt(const Entity& of, const Check& check, const Observation& seen) {
  if (!of.base) return;
  observed_.of(check.index, Measure::appearance)
      .add(seen.receive_time - *of.base, {.silence = silences_.longest_since(*of.base)});
}

void Observer::next_receipt(Entity& of, Series& before, const Check& check,
                            const Observation& seen) {
  const Seconds silence = silences_.longest_since(before.receive_time);
  observed_.longest_silence = std::max(observed_.longest_silence, silence);
  const bool had_nothing = !of.truths.empty() && of.truths[check.index].history.was_since(
                                                     Status::nodata, before.receive_time);
  if (had_nothing) {
    before.has_changed = false;
    return;
  }
  const bool is_same = seen.status == before.status && seen.status_mtime == before.status_mtime;
  const bool speaks = seen.status != Status::nodata && before.status != Status::nodata;
  if (speaks) {
    observed_.of(check.index, is_same ? Measure::interval : Measure::change_interval)
        .add(seen.receive_time - before.receive_time, {.silence = silence});
    compare_measurements(before, check, seen, silence);
  }
  if (is_same) {
    if (!before.after_change) before.after_change = seen.receive_time;
  } else {
    compare_changes(before, check, seen, silence);
  }
}

void Observer::compare_measurements(const Series& before, const Check& check,
                                    const Observation& seen, Seconds silence) {
  if (!before.measured || !seen.metadata_timestamp || seen.implausible) return;
  const Timestamp measured = *seen.metadata_timestamp;
  if (measured <= *before.measured) return;
  const Seconds step = measured - *before.measured;
  const auto add = [&](Measure measure, Seconds length) {
    observed_.of(check.index, measure).add(length, {silence, step});
  };
  add(Measure::measurement, step);
  add(Measure::age_at_next, seen.receive_time - *before.measured);
  add(Measure::age_at_first, seen.receive_time - measured);
}

void Observer::compare_changes(Series& before, const Check& check, const Observation& seen,
                               Seconds silence) {
  const auto add = [&](Measure measure, Seconds length) {
    observed_.of(check.index, measure).add(length, {.silence = silence});
  };
  add(Measure::delay, seen.receive_time - seen.status_mtime);
  if (seen.status == Status::nodata || before.status == Status::nodata) {
    if (before.status != Status::nodata) {
      add(Measure::silence, std::max(seen.status_mtime - before.receive_time, Seconds{0}));
    }
    before.has_changed = false;
    return;
  }
  // The same status with another stamp: it changed twice, and we do not know when.
  const bool is_other = seen.status != before.status;
  if (is_other && before.has_changed && is_probed(check.policy.kind)) {
    add(Measure::hold_by_stamp, std::max(seen.status_mtime - before.status_mtime, Seconds{0}));
    const Timestamp begun = before.after_change.value_or(seen.receive_time);
    add(Measure::hold_by_receipt, seen.receive_time - begun);
  }
  before.has_changed = is_other;
  before.after_change.reset();
}

// A failure of a switch or a rack, from its receipt until it is over.
void Observer::follow_infrastructure(const Entity& place, Series& before, const Check& check,
                                     const Observation& seen) {
  const bool fails = is_failure(seen.status);
  if (before.is_out && !fails) {
    if (before.is_paired) observed_.of(check.index, Measure::lag).add(before.worst_lag);
    before.is_out = before.is_paired = false;
  }
  const bool was_well = before.status == Status::ok || before.status == Status::info;
  const bool begins = fails && !before.is_out && before.is_known && was_well;
  if (!begins) return;
  before.is_out = true;
  before.worst_lag = Seconds{0};
  Timestamp earliest =
      subtract(seen.status_mtime, same_failure_within(check.policy.kind, policy_.constants));
  if (!place.truths.empty()) {
    earliest =
        std::max(earliest, place.truths[check.index].history.last_change().value_or(earliest));
  }
  std::vector<Seconds> lags;  // of each host the longest
  for (const Entity* host : place.members) {
    std::optional<Seconds> longest;
    for (const std::size_t active : active_) {
      const Series& series = host->series[active];
      const bool is_same =
          series.is_known && series.status == Status::crit && series.status_mtime >= earliest;
      if (!is_same) continue;
      longest = std::max(longest.value_or(Seconds{0}), seen.receive_time - series.status_mtime);
    }
    if (longest) lags.push_back(*longest);
  }
  // Hosts also fail by themselves: of ten the first is left out, and one at least.
  const std::size_t others = std::max<std::size_t>(lags.size() / 10, 1);
  if (lags.size() <= others) return;
  std::sort(lags.begin(), lags.end(), std::greater<>());
  before.worst_lag = lags[others];
  before.is_paired = true;
}

// A failure of a host that may be that of its switch or rack, which spoke up before it.
void Observer::pair_with_infrastructure(const Entity& host, const Check& check,
                                        const Observation& seen) {
  const Series& before = host.series[check.index];
  if (before.is_known && before.status == Status::crit) return;
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    Entity* place = kind == Kind::netmon ? host.on_switch : host.in_rack;
    if (place == nullptr) continue;
    const Seconds within = same_failure_within(kind, policy_.constants);
    for (const std::size_t index : infrastructure_[kind == Kind::rack]) {
      Series& series = place->series[index];
      const bool is_near = series.is_out &&
                           seen.status_mtime >= subtract(series.status_mtime, within) &&
                           seen.status_mtime <= add(series.status_mtime, within);
      series.is_paired = series.is_paired || is_near;
    }
  }
}

void Observer::apply(const TruthChange& change) {
  const auto found = checks_.find(change.check);
  if (found == checks_.end()) return;
  const Check& check = found->second;
  Entity& of = find_or_add(entities_of(check.policy.kind), change.host);
  of.truths.resize(policy_.checks.size());
  Truth& truth = of.truths[check.index];
  if (!truth.history.change(change.time, change.status)) return;
  if (truth.untold) ++observed_.untold;
  truth.untold = UntoldTruth{std::chrono::floor<Seconds>(change.time), change.status};
  truth.unsettled.change(truth.untold->second);
  const Series& series = of.series[check.index];
  const bool is_told_already = series.is_known && series.status == change.status;
  if (!is_told_already) return;
  // Changed and back before anybody said so: what is reported is true again.
  truth.untold.reset();
}

void Observer::ask_truth(Entity& of, const Series& before, const Check& check,
                         const Observation& seen) {
  Truth& truth = of.truths[check.index];
  end_of_truth(of, check, seen);
  if (seen.status == Status::nodata || seen.implausible) return;
  const bool is_new = before.is_known && before.status_mtime != seen.status_mtime;
  if (seen.metadata_timestamp) {
    hold_against(of, check, seen, Measure::over_at_measurement, *seen.metadata_timestamp);
  } else if (!is_infrastructure(check.policy.kind) && check.policy.kind != Kind::hw_watcher) {
    hold_against(of, check, seen, Measure::over_at_receipt, seen.receive_time);
    if (is_new) hold_against(of, check, seen, Measure::over_at_stamp, seen.status_mtime);
  }
  if (truth.history.is_newest(seen.status)) {
    truth.unsettled.agree(seen.receive_time, receipt_lag(check.policy, policy_.constants));
  }
}

// For how long the status had not been true any more at that moment, where that says how late the
// report is.
void Observer::hold_against(const Entity& of, const Check& check, const Observation& seen,
                            Measure measure, Timestamp at) {
  const Truth& truth = of.truths[check.index];
  if (!truth.history.is_known_at(at)) return;
  const std::optional<Seconds> length = truth.history.since_true(seen.status, at);
  const bool is_true = length && *length == Seconds{0};
  if (!is_true && is_disturbed(of, check, at - length.value_or(Seconds{0}))) return;
  if (length && (is_true || truth.unsettled.is_unsettled())) {
    observed_.of(check.index, measure).add(*length);
  } else if (measure == Measure::over_at_stamp) {
    ++observed_.untrue;
  }
}

// Whether something else than the way to us may have kept a check from telling the truth at any
// moment later than `from`: its switch or rack failed, it was looked for under another name, or,
// of what is sent by the host itself, the host was not to be reached.
bool Observer::is_disturbed(const Entity& of, const Check& check, Timestamp from) const {
  if (is_infrastructure(check.policy.kind)) return false;
  const auto was_crit = [&](const Entity& one, std::size_t index) {
    return !one.truths.empty() && one.truths[index].history.was_since(Status::crit, from);
  };
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    const Entity* const place = kind == Kind::netmon ? of.on_switch : of.in_rack;
    for (const std::size_t index : infrastructure_[kind == Kind::rack]) {
      if (place != nullptr && was_crit(*place, index)) return true;
    }
  }
  if (check.policy.kind == Kind::active) {
    return of.renamed && from < add(*of.renamed, policy_.constants.rename.detection);
  }
  return !active_.empty() && std::all_of(active_.begin(), active_.end(),
                                         [&](std::size_t index) { return was_crit(of, index); });
}

// The report that tells the newest change of truth, if this is it.
void Observer::end_of_truth(Entity& of, const Check& check, const Observation& seen) {
  Truth& truth = of.truths[check.index];
  if (!truth.untold || truth.untold->status != seen.status) return;
  const Timestamp changed = truth.untold->second;
  if (seen.status_mtime < changed) return;
  truth.untold.reset();
  truth.unsettled.told();
  if (is_disturbed(of, check, changed)) return;
  if (seen.status == Status::nodata) {
    observed_.of(check.index, Measure::truth_to_nodata).add(seen.status_mtime - changed);
    return;
  }
  observed_.of(check.index, Measure::truth_to_stamp).add(seen.status_mtime - changed);
  observed_.of(check.index, Measure::truth_to_receipt).add(seen.receive_time - changed);
}

Observed Observer::take() && {
  for (Entities* entities : {&hosts_, &switches_, &racks_}) {
    for (auto& [name, entity] : *entities) drop_series(*entity);
  }
  return std::move(observed_);
}

}  // namespace vitals
