// SPDX-License-Identifier: Apache-2.0
// Compiled once for each set of vector instructions; the best that the processor has is chosen when
// the program runs.
#include "fleet/outcome_bits.h"

#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fleet/outcome_bits.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vitals::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// For a multiple of 64 outcomes, whose bits go to bytes in order.
void set_bits(const std::uint16_t* HWY_RESTRICT outcomes, std::size_t count,
              std::uint8_t* HWY_RESTRICT bytes) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  for (std::size_t i = 0; i < count; i += 8) {
    unsigned byte = 0;
    for (unsigned j = 0; j < 8; ++j) {
      byte |= unsigned{(outcomes[i + j] & Outcome::reason_bits) == 0} << j;
    }
    bytes[i / 8] = static_cast<std::uint8_t>(byte);
  }
#else
  const hn::CappedTag<std::uint16_t, 64> lanes;  // 8 at least: a byte of bits
  const auto reasons = hn::Set(lanes, Outcome::reason_bits);
  for (std::size_t i = 0; i < count; i += hn::Lanes(lanes)) {
    const auto found = hn::And(hn::LoadU(lanes, outcomes + i), reasons);
    hn::StoreMaskBits(lanes, hn::Eq(found, hn::Zero(lanes)), bytes + i / 8);
  }
#endif
}

}  // namespace vitals::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitals {

HWY_EXPORT(set_bits);

void set_counting_bits(std::span<const Outcome> outcomes, std::uint64_t* bits) {
  std::size_t first_left = 0;
  if constexpr (std::endian::native == std::endian::little) {
    first_left = outcomes.size() / 64 * 64;
    HWY_DYNAMIC_DISPATCH(set_bits)
    (reinterpret_cast<const std::uint16_t*>(outcomes.data()), first_left,
     reinterpret_cast<std::uint8_t*>(bits));
  }
  for (std::size_t i = first_left; i < outcomes.size(); ++i) {
    if (i % 64 == 0) bits[i / 64] = 0;
    bits[i / 64] |= std::uint64_t{outcomes[i].counts()} << i % 64;
  }
}

}  // namespace vitals
#endif
