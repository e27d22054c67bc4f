// SPDX-License-Identifier: Apache-2.0
// Which outcomes count, as bits, at the speed of memory.
#ifndef VITALS_LIB_FLEET_OUTCOME_BITS_H
#define VITALS_LIB_FLEET_OUTCOME_BITS_H

#include <cstdint>
#include <span>

#include "vitals/outcome.h"

namespace vitals {

// Sets bit i of `bits`, the lowest of each word first, iff the i-th outcome counts; bits behind the
// last outcome are 0. `bits` has a word for each 64 outcomes begun.
void set_counting_bits(std::span<const Outcome> outcomes, std::uint64_t* bits);

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_OUTCOME_BITS_H
