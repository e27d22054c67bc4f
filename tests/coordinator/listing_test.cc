// SPDX-License-Identifier: Apache-2.0
#include "vitals/coordinator/listing.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "databases.h"
#include "worlds.h"

namespace vitals::coordinator {
namespace {

static_assert(!loses_too_much({.hosts = 90, .lost = 10, .hosts_before = 100}, 10));
static_assert(loses_too_much({.hosts = 89, .lost = 11, .hosts_before = 100}, 10));
static_assert(!loses_too_much({.hosts = 91, .lost = 9, .hosts_before = 100}, 10));
static_assert(loses_too_much({.hosts = 0, .lost = 1, .hosts_before = 1}, 100));
static_assert(!loses_too_much({.hosts = 0, .lost = 0, .hosts_before = 0}, 0));
static_assert(loses_too_much({.hosts = 9, .lost = 1, .hosts_before = 10}, 0));
static_assert(name(ListingFate::held_back) == "held_back");

std::vector<Host> numbered(Inv first, Inv last) {
  std::vector<Host> hosts;
  for (Inv inv = first; inv <= last; ++inv) hosts.push_back(host(inv, "n" + std::to_string(inv)));
  return hosts;
}

std::size_t hosts_of(Coordinator& coordinator, const std::string& installation) {
  return coordinator.hosts(installation, {.most = longest_page})->elements.size();
}

TEST_CASE("a listing that loses too many hosts is held back until somebody lets it shrink") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config());
    REQUIRE(coordinator->apply_listing(listing("yc", t(1000), numbered(1, 20)), t(1000)).ok());
    const auto third = coordinator->apply_listing(listing("yc", t(1010), numbered(4, 20)), t(1011));
    REQUIRE(third.ok());
    CHECK(third->fate == ListingFate::held_back);
    CHECK(third->lost == 3);
    CHECK(hosts_of(*coordinator, "yc") == 20);
    auto state = (*coordinator->listings(t(1012)))[1];
    CHECK(state.started_at == t(1000));
    CHECK(state.held_back_at == t(1011));
    CHECK(state.held_back_lost == 3);
    CHECK(coordinator->latest({}, 1)->front().happened == Happened::listing_held_back);

    // A tenth is well, and so is what was told.
    const auto two = coordinator->apply_listing(listing("yc", t(1020), numbered(3, 20)), t(1020));
    CHECK(two->fate == ListingFate::applied);
    REQUIRE(coordinator->ask({remove("yc", 3), remove("yc", 4), remove("yc", 5)}, t(1021)).ok());
    const auto told = coordinator->apply_listing(listing("yc", t(1030), numbered(6, 20)), t(1030));
    CHECK(told->fate == ListingFate::applied);
    CHECK(told->vanished == 3);
    CHECK(told->lost == 0);

    const auto empty = coordinator->apply_listing(listing("yc", t(1040)), t(1040));
    CHECK(empty->fate == ListingFate::held_back);
    REQUIRE(coordinator->let_shrink("yc", "a person", t(1041)).ok());
    CHECK((*coordinator->listings(t(1042)))[1].may_shrink);
    CHECK(coordinator->apply_listing(listing("yc", t(1050)), t(1050))->fate ==
          ListingFate::applied);
    state = (*coordinator->listings(t(1051)))[1];
    CHECK_FALSE(state.may_shrink);
    CHECK_FALSE(state.held_back_at);
    CHECK(hosts_of(*coordinator, "yc") == 0);
    CHECK(absl::IsInvalidArgument(coordinator->let_shrink("nobody", "", t(1))));
  });
}

TEST_CASE("a listing is fresh until its deadline") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config());
    CHECK_FALSE((*coordinator->listings(t(1000)))[0].received_at);
    REQUIRE(coordinator->apply_listing({"rtc", t(990), t(1000), {}}, t(1001)).ok());
    for (const std::int64_t at : {1000, 1599, 1600, 1601}) {
      const ListingState state = (*coordinator->listings(t(at)))[0];
      CHECK(state.stale_at == t(1600));
      CHECK(state.fresh == (at < 1600));
      CHECK_FALSE((*coordinator->listings(t(at)))[1].fresh);  // never listed
    }
  });
}

TEST_CASE("an older listing does not undo a later one") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config());
    REQUIRE(coordinator->apply_listing({"rtc", t(1000), t(1010), {host(7)}}, t(1010)).ok());
    for (const std::int64_t started : {999, 1000}) {
      const auto late =
          coordinator->apply_listing({"rtc", t(started), t(1020), {host(8)}}, t(1020));
      REQUIRE(late.ok());
      CHECK(late->fate == ListingFate::outdated);
    }
    CHECK(coordinator->find_inv("main", 7)->size() == 1);
    CHECK(coordinator->find_inv("main", 8)->empty());
  });
}

