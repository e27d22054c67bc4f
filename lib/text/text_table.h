// SPDX-License-Identifier: Apache-2.0
// A table for people, its columns as wide as what they hold.
#ifndef VITALS_LIB_TEXT_TEXT_TABLE_H
#define VITALS_LIB_TEXT_TEXT_TABLE_H

#include <cstddef>
#include <string>
#include <vector>

namespace vitals {

class TextTable {
 public:
  // The letters say of each column whether it is flush `l`eft or `r`ight.
  explicit TextTable(std::string flush) : flush_(std::move(flush)) {}

  // A cell a column; what would harm a terminal is escaped.
  void row(const std::vector<std::string>& cells);
  // A line across all columns.
  void line(const std::string& text);

  // Two blanks between columns, none at the ends of lines; each line ends with a line feed.
  [[nodiscard]] std::string text() const;

 private:
  std::string flush_;
  std::vector<std::vector<std::string>> rows_;  // a row of one cell is a line
};

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_TEXT_TABLE_H
