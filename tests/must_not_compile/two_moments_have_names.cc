// SPDX-License-Identifier: Apache-2.0
// EXPECT: too many arguments|no matching function|invalid initialization of reference
#include "vitals/infrastructure.h"

using namespace std::chrono_literals;
constexpr vitals::Observation seen{.status_mtime = vitals::Timestamp{50s}};
constexpr vitals::Timestamp changed{100s};
constexpr vitals::Timestamp proven{90s};

#if BAD
constexpr bool precedes = vitals::precedes_infrastructure_change(seen, proven, changed);
#else
constexpr bool precedes =
    vitals::precedes_infrastructure_change(seen, {.status_mtime = changed, .effective = proven});
#endif
static_assert(!precedes);