TEST_CASE("what is no listing is refused as a whole") {
  auto database = make_sqlite();
  auto coordinator = *Coordinator::open(database.url, usual_config());
  struct Row {
    const char* why;
    Listing listing;
    const char* expected;
  };
  const std::vector<Row> rows{
      {"an unknown installation", listing("nobody", t(1000)), "'nobody' is no installation"},
      {"received before it was started", {"rtc", t(1000), t(999), {}}, "received before"},
      {"a bad host", listing("rtc", t(1000), {host(1), host(0)}), "hosts[1]: inv 0, expected"},
      {"a number twice", listing("rtc", t(1000), {host(7, "a"), host(8), host(7, "b")}),
       "hosts[0] and hosts[2]: two different hosts of inv 7"},
      {"a name twice", listing("rtc", t(1000), {host(7, "A"), host(8, "a")}),
       "two hosts named 'a', of inv 7 and 8"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto result = coordinator->apply_listing(row.listing, t(1000));
      REQUIRE(absl::IsInvalidArgument(result.status()));
      CHECK_THAT(std::string(result.status().message()), Catch::Contains(row.expected));
      CHECK(coordinator->hosts("", {})->elements.empty());
      CHECK_FALSE((*coordinator->listings(t(1000)))[0].received_at);
    }
  }
  SECTION("alike twice is once: pages shift while they are read") {
    const auto result =
        coordinator->apply_listing(listing("rtc", t(1000), {host(7, "a"), host(7, "a")}), t(1000));
    REQUIRE(result.ok());
    CHECK(result->hosts == 1);
  }
  SECTION("a shadow may bear a name that is there") {
    CHECK(coordinator
              ->apply_listing(
                  listing("rtc", t(1000), {host(7, "a"), host(8, "a", HostType::shadow)}), t(1000))
              .ok());
  }
}

TEST_CASE("listings in chunks are the same as listings at once, whatever changes") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config(), {.chunk = 7});
    std::vector<Host> hosts = numbered(1, 100);
    for (int round = 0; round < 12; ++round) {
      const std::int64_t at = 1000 + 10 * round;
      for (std::size_t i = 0; i < hosts.size(); i += 9) {
        hosts[i].name = "r" + std::to_string(round) + "-" + std::to_string(i);
      }
      hosts.erase(hosts.begin() + round, hosts.begin() + round + 5);
      hosts.push_back(host(1000 + round, "new" + std::to_string(round)));
      const auto result = coordinator->apply_listing(listing("rtc", t(at), hosts), t(at));
      INFO(result.status());
      REQUIRE(result.ok());
      REQUIRE(result->fate == ListingFate::applied);
      if (round % 3 == 2) REQUIRE(coordinator->monitor(t(at + 1)).ok());
      std::vector<Host> kept;
      const auto page = *coordinator->hosts("rtc", {.most = 1000});
      for (const HostRecord& record : page.elements) {
        kept.push_back(record.host);
      }
      CHECK(kept == hosts);
      for (const Host& one : hosts) CHECK(coordinator->find_name(one.name)->size() == 1);
    }
  });
}

TEST_CASE("permissions are answered while a listing is applied, and nobody sees half of one") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config(), {.chunk = 100});
    for (const char* one : {"rtc", "yc", "il"}) {
      REQUIRE(coordinator->apply_listing(listing(one, t(1000)), t(1000)).ok());
    }
    std::atomic<bool> is_done = false;
    std::jthread applying([&] {
      const auto result =
          coordinator->apply_listing(listing("yc", t(1010), numbered(1, 5000)), t(1010));
      CHECK(result.ok());
      is_done = true;
    });
    int permissions = 0;
    while (!is_done) {
      const auto first = coordinator->find_inv("main", 1);
      const auto last = coordinator->find_inv("main", 5000);
      const auto answers = coordinator->ask({add("rtc", host(100'000 + permissions))}, t(1005));
      REQUIRE(answers.ok());
      CHECK(answers->front().allowed);
      ++permissions;
      if (!first->empty()) continue;
      CHECK((last->empty() || coordinator->find_inv("main", 1)->size() == 1));
    }
    CHECK(permissions > 0);
    CHECK(hosts_of(*coordinator, "yc") == 5000);
  });
}

}  // namespace
}  // namespace vitals::coordinator
