// SPDX-License-Identifier: Apache-2.0
#include "vitals/coordinator/installation.h"

#include <catch2/catch.hpp>

#include "test_time.h"

namespace vitals::coordinator {
namespace {

static_assert(heals(InstallationType::calls));
static_assert(heals(InstallationType::polled));
static_assert(!heals(InstallationType::inventory));
static_assert(!heals(InstallationType::retired));
static_assert(name(InstallationType::polled) == "polled");
static_assert(name(OnStale::refuse) == "refuse");

TEST_CASE("a listing is stale after two periods, by the rule for what is fetched") {
  Installation one;
  one.poll_period = Seconds{300};
  CHECK(fresh_for(one) == Seconds{600});
  CHECK(stale_at(t(1000), one) == t(1600));
  Policy policy;
  policy.netmon.fetch_period = Seconds{300};
  CHECK(stale_at(t(1000), one) == stale_at_by_receipt(t(1000), Kind::netmon, policy));
  one.stale_after = Seconds{301};
  CHECK(stale_at(t(1000), one) == t(1301));
  CHECK(stale_at(distant_future, one) == distant_future);
}

}  // namespace
}  // namespace vitals::coordinator
