// SPDX-License-Identifier: Apache-2.0
// Measures stretches of time in which something holds of something: how many there were, of how
// many hosts, how long, and the first few of them.
#ifndef VITALS_LIB_COMPARE_STRETCH_METER_H
#define VITALS_LIB_COMPARE_STRETCH_METER_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compare/board.h"
#include "vitals/policy_result.h"
#include "vitals/time.h"

namespace vitals {

// Bits say what holds; rows are kept apart by a bit and a number that the caller chooses, such as
// the rank of a check.
class StretchMeter {
 public:
  struct Beginning {
    Timestamp at{};
    OwnerId owner = 0;
  };
  struct Row {
    Stretches stretches{};
    std::vector<Beginning> first{};  // the first few
  };

  StretchMeter(unsigned bits, std::size_t rows, std::size_t most_examples = 0)
      : bits_(bits), most_examples_(most_examples), rows_(bits * rows) {}

  // From `now` on these bits hold, and no others, at the spot: one row of the owner.
  void look(Timestamp now, OwnerId owner, std::size_t row, std::uint32_t holds);

  // Ends what has not ended.
  void finish(Timestamp end);

  [[nodiscard]] const Row& row(unsigned bit, std::size_t row) const {
    return rows_[row * bits_ + bit];
  }

 private:
  // Of spots at which anything ever held: what holds, and what ever did.
  struct Held {
    std::uint32_t now = 0;
    std::uint32_t ever = 0;
  };
  void begin(Timestamp now, OwnerId owner, std::uint64_t spot, unsigned bit, bool is_first_here);
  void end(Timestamp now, std::uint64_t spot, unsigned bit);
  [[nodiscard]] Row& row_of(std::uint64_t spot, unsigned bit) {
    return rows_[spot % row_count() * bits_ + bit];
  }
  [[nodiscard]] std::uint64_t row_count() const { return rows_.size() / bits_; }

  unsigned bits_;
  std::size_t most_examples_;
  std::vector<Row> rows_;
  absl::flat_hash_map<std::uint64_t, Held> held_;       // by spot
  absl::flat_hash_map<std::uint64_t, Timestamp> open_;  // by spot * 32 + bit
};

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_STRETCH_METER_H
