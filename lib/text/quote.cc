// SPDX-License-Identifier: Apache-2.0
#include "text/quote.h"

#include "text/utf8.h"

namespace vitals {

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::optional<CodePoint> next = first_code_point(text);
    const std::string_view bytes = text.substr(0, next ? next->length : 1);
    text.remove_prefix(bytes.size());
    if (next && !is_unsafe(next->value)) {
      out += bytes;
    } else {
      append_escaped(out, bytes);
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
