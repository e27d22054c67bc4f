// SPDX-License-Identifier: Apache-2.0
/// @file
/// Why a check does not count: thirteen reasons, and sets of them in 16 bits.
///
///     a check counts  iff  its set of reasons is empty
///
/// All reasons that hold are reported, in the order of the specification's table, which is the
/// order of the enumerators. Pure, constexpr.

#ifndef VITALS_REASON_H
#define VITALS_REASON_H

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace vitals {

/// One reason why a check does not count. Source: SPEC 5, in its order.
enum class Reason : std::uint8_t {
  unobserved,                      ///< nothing received yet, and its time to appear is not over
  missing,                         ///< nothing received yet, and it is: tell the owner
  implausible_time,                ///< a time lies too far ahead of the receipt
  unmeasured,                      ///< hw-watcher's word without the time of its measurement
  expired,                         ///< so old that people should not see it any more
  stale,                           ///< past its staleness deadline
  under_manipulation,              ///< somebody works on the host
  precedes_manipulation,           ///< not proven to be from after the last work on the host
  precedes_rename,                 ///< not proven to be about the host under its new name
  infrastructure_unknown,          ///< what a switch or rack says is not known now
  infrastructure_not_ok,           ///< a switch or rack is not OK
  precedes_infrastructure_change,  ///< not proven to be from after the switch or rack changed
  infrastructure_settling          ///< the switch or rack had no time yet to speak up
};

inline constexpr std::size_t reason_count = 13;

inline constexpr std::array<std::string_view, reason_count> reason_names{
    "unobserved",
    "missing",
    "implausible_time",
    "unmeasured",
    "expired",
    "stale",
    "under_manipulation",
    "precedes_manipulation",
    "precedes_rename",
    "infrastructure_unknown",
    "infrastructure_not_ok",
    "precedes_infrastructure_change",
    "infrastructure_settling"};

/// The word for a reason, as verdict lines and scenarios spell it.
[[nodiscard]] constexpr std::string_view name(Reason reason) noexcept {
  return reason_names[static_cast<std::size_t>(reason)];
}

/// The reason that a word stands for; nothing for any other word.
[[nodiscard]] constexpr std::optional<Reason> parse_reason(std::string_view word) noexcept {
  for (std::size_t i = 0; i < reason_count; ++i) {
    if (reason_names[i] == word) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

/// A set of reasons. The empty set means: the check counts.
class Reasons {
 public:
  constexpr Reasons() noexcept = default;
  constexpr Reasons(std::initializer_list<Reason> reasons) noexcept {
    for (const Reason reason : reasons) set(reason);
  }

  /// Adds the reason if it holds.
  constexpr void set(Reason reason, bool holds = true) noexcept {
    bits_ = static_cast<std::uint16_t>(bits_ | (unsigned{holds} << static_cast<unsigned>(reason)));
  }

  [[nodiscard]] constexpr bool has(Reason reason) const noexcept {
    return ((bits_ >> static_cast<unsigned>(reason)) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool has_any(Reasons others) const noexcept {
    return (bits_ & others.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr int size() const noexcept { return std::popcount(bits_); }

  /// The set as bits: bit i is the i-th enumerator of Reason.
  [[nodiscard]] constexpr std::uint16_t bits() const noexcept { return bits_; }

  /// The set that has these bits; others than those of reasons are dropped.
  [[nodiscard]] static constexpr Reasons from_bits(unsigned bits) noexcept {
    Reasons reasons;
    reasons.bits_ = static_cast<std::uint16_t>(bits & ((1U << reason_count) - 1));
    return reasons;
  }

  /// Calls `visit(Reason)` for each reason of the set, in the order of the specification.
  template <class Visitor>
  constexpr void for_each(Visitor&& visit) const {
    for (unsigned rest = bits_; rest != 0; rest &= rest - 1) {
      visit(static_cast<Reason>(std::countr_zero(rest)));
    }
  }

  constexpr Reasons& operator|=(Reasons others) noexcept {
    bits_ = static_cast<std::uint16_t>(bits_ | others.bits_);
    return *this;
  }
  friend constexpr Reasons operator|(Reasons a, Reasons b) noexcept { return a |= b; }
  friend constexpr bool operator==(Reasons, Reasons) noexcept = default;

 private:
  std::uint16_t bits_ = 0;
};

/// The reasons for which a required check is awaited: time or the next observation may lift them.
inline constexpr Reasons waiting_reasons{Reason::unobserved,
                                         Reason::precedes_manipulation,
                                         Reason::precedes_rename,
                                         Reason::infrastructure_unknown,
                                         Reason::infrastructure_not_ok,
                                         Reason::precedes_infrastructure_change,
                                         Reason::infrastructure_settling};

/// The reasons against which waiting alone will not help, whatever else holds.
inline constexpr Reasons hopeless_reasons{Reason::expired, Reason::implausible_time,
                                          Reason::unmeasured};

/// The reasons that infrastructure gives only where it is known.
inline constexpr Reasons known_infrastructure_reasons{Reason::infrastructure_not_ok,
                                                      Reason::precedes_infrastructure_change,
                                                      Reason::infrastructure_settling};

/// All that infrastructure may give: those behind which `blocked_by` stands. Source: SPEC 11.
inline constexpr Reasons blocking_reasons =
    known_infrastructure_reasons | Reasons{Reason::infrastructure_unknown};

}  // namespace vitals

#endif  // VITALS_REASON_H
