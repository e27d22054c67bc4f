// SPDX-License-Identifier: Apache-2.0
#include "vitals/nearest.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "test_time.h"

namespace vitals {
namespace {

constexpr Timestamp nearest(Timestamp now, std::initializer_list<Timestamp> moments) {
  NearestAfter found(now);
  for (const Timestamp moment : moments) found.consider(moment);
  return found.moment();
}

// The example of the header.
static_assert(nearest(t(10), {t(7), t(12)}) == t(12));
static_assert(noexcept(NearestAfter(t(10)).moment()));

TEST_CASE("The nearest moment lies after now, and nothing lies between") {
  struct Row {
    const char* why;
    Timestamp now;
    std::vector<Timestamp> moments;
    Timestamp expected;
  };
  const Timestamp last = distant_future - Seconds{1};
  const Row rows[] = {
      {"nothing considered", t(10), {}, distant_future},
      {"one second before now", t(10), {t(9)}, distant_future},
      {"now itself", t(10), {t(10)}, distant_future},
      {"one second after now", t(10), {t(11)}, t(11)},
      {"the nearer first", t(10), {t(11), t(12)}, t(11)},
      {"the nearer last", t(10), {t(12), t(11)}, t(11)},
      {"behind and ahead", t(10), {t(9), t(12), t(10)}, t(12)},
      {"the ends of time alone", t(10), {distant_past, distant_future}, distant_future},
      {"before 1970", t(-10), {t(-11), t(-9), t(5)}, t(-9)},
      {"now in the distant past", distant_past, {t(3), distant_past, t(-3)}, t(-3)},
      {"just after the distant past",
       distant_past,
       {distant_past + Seconds{1}},
       distant_past + Seconds{1}},
      {"one before the distant future", t(10), {last}, last},
      {"now one before the distant future", last, {t(0), last, distant_past}, distant_future},
      {"now in the distant future", distant_future, {t(0), last, distant_past}, distant_future},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      NearestAfter found(row.now);
      for (const Timestamp moment : row.moments) found.consider(moment);
      CHECK(text(found.moment()) == text(row.expected));
    }
  }
}

TEST_CASE("The nearest moment is what comparing each with now finds") {
  rc::prop("at any distance, whatever the order", [] {
    const auto moment = rc::gen::map(
        rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-20, 20), rc::gen::arbitrary<std::int64_t>()),
        t);
    const Timestamp now = *moment;
    const auto moments = *rc::gen::container<std::vector<Timestamp>>(moment);
    NearestAfter found(now);
    Timestamp expected = distant_future;
    for (const Timestamp each : moments) {
      found.consider(each);
      if (each > now) expected = std::min(expected, each);
    }
    RC_ASSERT(found.moment() == expected);
  });
}

}  // namespace
}  // namespace vitals
