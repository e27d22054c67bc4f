// SPDX-License-Identifier: Apache-2.0
#include "text/text_table.h"

#include <algorithm>

#include "text/quote.h"
#include "text/utf8.h"

namespace vitals {

void TextTable::row(const std::vector<std::string>& cells) {
  rows_.emplace_back();
  for (const std::string& cell : cells) rows_.back().push_back(printable(cell));
}

void TextTable::line(const std::string& text) { row({text}); }

std::string TextTable::text() const {
  std::vector<std::size_t> widths(flush_.size());
  for (const std::vector<std::string>& cells : rows_) {
    if (cells.size() < 2) continue;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(cells[i]));
    }
  }
  std::string out;
  for (const std::vector<std::string>& cells : rows_) {
    std::size_t column = 0;  // where the line ends now
    std::size_t begin = 0;   // where the next cell's column begins
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t width = columns_of(cells[i]);
      const bool is_right = flush_[i] == 'r' && cells.size() > 1;
      const std::size_t at = begin + (is_right ? widths[i] - width : 0);
      if (width > 0) {
        out.append(at - column, ' ');
        out += cells[i];
        column = at + width;
      }
      begin += widths[i] + 2;
    }
    out += '\n';
  }
  return out;
}

}  // namespace vitals
