// SPDX-License-Identifier: Apache-2.0
// How the scenario language spells moments, windows, names and reasons. What was expected and what
// is are compared as they are spelled here.
#ifndef VITALS_LIB_SCENARIO_SCENARIO_SPELLING_H
#define VITALS_LIB_SCENARIO_SCENARIO_SPELLING_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vitals/reason.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

// What parts the words of a line. A comma is a blank, so that lists may be written with or without.
[[nodiscard]] constexpr bool is_scenario_blank(char c) { return c == ' ' || c == '\t' || c == ','; }

// How a line writes moments; reports about it write them likewise.
enum class TimeStyle : std::uint8_t {
  seconds,  // 841s
  units,    // 14m1s
  calendar  // 2024-01-01T00:14:01Z
};

struct Moment {
  Timestamp at;
  TimeStyle style;
};

// `14m1s` after or, with a minus, before scenario_base; or RFC 3339.
[[nodiscard]] absl::StatusOr<Moment> parse_moment(std::string_view text);
[[nodiscard]] std::string spell(Timestamp moment, TimeStyle style);

// `FROM..UNTIL`, where a side that is left out is unbounded, or `none`.
[[nodiscard]] absl::StatusOr<Window> parse_window(std::string_view text);
[[nodiscard]] std::string spell(const Window& window, TimeStyle style);

// A name as the language reads it back: in quotes where it must be.
[[nodiscard]] std::string spell_name(std::string_view name);
// Names parted by blanks, or `none`.
[[nodiscard]] std::string spell_names(std::span<const std::string_view> names);
// `counts`, or `excluded_by` and the reasons.
[[nodiscard]] std::string spell(Reasons excluded_by);

}  // namespace vitals

#endif  // VITALS_LIB_SCENARIO_SCENARIO_SPELLING_H
