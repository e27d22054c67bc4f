// SPDX-License-Identifier: Apache-2.0
#include "vitals/window.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

static_assert(Window{} == Window::always());
static_assert(Window::always_if(true) == Window::always());
static_assert(Window::always_if(false) == Window::never());
static_assert(Window::starting(t(10)) == Window{.from = t(10), .until = distant_future});
static_assert(Window::before(t(10)) == Window{.from = distant_past, .until = t(10)});
static_assert(!Window::always().empty() && Window::never().empty());
static_assert(Window::always().contains(distant_past) && Window::always().contains(t(0)));
static_assert(!Window::never().contains(distant_past) && !Window::never().contains(t(0)));
static_assert(!Window::never().contains(distant_future));

static_assert(never_if(false, {t(10), t(20)}) == Window{t(10), t(20)});
static_assert(never_if(true, {t(10), t(20)}) == Window::never());
static_assert(never_if(false, Window::always()) == Window::always());
static_assert(never_if(true, Window::always()) == Window::never());
static_assert(never_if(false, Window::never()) == Window::never());
static_assert(never_if(true, Window::never()) == Window::never());

// The example of the header.
static_assert(Window{.from = t(10), .until = t(20)}.contains(t(19)));
static_assert(!Window{.from = t(10), .until = t(20)}.contains(t(20)));

TEST_CASE("A window holds its first moment and not its last") {
  struct Row {
    const char* why;
    Window window;
    Timestamp now;
    bool inside;
  };
  constexpr Window ten_to_twenty{.from = t(10), .until = t(20)};
  const Row rows[] = {
      {"one second before it opens", ten_to_twenty, t(9), false},
      {"as it opens", ten_to_twenty, t(10), true},
      {"one second after it opened", ten_to_twenty, t(11), true},
      {"one second before it closes", ten_to_twenty, t(19), true},
      {"as it closes", ten_to_twenty, t(20), false},
      {"one second after it closed", ten_to_twenty, t(21), false},
      {"one second before a start", Window::starting(t(10)), t(9), false},
      {"at a start", Window::starting(t(10)), t(10), true},
      {"long after a start", Window::starting(t(10)), latest_accepted, true},
      {"long before an end", Window::before(t(10)), earliest_accepted, true},
      {"one second before an end", Window::before(t(10)), t(9), true},
      {"at an end", Window::before(t(10)), t(10), false},
      {"in a window of one second", {.from = t(10), .until = t(11)}, t(10), true},
      {"in an empty window", {.from = t(10), .until = t(10)}, t(10), false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(row.window.contains(row.now) == row.inside); }
  }
}

TEST_CASE("A window is empty when it closes no later than it opens") {
  CHECK_FALSE(Window{.from = t(10), .until = t(11)}.empty());
  CHECK(Window{.from = t(10), .until = t(10)}.empty());
  CHECK(Window{.from = t(10), .until = t(9)}.empty());
  CHECK(Window::starting(distant_future).empty());
  CHECK(Window::before(distant_past).empty());
}

TEST_CASE("The intersection of windows is what both permit") {
  struct Row {
    const char* why;
    Window a;
    Window b;
    Window expected;
  };
  const auto window = [](std::int64_t from, std::int64_t until) {
    return Window{.from = t(from), .until = t(until)};
  };
  const Row rows[] = {
      {"overlapping", window(10, 20), window(15, 30), window(15, 20)},
      {"one inside the other", window(10, 40), window(15, 30), window(15, 30)},
      {"overlapping by one second", window(10, 20), window(19, 30), window(19, 20)},
      {"only touching", window(10, 20), window(20, 30), Window::never()},
      {"apart by one second", window(10, 20), window(21, 30), Window::never()},
      {"with all of time", window(10, 20), Window::always(), window(10, 20)},
      {"with no moment", window(10, 20), Window::never(), Window::never()},
      {"a start and an end", Window::starting(t(10)), Window::before(t(20)), window(10, 20)},
      {"an empty one becomes never", window(10, 10), Window::always(), Window::never()},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(text(intersection(row.a, row.b)) == text(row.expected));
      CHECK(text(intersection(row.b, row.a)) == text(row.expected));
    }
  }
}

Window short_window() {
  const auto end = [] { return *rc::gen::inRange<std::int64_t>(0, 12); };
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return Window::starting(t(end()));
    case 1:
      return Window::before(t(end()));
    case 2:
      return Window::always_if(*rc::gen::arbitrary<bool>());
    default:
      return {.from = t(end()), .until = t(end())};
  }
}

TEST_CASE("An intersection contains each moment that both windows contain, and no other") {
  rc::prop("second by second, in any order", [] {
    const Window a = short_window();
    const Window b = short_window();
    const Window c = short_window();
    const Window both = intersection(a, b);
    for (Timestamp now = t(-2); now < t(15); now += 1s) {
      RC_ASSERT(both.contains(now) == (a.contains(now) && b.contains(now)));
    }
    RC_ASSERT(both.empty() == (both == Window::never()));
    RC_ASSERT(both == intersection(b, a));
    RC_ASSERT(intersection(both, c) == intersection(a, intersection(b, c)));
    RC_ASSERT(intersection(both, both) == both);
  });
}

}  // namespace
}  // namespace vitals
