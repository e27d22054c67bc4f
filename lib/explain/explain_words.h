// SPDX-License-Identifier: Apache-2.0
// How explanations tell moments, lengths and names to people, and how text is made safe and fitted.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_WORDS_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_WORDS_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/utf8.h"
#include "vitals/effective.h"
#include "vitals/reason.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

// The two signs beyond ASCII that sentences hold; legible() has a spelling for terminals that
// know neither.
inline constexpr std::string_view arrow = "\u2192";
inline constexpr std::string_view multiplied_by = "\u00d7";

// A length as people read it, `2m 3s`. It has no sign: the words around it say which way it goes.
[[nodiscard]] std::string tell_length(Seconds length);

// Tells moments as seen from one of them.
class Clock {
 public:
  explicit Clock(Timestamp now) : now_(now) {}

  // `14:02:11`, with the date where that is not today's.
  [[nodiscard]] std::string at(Timestamp moment) const;
  // `in 2m 3s`, `5m ago`, `now`.
  [[nodiscard]] std::string away(Timestamp moment) const;
  // `14:02:11, in 2m 3s`.
  [[nodiscard]] std::string at_and_away(Timestamp moment) const;

  [[nodiscard]] Timestamp now() const { return now_; }

 private:
  Timestamp now_;
};

// The length from `earlier` to `later`; saturates.
[[nodiscard]] Seconds length_between(Timestamp earlier, Timestamp later);

[[nodiscard]] std::string_view name(Formula formula);

// The names of the reasons, separated by `, `.
[[nodiscard]] std::string tell_reasons(Reasons reasons);

// When a check counts: `from 14:08:12, in 2m 3s until 14:12:31, in 6m 22s`.
[[nodiscard]] std::string tell_window(const Window& window, const Clock& clock);

[[nodiscard]] std::string join(const std::vector<std::string>& texts, std::string_view separator);

// The text with everything that could command or confuse a terminal written as `\x1b`: control
// characters, invisible ones that turn the direction of writing, and what is no UTF-8. Without
// `utf8`, whatever is not ASCII, but for the two signs above.
[[nodiscard]] std::string legible(std::string_view text, bool utf8 = true);

// Breaks text at spaces into lines of at most `columns`; longer words are broken where they are.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// Text of at most `columns` (3 or more), its end given up for `...` where it is longer.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t columns);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_WORDS_H
