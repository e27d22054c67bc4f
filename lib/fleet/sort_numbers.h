// SPDX-License-Identifier: Apache-2.0
// Sorts the numbers of checks, of which a second may touch many: by digits, without comparisons.
#ifndef VITALS_LIB_FLEET_SORT_NUMBERS_H
#define VITALS_LIB_FLEET_SORT_NUMBERS_H

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace vitals {

// Sorts in ascending order; `scratch` is room that is kept from one call to the next.
inline void sort_numbers(std::vector<std::uint32_t>& numbers, std::vector<std::uint32_t>& scratch) {
  constexpr std::size_t few = 256;  // below it counting the digits costs more than comparing
  if (numbers.size() < few) return std::sort(numbers.begin(), numbers.end());
  constexpr unsigned digit_bits = 11;
  constexpr std::size_t digits = std::size_t{1} << digit_bits;
  const std::uint32_t largest = *std::max_element(numbers.begin(), numbers.end());
  for (unsigned shift = 0; shift < 32 && largest >> shift != 0; shift += digit_bits) {
    const auto digit = [shift](std::uint32_t number) { return number >> shift & (digits - 1); };
    std::array<std::uint32_t, digits> place{};  // first of each digit, then of the next to come
    for (const std::uint32_t number : numbers) ++place[digit(number)];
    std::uint32_t before = 0;
    for (std::uint32_t& count : place) before += std::exchange(count, before);
    scratch.resize(numbers.size());
    for (const std::uint32_t number : numbers) scratch[place[digit(number)]++] = number;
    numbers.swap(scratch);
  }
}

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_SORT_NUMBERS_H
