// SPDX-License-Identifier: Apache-2.0
#include "compare/policy_tally.h"

#include <algorithm>
#include <utility>

#include "fleet/host_record.h"

namespace vitals {
namespace {

// What can be wrong with a verdict, as bits of a StretchMeter.
constexpr unsigned accusing_bit = 0;
constexpr unsigned hiding_bit = 1;
constexpr unsigned wrong_bits = 2;

std::uint64_t one_if(bool holds) { return holds ? 1 : 0; }

bool says_well(Status status) {
  return status == Status::ok || status == Status::warn || status == Status::info;
}

bool accuses(Status status, Status truth) {
  return status == Status::crit && truth != Status::crit;
}

bool hides(Status status, Status truth) { return says_well(status) && truth == Status::crit; }

}  // namespace

PolicyTally::PolicyTally(const Board& board, std::size_t policy)
    : board_(board),
      policy_(policy),
      wrong_checks_(wrong_bits, board.check_count()),
      wrong_hosts_(wrong_bits, 1),
      checks_(board.check_count()) {}

void PolicyTally::begin_repair(Timestamp now, OwnerId host) {
  Repair& repair = repairs_[host];
  repair = Repair{};
  repair.ended_at = now;
  repair.waits.checks.resize(board_.check_count());
  repair.waits.host.is_awaited = true;
  repair.answers.resize(board_.check_count());
}

std::optional<RepairWaits> PolicyTally::end_repair(Timestamp now, OwnerId host, RepairEnd how) {
  const auto found = repairs_.find(host);
  if (found == repairs_.end()) return std::nullopt;
  Repair repair = std::move(found->second);
  repairs_.erase(found);
  if (repair.ended_at == now) return std::nullopt;
  Answer of_any;
  for (CheckRank check = 0; check < board_.check_count(); ++check) {
    const Answer& answer = repair.answers[check];
    add(checks_[check].waits, repair.waits.checks[check], how);
    add(checks_[check].answers, answer);
    of_any.is_given |= answer.is_given;
    of_any.is_taken_back |= answer.is_taken_back;
    of_any.is_known |= answer.is_known;
    of_any.is_outdated |= answer.is_outdated;
    of_any.is_accusing |= answer.is_accusing;
    of_any.is_hiding |= answer.is_hiding;
  }
  add(result_.host_waits, repair.waits.host, how);
  add(result_.repairs, of_any);
  return std::move(repair.waits);
}

void PolicyTally::add(Waits& to, const Wait& wait, RepairEnd how) {
  if (!wait.is_awaited) return;
  if (wait.length) {
    to.ended.push_back(*wait.length);
  } else {
    ++(how == RepairEnd::cut_short ? to.cut_short : to.unfinished);
  }
}

void PolicyTally::add(Answers& to, const Answer& answer) {
  to.given += one_if(answer.is_given);
  to.taken_back += one_if(answer.is_taken_back);
  to.known += one_if(answer.is_known);
  to.outdated += one_if(answer.is_outdated);
  to.accusing += one_if(answer.is_accusing);
  to.hiding += one_if(answer.is_hiding);
}

void PolicyTally::account(Slot& slot, Timestamp now, CheckRank check) {
  if (!slot.outcome.has_verdict()) return;
  const Seconds length = now - lengthen(slot.since);
  CheckResult& result = checks_[check];
  result.judged += length;
  if (!slot.outcome.counts()) return;
  result.counted += length;
  if (slot.truth_is_known) result.known += length;
}

std::uint32_t PolicyTally::wrong(Spot at) const {
  const Outcome outcome = board_.outcome(policy_, at);
  const std::optional<Status> truth = board_.truth(at);
  if (!truth || !outcome.counts() || !outcome.status()) return 0;
  return (accuses(*outcome.status(), *truth) ? 1U << accusing_bit : 0U) |
         (hides(*outcome.status(), *truth) ? 1U << hiding_bit : 0U);
}

void PolicyTally::look(Timestamp now, Spot at) {
  if (board_.role(policy_, at.check) != Role::of_host) return;
  const std::size_t index = board_.index(at);
  if (slots_.size() <= index) slots_.resize(board_.spot_count());
  Slot& slot = slots_[index];
  account(slot, now, at.check);
  slot = {.since = shorten(now),
          .outcome = board_.outcome(policy_, at),
          .truth_is_known = board_.truth(at).has_value()};
  wrong_checks_.look(now, at.owner, at.check, wrong(at));
  look_at_wait(now, at, slot.outcome);
}

void PolicyTally::look_at_wait(Timestamp now, Spot at, Outcome outcome) {
  const auto found = repairs_.find(at.owner);
  if (found == repairs_.end() || !outcome.has_verdict()) return;
  Repair& repair = found->second;
  Wait& wait = repair.waits.checks[at.check];
  Answer& answer = repair.answers[at.check];
  const std::optional<Status> status = outcome.status();
  const bool is_soon = now - repair.ended_at <= answers_within;
  const bool is_first = !wait.length && outcome.counts();
  wait.is_awaited = true;
  if (is_first) {
    wait.length = now - repair.ended_at;
    answer.is_given = true;
    answer.status = *status;
  }
  if (outcome.counts() && (is_first || is_soon)) {
    hold_against_truth(at, *status, repair.ended_at, answer);
  }
  const bool is_other = wait.length && status && status != answer.status;
  if (is_other && is_soon && status != Status::nodata) answer.is_taken_back = true;
}

void PolicyTally::hold_against_truth(Spot at, Status status, Timestamp repaired,
                                     Answer& answer) const {
  const std::optional<Status> truth = board_.truth(at);
  if (!truth) return;
  answer.is_known = true;
  if (status == Status::nodata) return;  // Juggler's own word, and true whenever it says it
  // The truth has not been that status since it left it; before M, if that was not after M.
  const std::optional<Timestamp> left = board_.left(at, status);
  if (!left || *left > repaired) return;
  answer.is_outdated = true;
  answer.is_accusing |= accuses(status, *truth);
  answer.is_hiding |= hides(status, *truth);
}

void PolicyTally::look_at_host(Timestamp now, OwnerId host) {
  std::uint32_t wrong_now = 0;
  for (CheckRank check = 0; check < board_.check_count(); ++check) {
    if (board_.role(policy_, check) == Role::of_host) wrong_now |= wrong({host, check});
  }
  wrong_hosts_.look(now, host, 0, wrong_now);
  const auto repair = repairs_.find(host);
  if (repair == repairs_.end() || repair->second.waits.host.length) return;
  const HostState state = board_.state(policy_, host);
  if (state == HostState::failing || state == HostState::healthy) {
    repair->second.waits.host.length = now - repair->second.ended_at;
  }
}

PolicyResult PolicyTally::finish(Timestamp end) && {
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    account(slots_[index], end, static_cast<CheckRank>(index % board_.check_count()));
  }
  wrong_checks_.finish(end);
  wrong_hosts_.finish(end);
  for (CheckRank check = 0; check < board_.check_count(); ++check) {
    if (board_.role(policy_, check) != Role::of_host) continue;
    CheckResult& result = checks_[check];
    result.check = board_.check_name(check);
    result.false_accusations = wrong_checks_.row(accusing_bit, check).stretches;
    result.missed_faults = wrong_checks_.row(hiding_bit, check).stretches;
    std::sort(result.waits.ended.begin(), result.waits.ended.end());
    result_.checks.push_back(std::move(result));
  }
  std::sort(result_.host_waits.ended.begin(), result_.host_waits.ended.end());
  result_.false_accusations = wrong_hosts_.row(accusing_bit, 0).stretches;
  result_.missed_faults = wrong_hosts_.row(hiding_bit, 0).stretches;
  return std::move(result_);
}

}  // namespace vitals
