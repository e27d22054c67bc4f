// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/random.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

namespace vitals::model {
namespace {

static_assert(multiply_high(~std::uint64_t{0}, ~std::uint64_t{0}) == ~std::uint64_t{1});
static_assert(multiply_high(std::uint64_t{1} << 32U, std::uint64_t{1} << 32U) == 1);
static_assert(multiply_high(0x123456789abcdef0, 0x0fedcba987654321) == 0x121fa00ad77d742);

TEST_CASE("One seed gives the same numbers on every machine") {
  Random random(1);
  const std::array<std::uint64_t, 3> first{random(), random(), random()};
  CHECK(first ==
        std::array<std::uint64_t, 3>{0xbfef8030ddc2d772, 0x5f552ce482f2aa47, 0x70335fc3daf3d8a7});
  CHECK(Random(1).stream(7)() == 0xc7da268d0d09963b);
}

TEST_CASE("A stream does not depend on what others have drawn") {
  const Random all(42);
  Random first = all.stream(0);
  Random second = all.stream(1);
  const std::uint64_t alone = Random(42).stream(1)();
  first();
  CHECK(second() == alone);
  CHECK(alone != Random(42).stream(0)());
}

TEST_CASE("Numbers below a limit are all as probable") {
  Random random(3);
  CHECK(random.below(0) == 0);
  CHECK(random.below(1) == 0);
  std::array<double, 7> seen{};
  constexpr int draws = 700'000;
  for (int i = 0; i < draws; ++i) ++seen[random.below(seen.size())];
  // Within five standard deviations of the mean.
  for (const double count : seen) CHECK(std::abs(count - draws / 7.0) < 5 * std::sqrt(draws / 7.0));
  // A limit of two thirds of the range: an upper half alone would favour some of the numbers.
  constexpr std::uint64_t limit = std::uint64_t{3} << 62U;
  double lower_third = 0;
  for (int i = 0; i < draws; ++i) lower_third += random.below(limit) < limit / 3 ? 1 : 0;
  CHECK(std::abs(lower_third - draws / 3.0) < 5 * std::sqrt(draws * 2 / 9.0));
}

TEST_CASE("What happens always or never does") {
  Random random(4);
  for (int i = 0; i < 1000; ++i) {
    CHECK(random.happens(1, 1));
    CHECK_FALSE(random.happens(0, 1));
  }
  int times = 0;
  for (int i = 0; i < 100'000; ++i) times += random.happens(1, 100) ? 1 : 0;
  CHECK(std::abs(times - 1000) < 160);
}

}  // namespace
}  // namespace vitals::model
