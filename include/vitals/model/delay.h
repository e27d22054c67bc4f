// SPDX-License-Identifier: Apache-2.0
/// @file
/// How long something takes: a distribution of lengths, sampled in whole milliseconds.
///
///     fixed       always the same
///     uniform     each millisecond from the shortest to the longest as probable as the others
///     normal      by mean and standard deviation; what would be negative is 0
///     lognormal   by median and 99th percentile, as delays of networks and queues are measured
///     empirical   one of the lengths that were seen, each as probable as the others
///
/// All arithmetic is in whole numbers: one seed gives the same lengths on every machine.

#ifndef VITALS_MODEL_DELAY_H
#define VITALS_MODEL_DELAY_H

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "vitals/model/normal.h"
#include "vitals/model/random.h"

namespace vitals::model {

/// A length of time inside a model.
using Millis = std::chrono::milliseconds;

/// No delay is longer than this, so that sums of them stay far from the ends of the range.
inline constexpr Millis longest_delay = std::chrono::hours{24 * 366};

namespace detail {

// 2^(i/64) for i in [0, 64], in 2^-32nds.
constexpr auto make_powers_of_two() {
  double step = 2;
  for (int i = 0; i < 6; ++i) step = root(step);
  std::array<std::uint64_t, 65> powers{};
  double power = 1;
  for (std::uint64_t& each : powers) {
    const double rounded_by_cutting = power * 4294967296.0 + 0.5;  // lround() is no constant
    each = static_cast<std::uint64_t>(rounded_by_cutting);
    power *= step;
  }
  return powers;
}
inline constexpr auto powers_of_two = make_powers_of_two();

// log2(n) of a positive number, bit by bit: where squaring doubles the logarithm, its next bit
// is 1.
constexpr Fixed log_of(std::uint64_t n) noexcept {
  const auto whole = static_cast<unsigned>(std::bit_width(n)) - 1;
  std::uint64_t mantissa = n << (63U - whole);  // in [1, 2), in 2^-63rds
  Fixed log = whole;
  for (unsigned i = 0; i < fixed_bits; ++i) {
    const std::uint64_t square = multiply_high(mantissa, mantissa);  // in 2^-62nds
    const bool doubles = square >> 63U != 0;
    log = log * 2 + (doubles ? 1 : 0);
    mantissa = doubles ? square : square << 1U;
  }
  return log;
}

}  // namespace detail

/// `length` times 2 to the power of `exponent`, at most longest_delay.
///
/// Units:    milliseconds; `exponent` in 2^-24ths.
/// Boundary: exact to 20 millionths and one millisecond; neither may be negative beyond -2^30.
/// Errors:   none; held between 0 and longest_delay.
[[nodiscard]] constexpr Millis scaled(Millis length, Fixed exponent) noexcept {
  if (length <= Millis::zero()) return Millis::zero();
  const auto fraction = static_cast<std::uint64_t>(exponent & (fixed_one - 1));
  const std::size_t i = fraction >> 18U;
  const std::uint64_t part = fraction & ((std::uint64_t{1} << 18U) - 1);
  const std::uint64_t below = detail::powers_of_two[i];
  const std::uint64_t power = below + ((detail::powers_of_two[i + 1] - below) * part >> 18U);
  // Both factors to the left, so that the upper half of the product has bits to spare: 28 of them.
  const auto count = static_cast<std::uint64_t>(std::min(length, longest_delay).count());
  const std::uint64_t product = multiply_high(count << 29U, power << 31U);
  const Fixed spare = 28 - (exponent >> fixed_bits);
  if (spare >= 64) return Millis::zero();
  if (spare <= -8 || (spare < 0 && product >> (64 + spare) != 0)) return longest_delay;
  const std::uint64_t result = spare >= 0 ? product >> spare : product << -spare;
  const auto longest = static_cast<std::uint64_t>(longest_delay.count());
  return Millis{static_cast<Millis::rep>(std::min(result, longest))};
}

/// A distribution of lengths of time.
///
/// Boundary: no sample is negative or longer than longest_delay.
/// Errors:   none; lengths are held within that range, and a pair in the wrong order is put right.
class Delay {
 public:
  /// No time at all.
  Delay() = default;

  [[nodiscard]] static Delay fixed(Millis length) { return uniform(length, length); }

  [[nodiscard]] static Delay uniform(Millis shortest, Millis longest) {
    return {Shape::uniform, held(std::min(shortest, longest)), held(std::max(shortest, longest))};
  }

  [[nodiscard]] static Delay normal(Millis mean, Millis deviation) {
    return {Shape::normal, held(mean), held(deviation)};
  }

  /// `median` must be above zero, and the 99th percentile not below it.
  [[nodiscard]] static Delay lognormal(Millis median, Millis p99) {
    const Millis least = std::max(held(median), Millis{1});
    Delay made(Shape::lognormal, least, std::max(held(p99), least));
    const Fixed octaves = detail::log_of(static_cast<std::uint64_t>(made.b_.count())) -
                          detail::log_of(static_cast<std::uint64_t>(made.a_.count()));
    made.spread_ = octaves * fixed_one / standard_normal_p99;
    return made;
  }

  /// No time at all if nothing was seen.
  [[nodiscard]] static Delay empirical(std::vector<Millis> seen) {
    if (seen.empty()) return {};
    for (Millis& each : seen) each = held(each);
    const auto [least, most] = std::minmax_element(seen.begin(), seen.end());
    Delay made(Shape::empirical, *least, *most);
    made.seen_ = std::make_shared<const std::vector<Millis>>(std::move(seen));
    return made;
  }

  [[nodiscard]] Millis sample(Random& random) const {
    switch (shape_) {
      case Shape::uniform:
        if (a_ == b_) return a_;  // and nothing is drawn
        return a_ + Millis{static_cast<Millis::rep>(
                        random.below(static_cast<std::uint64_t>((b_ - a_).count()) + 1))};
      case Shape::normal:
        return held(a_ + Millis{b_.count() * standard_normal(random()) / fixed_one});
      case Shape::lognormal:
        return scaled(a_, spread_ * (standard_normal(random()) >> 8U) >> (fixed_bits - 8U));
      case Shape::empirical:
        return (*seen_)[random.below(seen_->size())];
    }
    return {};
  }

  /// The longest sample there can be; none where the distribution has no such end.
  [[nodiscard]] std::optional<Millis> longest() const {
    if (shape_ == Shape::normal || shape_ == Shape::lognormal) return std::nullopt;
    return b_;
  }

 private:
  enum class Shape : std::uint8_t { uniform, normal, lognormal, empirical };
  static constexpr Fixed standard_normal_p99 = 39'029'235;  // 2.32635 standard deviations

  Delay(Shape shape, Millis a, Millis b) : shape_(shape), a_(a), b_(b) {}
  static constexpr Millis held(Millis length) {
    return std::clamp(length, Millis::zero(), longest_delay);
  }

  Shape shape_ = Shape::uniform;
  Millis a_{0};       // the shortest, the mean or the median
  Millis b_{0};       // the longest, the standard deviation or the 99th percentile
  Fixed spread_ = 0;  // lognormal: octaves a standard deviation
  std::shared_ptr<const std::vector<Millis>> seen_;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_DELAY_H
