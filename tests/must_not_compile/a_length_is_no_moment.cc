// SPDX-License-Identifier: Apache-2.0
// EXPECT: could not convert|no viable conversion
#include "vitals/time.h"

using namespace std::chrono_literals;
constexpr vitals::Timestamp moment{100s};

#if BAD
constexpr auto later = vitals::add(100s, moment);
#else
constexpr auto later = vitals::add(moment, 100s);
#endif
static_assert(later > moment);
