// SPDX-License-Identifier: Apache-2.0
#include "compare/stretch_meter.h"

#include <algorithm>
#include <bit>

namespace vitals {
namespace {

constexpr std::uint64_t most_bits = 32;

template <class Visit>
void for_each_bit(std::uint32_t bits, Visit&& visit) {
  for (; bits != 0; bits &= bits - 1) visit(static_cast<unsigned>(std::countr_zero(bits)));
}

}  // namespace

void StretchMeter::look(Timestamp now, OwnerId owner, std::size_t row, std::uint32_t holds) {
  const std::uint64_t spot = owner * row_count() + row;
  auto held = held_.find(spot);
  if (held == held_.end()) {
    if (holds == 0) return;
    held = held_.emplace(spot, Held{}).first;
  }
  Held& is = held->second;
  for_each_bit(is.now & ~holds, [&](unsigned bit) { end(now, spot, bit); });
  for_each_bit(holds & ~is.now,
               [&](unsigned bit) { begin(now, owner, spot, bit, (is.ever >> bit & 1U) == 0); });
  is.now = holds;
  is.ever |= holds;
}

void StretchMeter::begin(Timestamp now, OwnerId owner, std::uint64_t spot, unsigned bit,
                         bool is_first_here) {
  Row& row = row_of(spot, bit);
  ++row.stretches.count;
  if (is_first_here) ++row.stretches.hosts;
  if (row.first.size() < most_examples_) row.first.push_back({now, owner});
  open_[spot * most_bits + bit] = now;
}

void StretchMeter::end(Timestamp now, std::uint64_t spot, unsigned bit) {
  const auto begun = open_.find(spot * most_bits + bit);
  const Seconds length = now - begun->second;
  open_.erase(begun);
  Stretches& stretches = row_of(spot, bit).stretches;
  stretches.total += length;
  stretches.longest = std::max(stretches.longest, length);
}

void StretchMeter::finish(Timestamp end_of_all) {
  for (auto& [spot, is] : held_) {
    for_each_bit(is.now, [&, spot = spot](unsigned bit) { end(end_of_all, spot, bit); });
    is.now = 0;
  }
}

}  // namespace vitals
