// SPDX-License-Identifier: Apache-2.0
/// @file
/// Random numbers that are the same on every machine: whole numbers only, and no distribution of
/// the standard library, whose results differ from one to the next.
///
/// Every part of a model draws from a stream of its own, so that a change to one part leaves what
/// the others draw as it was:
///
///     Random all(seed);
///     Random of_host = all.stream(host_number);
///
/// The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014): a counter that is stepped by an odd constant, and mixed.

#ifndef VITALS_MODEL_RANDOM_H
#define VITALS_MODEL_RANDOM_H

#include <cstdint>
#include <limits>

namespace vitals::model {

/// The upper half of the product of two 64-bit numbers.
[[nodiscard]] constexpr std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t low = 0xffffffff;
  const std::uint64_t low_low = (a & low) * (b & low);
  const std::uint64_t high_low = (a >> 32U) * (b & low);
  const std::uint64_t low_high = (a & low) * (b >> 32U);
  const std::uint64_t middle = (low_low >> 32U) + (high_low & low) + low_high;
  return (a >> 32U) * (b >> 32U) + (high_low >> 32U) + (middle >> 32U);
}

/// A stream of random numbers: 64 random bits a call. Eight bytes, so that everything that is
/// modelled can have one.
///
/// Boundary: two streams of one seed overlap only by a chance that is beyond any simulation.
/// Errors:   none.
class Random {
 public:
  using result_type = std::uint64_t;

  explicit constexpr Random(std::uint64_t seed) noexcept : state_(mix(seed)) {}

  /// The stream of the part that bears this number; it does not depend on how much was drawn from
  /// other streams, only on what was drawn from this one.
  [[nodiscard]] constexpr Random stream(std::uint64_t number) const noexcept {
    return Random(state_ ^ mix(number + step));
  }

  [[nodiscard]] static constexpr std::uint64_t min() noexcept { return 0; }
  [[nodiscard]] static constexpr std::uint64_t max() noexcept {
    return std::numeric_limits<std::uint64_t>::max();
  }

  constexpr std::uint64_t operator()() noexcept { return mix(state_ += step); }

  /// A number in [0, limit), each as probable as the others; 0 if `limit` is 0.
  ///
  /// Source:   Lemire, "Fast random integer generation in an interval", 2019: the upper half of a
  ///           product, drawn again where its lower half says that one number would come too often.
  constexpr std::uint64_t below(std::uint64_t limit) noexcept {
    if (limit == 0) return 0;
    const std::uint64_t unfair = (max() - limit + 1) % limit;
    std::uint64_t drawn = (*this)();
    while (drawn * limit < unfair) drawn = (*this)();
    return multiply_high(drawn, limit);
  }

  /// True `part` times out of `whole`; always where `part` reaches `whole`.
  constexpr bool happens(std::uint64_t part, std::uint64_t whole) noexcept {
    return below(whole) < part;
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio, odd

  static constexpr std::uint64_t mix(std::uint64_t bits) noexcept {
    bits = (bits ^ bits >> 30U) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ bits >> 27U) * 0x94d049bb133111eb;
    return bits ^ bits >> 31U;
  }

  std::uint64_t state_;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_RANDOM_H
