// SPDX-License-Identifier: Apache-2.0
#include "compare/differences.h"

#include <algorithm>
#include <utility>

namespace vitals {
namespace {

constexpr std::size_t most_examples = 3;

// What differs, as bits of a StretchMeter: of each pair the first under the first policy.
constexpr unsigned counts_bit = 0;
constexpr unsigned verdict_bit = 2;
constexpr unsigned any_bit = 4;
constexpr unsigned reason_bit = 5;
constexpr unsigned check_bits = reason_bit + 2 * reason_count;
static_assert(check_bits <= 32);

constexpr unsigned states = host_state_names.size();
constexpr unsigned state_bits = states * states;

std::uint32_t bit_if(bool holds, unsigned bit) { return holds ? 1U << bit : 0U; }

std::uint32_t difference_of(Outcome first, Outcome second) {
  const std::uint32_t reasons_of_first = first.reasons().bits();
  const std::uint32_t reasons_of_second = second.reasons().bits();
  const std::uint32_t differs =
      bit_if(first.counts() && !second.counts(), counts_bit) |
      bit_if(second.counts() && !first.counts(), counts_bit + 1) |
      bit_if(first.has_verdict() && !second.has_verdict(), verdict_bit) |
      bit_if(second.has_verdict() && !first.has_verdict(), verdict_bit + 1) |
      (reasons_of_first & ~reasons_of_second) << reason_bit |
      (reasons_of_second & ~reasons_of_first) << (reason_bit + reason_count);
  return differs | bit_if(differs != 0, any_bit);
}

void add_wait(Sooner& to, const Wait& first, const Wait& second) {
  if (first.length && second.length) {
    to.by.push_back(*first.length - *second.length);
  } else {
    if (first.length) ++to.only_first;
    if (second.length) ++to.only_second;
  }
}

}  // namespace

Differences::Differences(const Board& board)
    : board_(board),
      checks_(check_bits, board.check_count(), most_examples),
      states_(state_bits, 1, most_examples),
      sooner_(board.check_count()) {}

void Differences::look(Timestamp now, Spot at) {
  checks_.look(now, at.owner, at.check,
               difference_of(board_.outcome(0, at), board_.outcome(1, at)));
}

void Differences::look_at_host(Timestamp now, OwnerId host) {
  const auto first = static_cast<unsigned>(board_.state(0, host));
  const auto second = static_cast<unsigned>(board_.state(1, host));
  states_.look(now, host, 0, bit_if(first != second, first * states + second));
}

void Differences::add(const RepairWaits& first, const RepairWaits& second) {
  for (CheckRank check = 0; check < board_.check_count(); ++check) {
    add_wait(sooner_[check], first.checks[check], second.checks[check]);
  }
  add_wait(hosts_sooner_, first.host, second.host);
}

std::vector<DifferenceExample> Differences::examples(const StretchMeter::Row& row) const {
  std::vector<DifferenceExample> told;
  for (const StretchMeter::Beginning& one : row.first) {
    told.push_back({.time = one.at, .host = board_.owner_name(one.owner)});
  }
  return told;
}

void Differences::tell_check(CheckRank check, Comparison& into) const {
  const auto tell = [&](DifferenceType type, std::size_t under, std::optional<Reason> reason,
                        unsigned bit) {
    const StretchMeter::Row& row = checks_.row(bit, check);
    if (row.stretches.count == 0) return;
    into.differences.push_back({.check = board_.check_name(check),
                                .type = type,
                                .under = under,
                                .reason = reason,
                                .stretches = row.stretches,
                                .first = examples(row)});
  };
  tell(DifferenceType::any, 0, std::nullopt, any_bit);
  for (unsigned under = 0; under < 2; ++under) {
    tell(DifferenceType::counts, under, std::nullopt, counts_bit + under);
  }
  for (unsigned under = 0; under < 2; ++under) {
    tell(DifferenceType::verdict, under, std::nullopt, verdict_bit + under);
  }
  for (unsigned under = 0; under < 2; ++under) {
    for (unsigned reason = 0; reason < reason_count; ++reason) {
      tell(DifferenceType::reason, under, static_cast<Reason>(reason),
           reason_bit + under * unsigned{reason_count} + reason);
    }
  }
}

void Differences::finish(Timestamp end, Comparison& into) && {
  checks_.finish(end);
  states_.finish(end);
  for (CheckRank check = 0; check < board_.check_count(); ++check) {
    tell_check(check, into);
    const bool both_name_it =
        board_.role(0, check) == Role::of_host && board_.role(1, check) == Role::of_host;
    if (!both_name_it) continue;
    std::sort(sooner_[check].by.begin(), sooner_[check].by.end());
    into.checks_sooner.push_back(
        {.check = board_.check_name(check), .sooner = std::move(sooner_[check])});
  }
  std::sort(hosts_sooner_.by.begin(), hosts_sooner_.by.end());
  into.hosts_sooner = std::move(hosts_sooner_);
  for (unsigned bit = 0; bit < state_bits; ++bit) {
    const StretchMeter::Row& row = states_.row(bit, 0);
    if (row.stretches.count == 0) continue;
    into.state_differences.push_back(
        {.states = {static_cast<HostState>(bit / states), static_cast<HostState>(bit % states)},
         .stretches = row.stretches,
         .first = examples(row)});
  }
}

}  // namespace vitals
