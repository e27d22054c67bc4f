// SPDX-License-Identifier: Apache-2.0
// Samples in whole seconds, each with what may have disturbed it; what is kept of them is counted
// second by second, so that every quantile is exact.
#ifndef VITALS_LIB_CALIBRATE_SAMPLES_H
#define VITALS_LIB_CALIBRATE_SAMPLES_H

#include <array>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "vitals/distribution.h"
#include "vitals/time.h"

namespace vitals {

// The bound that, as one can be 95 % sure, no more than `target` of all that could have been
// sampled exceed; none where the samples are too few to tell (vitals/calibrate.h).
[[nodiscard]] std::optional<Seconds> bound_of(const Distribution& samples, double target);

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
  [[nodiscard]] Distribution undisturbed(const Disturbance& limit) const;
  [[nodiscard]] std::uint64_t size() const;

 private:
  using Key = std::array<std::uint32_t, 3>;  // length, silence, step
  absl::flat_hash_map<Key, std::uint64_t> counts_;
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_SAMPLES_H
