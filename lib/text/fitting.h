// SPDX-License-Identifier: Apache-2.0
// How text for people is made safe, and fitted into the room that there is.
#ifndef VITALS_LIB_TEXT_FITTING_H
#define VITALS_LIB_TEXT_FITTING_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vitals {

// The two signs beyond ASCII that sentences hold; legible() has a spelling for terminals that
// know neither.
inline constexpr std::string_view arrow = "\u2192";
inline constexpr std::string_view multiplied_by = "\u00d7";

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

#endif  // VITALS_LIB_TEXT_FITTING_H
