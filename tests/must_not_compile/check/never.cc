// SPDX-License-Identifier: Apache-2.0
// EXPECT: error
#include "vitals/time.h"

constexpr vitals::Seconds length = 1;
