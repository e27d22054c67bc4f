// SPDX-License-Identifier: Apache-2.0
/// @file
/// The normal distribution in whole numbers, so that a sample is the same on every machine.
///
///     z(u) = how many standard deviations above the mean the sample for 64 random bits `u` lies
///
/// The quantile function is a table that the compiler works out: floating point is the same in
/// every compiler as long as it only evaluates constants, and in no two programs that run. Each
/// octave of the tail's probability, down to 2^-64, has 32 straight pieces; the error is below
/// 0.0005 standard deviations everywhere.

#ifndef VITALS_MODEL_NORMAL_H
#define VITALS_MODEL_NORMAL_H

#include <array>
#include <bit>
#include <cstdint>

namespace vitals::model {

/// A number of 2^-24ths: of standard deviations, or of powers of two.
using Fixed = std::int64_t;
inline constexpr unsigned fixed_bits = 24;
inline constexpr Fixed fixed_one = Fixed{1} << fixed_bits;

namespace detail {

// ln(x) for x in [1, 2], by the series of artanh.
constexpr double log_of_small(double x) {
  const double t = (x - 1) / (x + 1);
  double sum = 0;
  double power = t;
  for (int i = 1; i < 30; i += 2) {
    sum += power / i;
    power *= t * t;
  }
  return 2 * sum;
}

constexpr double root(double x) {
  double guess = x < 1 ? 1 : x;
  for (int i = 0; i < 20; ++i) guess = (guess + x / guess) / 2;
  return guess;
}

template <std::size_t size>
constexpr double polynomial(const std::array<double, size>& coefficients, double x) {
  double sum = 0;
  for (const double coefficient : coefficients) sum = sum * x + coefficient;
  return sum;
}

// How far below the mean the tail of probability p = (1 + piece / 32) / 2^octave begins, p at most
// 1/2. Source: Acklam's rational approximation of the normal quantile function (2003), whose
// relative error is below 1.2e-9.
constexpr double tail_begins(int octave, int piece) {
  constexpr std::array a{-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                         1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr std::array b{-5.447609879822406e+01, 1.615858368580409e+02,  -1.556989798598866e+02,
                         6.680131188771972e+01,  -1.328068155288572e+01, 1.0};
  constexpr std::array c{-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277671838e+00,
                         -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr std::array d{7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                         3.754408661907416e+00, 1.0};
  constexpr double ln_2 = 0.693147180559945309;
  const double mantissa = 1 + piece / 32.0;
  double p = mantissa;
  for (int i = 0; i < octave; ++i) p /= 2;
  if (p >= 0.02425) {
    const double q = p - 0.5;
    return -polynomial(a, q * q) * q / polynomial(b, q * q);
  }
  const double q = root(-2 * (log_of_small(mantissa) - octave * ln_2));
  return -polynomial(c, q) / polynomial(d, q);
}

inline constexpr int normal_octaves = 64;
inline constexpr int normal_pieces = 32;

// By octave, from that of 2^-64, and piece; one knot more closes the last piece at 1/2.
constexpr auto make_normal_knots() {
  std::array<std::int32_t, (normal_octaves - 1) * normal_pieces + 1> knots{};
  for (std::size_t i = 0; i < knots.size(); ++i) {
    const int octave = normal_octaves - static_cast<int>(i) / normal_pieces;
    const double z = tail_begins(octave, static_cast<int>(i) % normal_pieces);
    const double rounded_by_cutting = z * fixed_one + 0.5;  // lround() is no constant
    knots[i] = static_cast<std::int32_t>(rounded_by_cutting);
  }
  return knots;
}
inline constexpr auto normal_knots = make_normal_knots();

}  // namespace detail

/// The sample of a standard normal distribution that belongs to these 64 random bits.
///
/// Units:    2^-24ths of a standard deviation.
/// Boundary: within 9.2 standard deviations; u and ~u give opposite samples.
/// Errors:   none.
[[nodiscard]] constexpr Fixed standard_normal(std::uint64_t u) noexcept {
  const bool is_above = u >> 63U != 0;
  // The tail's probability in 2^-64ths, from 1 to 2^63.
  const std::uint64_t tail = ((is_above ? ~u : u) & (~std::uint64_t{0} >> 1U)) + 1;
  const unsigned octave = static_cast<unsigned>(std::bit_width(tail)) - 1;
  const std::uint64_t within = tail << (63U - octave);  // its leading bit is the highest
  const std::size_t piece = within >> 58U & 31U;
  const std::size_t knot = std::size_t{octave} * detail::normal_pieces + piece;
  const Fixed begin = detail::normal_knots[knot];
  if (knot + 1 == detail::normal_knots.size()) return 0;
  const Fixed slope = detail::normal_knots[knot + 1] - begin;
  const auto part = static_cast<Fixed>(within << 6U >> 40U);  // of the piece, in 2^-24ths
  const Fixed distance = begin + slope * part / fixed_one;
  return is_above ? distance : -distance;
}

}  // namespace vitals::model

#endif  // VITALS_MODEL_NORMAL_H
