// SPDX-License-Identifier: Apache-2.0
/// @file
/// A fleet: the facts and observations of millions of hosts in columns, the events that change
/// them, and the verdicts that follow from them.
///
///     fleet.advance(t - 1s, visit);    // what time alone changed before t
///     fleet.apply(event);              // every event of second t
///     fleet.advance(t, visit);         // what the second t changed
///
/// Three questions: what changed (advance, visit_changes), everything now (judge, judge_all), one
/// host in full (verdict, health, visit_checks). Nothing is polled: the ends of the rules' windows
/// are known beforehand, so the cost of advance() follows the number of changes, not the length of
/// time or the size of the fleet. A verdict is a pure function of facts, policy and `now`.
///
/// Threads: one at a time. A fleet has no clock, no thread and no lock of its own; whoever shares
/// one holds an exclusive lock around each call, also of what is const: observations that wait are
/// taken in then. judge() uses as many threads as it is told to, inside.

#ifndef VITALS_FLEET_H
#define VITALS_FLEET_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/event.h"
#include "vitals/fleet_types.h"
#include "vitals/policy_yaml.h"
#include "vitals/verdict_line.h"

namespace vitals {

/// A fleet. Movable, not copyable.
class Fleet {
 public:
  using CheckVisitor = absl::FunctionRef<void(const VerdictLine&)>;
  using HostVisitor = absl::FunctionRef<void(const HostLine&)>;
  using ChangeVisitor = absl::FunctionRef<void(const CheckChange&)>;

  /// Errors:   throws std::length_error for a policy of more than most_check_names checks, and
  ///           std::invalid_argument for classes that need themselves or more than most_classes of
  ///           them, which parse_policy() refuses.
  explicit Fleet(PolicySet policy, const FleetOptions& options = {});
  Fleet(Fleet&&) noexcept;
  Fleet& operator=(Fleet&&) noexcept;
  ~Fleet();

  /// Saves the fleet, facts and what was visited last, so that open() goes on where it was. A kill
  /// at any moment leaves the file that was there or the new one, and perhaps `PATH.new`, which the
  /// next save writes over.
  ///
  /// Errors:   what the system says of the file, with the path.
  [[nodiscard]] absl::Status save(const std::string& path);

  /// A fleet as it was saved. Nothing goes stale by restarting: verdicts depend on facts. The
  /// policy must name the same checks of the same kinds; where its numbers differ, everything is
  /// looked at anew, and what changes by that is visited at the next advance. What was computed at
  /// receipt stays: which times were implausible, and how many hosts were new with a host.
  ///
  /// Errors:   what the system says of the file; InvalidArgument for one that is no snapshot, of
  ///           another version, damaged, or of other checks. All with the path.
  [[nodiscard]] static absl::StatusOr<Fleet> open(const std::string& path, PolicySet policy,
                                                  const FleetOptions& options = {});

  /// Takes an event. Its time must not be before that of the last event or advance(). What falls
  /// due before it should have been visited, by an advance() to the second before the event: what
  /// is visited late is judged by the facts of then, so a stretch that the event ends is not told.
  ///
  /// Cost:     constant, but that a host's event is followed by a look at its checks, and one of a
  ///           switch or rack, if what it says changes, by a look at the checks behind it.
  /// Errors:   NotFound (manipulation, rename or remove of a host that nobody knows), AlreadyExists
  ///           (a rename onto a living name), OutOfRange (time runs backwards, or a time lies
  ///           outside 1970 to 2106), InvalidArgument (an empty name, or one longer than
  ///           longest_name; a check received later than its event),
  ///           ResourceExhausted (beyond a limit). The fleet is unchanged then.
  /// Source:   SPEC 8 and 11.
  [[nodiscard]] absl::Status apply(const Event& event);

  /// Takes an observation of a check by number, as apply() does by name, which costs a look-up
  /// less. Its receive_time is the time of the event.
  ///
  /// Errors:   NotFound (a number that no living host, or no switch or rack, has, or no check of
  ///           such), OutOfRange as of apply(). The fleet is unchanged then.
  [[nodiscard]] absl::Status receive(CheckRef check, const Report& report);

