// SPDX-License-Identifier: Apache-2.0
// EXPECT: could not convert|no viable conversion|cannot convert
#include "vitals/verdict.h"

using namespace std::chrono_literals;

bool is_expired(const vitals::Observation& seen, const vitals::Policy& policy) {
#if BAD
  return vitals::is_expired(seen, policy, 1700000000);
#else
  return vitals::is_expired(seen, policy, vitals::Timestamp{1'700'000'000s});
#endif
}
