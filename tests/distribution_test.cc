// SPDX-License-Identifier: Apache-2.0
#include "vitals/distribution.h"

#include <rapidcheck.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

namespace vitals {
namespace {

using namespace std::chrono_literals;

TEST_CASE("Of nothing every length is nothing") {
  const Distribution none;
  CHECK(none.empty());
  CHECK(none.size() == 0);
  CHECK(none.shortest() == 0s);
  CHECK(none.longest() == 0s);
  CHECK(none.quantile(500) == 0s);
  CHECK(none.at(1) == 0s);
  CHECK(none.above(-1s) == 0);
  CHECK(none.mean() == 0);
  CHECK(none.deviation() == 0);
  CHECK(none.counts().empty());
}

TEST_CASE("A quantile is the smallest length that so many do not exceed") {
  Distribution four;
  for (const Seconds each : {20s, 40s, 10s, 30s}) four.add(each);
  struct Row {
    const char* why;
    std::uint64_t per_mille;
    Seconds expected;
  };
  const Row rows[] = {
      {"none at all", 0, 10s},
      {"just below a quarter", 249, 10s},
      {"a quarter: the first of four is enough", 250, 10s},
      {"just above a quarter", 251, 20s},
      {"half", 500, 20s},
      {"just above half", 501, 30s},
      {"nearly all", 999, 40s},
      {"all", 1000, 40s},
      {"more than all", 5000, 40s},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(four.quantile(row.per_mille) == row.expected); }
  }
}

TEST_CASE("A rank finds its length, and what is longer is counted") {
  Distribution five;
  five.add(10s, 2);
  five.add(20s, 3);
  const std::pair<std::uint64_t, Seconds> ranks[] = {{0, 10s}, {1, 10s}, {2, 10s},
                                                     {3, 20s}, {5, 20s}, {6, 20s}};
  for (const auto& [rank, length] : ranks) CHECK(five.at(rank) == length);
  const std::pair<Seconds, std::uint64_t> above[] = {{9s, 5},  {10s, 3}, {11s, 3},
                                                     {19s, 3}, {20s, 0}, {21s, 0}};
  for (const auto& [length, count] : above) CHECK(five.above(length) == count);
}

TEST_CASE("Lengths may be negative, and come often at once") {
  Distribution some;
  some.add(-5s, 3);
  some.add(7s);
  some.add(9s, 0);
  CHECK(some.size() == 4);
  CHECK(some.shortest() == -5s);
  CHECK(some.longest() == 7s);  // none came never
  CHECK(some.mean() == Approx(-2));
  CHECK(some.deviation() == Approx(6));  // of -3, -3, -3, 9: 108 / 3
  CHECK(some.quantile(750) == -5s);
  CHECK(some.quantile(751) == 7s);
}

TEST_CASE("Counts near the end of 64 bits do not wrap in a quantile") {
  Distribution huge;
  huge.add(1s, std::uint64_t{1} << 62U);
  huge.add(2s, std::uint64_t{1} << 62U);
  CHECK(huge.quantile(500) == 1s);
  CHECK(huge.quantile(501) == 2s);
}

TEST_CASE("A distribution is what its samples are, in whatever parts and order they come") {
  const bool holds = rc::check([](const std::vector<std::int16_t>& samples, std::size_t cut) {
    std::vector<std::int16_t> sorted = samples;
    std::sort(sorted.begin(), sorted.end());
    Distribution whole;
    Distribution first;
    Distribution second;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      whole.add(Seconds{samples[i]});
      (i < cut % (samples.size() + 1) ? first : second).add(Seconds{samples[i]});
    }
    second.add(first);
    RC_ASSERT(second == whole);
    if (samples.empty()) return;
    for (std::uint64_t part = 0; part <= 1000; part += 125) {
      const auto rank =
          static_cast<std::size_t>(std::ceil(static_cast<double>(samples.size() * part) / 1000.0));
      RC_ASSERT(whole.quantile(part).count() == sorted[std::max<std::size_t>(rank, 1) - 1]);
    }
    RC_ASSERT(whole.shortest().count() == sorted.front());
    RC_ASSERT(whole.longest().count() == sorted.back());
  });
  CHECK(holds);
}

}  // namespace
}  // namespace vitals
