// SPDX-License-Identifier: Apache-2.0
// EXPECT: has no member named|no member named
#include "vitals/verdict.h"

bool counts(const vitals::Question& question, const vitals::Policy& policy, vitals::Timestamp now) {
#if BAD
  return vitals::judge(question, policy, now).counts();
#else
  const auto verdict = vitals::judge(question, policy, now);
  return verdict && verdict->counts();
#endif
}
