// SPDX-License-Identifier: Apache-2.0
/// @file
/// The nearest of several moments after `now`.
///
///     distance(m) = m - (now + 1 s), in 64 unsigned bits that wrap
///     nearest     = now + 1 s + min(distance(m) for each m)
///
/// All moments that there are form a ring. Turned so that `now + 1 s` comes first, what lies after
/// `now` stands before distant_future, in its order, and what does not stands behind it. So the
/// smallest distance is the answer and no moment need be compared with `now`, which no processor
/// could guess. Pure, exact for every moment, constexpr.

#ifndef VITALS_NEAREST_H
#define VITALS_NEAREST_H

#include <cstdint>

#include "vitals/time.h"

namespace vitals {

/// Finds the nearest moment after `now`.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: a moment at `now` itself does not lie after it.
/// Errors:   none.
/// Source:   SPEC 6 (next_change).
///
///     NearestAfter nearest(t(10));
///     nearest.consider(t(7));
///     nearest.consider(t(12));
///     nearest.moment() == t(12)
class NearestAfter {
 public:
  constexpr explicit NearestAfter(Timestamp now) noexcept
      : next_(bits(now) + std::uint64_t{now != distant_future}),
        distance_(from_next(distant_future)) {}

  constexpr void consider(Timestamp moment) noexcept {
    const std::uint64_t distance = from_next(moment);
    distance_ = distance < distance_ ? distance : distance_;
  }

  /// The nearest of what was considered; distant_future if none of it lies after `now`.
  [[nodiscard]] constexpr Timestamp moment() const noexcept {
    return Timestamp{Seconds{static_cast<std::int64_t>(next_ + distance_)}};
  }

 private:
  static constexpr std::uint64_t bits(Timestamp moment) noexcept {
    return static_cast<std::uint64_t>(moment.time_since_epoch().count());
  }
  [[nodiscard]] constexpr std::uint64_t from_next(Timestamp moment) const noexcept {
    return bits(moment) - next_;
  }

  std::uint64_t next_;      // the second after `now`
  std::uint64_t distance_;  // of the nearest so far from `next_`
};

}  // namespace vitals

#endif  // VITALS_NEAREST_H
