// SPDX-License-Identifier: Apache-2.0
/// @file
/// What people are told of a check, in 16 bits: its visible status and the reasons against it.
///
///     bits 0 to 12   the reasons, as Reasons::bits()
///     bits 13 to 15  the status as its enumerator; 5: none is visible; 7: there is no verdict
///
/// A fleet keeps one of these a check; two are equal exactly if nothing about them need be told
/// anew. So narrow that judging everything runs at the speed of memory. Pure, constexpr.

#ifndef VITALS_OUTCOME_H
#define VITALS_OUTCOME_H

#include <cstdint>
#include <optional>

#include "vitals/observation.h"
#include "vitals/reason.h"

namespace vitals {

/// The visible status of a check and the reasons against it; by default there is no verdict.
class Outcome {
 public:
  constexpr Outcome() noexcept = default;
  constexpr Outcome(std::optional<Status> visible, Reasons reasons) noexcept
      : bits_(static_cast<std::uint16_t>((visible ? static_cast<unsigned>(*visible) : not_visible)
                                             << reason_count |
                                         reasons.bits())) {}

  /// Whether there is anything to say about the check. Source: SPEC 5 and 7.
  [[nodiscard]] constexpr bool has_verdict() const noexcept { return bits_ != no_verdict; }

  /// Whether the check counts. Source: SPEC 5.
  [[nodiscard]] constexpr bool counts() const noexcept { return (bits_ & reason_bits) == 0; }

  /// The reasons against it; none where there is no verdict.
  [[nodiscard]] constexpr Reasons reasons() const noexcept {
    return has_verdict() ? Reasons::from_bits(bits_) : Reasons{};
  }

  /// The status that people may see: none while unobserved and once expired. Source: SPEC 11.
  [[nodiscard]] constexpr std::optional<Status> status() const noexcept {
    const unsigned code = bits_ >> reason_count;
    return code < not_visible ? std::optional(static_cast<Status>(code)) : std::nullopt;
  }

  [[nodiscard]] constexpr std::uint16_t bits() const noexcept { return bits_; }

  /// The bits of reasons. A check counts iff none of them is set: where there is no verdict all
  /// are.
  static constexpr std::uint16_t reason_bits = (1U << reason_count) - 1;

  friend constexpr bool operator==(Outcome, Outcome) noexcept = default;

 private:
  static constexpr unsigned not_visible = 5;
  static constexpr std::uint16_t no_verdict = 0xffff;
  static_assert(status_names.size() == not_visible && reason_count == 13);

  std::uint16_t bits_ = no_verdict;
};
static_assert(sizeof(Outcome) == 2);

}  // namespace vitals

#endif  // VITALS_OUTCOME_H
