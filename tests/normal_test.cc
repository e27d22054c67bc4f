// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/normal.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "vitals/model/random.h"

namespace vitals::model {
namespace {

// In standard deviations.
constexpr double z(std::uint64_t u) { return static_cast<double>(standard_normal(u)) / fixed_one; }

constexpr std::uint64_t at(double probability) {
  return static_cast<std::uint64_t>(probability * 18446744073709551616.0);
}

static_assert(standard_normal(std::uint64_t{1} << 63U) == 0);
static_assert(standard_normal(0) == -standard_normal(~std::uint64_t{0}));

TEST_CASE("Quantiles are those of the normal distribution, far into its tails") {
  // Source: Python's statistics.NormalDist().inv_cdf.
  CHECK(z(at(0.4)) == Approx(-0.2533471031).margin(0.0005));
  CHECK(z(at(0.1)) == Approx(-1.2815515655).margin(0.0005));
  CHECK(z(at(0.02)) == Approx(-2.0537489106).margin(0.0005));
  CHECK(z(at(0.001)) == Approx(-3.0902323062).margin(0.0005));
  CHECK(z(at(1e-6)) == Approx(-4.7534243088).margin(0.0005));
  CHECK(z(at(1e-9)) == Approx(-5.9978070150).margin(0.0005));
  CHECK(z(0) == Approx(-9.0801551249).margin(0.0005));
  CHECK(z(at(0.975)) == Approx(1.9599639845).margin(0.0005));
}

TEST_CASE("More random bits never give a smaller sample, and opposite ones the opposite") {
  Random random(5);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t u = random() >> random.below(64);
    const std::uint64_t more = u + random.below(~u);
    REQUIRE(standard_normal(u) <= standard_normal(more));
    REQUIRE(standard_normal(~u) == -standard_normal(u));
  }
}

TEST_CASE("Samples have mean 0 and deviation 1") {
  Random random(6);
  constexpr int draws = 1'000'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double sample = z(random());
    sum += sample;
    squares += sample * sample;
  }
  CHECK(std::abs(sum / draws) < 5.0 / std::sqrt(draws));
  CHECK(std::abs(squares / draws - 1) < 5 * std::sqrt(2.0 / draws));
}

}  // namespace
}  // namespace vitals::model
