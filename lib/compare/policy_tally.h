// SPDX-License-Identifier: Apache-2.0
// Adds up what one policy makes of a recording, looking at the board whenever something changed.
#ifndef VITALS_LIB_COMPARE_POLICY_TALLY_H
#define VITALS_LIB_COMPARE_POLICY_TALLY_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compare/board.h"
#include "compare/stretch_meter.h"
#include "vitals/policy_result.h"
#include "vitals/time.h"

namespace vitals {

// How the waits after one repair ended.
enum class RepairEnd : std::uint8_t { cut_short, unfinished };

// One wait after a repair.
struct Wait {
  bool is_awaited = false;          // there was a verdict
  std::optional<Seconds> length{};  // none: it did not end
};

// The waits after one repair, of each check by rank and of the host.
struct RepairWaits {
  std::vector<Wait> checks{};
  Wait host{};
};

class PolicyTally {
 public:
  // The board must outlive the tally.
  PolicyTally(const Board& board, std::size_t policy);

  void begin_repair(Timestamp now, OwnerId host);
  // Takes nothing more into account for the host's last repair; tells its waits, if there is one. A
  // repair that ends in its own second was none.
  std::optional<RepairWaits> end_repair(Timestamp now, OwnerId host, RepairEnd how);

  // Takes what the board says of a check from `now` on, and then of the hosts whose checks changed.
  void look(Timestamp now, Spot at);
  void look_at_host(Timestamp now, OwnerId host);

  // What became of it all until `end`, exclusive, when every repair has ended.
  PolicyResult finish(Timestamp end) &&;

 private:
  // What was so of a spot since the last look.
  struct Slot {
    std::uint32_t since = 0;
    Outcome outcome{};
    bool truth_is_known = false;
  };
  static_assert(sizeof(Slot) == 8);

  // What a check counted with after a repair, and what became of it.
  struct Answer {
    bool is_given = false;
    bool is_taken_back = false;
    bool is_known = false;
    bool is_outdated = false;
    bool is_accusing = false;
    bool is_hiding = false;
    Status status = Status::ok;  // the first
  };
  struct Repair {
    Timestamp ended_at{};
    RepairWaits waits{};
    std::vector<Answer> answers{};  // by rank of the check
  };

  void account(Slot& slot, Timestamp now, CheckRank check);
  [[nodiscard]] std::uint32_t wrong(Spot at) const;
  void look_at_wait(Timestamp now, Spot at, Outcome outcome);
  void hold_against_truth(Spot at, Status status, Timestamp repaired, Answer& answer) const;
  static void add(Answers& to, const Answer& answer);
  static void add(Waits& to, const Wait& wait, RepairEnd how);

  const Board& board_;
  std::size_t policy_;
  std::vector<Slot> slots_;  // by index of the spot
  absl::flat_hash_map<OwnerId, Repair> repairs_;
  StretchMeter wrong_checks_;
  StretchMeter wrong_hosts_;
  std::vector<CheckResult> checks_;  // by rank
  PolicyResult result_;
};

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_POLICY_TALLY_H
