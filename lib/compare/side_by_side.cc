// SPDX-License-Identifier: Apache-2.0
#include "compare/side_by_side.h"

#include <algorithm>
#include <utility>

#include "replay/playback.h"
#include "text/bridge.h"

namespace vitals {
namespace {

constexpr Seconds one_second{1};

template <class T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool is_fact(EventType type) {
  return type == EventType::manipulation_begin || type == EventType::manipulation_end ||
         type == EventType::rename || type == EventType::remove;
}

}  // namespace

SideBySide::SideBySide(const std::vector<PolicySet>& policies, const CompareOptions& options,
                       bool with_differences)
    : options_(options), board_(policies) {
  for (std::size_t i = 0; i < policies.size(); ++i) {
    fleets_.emplace_back(policies[i], FleetOptions{.reuse_ids = true});
    tallies_.emplace_back(board_, i);
    std::vector<CheckRank>& ranks = ranks_.emplace_back();
    for (const auto& [name, check] : policies[i].checks) ranks.push_back(*board_.find_check(name));
  }
  if (with_differences) differences_.emplace(board_);
  time_.has_truth = options_.truth != nullptr;
}

absl::Status SideBySide::run(RecordingReader& reader) {
  const Playback playback{.last = options_.until.value_or(distant_future),
                          .to_the_last = options_.until.has_value(),
                          .lenient = options_.lenient,
                          .on_event = options_.on_event};
  if (options_.truth != nullptr) next_truth_ = options_.truth->next();
  const absl::Status status = play(
      reader, playback, [&](const Event& event) { return apply(event); },
      [&](Timestamp last) { judge(last); });
  if (!status.ok()) return status;
  if (options_.truth != nullptr && !options_.truth->status().ok()) return options_.truth->status();
  // Where nothing happened from that moment on, it is still to be looked at.
  const bool is_within = first_ && options_.from && *options_.from <= judged_until_;
  if (!begun_ && is_within) judge_second(*options_.from, 0, 0);
  if (!begun_) return status;
  end_ = judged_until_ + one_second;
  for (const OwnerId host : repaired_) end_repair(end_, host, RepairEnd::unfinished);
  repaired_.clear();
  time_.from = std::max(*first_, options_.from.value_or(distant_past));
  time_.until = judged_until_;
  return status;
}

// ---- events ----

absl::Status SideBySide::apply(const Event& event) {
  if (!first_) first_ = event.time;
  second_ = event.time;
  Fact fact{.type = event.type, .is_known = std::vector<bool>(fleets_.size(), true)};
  absl::Status refusal;  // the first
  for (std::size_t i = 0; i < fleets_.size(); ++i) {
    const absl::Status status = fleets_[i].apply(event);
    fact.is_known[i] = status.ok();
    if (refusal.ok()) refusal = status;
  }
  const auto first_known = std::find(fact.is_known.begin(), fact.is_known.end(), true);
  if (first_known == fact.is_known.end()) return refusal;
  const bool is_known_to_first = first_known == fact.is_known.begin();
  if (is_fact(event.type)) {
    fact.host = board_.owner(event.host);
    if (event.type == EventType::rename) fact.to = board_.owner(event.to);
    facts_.push_back(std::move(fact));
  }
  if (refusal.ok()) return refusal;
  // Only a policy that names the checks which declared the host knows it.
  return absl::Status(refusal.code(), cat(to_std(refusal.message()), " (under the ",
                                          is_known_to_first ? "second" : "first", " policy only)"));
}

// ---- seconds ----

void SideBySide::judge(Timestamp last) {
  for (std::size_t i = 0; i < fleets_.size(); ++i) {
    fleets_[i].visit_changes(last, [&](const CheckChange& change) {
      if (change.before == change.after) return;  // only its blockers differ
      const OwnerId owner = board_.owner(fleets_[i].owner_name(change.check));
      changes_.push_back({.time = change.time,
                          .at = {owner, ranks_[i][change.check.check]},
                          .policy = i,
                          .outcome = change.after});
    });
  }
  gather_truth(last);
  std::stable_sort(changes_.begin(), changes_.end(),
                   [](const Change& a, const Change& b) { return a.time < b.time; });
  // Facts are of the second that was read last, before which everything has been looked at but
  // truths between the last two seconds.
  std::size_t first = 0;
  while (first < changes_.size() || !facts_.empty()) {
    Timestamp now = first < changes_.size() ? changes_[first].time : second_;
    if (!facts_.empty()) now = std::min(now, second_);
    std::size_t end = first;
    while (end < changes_.size() && changes_[end].time == now) ++end;
    judge_second(now, first, end);
    first = end;
  }
  changes_.clear();
  judged_until_ = std::max(judged_until_, last);
}

void SideBySide::gather_truth(Timestamp last) {
  for (; next_truth_ != nullptr; next_truth_ = options_.truth->next()) {
    const auto moment = std::chrono::floor<std::chrono::seconds>(next_truth_->time);
    if (moment > last) return;
    const std::optional<CheckRank> check = board_.find_check(next_truth_->check);
    if (!check) continue;
    changes_.push_back({.time = moment,
                        .at = {board_.owner(next_truth_->host), *check},
                        .policy = fleets_.size(),
                        .truth = next_truth_->status});
  }
}

// Takes the facts of the second, if it is theirs, and the changes from first to last, and looks at
// what they touch.
void SideBySide::judge_second(Timestamp now, std::size_t first, std::size_t last) {
  const bool begins = !begun_ && first_ && now >= options_.from.value_or(*first_);
  if (begins) {
    const Timestamp from = std::max(*first_, options_.from.value_or(*first_));
    begun_ = true;
    touch_all();
    if (from < now) look(from);  // what was so before this second
  }
  if (now == second_) {
    for (const Fact& fact : std::exchange(facts_, {})) take_fact(now, fact);
  }
  for (std::size_t i = first; i < last; ++i) {
    const Change& change = changes_[i];
    if (change.policy == fleets_.size()) {
      board_.set_truth(change.at, now, change.truth);
    } else {
      board_.set_outcome(change.policy, change.at, change.outcome);
    }
    touched_.push_back(change.at);
  }
  if (begun_) {
    look(now);
  } else {
    touched_.clear();
  }
}

void SideBySide::take_fact(Timestamp now, const Fact& fact) {
  end_repair(now, fact.host, RepairEnd::cut_short);
  touch(fact.host);
  switch (fact.type) {
    case EventType::manipulation_end:
      if (!begun_) break;
      for (std::size_t i = 0; i < tallies_.size(); ++i) {
        if (fact.is_known[i]) tallies_[i].begin_repair(now, fact.host);
      }
      repaired_.insert(fact.host);
      break;
    case EventType::rename:
      end_repair(now, fact.to, RepairEnd::cut_short);
      forget_host(fact, fact.host);
      forget_host(fact, fact.to);
      board_.move_truth(fact.host, fact.to);
      touch(fact.to);
      break;
    case EventType::remove:
      forget_host(fact, fact.host);
      board_.forget_truth(fact.host);
      break;
    default:
      break;
  }
}

void SideBySide::forget_host(const Fact& fact, OwnerId host) {
  for (std::size_t i = 0; i < fleets_.size(); ++i) {
    if (fact.is_known[i]) board_.forget_host(i, host);
  }
}

void SideBySide::end_repair(Timestamp now, OwnerId host, RepairEnd how) {
  std::vector<std::optional<RepairWaits>> waits;
  bool is_repair = false;
  for (PolicyTally& tally : tallies_) {
    waits.push_back(tally.end_repair(now, host, how));
    is_repair = is_repair || waits.back().has_value();
  }
  if (how == RepairEnd::cut_short) repaired_.erase(host);
  if (!is_repair) return;
  ++time_.repairs;
  const RepairWaits none{.checks = std::vector<Wait>(board_.check_count()), .host = {}};
  if (differences_) differences_->add(waits[0].value_or(none), waits[1].value_or(none));
}

void SideBySide::touch(OwnerId owner) {
  for (CheckRank check = 0; check < board_.check_count(); ++check) {
    touched_.push_back({owner, check});
  }
}

void SideBySide::touch_all() {
  for (OwnerId owner = 0; owner < board_.owner_count(); ++owner) touch(owner);
}

void SideBySide::look(Timestamp now) {
  sort_unique(touched_);
  touched_owners_.clear();
  for (const Spot at : touched_) {
    for (PolicyTally& tally : tallies_) tally.look(now, at);
    if (differences_) differences_->look(now, at);
    const bool is_next = touched_owners_.empty() || touched_owners_.back() != at.owner;
    if (is_next) touched_owners_.push_back(at.owner);
    note_host(at);
  }
  touched_.clear();
  for (const OwnerId owner : touched_owners_) {
    for (PolicyTally& tally : tallies_) tally.look_at_host(now, owner);
    if (differences_) differences_->look_at_host(now, owner);
  }
}

// Counts the host of a check that has a verdict.
void SideBySide::note_host(Spot at) {
  has_been_judged_.resize(board_.owner_count());
  if (has_been_judged_[at.owner]) return;
  for (std::size_t i = 0; i < board_.policy_count(); ++i) {
    const bool is_of_host = board_.role(i, at.check) == Role::of_host;
    if (!is_of_host || !board_.outcome(i, at).has_verdict()) continue;
    has_been_judged_[at.owner] = true;
    ++time_.hosts;
    return;
  }
}

// ---- what was found ----

std::vector<PolicyResult> SideBySide::take_results() {
  std::vector<PolicyResult> results;
  for (PolicyTally& tally : tallies_) results.push_back(std::move(tally).finish(end_));
  return results;
}

void SideBySide::take_differences(Comparison& into) {
  if (differences_) std::move(*differences_).finish(end_, into);
}

}  // namespace vitals
