// SPDX-License-Identifier: Apache-2.0
// How installations and inventory numbers make keys of hosts.
#ifndef VITALS_LIB_COORDINATOR_KEYS_H
#define VITALS_LIB_COORDINATOR_KEYS_H

#include <cstdint>

#include "vitals/coordinator/host.h"

namespace vitals::coordinator {

using Key = std::int64_t;
using Poll = std::int64_t;

inline constexpr unsigned inv_bits = 40;

[[nodiscard]] constexpr Key key_of(std::int64_t number, Inv inv) {
  return number * (Key{1} << inv_bits) + inv;
}
[[nodiscard]] constexpr std::int64_t number_of(Key key) { return key >> inv_bits; }
[[nodiscard]] constexpr Inv inv_of(Key key) { return key & greatest_inv; }

// The poll after every other: until it, what the latest listing shows is shown.
inline constexpr Poll no_poll_yet = Poll{1} << 62U;

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_KEYS_H
