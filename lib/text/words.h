// SPDX-License-Identifier: Apache-2.0
// Words: what needs no quotes, and what somebody may have meant who misspelled one.
#ifndef VITALS_LIB_TEXT_WORDS_H
#define VITALS_LIB_TEXT_WORDS_H

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vitals {

// Whether the text is made of ASCII letters, digits, `_` and `-`, and not empty.
[[nodiscard]] bool is_word(std::string_view text);

// `a, b, c`.
[[nodiscard]] std::string joined(std::span<const std::string_view> words);

// How many bytes must be inserted, removed, replaced or swapped with their neighbour to make one
// word of the other.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// `; did you mean WORD?` with the nearest known word, for the end of an error; empty where none is
// near: at most one edit for every three bytes of the word.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> known);

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_WORDS_H
