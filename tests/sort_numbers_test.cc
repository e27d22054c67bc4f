// SPDX-License-Identifier: Apache-2.0
#include "fleet/sort_numbers.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

namespace vitals {
namespace {

TEST_CASE("Numbers are sorted, however many and however large") {
  std::mt19937 engine(1);
  std::vector<std::uint32_t> scratch;
  for (const std::size_t count : {0U, 1U, 2U, 255U, 256U, 257U, 5000U, 300U}) {
    for (const std::uint32_t largest : {0U, 1U, 2047U, 2048U, 2049U, (1U << 22) - 1, 1U << 22,
                                        std::numeric_limits<std::uint32_t>::max()}) {
      std::uniform_int_distribution<std::uint32_t> draw(0, largest);
      std::vector<std::uint32_t> numbers(count);
      for (std::uint32_t& number : numbers) number = draw(engine);
      if (count > 0) numbers[count / 2] = largest;
      std::vector<std::uint32_t> expected = numbers;
      std::sort(expected.begin(), expected.end());
      sort_numbers(numbers, scratch);
      CHECK(numbers == expected);
    }
  }
}

}  // namespace
}  // namespace vitals
