// SPDX-License-Identifier: Apache-2.0
// How tests write moments, and how they print what a rule answered.
#ifndef VITALS_TESTS_TEST_TIME_H
#define VITALS_TESTS_TEST_TIME_H

#include <cstdint>
#include <optional>
#include <string>

#include "vitals/reason.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

/// The moment so many seconds after the Unix epoch. The only place where tests make a moment of a
/// bare number.
[[nodiscard]] constexpr Timestamp t(std::int64_t seconds) noexcept {
  return Timestamp{Seconds{seconds}};
}

/// The number of seconds, or the name of an end of time.
[[nodiscard]] inline std::string text(Timestamp moment) {
  if (moment == distant_past) return "distant_past";
  if (moment == distant_future) return "distant_future";
  return std::to_string(moment.time_since_epoch().count());
}

[[nodiscard]] inline std::string text(std::optional<Timestamp> moment) {
  return moment ? text(*moment) : "none";
}

[[nodiscard]] inline std::string text(const Window& window) {
  return "[" + text(window.from) + ", " + text(window.until) + ")";
}

/// The words of a set of reasons, in the order of SPEC 5; "counts" for the empty set.
[[nodiscard]] inline std::string text(Reasons reasons) {
  std::string words;
  reasons.for_each(
      [&](Reason reason) { words += (words.empty() ? "" : " ") + std::string(name(reason)); });
  return words.empty() ? "counts" : words;
}

}  // namespace vitals

#endif  // VITALS_TESTS_TEST_TIME_H
