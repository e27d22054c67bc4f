// SPDX-License-Identifier: Apache-2.0
/// @file
/// A fleet: the facts and observations of many hosts, the events that change them, and the verdicts
/// that follow from them.
///
///     fleet.advance(t - 1s, visit);    // what time alone changed before t
///     fleet.apply(event);              // every event of second t
///     fleet.advance(t, visit);         // what the second t changed
///
/// Nothing is polled: each check waits in a queue for the end of its nearest window, so the cost of
/// advance() follows the number of changes, not the length of time or the size of the fleet. A
/// verdict is a pure function of facts, policy and `now`; the queue only says when to look.
/// Not thread-safe: one thread at a time.

#ifndef VITALS_FLEET_H
#define VITALS_FLEET_H

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "vitals/event.h"
#include "vitals/policy_yaml.h"
#include "vitals/verdict.h"
#include "vitals/verdict_line.h"

namespace vitals {

/// Which infrastructure check a Dependency stands for.
struct DependencyName {
  std::string_view object;  ///< the switch or rack; empty if nobody stated which
  std::string_view check;   ///< the netmon or rack check of it
};

/// One check with everything its verdict depends on. Views of the fleet: valid until it changes.
struct CheckView {
  std::string_view host;  ///< the host; of an infrastructure check the switch or rack
  std::string_view check;
  Question question;
  std::span<const DependencyName> dependency_names;  ///< one for each of question.dependencies
};

/// What became of the events. Source: SPEC 11 (summary).
struct FleetCounters {
  std::uint64_t events = 0;           ///< applied, dropped ones included
  std::uint64_t out_of_date = 0;      ///< observations older than the stored one, dropped
  std::uint64_t retired = 0;          ///< observations under a retired name, dropped
  std::uint64_t unknown_service = 0;  ///< checks that the policy does not name, dropped
};

class Fleet {
 public:
  using CheckVisitor = absl::FunctionRef<void(const VerdictLine&)>;
  using HostVisitor = absl::FunctionRef<void(const HostLine&)>;

  explicit Fleet(PolicySet policy);
  Fleet(Fleet&&) noexcept;
  Fleet& operator=(Fleet&&) noexcept;
  ~Fleet();

  /// Takes an event. Its time must not be before that of the last event or advance().
  ///
  /// Errors:   NotFound (manipulation, rename or remove of a host that nobody knows), AlreadyExists
  ///           (a rename onto a living name), OutOfRange (time runs backwards). The fleet is
  ///           unchanged then.
  /// Source:   SPEC 8 and 11.
  [[nodiscard]] absl::Status apply(const Event& event);

  /// Visits every check whose status, reasons or blockers changed since it was last visited, at
  /// each moment up to and including `now`, in order of (time, host, check). A check is visited
  /// when it first has a verdict.
  ///
  /// Boundary: moments are whole seconds; those before the last advance() are past.
  /// Source:   SPEC 11 (--on-change).
  void advance(Timestamp now, CheckVisitor visit);

  /// As advance(), for whole hosts: visits each whose state or one of whose lists changed. Use
  /// one of the two on a fleet: what one has visited, the other does not visit again.
  void advance_hosts(Timestamp now, HostVisitor visit);

  /// Visits the verdict on every check at `now`, in order of (host, check).
  void judge_all(Timestamp now, CheckVisitor visit);

  /// Visits every host at `now`, in order of name.
  void judge_hosts(Timestamp now, HostVisitor visit);

  /// Visits the checks of one host (of one switch or rack, for infrastructure checks) that the
  /// policy names and that are required or were observed, in order of name; whether the host is
  /// known at all.
  bool visit_checks(std::string_view host, absl::FunctionRef<void(const CheckView&)> visit) const;

  /// How many living hosts have no stated switch (rack), though the policy has checks of them.
  [[nodiscard]] std::uint64_t hosts_without_stated_place() const;

  [[nodiscard]] const FleetCounters& counters() const;
  [[nodiscard]] const PolicySet& policy() const;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace vitals

#endif  // VITALS_FLEET_H
