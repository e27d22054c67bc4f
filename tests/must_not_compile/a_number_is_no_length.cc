// SPDX-License-Identifier: Apache-2.0
// EXPECT: could not convert|no viable conversion|cannot convert
#include "vitals/observation.h"

using namespace std::chrono_literals;
constexpr vitals::Report report{.receive_time = vitals::Timestamp{100s}};

#if BAD
constexpr auto seen = vitals::receive(report, vitals::Kind::active, 60);
#else
constexpr auto seen = vitals::receive(report, vitals::Kind::active, 60s);
#endif
static_assert(!seen.implausible);
