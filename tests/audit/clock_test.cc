// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/clock.h"

#include <catch2/catch.hpp>

namespace vitals::audit {

TEST_CASE("A clock that is turned by hand stands still otherwise") {
  ManualClock clock(Timestamp{Seconds{100}});
  CHECK(clock.now() == Timestamp{Seconds{100}});
  clock.wait_until(Timestamp{Seconds{150}});
  CHECK(clock.now() == Timestamp{Seconds{150}});
  clock.wait_until(Timestamp{Seconds{120}});  // has passed
  CHECK(clock.now() == Timestamp{Seconds{150}});
  clock.set(Timestamp{Seconds{10}});
  clock.advance(Seconds{5});
  CHECK(clock.now() == Timestamp{Seconds{15}});
  int calls = 0;
  clock.on_wait([&](ManualClock& turned) {
    ++calls;
    turned.set(Timestamp{Seconds{1}});
  });
  clock.wait_until(Timestamp{Seconds{20}});
  CHECK(calls == 1);
  CHECK(clock.now() == Timestamp{Seconds{1}});
}

}  // namespace vitals::audit
