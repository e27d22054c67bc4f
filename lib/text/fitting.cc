// SPDX-License-Identifier: Apache-2.0
#include "text/fitting.h"

#include <optional>

#include "text/bridge.h"
#include "text/utf8.h"

namespace vitals {
namespace {

// The longest start of the text that takes at most `columns`, in bytes; at least one character, so
// that whoever cuts text into pieces gets on.
std::size_t fitting_length(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  std::size_t length = 0;
  while (length < text.size()) {
    const CodePoint next = first_code_point(text.substr(length)).value_or(CodePoint{U'?', 1});
    used += width_of(next.value);
    if (used > columns && length > 0) break;
    length += next.length;
  }
  return length;
}

std::optional<std::string_view> in_ascii(std::string_view character) {
  if (character == arrow) return "->";
  if (character == multiplied_by) return "x";
  return std::nullopt;
}

}  // namespace

std::string join(const std::vector<std::string>& texts, std::string_view separator) {
  std::string out;
  for (const std::string& text : texts) {
    if (&text != &texts.front()) out += separator;
    out += text;
  }
  return out;
}

std::string legible(std::string_view text, bool utf8) {
  std::string out;
  while (!text.empty()) {
    const std::optional<CodePoint> next = first_code_point(text);
    const std::string_view bytes = text.substr(0, next ? next->length : 1);
    text.remove_prefix(bytes.size());
    const bool plain = next && !is_unsafe(next->value) && (utf8 || next->value < 0x80);
    if (plain) {
      out += bytes;
    } else if (const auto spelling = in_ascii(bytes)) {
      out += *spelling;
    } else {
      append_escaped(out, bytes);
    }
  }
  return out;
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (columns_of(text) > columns) {
    const std::size_t fits = fitting_length(text, columns);
    // A space right behind the line is a break as good as one within it.
    const std::size_t space = text.substr(0, fits + 1).find_last_of(' ');
    const bool at_space = space != std::string_view::npos && space > 0;
    lines.emplace_back(text.substr(0, at_space ? space : fits));
    text.remove_prefix(at_space ? space + 1 : fits);
  }
  lines.emplace_back(text);
  return lines;
}

std::string shortened(std::string_view text, std::size_t columns) {
  constexpr std::string_view dots = "...";
  if (columns_of(text) <= columns) return std::string(text);
  return cat(text.substr(0, fitting_length(text, columns - dots.size())), dots);
}

}  // namespace vitals