  /// Visits every check whose status, reasons or blockers changed since it was last visited, at
  /// each moment up to and including `now`, in order of (time, host, check), names bytewise. A
  /// check is visited when it first has a verdict.
  ///
  /// Boundary: moments are whole seconds; those before the last advance() are past, and there are
  ///           none behind latest_accepted. The visitor must not touch the fleet.
  /// Source:   SPEC 11 (--on-change).
  void advance(Timestamp now, CheckVisitor visit);

  /// As advance(), with numbers instead of names and in their order, which is cheaper. Use one of
  /// the three on a fleet: what one has visited, the others do not visit again.
  void visit_changes(Timestamp now, ChangeVisitor visit);

  /// As advance(), for whole hosts: visits each whose state or one of whose lists changed.
  void advance_hosts(Timestamp now, HostVisitor visit);

  /// A moment before which nothing changes by itself: sleep until then unless an event arrives.
  ///
  /// Boundary: later than the last advance(), or the second of an event that was not yet judged.
  /// Errors:   none if nothing will ever change by itself.
  [[nodiscard]] std::optional<Timestamp> next_change();

  /// The outcome of every check at `now`, on so many threads.
  ///
  /// Cost:     two bytes a check to read and two to write, and a full look at those that changed
  ///           since the last advance(); at all of them if `now` lies before that.
  void judge(Timestamp now, JudgedFleet& out, unsigned threads = 1);

  /// Whether each check of a host counts at `now`: a bit a check, in the order of JudgedFleet's
  /// hosts, the lowest bit first; bits beyond the last check are 0.
  void judge(Timestamp now, std::vector<std::uint64_t>& counts, unsigned threads = 1);

  /// Visits the verdict on every check at `now`, in order of (host, check).
  void judge_all(Timestamp now, CheckVisitor visit);

  /// Visits every host at `now`, in order of name.
  void judge_hosts(Timestamp now, HostVisitor visit);

  /// Visits the verdict on one check of a host (of a switch or rack, for infrastructure checks) in
  /// full; whether there is one.
  bool verdict(std::string_view host, std::string_view check, Timestamp now, CheckVisitor visit);

  /// Visits the state of one host in full; whether there is one.
  bool health(std::string_view host, Timestamp now, HostVisitor visit);

  /// Visits the checks of one host (of one switch or rack, for infrastructure checks) that the
  /// policy names and that are required or were observed, in order of name; whether the host is
  /// known at all.
  bool visit_checks(std::string_view host, absl::FunctionRef<void(const CheckView&)> visit) const;

  /// Numbers and names, of living hosts and of switches and racks.
  [[nodiscard]] std::optional<HostId> find_host(std::string_view name) const;
  [[nodiscard]] std::optional<PlaceId> find_place(std::string_view name) const;
  [[nodiscard]] std::string_view owner_name(CheckRef check) const;
  [[nodiscard]] std::string_view check_name(CheckId check) const;

  /// How many numbers of hosts were given; how many checks the policy has of each.
  [[nodiscard]] std::uint32_t host_count() const;
  [[nodiscard]] std::uint32_t checks_a_host() const;
  /// The same of switches and racks.
  [[nodiscard]] std::uint32_t place_count() const;
  [[nodiscard]] std::uint32_t checks_a_place() const;

  /// How many checks count, and how many do not and why, as last advanced: of one kind, and of the
  /// hosts of one switch or rack (none for a name that is no switch or rack).
  [[nodiscard]] CheckCounts counts(Kind kind) const;
  [[nodiscard]] std::optional<CheckCounts> counts(std::string_view place) const;

  /// How many living hosts have no stated switch (rack), though the policy has checks of them, or
  /// have active checks that need a class of which the host stated nothing.
  [[nodiscard]] std::uint64_t hosts_without_stated_place() const;

  [[nodiscard]] const FleetCounters& counters() const;
  [[nodiscard]] const PolicySet& policy() const;
  [[nodiscard]] FleetMemory memory_use() const;

 private:
  class Engine;
  friend class FleetSnapshot;
  std::unique_ptr<Engine> engine_;
};

}  // namespace vitals

#endif  // VITALS_FLEET_H
