// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/record.h"

#include <catch2/catch.hpp>

namespace vitals::audit {

static_assert(name(RecordStatus::fresh) == "new");
static_assert(name(RecordStatus::processing) == "processing");
static_assert(name(RecordStatus::processed) == "processed");

TEST_CASE("A claim is granted if it has a number") {
  CHECK_FALSE(ClaimAnswer{}.granted());
  CHECK(ClaimAnswer{.claim = 1}.granted());
}

}  // namespace vitals::audit
