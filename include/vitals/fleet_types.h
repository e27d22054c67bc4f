// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a fleet is asked with and answers with: numbers of hosts and checks, changes, counts.
///
/// Plain values. Views in them are of the fleet and live until it changes.

#ifndef VITALS_FLEET_TYPES_H
#define VITALS_FLEET_TYPES_H

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "vitals/outcome.h"
#include "vitals/reason.h"
#include "vitals/time.h"
#include "vitals/verdict.h"

namespace vitals {

/// The number of a host, or of a switch or rack, in one fleet. It stays the same through renames,
/// and no other host gets it, not even after the host is removed (but see FleetOptions).
using HostId = std::uint32_t;
using PlaceId = std::uint32_t;

using CheckId = std::uint16_t;  ///< of a check in one policy: its rank by name, bytewise

/// Which check of which host, switch or rack.
struct CheckRef {
  std::uint32_t owner = 0;  ///< a HostId, or a PlaceId for checks of infrastructure
  CheckId check = 0;
  bool of_place = false;

  friend constexpr bool operator==(const CheckRef&, const CheckRef&) = default;
};

/// A check of which something else is to be told than before.
struct CheckChange {
  Timestamp time{};
  CheckRef check{};
  Outcome before{};  ///< without a verdict: nothing was told of it yet
  Outcome after{};   ///< the same as before: only its blockers differ
};

/// Which infrastructure check a Dependency stands for.
struct DependencyName {
  std::string_view object;  ///< the switch or rack; empty if nobody stated which
  std::string_view check;   ///< the netmon or rack check of it
};

/// Which member of a class a Member stands for.
struct MemberName {
  std::string_view of_class;
  std::string_view member;                 ///< the host of that name
  std::vector<std::string_view> checks{};  ///< one for each of Member::voices
  std::vector<std::string_view> needs{};   ///< the class of each of Member::needs
};

/// One check with everything its verdict depends on. Views of the fleet: valid until it changes.
struct CheckView {
  std::string_view host;  ///< the host; of an infrastructure check the switch or rack
  std::string_view check;
  Question question;
  std::span<const DependencyName> dependency_names;  ///< one for each of question.dependencies
  std::span<const MemberName> member_names{};        ///< one for each of question.needs->members
  std::span<const std::string_view> need_names{};    ///< the class of each of needs->of_check
};

/// What became of the events. Source: SPEC 11 (summary).
struct FleetCounters {
  std::uint64_t events = 0;           ///< applied, dropped ones included
  std::uint64_t out_of_date = 0;      ///< observations older than the stored one, dropped
  std::uint64_t retired = 0;          ///< observations under a retired name, dropped
  std::uint64_t unknown_service = 0;  ///< checks that the policy does not name, dropped
  std::uint64_t unknown_class = 0;    ///< what was stated of classes that it does not declare
};

/// How many checks have a verdict, and which. A check with two reasons is counted under both.
struct CheckCounts {
  std::uint64_t checks = 0;
  std::uint64_t counting = 0;
  std::array<std::uint64_t, reason_count> excluded_by{};  ///< by enumerator of Reason

  [[nodiscard]] std::uint64_t of(Reason reason) const {
    return excluded_by[static_cast<std::size_t>(reason)];
  }
  friend bool operator==(const CheckCounts&, const CheckCounts&) = default;
};

/// The outcome of every check of a fleet at one moment.
struct JudgedFleet {
  /// Of the i-th check of the policy's host checks, in order of name, of host h:
  /// hosts[h * checks_a_host() + i]. Without a verdict where the host is gone. Likewise the i-th
  /// infrastructure check of place p: places[p * checks_a_place() + i].
  std::vector<Outcome> hosts;
  std::vector<Outcome> places;
};

/// Memory of a fleet, in bytes.
struct FleetMemory {
  std::uint64_t checks = 0;  ///< observations, outcomes and deadlines
  std::uint64_t hosts = 0;   ///< facts, and which switch and rack has which hosts
  std::uint64_t names = 0;   ///< of hosts, switches and racks

  [[nodiscard]] std::uint64_t total() const { return checks + hosts + names; }
};

/// What a fleet is allowed to do.
struct FleetOptions {
  /// How many checks all hosts together may have, and how many all switches and racks. An event
  /// that would add more is an error, and the fleet is as it was.
  std::uint32_t most_checks = std::numeric_limits<std::uint32_t>::max();
  /// Whether a new host may get the number of one that is gone, so that memory follows the number
  /// of living hosts. For callers that keep no numbers.
  bool reuse_ids = false;
};

}  // namespace vitals

#endif  // VITALS_FLEET_TYPES_H
