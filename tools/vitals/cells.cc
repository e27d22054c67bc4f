// SPDX-License-Identifier: Apache-2.0
#include "cells.h"

#include <algorithm>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"

namespace vitals {
namespace {

constexpr std::string_view plain = "\033[0m";

std::string blanks(std::size_t width, const std::string& shown) {
  const std::size_t taken = columns_of(shown);
  return std::string(std::max(width, taken) - taken, ' ');
}

}  // namespace

void Cells::append(std::string& out, std::string_view text, std::size_t width,
                   std::string_view color) const {
  const std::string shown = printable(text);
  out += cat(painted(shown, color), blanks(width, shown), "  ");
}

void Cells::append_number(std::string& out, std::string_view text, std::size_t width,
                          std::string_view color) const {
  const std::string shown = printable(text);
  out += cat(blanks(width, shown), painted(shown, color), "  ");
}

std::string Cells::painted(const std::string& text, std::string_view color) const {
  return colored_ && !color.empty() ? cat(color, text, plain) : text;
}

}  // namespace vitals
