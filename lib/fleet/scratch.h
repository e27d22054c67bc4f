// SPDX-License-Identifier: Apache-2.0
// Room that is used every second, and should not stay as large as it was in the worst of them.
#ifndef VITALS_LIB_FLEET_SCRATCH_H
#define VITALS_LIB_FLEET_SCRATCH_H

#include <cstddef>
#include <vector>

namespace vitals {

// Empties it, and gives back what only a flood needed, as when a fleet is loaded.
template <class Value>
void clear_scratch(std::vector<Value>& values) {
  constexpr std::size_t kept = std::size_t{1} << 16;
  if (values.capacity() > kept) std::vector<Value>().swap(values);
  values.clear();
}

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_SCRATCH_H
