// SPDX-License-Identifier: Apache-2.0
/// @file
/// How often each length of time came: a distribution that is exact to the second.
///
///     quantile(p) = the smallest length that at least p of 1000 do not exceed
///
/// Every length is counted under its own second and nothing is rounded into classes, so the ends,
/// the quantiles and the mean are those of the samples. Memory follows how many different lengths
/// there are. Of an empty distribution every length is 0s. Not thread-safe while it is added to.

#ifndef VITALS_DISTRIBUTION_H
#define VITALS_DISTRIBUTION_H

#include <cstdint>
#include <map>

#include "vitals/time.h"

namespace vitals {

/// Lengths of time, and how often each came.
class Distribution {
 public:
  /// Counts a length once, or so often.
  void add(Seconds length, std::uint64_t times = 1);
  /// Counts all that the other one has counted; the order does not matter.
  void add(const Distribution& other);

  /// How many lengths were counted.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] Seconds shortest() const noexcept;
  [[nodiscard]] Seconds longest() const noexcept;

  /// The smallest length that at least so many thousandths of all do not exceed: the median for
  /// 500, the 99th percentile for 990.
  ///
  /// Boundary: the shortest for 0, the longest from 1000 on; always a length that was counted.
  /// Errors:   none.
  [[nodiscard]] Seconds quantile(std::uint64_t per_mille) const noexcept;

  /// The rank-th shortest of all lengths, counted from 1.
  ///
  /// Boundary: the shortest for 0, the longest from size() on.
  /// Errors:   none.
  [[nodiscard]] Seconds at(std::uint64_t rank) const noexcept;

  /// How many are longer.
  [[nodiscard]] std::uint64_t above(Seconds length) const noexcept;

  /// The mean, in seconds.
  [[nodiscard]] double mean() const noexcept;
  /// The standard deviation, in seconds; 0 of fewer than two.
  [[nodiscard]] double deviation() const noexcept;

  /// Every length that came, the shortest first, with its number.
  [[nodiscard]] const std::map<Seconds, std::uint64_t>& counts() const noexcept { return counts_; }

  friend bool operator==(const Distribution&, const Distribution&) = default;

 private:
  std::map<Seconds, std::uint64_t> counts_;
  std::uint64_t size_ = 0;
};

}  // namespace vitals

#endif  // VITALS_DISTRIBUTION_H
