// SPDX-License-Identifier: Apache-2.0
// Fleets of several policies side by side: one pass through a recording, and what became of it
// under each policy.
#ifndef VITALS_LIB_COMPARE_SIDE_BY_SIDE_H
#define VITALS_LIB_COMPARE_SIDE_BY_SIDE_H

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "compare/board.h"
#include "compare/differences.h"
#include "compare/policy_tally.h"
#include "vitals/compare.h"
#include "vitals/fleet.h"

namespace vitals {

class SideBySide {
 public:
  // `options` must outlive this. The differences between the policies are looked at where there
  // are two and it is asked for.
  SideBySide(const std::vector<PolicySet>& policies, const CompareOptions& options,
             bool with_differences);

  [[nodiscard]] absl::Status run(RecordingReader& reader);

  // What was found, after run(); to be taken once each.
  [[nodiscard]] const ComparedTime& time() const { return time_; }
  [[nodiscard]] std::vector<PolicyResult> take_results();
  void take_differences(Comparison& into);

 private:
  // What happened to a host in the second that is read.
  struct Fact {
    EventType type = EventType::check;
    OwnerId host = 0;
    OwnerId to = 0;              // of a rename
    std::vector<bool> is_known;  // by policy: its fleet knows the host, and took the event
  };
  // Something else is so of a check: its outcome under a policy, or the truth of it.
  struct Change {
    Timestamp time{};
    Spot at{};
    std::size_t policy = 0;  // the number of policies: it is the truth
    Outcome outcome{};
    Status truth = Status::ok;
  };

  absl::Status apply(const Event& event);
  void judge(Timestamp last);
  void gather_truth(Timestamp last);
  void judge_second(Timestamp now, std::size_t first, std::size_t last);
  void take_fact(Timestamp now, const Fact& fact);
  void end_repair(Timestamp now, OwnerId host, RepairEnd how);
  void forget_host(const Fact& fact, OwnerId host);
  void touch(OwnerId owner);
  void touch_all();
  void look(Timestamp now);
  void note_host(Spot at);

  const CompareOptions& options_;
  Board board_;
  std::vector<Fleet> fleets_;
  std::vector<std::vector<CheckRank>> ranks_;  // of each policy's checks, by CheckId
  std::vector<PolicyTally> tallies_;
  std::optional<Differences> differences_;

  std::optional<Timestamp> first_;         // the second of the first event
  Timestamp second_ = distant_past;        // of the events that were applied last
  Timestamp judged_until_ = distant_past;  // inclusive
  Timestamp end_{};                        // of all, exclusive
  bool begun_ = false;                     // options_.from was reached
  std::vector<Fact> facts_;                // of second_
  std::vector<Change> changes_;            // not looked at yet
  const TruthChange* next_truth_ = nullptr;
  std::vector<Spot> touched_;
  std::vector<OwnerId> touched_owners_;
  absl::flat_hash_set<OwnerId> repaired_;  // hosts whose last repair is looked at
  std::vector<bool> has_been_judged_;      // hosts, by number
  ComparedTime time_;
};

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_SIDE_BY_SIDE_H
