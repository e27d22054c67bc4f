// SPDX-License-Identifier: Apache-2.0
/// @file
/// Moments and durations: whole seconds of Unix time, UTC, and sums that never wrap.
///
///     add(t, d)      = t + d, held at distant_past or distant_future when it would leave the range
///     sum(a, b, ...) = a + b + ..., held at the ends of Seconds likewise
///
/// Pure and total: no clock is read anywhere in this library, `now` is always a parameter.
///
/// There is no `days` constant here: nothing in the rules is counted in days.

#ifndef VITALS_TIME_H
#define VITALS_TIME_H

#include <chrono>
#include <cstdint>

namespace vitals {

/// A moment: whole seconds since 1970-01-01T00:00:00Z. The same type as date::sys_seconds.
using Timestamp = std::chrono::sys_seconds;

/// A length of time in whole seconds.
using Seconds = std::chrono::seconds;

/// Before every moment that can be told: the open lower end of a window.
inline constexpr Timestamp distant_past = Timestamp::min();

/// After every moment that can be told: the open upper end of a window.
inline constexpr Timestamp distant_future = Timestamp::max();

/// The range of moments that input may state: 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z, both
/// included. It is what 32 unsigned bits hold, so that a column of moments can be that narrow.
inline constexpr Timestamp earliest_accepted{Seconds{0}};
inline constexpr Timestamp latest_accepted{Seconds{4'294'967'295}};

/// Whether input may state this moment.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: both ends are accepted.
/// Errors:   none.
/// Source:   SPEC 11.
[[nodiscard]] constexpr bool is_accepted(Timestamp t) noexcept {
  return earliest_accepted <= t && t <= latest_accepted;
}

namespace detail {

// The compiler's own overflow checks where it has them: a flag of the processor instead of the
// comparisons, and the division, that portable code needs.
constexpr bool add_overflows(std::int64_t a, std::int64_t b, std::int64_t& exact) noexcept {
#if defined(__GNUC__)
  return __builtin_add_overflow(a, b, &exact);
#else
  if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) return true;
  exact = a + b;
  return false;
#endif
}

constexpr bool subtract_overflows(std::int64_t a, std::int64_t b, std::int64_t& exact) noexcept {
#if defined(__GNUC__)
  return __builtin_sub_overflow(a, b, &exact);
#else
  if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b) return true;
  exact = a - b;
  return false;
#endif
}

// Both must be positive.
constexpr bool multiply_overflows(std::int64_t a, std::int64_t b, std::int64_t& exact) noexcept {
#if defined(__GNUC__)
  return __builtin_mul_overflow(a, b, &exact);
#else
  if (a > INT64_MAX / b) return true;
  exact = a * b;
  return false;
#endif
}

}  // namespace detail

/// The sum of two lengths; past the range of Seconds it is Seconds::max() or Seconds::min().
///
/// Units:    seconds.
/// Boundary: exact wherever the exact sum can be represented.
/// Errors:   none; saturates.
/// Source:   SPEC 1 (no timestamp may wrap).
///
///     sum(5min, 4min, 60s) == 600s
[[nodiscard]] constexpr Seconds sum(Seconds a, Seconds b) noexcept {
  std::int64_t exact = 0;
  if (detail::add_overflows(a.count(), b.count(), exact)) {
    return b < Seconds::zero() ? Seconds::min() : Seconds::max();
  }
  return Seconds{exact};
}

template <class... More>
[[nodiscard]] constexpr Seconds sum(Seconds a, Seconds b, More... more) noexcept {
  return sum(sum(a, b), more...);
}

/// `count` times `d`, saturating like sum(). Both must not be negative.
///
///     times(3, 5min) == 15min
[[nodiscard]] constexpr Seconds times(std::int64_t count, Seconds d) noexcept {
  if (count <= 0 || d <= Seconds::zero()) return Seconds::zero();
  std::int64_t exact = 0;
  if (detail::multiply_overflows(count, d.count(), exact)) return Seconds::max();
  return Seconds{exact};
}

/// The moment `d` after `t` (before it, for a negative `d`).
///
/// Units:    seconds.
/// Boundary: exact wherever the exact moment can be represented.
/// Errors:   none; saturates at distant_past and distant_future.
/// Source:   SPEC 1.
///
///     add(Timestamp{100s}, 20s) == Timestamp{120s}
[[nodiscard]] constexpr Timestamp add(Timestamp t, Seconds d) noexcept {
  return Timestamp{sum(t.time_since_epoch(), d)};
}

/// The moment `d` before `t`; saturates like add().
///
///     subtract(Timestamp{100s}, 20s) == Timestamp{80s}
[[nodiscard]] constexpr Timestamp subtract(Timestamp t, Seconds d) noexcept {
  std::int64_t exact = 0;
  if (detail::subtract_overflows(t.time_since_epoch().count(), d.count(), exact)) {
    return d < Seconds::zero() ? distant_future : distant_past;
  }
  return Timestamp{Seconds{exact}};
}

/// The earlier of two moments. On plain numbers: of those compilers know that they need no branch,
/// and which moment is nearer no processor can guess.
[[nodiscard]] constexpr Timestamp earlier(Timestamp a, Timestamp b) noexcept {
  const std::int64_t x = a.time_since_epoch().count();
  const std::int64_t y = b.time_since_epoch().count();
  return Timestamp{Seconds{y < x ? y : x}};
}

/// The later of two moments.
[[nodiscard]] constexpr Timestamp later(Timestamp a, Timestamp b) noexcept {
  const std::int64_t x = a.time_since_epoch().count();
  const std::int64_t y = b.time_since_epoch().count();
  return Timestamp{Seconds{x < y ? y : x}};
}

}  // namespace vitals

#endif  // VITALS_TIME_H
