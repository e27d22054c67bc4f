// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/event_queue.h"

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <utility>

#include "vitals/model/delay.h"
#include "vitals/model/random.h"

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

constexpr ModelTime start{1'700'000'000'000ms};

TEST_CASE("What is due comes in order of time, and of one moment as it was put in") {
  EventQueue<int> queue;
  CHECK(queue.empty());
  queue.push(start + 5s, 1);
  queue.push(start, 2);
  queue.push(start + 5s, 3);
  queue.push(start + 24h, 4);
  CHECK(queue.size() == 4);
  CHECK(queue.pop().item == 2);
  queue.push(start, 5);       // now, behind nothing
  queue.push(start - 1h, 6);  // what is late is due at once
  CHECK(queue.pop().item == 5);
  const auto late = queue.pop();
  CHECK(late.item == 6);
  CHECK(late.time == start);
  CHECK(queue.pop().item == 1);
  CHECK(queue.pop().item == 3);
  const auto last = queue.pop();
  CHECK(last.item == 4);
  CHECK(last.time == start + 24h);
  CHECK(queue.empty());
}

TEST_CASE("Whatever is planned, near or far, comes as from a sorted list") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    EventQueue<std::uint64_t> queue;
    std::map<std::pair<ModelTime, std::uint64_t>, std::uint64_t> sorted;
    ModelTime now = start;
    constexpr std::array<std::uint64_t, 5> reaches{1, 2'000, 600'000, 5'000'000, 90'000'000};
    for (std::uint64_t number = 0; number < 20'000; ++number) {
      if (sorted.empty() || random.happens(11, 20)) {
        const std::uint64_t reach = reaches[random.below(reaches.size())];
        const ModelTime due = now + Millis{static_cast<std::int64_t>(random.below(reach))};
        queue.push(due, number);
        sorted.emplace(std::pair(due, number), number);
      } else {
        const auto next = queue.pop();
        REQUIRE(next.time == sorted.begin()->first.first);
        REQUIRE(next.item == sorted.begin()->second);
        now = next.time;
        sorted.erase(sorted.begin());
      }
      REQUIRE(queue.size() == sorted.size());
    }
  }
}

}  // namespace
}  // namespace vitals::model
