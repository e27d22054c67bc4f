// SPDX-License-Identifier: Apache-2.0
#include "text/quote.h"

namespace vitals {

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr unsigned char del = 0x7f;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F, C2 80 to C2 9F in UTF-8, are control characters as well.
    const bool c1 =
        c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c >= 0x20 && c != del && !c1) {
      out += text[i];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      const unsigned char code = c1 ? static_cast<unsigned char>(text[++i]) : c;
      out += "\\x";
      out += digits[code >> 4U];
      out += digits[code & 15U];
    }
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_shown = 80;
  if (text.size() <= longest_shown) return "'" + printable(text) + "'";
  std::size_t cut = longest_shown;
  // Not inside a UTF-8 sequence.
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80U) --cut;
  return "'" + printable(text.substr(0, cut)) + "...'";
}

}  // namespace vitals
