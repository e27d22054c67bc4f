// SPDX-License-Identifier: Apache-2.0
// How many checks count and how many do not, kept up as outcomes change.
#ifndef VITALS_LIB_FLEET_CHECK_COUNTS_H
#define VITALS_LIB_FLEET_CHECK_COUNTS_H

#include <array>
#include <cstdint>

#include "vitals/fleet.h"
#include "vitals/outcome.h"

namespace vitals {

// CheckCounts of one kind or place, as narrow as the number of checks that a fleet can have: one
// cache line, as they change often.
class alignas(64) RunningCounts {
 public:
  void add(Outcome outcome) { change(outcome, 1); }
  void remove(Outcome outcome) { change(outcome, ~std::uint32_t{0}); }

  [[nodiscard]] CheckCounts counts() const {
    CheckCounts counts{.checks = checks_, .counting = counting_};
    for (std::size_t i = 0; i < reason_count; ++i) counts.excluded_by[i] = excluded_by_[i];
    return counts;
  }

 private:
  // Adding 2^32 - 1 takes one away: the sums wrap as they should.
  void change(Outcome outcome, std::uint32_t by) {
    if (!outcome.has_verdict()) return;
    checks_ += by;
    if (outcome.counts()) counting_ += by;
    outcome.reasons().for_each(
        [&](Reason reason) { excluded_by_[static_cast<std::size_t>(reason)] += by; });
  }

  std::uint32_t checks_ = 0;
  std::uint32_t counting_ = 0;
  std::array<std::uint32_t, reason_count> excluded_by_{};
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_CHECK_COUNTS_H
