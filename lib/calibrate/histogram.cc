// SPDX-License-Identifier: Apache-2.0
#include "calibrate/histogram.h"

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

Histogram::Histogram(std::vector<Count> counts) : upto_(std::move(counts)) {
  std::sort(upto_.begin(), upto_.end());
  std::size_t kept = 0;
  std::uint64_t total = 0;
  for (const auto& [length, count] : upto_) {
    if (count == 0) continue;
    total += count;
    if (kept == 0 || upto_[kept - 1].first != length) ++kept;
    upto_[kept - 1] = {length, total};
  }
  upto_.resize(kept);
}

Seconds Histogram::at(std::uint64_t rank) const {
  return std::partition_point(upto_.begin(), upto_.end(),
                              [&](const Count& count) { return count.second < rank; })
      ->first;
}

Seconds Histogram::quantile(std::uint64_t per_mille) const {
  // Split, so that the product cannot leave 64 bits.
  const std::uint64_t whole = size() / 1000 * per_mille;
  const std::uint64_t rest = (size() % 1000 * per_mille + 999) / 1000;
  return at(std::max<std::uint64_t>(whole + rest, 1));
}

std::uint64_t Histogram::above(Seconds length) const {
  const auto longer = std::partition_point(
      upto_.begin(), upto_.end(), [&](const Count& count) { return count.first <= length; });
  return longer == upto_.begin() ? size() : size() - std::prev(longer)->second;
}

Histogram Histogram::and_all(const Histogram& other) const {
  std::vector<Count> all = counts();
  const std::vector<Count> more = other.counts();
  all.insert(all.end(), more.begin(), more.end());
  return Histogram(std::move(all));
}

std::optional<Seconds> Histogram::bound(double target) const {
  const std::uint64_t rank = rank_from_top(size(), target);
  if (rank == 0) return std::nullopt;
  return at(size() - rank + 1);
}

std::vector<Histogram::Count> Histogram::counts() const {
  std::vector<Count> counts = upto_;
  for (std::size_t i = counts.size(); i-- > 1;) counts[i].second -= counts[i - 1].second;
  return counts;
}

void Samples::add(Seconds length, const Disturbance& by) {
  ++counts_[{clamped(length), clamped(by.silence), clamped(by.step)}];
}

Histogram Samples::undisturbed(const Disturbance& limit) const {
  std::vector<Histogram::Count> counts;
  for (const auto& [key, count] : counts_) {
    const bool is_kept = length_of(key[1]) <= limit.silence && length_of(key[2]) <= limit.step;
    if (is_kept) counts.emplace_back(length_of(key[0]), count);
  }
  return Histogram(std::move(counts));
}

std::uint64_t Samples::size() const {
  std::uint64_t total = 0;
  for (const auto& [key, count] : counts_) total += count;
  return total;
}

}  // namespace vitals
