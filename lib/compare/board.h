// SPDX-License-Identifier: Apache-2.0
// What is so at one moment under several policies: the outcome of every check under each, and the
// truth of it. Hosts, switches and racks are known by name, because fleets number them differently
// if their policies name different checks.
#ifndef VITALS_LIB_COMPARE_BOARD_H
#define VITALS_LIB_COMPARE_BOARD_H

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "text/bridge.h"
#include "vitals/health.h"
#include "vitals/outcome.h"
#include "vitals/policy_yaml.h"

namespace vitals {

using OwnerId = std::uint32_t;    // of a host, switch or rack, in the order in which they appear
using CheckRank = std::uint32_t;  // among the checks that any of the policies names, by name

// One check of one host, switch or rack.
struct Spot {
  OwnerId owner = 0;
  CheckRank check = 0;

  friend constexpr auto operator<=>(const Spot&, const Spot&) = default;
};

// What a check is to a policy.
enum class Role : std::uint8_t { unnamed, of_host, of_place };

class Board {
 public:
  explicit Board(const std::vector<PolicySet>& policies);

  [[nodiscard]] std::size_t policy_count() const { return policies_.size(); }
  [[nodiscard]] std::size_t check_count() const { return check_names_.size(); }
  [[nodiscard]] std::size_t owner_count() const { return owner_names_.size(); }
  [[nodiscard]] const std::string& check_name(CheckRank check) const { return check_names_[check]; }
  [[nodiscard]] const std::string& owner_name(OwnerId owner) const { return owner_names_[owner]; }
  [[nodiscard]] std::optional<CheckRank> find_check(std::string_view name) const;
  [[nodiscard]] Role role(std::size_t policy, CheckRank check) const {
    return policies_[policy].roles[check];
  }

  // The number of a name; a new one if there is none yet.
  OwnerId owner(std::string_view name);

  // The number of a spot: of the spots of one owner side by side.
  [[nodiscard]] std::size_t index(Spot at) const { return at.owner * check_count() + at.check; }
  [[nodiscard]] std::size_t spot_count() const { return owner_count() * check_count(); }

  [[nodiscard]] Outcome outcome(std::size_t policy, Spot at) const {
    return outcomes_[index(at) * policy_count() + policy];
  }
  void set_outcome(std::size_t policy, Spot at, Outcome outcome) {
    outcomes_[index(at) * policy_count() + policy] = outcome;
  }

  // The state of a host under a policy, by SPEC 9.
  [[nodiscard]] HostState state(std::size_t policy, OwnerId host) const;

  [[nodiscard]] std::optional<Status> truth(Spot at) const {
    const std::uint8_t code = truths_[index(at)];
    return code == unknown ? std::nullopt : std::optional(static_cast<Status>(code));
  }
  // When the truth was that status for the last time, as the second from which on it was not; none
  // if it never was, or still is.
  [[nodiscard]] std::optional<Timestamp> left(Spot at, Status status) const;
  void set_truth(Spot at, Timestamp now, Status status);

  // Its checks have no verdict under that policy any more. A switch of the same name is left alone.
  void forget_host(std::size_t policy, OwnerId host);

  // A host is gone, and nothing is known of it. Of a renamed one the new name knows what was true,
  // unless something was stated of that name.
  void forget_truth(OwnerId host);
  void move_truth(OwnerId from, OwnerId to);

 private:
  static constexpr std::uint8_t unknown = 0xff;

  struct Policy {
    std::vector<Role> roles;
    std::vector<bool> required;
  };
  using Departures = std::array<std::optional<Timestamp>, status_names.size()>;

  [[nodiscard]] bool is_of_hosts(CheckRank check) const;

  std::vector<std::string> check_names_;  // sorted
  std::vector<Policy> policies_;
  StringMap<OwnerId> owners_;
  std::vector<std::string> owner_names_;
  std::vector<Outcome> outcomes_;
  std::vector<std::uint8_t> truths_;
  absl::flat_hash_map<std::size_t, Departures> departures_;  // of spots whose truth changed
};

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_BOARD_H
