// SPDX-License-Identifier: Apache-2.0
#include "vitals/time.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <limits>
#include <type_traits>

#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

static_assert(std::is_same_v<Timestamp, std::chrono::sys_seconds>);
static_assert(std::is_same_v<Seconds, std::chrono::seconds>);
static_assert(std::is_signed_v<Seconds::rep> && sizeof(Seconds::rep) == 8);

// A bare number is no time, a length is no moment, and nothing finer is cut off silently.
static_assert(!std::is_convertible_v<int, Timestamp> && !std::is_convertible_v<int, Seconds>);
static_assert(!std::is_convertible_v<Seconds, Timestamp>);
static_assert(!std::is_convertible_v<Timestamp, Seconds>);
static_assert(!std::is_convertible_v<std::chrono::milliseconds, Seconds>);
static_assert(std::is_convertible_v<std::chrono::minutes, Seconds>);

// The examples of the header.
static_assert(sum(5min, 4min, 60s) == 600s);
static_assert(times(3, 5min) == 15min);
static_assert(add(Timestamp{100s}, 20s) == Timestamp{120s});
static_assert(subtract(Timestamp{100s}, 20s) == Timestamp{80s});

// Nothing throws.
constexpr Seconds second{1};
constexpr Timestamp epoch{};
static_assert(noexcept(add(epoch, second)) && noexcept(subtract(epoch, second)));
static_assert(noexcept(sum(second, second, second)) && noexcept(times(1, second)));
static_assert(noexcept(is_accepted(epoch)));

using Limits = std::numeric_limits<std::int64_t>;

TEST_CASE("Input may state the moments of 32 unsigned bits and no others") {
  struct Row {
    const char* why;
    Timestamp moment;
    bool accepted;
  };
  const Row rows[] = {
      {"one second before 1970", t(-1), false},
      {"the first second of 1970", t(0), true},
      {"one second later", t(1), true},
      {"one second below the end of 32 bits", t(4'294'967'294), true},
      {"the end of 32 bits, 2106-02-07T06:28:15Z", t(4'294'967'295), true},
      {"one second above it", t(4'294'967'296), false},
      {"the distant past", distant_past, false},
      {"the distant future", distant_future, false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(is_accepted(row.moment) == row.accepted); }
  }
  using namespace std::chrono;
  CHECK(latest_accepted == sys_days{2106y / 2 / 7} + 6h + 28min + 15s);
}

TEST_CASE("The sum of two lengths is exact inside the range and held at its ends") {
  struct Row {
    const char* why;
    std::int64_t a;
    std::int64_t b;
    std::int64_t expected;
  };
  constexpr std::int64_t most = Limits::max();
  constexpr std::int64_t least = Limits::min();
  const Row rows[] = {
      {"small ones", 2, 3, 5},
      {"of opposite signs", 2, -3, -1},
      {"one below the upper end", most - 3, 2, most - 1},
      {"exactly the upper end", most - 3, 3, most},
      {"one above the upper end", most - 3, 4, most},
      {"far above the upper end", most, most, most},
      {"one above the lower end", least + 3, -2, least + 1},
      {"exactly the lower end", least + 3, -3, least},
      {"one below the lower end", least + 3, -4, least},
      {"far below the lower end", least, least, least},
      {"the ends cancel but for one", most, least, -1},
      {"nothing added to the upper end", most, 0, most},
      {"nothing added to the lower end", least, 0, least},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(sum(Seconds{row.a}, Seconds{row.b}).count() == row.expected);
      CHECK(sum(Seconds{row.b}, Seconds{row.a}).count() == row.expected);
      CHECK(add(t(row.a), Seconds{row.b}) == t(row.expected));
    }
  }
  CHECK(sum(1s, 2s, 3s, 4s) == 10s);
  CHECK(sum(Seconds::max(), 1s, 1s) == Seconds::max());
}

TEST_CASE("A multiple of a length is exact inside the range and held at its upper end") {
  struct Row {
    const char* why;
    std::int64_t count;
    std::int64_t length;
    std::int64_t expected;
  };
  constexpr std::int64_t most = Limits::max();
  const Row rows[] = {
      {"none of it", 0, 300, 0},
      {"once", 1, 300, 300},
      {"thrice", 3, 300, 900},
      {"many of nothing", most, 0, 0},
      {"a negative count is none", -1, 300, 0},
      {"a negative length is none", 3, -300, 0},
      {"the longest, once", 1, most, most},
      {"just inside", 2, most / 2, most - 1},
      {"just outside", 2, most / 2 + 1, most},
      {"far outside", most, most, most},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(times(row.count, Seconds{row.length}).count() == row.expected);
    }
  }
}

TEST_CASE("Subtracting a length is adding its negative, also where that has none") {
  struct Row {
    const char* why;
    Timestamp moment;
    Seconds length;
    Timestamp expected;
  };
  const Row rows[] = {
      {"inside", t(100), 20s, t(80)},
      {"a negative length", t(100), -20s, t(120)},
      {"past the lower end", distant_past + 3s, 4s, distant_past},
      {"exactly the lower end", distant_past + 3s, 3s, distant_past},
      {"just inside", distant_past + 3s, 2s, distant_past + 1s},
      {"past the upper end", distant_future - 3s, -4s, distant_future},
      {"the longest length", t(0), Seconds::max(), distant_past + 1s},
      {"the length that has no negative", t(0), Seconds::min(), distant_future},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(subtract(row.moment, row.length) == row.expected); }
  }
}

TEST_CASE("Sums and multiples agree with 64-bit arithmetic that reports its overflow") {
  rc::prop("sum", [](std::int64_t a, std::int64_t b, bool far) {
    if (far) a = a < 0 ? Limits::min() - a : Limits::max() - a;
    std::int64_t exact = 0;
    if (__builtin_add_overflow(a, b, &exact)) exact = b < 0 ? Limits::min() : Limits::max();
    RC_ASSERT(sum(Seconds{a}, Seconds{b}).count() == exact);
  });
  rc::prop("times", [](std::uint32_t count, std::uint32_t length, std::uint8_t shift) {
    const std::int64_t longer = std::int64_t{length} << (shift % 31);
    std::int64_t exact = 0;
    if (__builtin_mul_overflow(std::int64_t{count}, longer, &exact)) exact = Limits::max();
    RC_ASSERT(times(count, Seconds{longer}).count() == exact);
  });
  rc::prop("inside the accepted range, adding and subtracting undo each other",
           [](std::uint32_t moment, std::uint32_t length) {
             const Seconds d{length};
             RC_ASSERT(subtract(add(t(moment), d), d) == t(moment));
             RC_ASSERT(add(subtract(t(moment), d), d) == t(moment));
           });
}

}  // namespace
}  // namespace vitals
