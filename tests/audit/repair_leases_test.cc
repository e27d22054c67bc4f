// SPDX-License-Identifier: Apache-2.0
#include "audit/repair_leases.h"

#include <catch2/catch.hpp>

#include "backends.h"
#include "sql/sql.h"

namespace vitals::audit {
namespace {

constexpr Seconds minute{60};

// Two engines; the clock of the second one is ahead.
struct Two {
  Two(const std::string& url, Seconds ahead)
      : ahead_(ahead), a(open_backend(url)), b(open_backend(url)) {}

  std::int64_t begin(const char* host) {
    const auto answer = good(a->begin_repair(
        {.host = host, .audit = "disk", .engine = "a", .until = t(now + 100)},
        [](std::span<const std::string>) { return true; }, t(now)));
    REQUIRE(answer.granted());
    of_a.begun(answer.id);
    return answer.id;
  }
  // The first of them looks unless it is dead, and then the second.
  void pass(Seconds length, bool a_lives) {
    now += length.count();
    const Moment moment{t(now), Seconds{now}};
    if (a_lives) good(of_a.look_after(moment));
    good(of_b.look_after({moment.now + ahead_, moment.steady}));
  }
  int under_way() {
    int count = 0;
    good(b->visit_repairs(distant_future, [&](const RepairRecord&) { ++count; }));
    return count;
  }

  Seconds ahead_;
  std::unique_ptr<Backend> a;
  std::unique_ptr<Backend> b;
  std::int64_t now = 0;
  RepairLeases of_a{*a, minute};
  RepairLeases of_b{*b, minute};
};

}  // namespace

TEST_CASE("Who lives keeps its repair, whatever other clocks say, and the dead do not") {
  on_each_database([](const TestDatabase& database) {
    const auto [ahead, ended_after] =
        GENERATE(values<std::pair<std::int64_t, int>>({{0, 5}, {3600, 3}, {86'400, 3}}));
    Two two(database.url, Seconds{ahead});
    two.begin("h1");
    for (int i = 0; i < 10; ++i) {
      two.pass(minute, true);
      CHECK(two.under_way() == 1);
    }
    // Its lease is over in two minutes, and then it is not extended for two more. What is ahead
    // took it for over all the time.
    int passed = 0;
    for (; two.under_way() == 1; ++passed) {
      REQUIRE(passed < 20);
      two.pass(minute, false);
    }
    CHECK(passed == ended_after - 1);
  });
}

TEST_CASE("A step of the clock ends no repair") {
  on_each_database([](const TestDatabase& database) {
    Two two(database.url, Seconds{0});
    const std::int64_t repair = two.begin("h1");
    two.pass(minute, true);
    two.now += 86'400;  // for both, on which clock ever
    good(two.of_b.look_after({t(two.now), minute}));
    good(two.of_a.look_after({t(two.now), minute}));
    good(two.of_b.look_after({t(two.now + 60), 2 * minute}));
    good(two.of_b.look_after({t(two.now + 120), 3 * minute}));
    CHECK(two.under_way() == 1);
    two.of_a.ended(repair, 0, t(two.now + 130));
    good(two.of_a.tell());
    CHECK(two.under_way() == 0);
  });
}

TEST_CASE("The end of a repair is told when the backend is back") {
  on_each_database([](const TestDatabase& database) {
    Two two(database.url, Seconds{0});
    const std::int64_t first = two.begin("h1");
    const std::int64_t second = two.begin("h2");
    const auto hand = good(sql::Connection::open(database.url));
    good(hand->script("ALTER TABLE repairs RENAME TO gone"));
    two.of_a.ended(first, 7, t(10));
    two.of_a.ended(second, 8, t(11));
    CHECK_FALSE(two.of_a.tell().ok());
    CHECK_FALSE(two.of_a.are_all_told());
    good(hand->script("ALTER TABLE gone RENAME TO repairs"));
    good(two.of_a.tell());
    CHECK(two.of_a.are_all_told());
    std::vector<Timestamp> ends;
    good(two.b->visit_repairs(distant_past, [&](const RepairRecord& one) {
      ends.push_back(one.ended_at.value_or(Timestamp()));
    }));
    CHECK(ends == std::vector<Timestamp>{t(10), t(11)});
  });
}

}  // namespace vitals::audit
