// SPDX-License-Identifier: Apache-2.0
// When an installation is polled next.
//
//     after a success     period - what the poll took
//     after n failures    min(period, max(1 s, period / 16) * 2^(n - 1)) * (1/2 to 1)
//
// Half of the wait after a failure is random, so that coordinators do not ask together.
#ifndef VITALS_LIB_SERVICE_POLL_SCHEDULE_H
#define VITALS_LIB_SERVICE_POLL_SCHEDULE_H

#include <algorithm>
#include <chrono>

#include "vitals/time.h"

namespace vitals {

using Milliseconds = std::chrono::milliseconds;

// `random` is 0 to 1, for each call another one.
[[nodiscard]] constexpr Milliseconds first_poll_after(Seconds period, double random) {
  constexpr Milliseconds longest{2000};
  const auto count = static_cast<double>(std::min<Milliseconds>(period, longest).count());
  return Milliseconds(static_cast<std::int64_t>(random * count));
}

[[nodiscard]] constexpr Milliseconds next_poll_after_success(Seconds period, Milliseconds took) {
  return std::max(Milliseconds{0}, Milliseconds(period) - took);
}

// Boundary: `failures` is 1 or more; the wait is never longer than the period, never below 500 ms.
[[nodiscard]] constexpr Milliseconds next_poll_after_failure(Seconds period, int failures,
                                                             double random) {
  Milliseconds wait = std::max(Milliseconds{1000}, Milliseconds(period) / 16);
  for (int i = 1; i < failures && wait < period; ++i) wait *= 2;
  wait = std::min<Milliseconds>(wait, period);
  const auto half = static_cast<double>(wait.count()) / 2;
  return Milliseconds(static_cast<std::int64_t>(half + random * half));
}

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_POLL_SCHEDULE_H
