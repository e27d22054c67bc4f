// SPDX-License-Identifier: Apache-2.0
// A sheet of tables and sentences, for a terminal or as a page.
#ifndef VITALS_LIB_SHEET_SHEET_H
#define VITALS_LIB_SHEET_SHEET_H

#include <string>
#include <string_view>
#include <vector>

#include "vitals/explain.h"

namespace vitals {

struct SheetColumn {
  std::string heading{};
  bool is_number = false;  // stands at the right of its column
};

struct SheetTable {
  std::vector<SheetColumn> columns{};
  std::vector<std::vector<std::string>> rows{};  // as many cells each as there are columns
};

struct SheetPart {
  std::string heading{};  // empty: none
  SheetTable table{};
  std::vector<std::string> sentences{};  // below the table
};

struct Sheet {
  std::string title{};
  std::vector<SheetPart> parts{};  // those with neither rows nor sentences are left out
};

// For a terminal. What could command it is made legible.
[[nodiscard]] std::string to_text(const Sheet& sheet, const TextStyle& style);

// A page that needs nothing from outside, for light and dark backgrounds, with an SVG on top.
[[nodiscard]] std::string to_html(const Sheet& sheet, std::string_view picture);

}  // namespace vitals

#endif  // VITALS_LIB_SHEET_SHEET_H
