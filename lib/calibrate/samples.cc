// SPDX-License-Identifier: Apache-2.0
#include "calibrate/samples.h"

#include <algorithm>
#include <limits>

#include "vitals/calibrate.h"

namespace vitals {
namespace {

std::uint32_t clamped(Seconds length) {
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(length.count(), 0, most));
}

Seconds length_of(std::uint32_t count) { return Seconds{static_cast<std::int64_t>(count)}; }

}  // namespace

std::optional<Seconds> bound_of(const Distribution& samples, double target) {
  const std::uint64_t rank = rank_from_top(samples.size(), target);
  if (rank == 0) return std::nullopt;
  return samples.at(samples.size() - rank + 1);
}

void Samples::add(Seconds length, const Disturbance& by) {
  ++counts_[{clamped(length), clamped(by.silence), clamped(by.step)}];
}

Distribution Samples::undisturbed(const Disturbance& limit) const {
  Distribution kept;
  for (const auto& [key, count] : counts_) {
    const bool is_kept = length_of(key[1]) <= limit.silence && length_of(key[2]) <= limit.step;
    if (is_kept) kept.add(length_of(key[0]), count);
  }
  return kept;
}

std::uint64_t Samples::size() const {
  std::uint64_t total = 0;
  for (const auto& [key, count] : counts_) total += count;
  return total;
}

}  // namespace vitals
