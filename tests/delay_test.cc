// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/delay.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

std::vector<std::int64_t> samples(const Delay& delay, std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<std::int64_t> out(count);
  for (std::int64_t& each : out) each = delay.sample(random).count();
  std::sort(out.begin(), out.end());
  return out;
}

double mean(const std::vector<std::int64_t>& sorted) {
  double sum = 0;
  for (const std::int64_t each : sorted) sum += static_cast<double>(each);
  return sum / static_cast<double>(sorted.size());
}

static_assert(scaled(1s, 0) == 1s);
static_assert(scaled(1s, fixed_one) == 2s);
static_assert(scaled(1s, -2 * fixed_one) == 250ms);
static_assert(scaled(1ms, 60 * fixed_one) == longest_delay);
static_assert(scaled(longest_delay, -80 * fixed_one) == 0ms);
static_assert(scaled(longest_delay, 1) == longest_delay);
static_assert(scaled(-1s, 0) == 0ms);

TEST_CASE("A length is scaled by powers of two as exactly as stated") {
  for (double exponent = -18; exponent < 18; exponent += 0.00137) {
    for (const double length : {1e3, 2e4, 1e6}) {
      const double exact = length * std::exp2(exponent);
      if (exact >= static_cast<double>(longest_delay.count())) continue;
      const Millis got = scaled(Millis{static_cast<Millis::rep>(length)},
                                static_cast<Fixed>(exponent * static_cast<double>(fixed_one)));
      REQUIRE(std::abs(static_cast<double>(got.count()) - exact) <= 1 + exact * 20e-6);
    }
  }
}

TEST_CASE("A fixed delay is always the same, and draws nothing") {
  Random random(1);
  Random other(1);
  CHECK(Delay::fixed(3s).sample(random) == 3s);
  CHECK(Delay().sample(random) == 0s);
  CHECK(random() == other());
}

TEST_CASE("A uniform delay takes all lengths from end to end") {
  const Delay delay = Delay::uniform(10s, 60s);
  const auto sorted = samples(delay, 2, 200'000);
  CHECK(sorted.front() >= 10'000);
  CHECK(sorted.front() < 10'010);
  CHECK(sorted.back() <= 60'000);
  CHECK(sorted.back() > 59'990);
  CHECK(mean(sorted) == Approx(35'000).margin(5 * 50'000 / std::sqrt(12.0 * 200'000)));
  CHECK(delay.longest() == 60s);
  CHECK(Delay::uniform(60s, 10s).longest() == 60s);
}

TEST_CASE("A normal delay has its mean and its deviation, and is never negative") {
  const auto sorted = samples(Delay::normal(30s, 5s), 3, 200'000);
  CHECK(mean(sorted) == Approx(30'000).margin(5 * 5'000 / std::sqrt(200'000.0)));
  CHECK(static_cast<double>(sorted[198'000]) == Approx(30'000 + 2.326 * 5'000).margin(100));
  CHECK(samples(Delay::normal(1s, 5s), 4, 1000).front() == 0);
  CHECK_FALSE(Delay::normal(30s, 5s).longest());
}

TEST_CASE("A lognormal delay has its median and its 99th percentile") {
  const auto sorted = samples(Delay::lognormal(20s, 120s), 5, 400'000);
  CHECK(static_cast<double>(sorted[200'000]) == Approx(20'000).epsilon(0.01));
  CHECK(static_cast<double>(sorted[396'000]) == Approx(120'000).epsilon(0.03));
  CHECK(samples(Delay::lognormal(20s, 20s), 6, 100).back() == 20'000);
}

TEST_CASE("An empirical delay is one of those that were seen") {
  const auto sorted = samples(Delay::empirical({1s, 2s, 6s}), 7, 30'000);
  CHECK(std::count(sorted.begin(), sorted.end(), 1'000) == Approx(10'000).margin(410));
  CHECK(std::count(sorted.begin(), sorted.end(), 2'000) == Approx(10'000).margin(410));
  CHECK(std::count(sorted.begin(), sorted.end(), 6'000) == Approx(10'000).margin(410));
  CHECK(Delay::empirical({1s, 6s, 2s}).longest() == 6s);
  CHECK(Delay::empirical({}).longest() == 0s);
}

TEST_CASE("No delay is negative or beyond the longest") {
  Random random(8);
  CHECK(Delay::fixed(-1s).sample(random) == 0s);
  CHECK(Delay::fixed(Millis::max()).sample(random) == longest_delay);
  CHECK(Delay::empirical({Millis::min()}).sample(random) == 0s);
  CHECK(Delay::lognormal(longest_delay, longest_delay).sample(random) == longest_delay);
}

}  // namespace
}  // namespace vitals::model
