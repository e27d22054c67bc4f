// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_result.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace vitals {
namespace {

using namespace std::chrono_literals;

std::vector<Seconds> lengths(int count) {
  std::vector<Seconds> made;
  for (int i = 1; i <= count; ++i) made.emplace_back(i);
  return made;
}

TEST_CASE("a percentile is a length that was seen, by nearest rank", "[compare]") {
  struct Row {
    const char* why;
    int count;
    int percent;
    std::optional<Seconds> expected;
  };
  const Row rows[] = {
      {"of nothing there is none", 0, 50, std::nullopt},
      {"one is all", 1, 1, 1s},
      {"one is all", 1, 100, 1s},
      {"the lower of two is half", 2, 50, 1s},
      {"above half", 2, 51, 2s},
      {"the middle of three", 3, 50, 2s},
      {"99 of 100", 100, 99, 99s},
      {"below that rank", 101, 99, 100s},
      {"the longest", 100, 100, 100s},
      {"the shortest", 100, 1, 1s},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.count << " lengths, " << row.percent << " %: " << row.why) {
      CHECK(percentile(lengths(row.count), row.percent) == row.expected);
    }
  }
}

TEST_CASE("the upper bound of a share is that of published tables", "[compare]") {
  struct Row {
    std::uint64_t hits;
    std::uint64_t of;
    double expected;
  };
  const Row rows[] = {
      {0, 0, 1},          {1, 1, 1},          {5, 4, 1},          {0, 1, 0.95},
      {0, 3, 0.63160},    {0, 10, 0.25887},   {0, 100, 0.029513}, {0, 1'000'000, 2.99573e-6},
      {1, 10, 0.39416},   {5, 10, 0.77756},   {9, 10, 0.99488},   {1, 100, 0.046559},
      {10, 100, 0.16372}, {50, 100, 0.58639}, {99, 100, 0.99949},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.hits << " of " << row.of) {
      CHECK(upper_bound(row.hits, row.of) == Approx(row.expected).epsilon(1e-4));
    }
  }
}

// What the bound means, by adding up the probabilities one by one.
double at_most(std::uint64_t hits, std::uint64_t of, double share) {
  double sum = 0;
  for (std::uint64_t k = 0; k <= hits; ++k) {
    const auto n = static_cast<double>(of);
    const auto i = static_cast<double>(k);
    const double ways = std::lgamma(n + 1) - std::lgamma(i + 1) - std::lgamma(n - i + 1);
    sum += std::exp(ways + i * std::log(share) + (n - i) * std::log1p(-share));
  }
  return sum;
}

TEST_CASE("under the bound so few hits are seen in one of twenty samples", "[compare]") {
  for (const std::uint64_t of : {1U, 2U, 7U, 50U, 1000U, 20'000U}) {
    for (const std::uint64_t hits : {0U, 1U, 2U, 6U, 49U, 500U, 999U, 10'000U, 19'999U}) {
      if (hits >= of) continue;
      CAPTURE(hits, of);
      const double bound = upper_bound(hits, of);
      CHECK(bound > static_cast<double>(hits) / static_cast<double>(of));
      CHECK(bound < 1);
      CHECK(at_most(hits, of, bound) == Approx(0.05).epsilon(1e-5));
    }
  }
}

TEST_CASE("the bound of a large sample is found, and near what was seen", "[compare]") {
  const double bound = upper_bound(250'000'000, 1'000'000'000);
  CHECK(bound > 0.25);
  CHECK(bound < 0.2501);
}

TEST_CASE("the checks of a result add up", "[compare]") {
  PolicyResult result;
  result.checks.push_back({.check = "a",
                           .judged = 10s,
                           .counted = 4s,
                           .known = 3s,
                           .waits = {.ended = {2s, 9s}, .cut_short = 1},
                           .answers = {.given = 2, .taken_back = 1, .known = 2, .outdated = 1},
                           .false_accusations = {1, 1, 5s, 5s}});
  result.checks.push_back({.check = "b",
                           .judged = 20s,
                           .waits = {.ended = {3s}, .unfinished = 2},
                           .answers = {.given = 1, .accusing = 1, .hiding = 1},
                           .false_accusations = {2, 1, 4s, 3s},
                           .missed_faults = {1, 1, 1s, 1s}});
  const CheckResult all = all_checks(result);
  CHECK(all == CheckResult{.judged = 30s,
                           .counted = 4s,
                           .known = 3s,
                           .waits = {.ended = {2s, 3s, 9s}, .cut_short = 1, .unfinished = 2},
                           .answers = {3, 1, 2, 1, 1, 1},
                           .false_accusations = {3, 2, 9s, 5s},
                           .missed_faults = {1, 1, 1s, 1s}});
  CHECK(all.waits.count() == 6);
  CHECK(all_checks({}) == CheckResult{});
}

}  // namespace
}  // namespace vitals
