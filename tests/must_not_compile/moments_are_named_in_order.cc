// SPDX-License-Identifier: Apache-2.0
// EXPECT: designator order|specified in declaration order
#include "vitals/window.h"

using namespace std::chrono_literals;
constexpr vitals::Timestamp early{100s};
constexpr vitals::Timestamp late{200s};

#if BAD
constexpr vitals::Window window{.until = late, .from = early};
#else
constexpr vitals::Window window{.from = early, .until = late};
#endif
static_assert(!window.empty());
