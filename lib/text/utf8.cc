// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.h"

#include <algorithm>
#include <array>

namespace vitals {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [value](const Range& range) {
    return range.first <= value && value <= range.last;
  });
}

bool is_combining(char32_t value) {
  static constexpr std::array<Range, 3> combining{
      {{0x300, 0x36f}, {0x1ab0, 0x1aff}, {0xfe00, 0xfe0f}}};
  return is_in(combining, value);
}

bool is_wide(char32_t value) {
  static constexpr std::array<Range, 6> wide{{{0x1100, 0x115f},
                                              {0x2e80, 0xa4cf},
                                              {0xac00, 0xd7a3},
                                              {0xf900, 0xfaff},
                                              {0xff00, 0xff60},
                                              {0x1f300, 0x3fffd}}};
  return is_in(wide, value);
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return CodePoint{lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return std::nullopt;
  char32_t value = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80U) return std::nullopt;
    value = (value << 6U) | (byte & 0x3fU);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < smallest[length] || value > 0x10ffff || surrogate) return std::nullopt;
  return CodePoint{value, length};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto next = first_code_point(text);
    if (!next) return false;
    text.remove_prefix(next->length);
  }
  return true;
}

bool has_blank(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

bool is_unsafe(char32_t value) {
  static constexpr std::array<Range, 8> unsafe{{{0x00, 0x1f},
                                                {0x7f, 0x9f},
                                                {0x61c, 0x61c},
                                                {0x200b, 0x200f},
                                                {0x2028, 0x202e},
                                                {0x2060, 0x206f},
                                                {0xfeff, 0xfeff},
                                                {0xfffe, 0xffff}}};
  return is_in(unsafe, value);
}

std::size_t width_of(char32_t value) {
  if (is_combining(value)) return 0;
  return is_wide(value) ? 2 : 1;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text).value_or(CodePoint{U'?', 1});
    columns += width_of(next.value);
    text.remove_prefix(next.length);
  }
  return columns;
}

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (bytes == "\n") return static_cast<void>(out += "\\n");
  if (bytes == "\t") return static_cast<void>(out += "\\t");
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    out += "\\x";
    out += digits[code >> 4U];
    out += digits[code & 15U];
  }
}

}  // namespace vitals
