// SPDX-License-Identifier: Apache-2.0
// What the timeline of an explanation shows, whatever it is drawn with: its stretch of time, its
// clock, and how its rows are called.
#ifndef VITALS_LIB_EXPLAIN_TIMELINE_H
#define VITALS_LIB_EXPLAIN_TIMELINE_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/explain.h"

namespace vitals {

// The stretch of time that is drawn: what is known to come, and of the past what belongs to it.
// `now` is inside; moments far away are not, however interesting.
[[nodiscard]] Window range_to_draw(const Explanation& check);

struct ClockTick {
  Timestamp at{};
  std::string label{};  // `14:05`, with the day where that is not today
};

// At most `most` moments of round clock times within the range.
[[nodiscard]] std::vector<ClockTick> clock_ticks(const Window& range, Timestamp now,
                                                 std::size_t most);

// The rule's name; where it stands below the heading of its switch or rack, without what that says.
[[nodiscard]] std::string_view row_label(const RuleExplanation& rule);

// The heading of the switch or rack to which the rule belongs; empty for a rule of the host's own.
[[nodiscard]] std::string row_heading(const RuleExplanation& rule);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_TIMELINE_H
