// SPDX-License-Identifier: Apache-2.0
// EXPECT: too few arguments|no matching function
#include "vitals/verdict.h"

// No function of the core reads a clock, so none can do without being told the time.
bool is_over(const vitals::Question& question, const vitals::Policy& policy,
             vitals::Timestamp now) {
#if BAD
  return !vitals::next_change(question, policy);
#else
  return !vitals::next_change(question, policy, now);
#endif
}
