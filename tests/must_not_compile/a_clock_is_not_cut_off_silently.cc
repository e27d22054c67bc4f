// SPDX-License-Identifier: Apache-2.0
// EXPECT: could not convert|no viable conversion|no known conversion|conversion from
#include <chrono>

#include "vitals/time.h"

bool is_past(vitals::Timestamp deadline) {
#if BAD
  const vitals::Timestamp now = std::chrono::system_clock::now();
#else
  const auto now = std::chrono::floor<vitals::Seconds>(std::chrono::system_clock::now());
#endif
  return deadline < now;
}
