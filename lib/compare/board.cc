// SPDX-License-Identifier: Apache-2.0
#include "compare/board.h"

#include <algorithm>
#include <set>

namespace vitals {

Board::Board(const std::vector<PolicySet>& policies) {
  std::set<std::string> names;
  for (const PolicySet& policy : policies) {
    for (const auto& [name, check] : policy.checks) names.insert(name);
  }
  check_names_.assign(names.begin(), names.end());
  for (const PolicySet& policy : policies) {
    Policy& added = policies_.emplace_back();
    for (const std::string& name : check_names_) {
      const auto check = policy.checks.find(name);
      const bool is_named = check != policy.checks.end();
      const bool of_place = is_named && is_infrastructure(check->second.kind);
      added.roles.push_back(!is_named ? Role::unnamed : of_place ? Role::of_place : Role::of_host);
      added.required.push_back(is_named && check->second.required);
    }
  }
}

std::optional<CheckRank> Board::find_check(std::string_view name) const {
  const auto found = std::lower_bound(check_names_.begin(), check_names_.end(), name);
  if (found == check_names_.end() || *found != name) return std::nullopt;
  return static_cast<CheckRank>(found - check_names_.begin());
}

OwnerId Board::owner(std::string_view name) {
  const auto found = owners_.find(name);
  if (found != owners_.end()) return found->second;
  const auto id = static_cast<OwnerId>(owner_names_.size());
  owners_.emplace(name, id);
  owner_names_.emplace_back(name);
  outcomes_.resize(spot_count() * policy_count());
  truths_.resize(spot_count(), unknown);
  return id;
}

HostState Board::state(std::size_t policy, OwnerId host) const {
  HealthTally tally;
  for (CheckRank check = 0; check < check_count(); ++check) {
    if (role(policy, check) != Role::of_host) continue;
    const Outcome found = outcome(policy, {host, check});
    JudgedCheck judged{.required = policies_[policy].required[check], .status = found.status()};
    if (found.has_verdict()) judged.excluded_by = found.reasons();
    tally.add(judged);
  }
  return tally.state();
}

std::optional<Timestamp> Board::left(Spot at, Status status) const {
  const auto departures = departures_.find(index(at));
  if (departures == departures_.end() || truth(at) == status) return std::nullopt;
  return departures->second[static_cast<std::size_t>(status)];
}

void Board::set_truth(Spot at, Timestamp now, Status status) {
  const std::optional<Status> before = truth(at);
  if (before && *before != status) {
    departures_[index(at)][static_cast<std::size_t>(*before)] = now;
  }
  truths_[index(at)] = static_cast<std::uint8_t>(status);
}

void Board::forget_host(std::size_t policy, OwnerId host) {
  for (CheckRank check = 0; check < check_count(); ++check) {
    if (role(policy, check) == Role::of_host) set_outcome(policy, {host, check}, Outcome{});
  }
}

bool Board::is_of_hosts(CheckRank check) const {
  return std::any_of(policies_.begin(), policies_.end(),
                     [&](const Policy& policy) { return policy.roles[check] == Role::of_host; });
}

void Board::forget_truth(OwnerId host) {
  for (CheckRank check = 0; check < check_count(); ++check) {
    if (!is_of_hosts(check)) continue;
    truths_[index({host, check})] = unknown;
    departures_.erase(index({host, check}));
  }
}

void Board::move_truth(OwnerId from, OwnerId to) {
  for (CheckRank check = 0; check < check_count(); ++check) {
    const std::size_t then = index({to, check});
    if (!is_of_hosts(check) || truths_[then] != unknown) continue;
    truths_[then] = truths_[index({from, check})];
    const auto departures = departures_.find(index({from, check}));
    if (departures == departures_.end()) continue;
    const Departures taken = departures->second;
    departures_[then] = taken;
  }
  forget_truth(from);
}

}  // namespace vitals
