// SPDX-License-Identifier: Apache-2.0
// Samples in whole seconds, counted second by second: memory follows how many different lengths
// there are, and every quantile is exact.
#ifndef VITALS_LIB_CALIBRATE_HISTOGRAM_H
#define VITALS_LIB_CALIBRATE_HISTOGRAM_H

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vitals/time.h"

namespace vitals {

// Lengths in order, with how many samples have each.
class Histogram {
 public:
  using Count = std::pair<Seconds, std::uint64_t>;

  Histogram() = default;
  // In any order; equal lengths are added up.
  explicit Histogram(std::vector<Count> counts);

  [[nodiscard]] std::uint64_t size() const { return upto_.empty() ? 0 : upto_.back().second; }
  [[nodiscard]] bool empty() const { return upto_.empty(); }

  // The rank-th smallest sample, counted from 1; there must be as many.
  [[nodiscard]] Seconds at(std::uint64_t rank) const;
  // The smallest length that at least so many thousandths of the samples do not exceed. The
  // histogram must not be empty, here and below.
  [[nodiscard]] Seconds quantile(std::uint64_t per_mille) const;
  [[nodiscard]] Seconds least() const { return upto_.front().first; }
  [[nodiscard]] Seconds most() const { return upto_.back().first; }
  // How many are longer.
  [[nodiscard]] std::uint64_t above(Seconds length) const;

  // All samples of both.
  [[nodiscard]] Histogram and_all(const Histogram& other) const;

  // The bound that, as one can be 95 % sure, no more than `target` of all that could have been
  // sampled exceed; none where the samples are too few to tell (vitals/calibrate.h).
  [[nodiscard]] std::optional<Seconds> bound(double target) const;

 private:
  [[nodiscard]] std::vector<Count> counts() const;

  std::vector<Count> upto_;  // each length with how many samples are no longer
};

// What a sample is left out for, if it is longer than a limit that is known only when all samples
// are there.
struct Disturbance {
  Seconds silence{0};  // the longest of everything that fell into the sample
  Seconds step{0};     // of a measurement: how long after the one before it
};

// Samples as they come.
class Samples {
 public:
  void add(Seconds length, const Disturbance& by = {});

  // Those that nothing disturbed for longer.
  [[nodiscard]] Histogram undisturbed(const Disturbance& limit) const;
  [[nodiscard]] std::uint64_t size() const;

 private:
  using Key = std::array<std::uint32_t, 3>;  // length, silence, step
  absl::flat_hash_map<Key, std::uint64_t> counts_;
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_HISTOGRAM_H
