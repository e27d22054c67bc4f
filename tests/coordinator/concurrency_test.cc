// SPDX-License-Identifier: Apache-2.0
// Many askers at once, through two coordinators on one database.
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "databases.h"
#include "ledger.h"
#include "worlds.h"

namespace vitals::coordinator {
namespace {

Config four_installations() {
  return {.installations = {installation("rtc"), installation("yc"), installation("test"),
                            installation("il")}};
}

// Two coordinators on one database, which know of each installation that it has no host.
std::pair<std::unique_ptr<Coordinator>, std::unique_ptr<Coordinator>> open_two(
    const std::string& url, const CoordinatorOptions& options = {}) {
  const Config config = four_installations();
  auto first = *Coordinator::open(url, config, options);
  auto second = *Coordinator::open(url, config, options);
  for (const Installation& one : config.installations) {
    const auto result = first->apply_listing(listing(one.id, t(1000)), t(1000));
    INFO(result.status());
    REQUIRE(result.ok());
  }
  return {std::move(first), std::move(second)};
}

unsigned seed() {
  const char* const given = std::getenv("VITALS_SEED");
  const unsigned seed = given == nullptr ? std::random_device{}()
                                         : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  std::cerr << "VITALS_SEED=" << seed << '\n';
  return seed;
}

Request random_request(std::mt19937& random, const std::string& id, Inv invs) {
  const auto draw = [&](Inv most) { return std::uniform_int_distribution<Inv>(1, most)(random); };
  const Inv inv = draw(invs);
  const std::string name = "n" + std::to_string(draw(invs));
  switch (draw(6)) {
    case 1:
      return remove(id, inv);
    case 2:
      return rename(id, inv, name);
    case 3:
      return change_inv(id, inv, draw(invs));
    default:
      return add(id, host(inv, name));
  }
}

struct Hammered {
  std::atomic<int> allowed = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> failed = 0;
};

// Sixteen askers, of four installations, through both coordinators in turn.
void hammer(const std::array<Coordinator*, 2>& both, unsigned seed, int rounds, Inv invs,
            Hammered& counts) {
  const Config config = four_installations();
  std::vector<std::jthread> askers;
  for (unsigned asker = 0; asker < 16; ++asker) {
    askers.emplace_back([&, asker] {
      std::mt19937 random(seed + asker);
      const std::string id = config.installations[asker % 4].id;
      for (int round = 0; round < rounds; ++round) {
        std::vector<Request> requests;
        for (int i = 0; i < 8; ++i) requests.push_back(random_request(random, id, invs));
        const auto answers =
            both[static_cast<std::size_t>(round % 2)]->ask(requests, t(1001 + round));
        if (!answers.ok()) {
          ++counts.failed;
          continue;
        }
        for (const Answer& answer : *answers) ++(answer.allowed ? counts.allowed : counts.refused);
      }
    });
  }
}

void expect_consistent(Coordinator& coordinator, const std::string& database) {
  const Ledger ledger = read_tables(database);
  CHECK_FALSE(promises_twice(ledger));
  const Ledger told = replay(coordinator);
  CHECK(ledger.hosts.size() == told.hosts.size());
  CHECK((ledger.hosts == told.hosts));
  CHECK((ledger.names == told.names));
}

TEST_CASE("through two coordinators nothing is promised twice, and the journal gives the tables") {
  on_each_database([](const TestDatabase& database) {
    const auto [first, second] = open_two(database.url);
    Hammered counts;
    hammer({first.get(), second.get()}, seed(), 60, 10'000, counts);
    CHECK(counts.failed == 0);
    CHECK(counts.allowed > 1000);
    expect_consistent(*first, database.url);
  });
}

TEST_CASE("a few hosts that everybody wants are promised once") {
  on_each_database([](const TestDatabase& database) {
    const auto [first, second] = open_two(database.url);
    Hammered counts;
    hammer({first.get(), second.get()}, seed(), 30, 20, counts);
    CHECK(counts.failed == 0);
    CHECK(counts.refused > 100);
    expect_consistent(*first, database.url);
  });
}

TEST_CASE("the constraints alone keep coordinators apart that do not take turns") {
  if (!is_wanted("postgresql")) return;
  const TestDatabase database = make_postgresql();
  const auto [first, second] = open_two(database.url, {.take_turns = false});
  Hammered counts;
  hammer({first.get(), second.get()}, seed(), 20, 500, counts);
  CHECK(counts.allowed > 100);
  expect_consistent(*first, database.url);
}

TEST_CASE("of two that ask for one host in the same second, exactly one is allowed") {
  on_each_database([](const TestDatabase& database) {
    const auto [first, second] = open_two(database.url);
    for (Inv inv = 1; inv <= 50; ++inv) {
      std::atomic<int> allowed = 0;
      std::atomic<int> waiting = 2;
      const auto ask = [&](Coordinator& coordinator, const char* id) {
        --waiting;
        while (waiting != 0) std::this_thread::yield();
        const auto answers =
            coordinator.ask({add(id, host(inv, "n" + std::to_string(inv)))}, t(1100));
        REQUIRE(answers.ok());
        if (answers->front().allowed) ++allowed;
      };
      std::jthread other([&] { ask(*second, "yc"); });
      ask(*first, "rtc");
      other.join();
      CHECK(allowed == 1);
    }
  });
}

}  // namespace
}  // namespace vitals::coordinator
