// SPDX-License-Identifier: Apache-2.0
#include "vitals/distribution.h"

#include <algorithm>
#include <cmath>

namespace vitals {

void Distribution::add(Seconds length, std::uint64_t times) {
  if (times == 0) return;
  counts_[length] += times;
  size_ += times;
}

void Distribution::add(const Distribution& other) {
  for (const auto& [length, times] : other.counts_) add(length, times);
}

Seconds Distribution::shortest() const noexcept {
  return empty() ? Seconds{0} : counts_.begin()->first;
}

Seconds Distribution::longest() const noexcept {
  return empty() ? Seconds{0} : counts_.rbegin()->first;
}

Seconds Distribution::quantile(std::uint64_t per_mille) const noexcept {
  // In two parts, so that no product leaves 64 bits.
  const std::uint64_t part = std::min<std::uint64_t>(per_mille, 1000);
  return at(size_ / 1000 * part + (size_ % 1000 * part + 999) / 1000);
}

Seconds Distribution::at(std::uint64_t rank) const noexcept {
  std::uint64_t upto = 0;
  for (const auto& [length, times] : counts_) {
    upto += times;
    if (upto >= rank) return length;
  }
  return longest();
}

std::uint64_t Distribution::above(Seconds length) const noexcept {
  std::uint64_t longer = 0;
  for (auto at = counts_.upper_bound(length); at != counts_.end(); ++at) longer += at->second;
  return longer;
}

double Distribution::mean() const noexcept {
  if (empty()) return 0;
  double total = 0;
  for (const auto& [length, times] : counts_) {
    total += static_cast<double>(length.count()) * static_cast<double>(times);
  }
  return total / static_cast<double>(size_);
}

double Distribution::deviation() const noexcept {
  if (size_ < 2) return 0;
  const double middle = mean();
  double squares = 0;
  for (const auto& [length, times] : counts_) {
    const double distance = static_cast<double>(length.count()) - middle;
    squares += distance * distance * static_cast<double>(times);
  }
  return std::sqrt(squares / static_cast<double>(size_ - 1));
}

}  // namespace vitals
