// SPDX-License-Identifier: Apache-2.0
// EXPECT: could not convert|not contextually convertible|cannot convert
#include "vitals/verdict.h"

// The empty set means that the check counts, so a set read as a truth value would say the opposite.
bool is_excluded(const vitals::Verdict& verdict) {
#if BAD
  if (verdict.excluded_by) return true;
#else
  if (!verdict.excluded_by.empty()) return true;
#endif
  return false;
}
