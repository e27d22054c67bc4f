// SPDX-License-Identifier: Apache-2.0
// EXPECT: a message that no compiler gives
#include "vitals/time.h"

#if BAD
constexpr vitals::Seconds length = 1;
#else
constexpr vitals::Seconds length{1};
#endif
