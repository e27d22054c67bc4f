// SPDX-License-Identifier: Apache-2.0
// Characters of UTF-8 text: what they are, how wide they print, which of them harm a reader.
#ifndef VITALS_LIB_TEXT_UTF8_H
#define VITALS_LIB_TEXT_UTF8_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vitals {

struct CodePoint {
  char32_t value;
  std::size_t length;  // in bytes
};

// The character at the start of the text, which is not empty; none where that is no UTF-8.
[[nodiscard]] std::optional<CodePoint> first_code_point(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

// Whether there is a space or an ASCII control character in it, which no name has.
[[nodiscard]] bool has_blank(std::string_view text);

// The text behind the mark that some editors put in front of a file.
[[nodiscard]] inline std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

// Control characters, invisible and direction-turning ones, line separators, and what XML cannot
// hold.
[[nodiscard]] bool is_unsafe(char32_t value);

// How many columns of a terminal it takes, near enough; East Asian wide characters take two.
[[nodiscard]] std::size_t width_of(char32_t value);
[[nodiscard]] std::size_t columns_of(std::string_view text);

// Appends bytes that are not to be shown as they are: \n, \t, and \xNN for all others.
void append_escaped(std::string& out, std::string_view bytes);

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_UTF8_H
