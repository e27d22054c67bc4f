// SPDX-License-Identifier: Apache-2.0
// Adds up in what two policies differ, looking at the board whenever something changed.
#ifndef VITALS_LIB_COMPARE_DIFFERENCES_H
#define VITALS_LIB_COMPARE_DIFFERENCES_H

#include <vector>

#include "compare/board.h"
#include "compare/policy_tally.h"
#include "compare/stretch_meter.h"
#include "vitals/compare.h"

namespace vitals {

class Differences {
 public:
  // The board has two policies, and must outlive this.
  explicit Differences(const Board& board);

  // Takes what the board says of a check from `now` on, and then of the hosts whose checks changed.
  void look(Timestamp now, Spot at);
  void look_at_host(Timestamp now, OwnerId host);

  // The waits after one repair under both policies.
  void add(const RepairWaits& first, const RepairWaits& second);

  // Fills in what differed until `end`, exclusive.
  void finish(Timestamp end, Comparison& into) &&;

 private:
  void tell_check(CheckRank check, Comparison& into) const;
  [[nodiscard]] std::vector<DifferenceExample> examples(const StretchMeter::Row& row) const;

  const Board& board_;
  StretchMeter checks_;
  StretchMeter states_;
  std::vector<Sooner> sooner_;  // by rank of the check
  Sooner hosts_sooner_;
};

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_DIFFERENCES_H
