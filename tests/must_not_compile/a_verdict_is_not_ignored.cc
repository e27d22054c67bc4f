// SPDX-License-Identifier: Apache-2.0
// EXPECT: ignoring return value
#include "vitals/verdict.h"

void look_away(const vitals::Question& question, const vitals::Policy& policy,
               vitals::Timestamp now) {
#if BAD
  vitals::judge(question, policy, now);
#else
  static_cast<void>(vitals::judge(question, policy, now));
#endif
}
