// SPDX-License-Identifier: Apache-2.0
/// @file
/// The host as a whole: one of four states, from the verdicts on its checks.
///
///     failing      some check that counts is CRIT, required or not
///     healthy      not failing, at least one required check, and every required check counts
///                  with OK, WARN or INFO
///     undecided    neither, and some required check is waiting
///     unmonitored  otherwise: waiting will not help, somebody must look
///
/// The empty set of checks is never healthy. Pure, constexpr.

#ifndef VITALS_HEALTH_H
#define VITALS_HEALTH_H

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vitals/observation.h"
#include "vitals/reason.h"

namespace vitals {

/// The state of a host. Source: SPEC 9.
enum class HostState : std::uint8_t { failing, healthy, undecided, unmonitored };

inline constexpr std::array<std::string_view, 4> host_state_names{"failing", "healthy", "undecided",
                                                                  "unmonitored"};

/// The word for a state, as verdict lines and scenarios spell it.
[[nodiscard]] constexpr std::string_view name(HostState state) noexcept {
  return host_state_names[static_cast<std::size_t>(state)];
}

/// One check of a host, as far as its health depends on it.
struct JudgedCheck {
  bool required = false;
  /// None: the check has no verdict at all (not required and never observed, or awaited of a host
  /// that was neither assigned nor renamed).
  std::optional<Reasons> excluded_by{};
  /// What was observed; none where nothing was received.
  std::optional<Status> status{};

  [[nodiscard]] constexpr bool counts() const noexcept {
    return excluded_by && excluded_by->empty();
  }
};

/// Whether the check speaks against the host: it counts and is CRIT. Source: SPEC 9.
[[nodiscard]] constexpr bool is_failing(const JudgedCheck& check) noexcept {
  return check.counts() && check.status == Status::crit;
}

/// Whether time or the next observation may decide a required check.
///
/// Boundary: work on the host always waits; the other reasons do not wait beside an `expired`,
///           `implausible_time` or `unmeasured`.
/// Source:   SPEC 9 (waiting).
[[nodiscard]] constexpr bool is_waiting(const JudgedCheck& check) noexcept {
  if (!check.required || !check.excluded_by) return false;
  const Reasons reasons = *check.excluded_by;
  return reasons.has(Reason::under_manipulation) ||
         (reasons.has_any(waiting_reasons) && !reasons.has_any(hopeless_reasons));
}

/// Whether the owner must be told of a required check: it neither waits nor counts with a status
/// other than NODATA. Source: SPEC 9 (silent).
[[nodiscard]] constexpr bool is_silent(const JudgedCheck& check) noexcept {
  return check.required && !is_waiting(check) &&
         !(check.counts() && check.status != Status::nodata);
}

/// Whether a required check allows its host to be healthy. Source: SPEC 9.
[[nodiscard]] constexpr bool is_well(const JudgedCheck& check) noexcept {
  return check.counts() && check.status != Status::crit && check.status != Status::nodata;
}

/// Takes the checks of one host, in any order, and tells its state.
class HealthTally {
 public:
  constexpr void add(const JudgedCheck& check) noexcept {
    failing_ = failing_ || is_failing(check);
    waiting_ = waiting_ || is_waiting(check);
    required_ = required_ || check.required;
    all_well_ = all_well_ && (!check.required || is_well(check));
  }

  /// The state of the host whose checks were added.
  ///
  /// Boundary: with no required check at all a host is never healthy.
  /// Source:   SPEC 9.
  [[nodiscard]] constexpr HostState state() const noexcept {
    if (failing_) return HostState::failing;
    if (required_ && all_well_) return HostState::healthy;
    return waiting_ ? HostState::undecided : HostState::unmonitored;
  }

 private:
  bool failing_ = false;
  bool waiting_ = false;
  bool required_ = false;
  bool all_well_ = true;
};

}  // namespace vitals

#endif  // VITALS_HEALTH_H
