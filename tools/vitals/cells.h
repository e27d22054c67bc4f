// SPDX-License-Identifier: Apache-2.0
// Cells of tables for people, and their colours.
#ifndef VITALS_TOOLS_CELLS_H
#define VITALS_TOOLS_CELLS_H

#include <cstddef>
#include <string>
#include <string_view>

namespace vitals {

inline constexpr std::string_view green = "\033[32m";
inline constexpr std::string_view red = "\033[31m";
inline constexpr std::string_view yellow = "\033[33m";
inline constexpr std::string_view faint = "\033[2m";

class Cells {
 public:
  explicit Cells(bool colored) : colored_(colored) {}

  // Appends the text, harmless for a terminal, filled up to the width, and two blanks.
  void append(std::string& out, std::string_view text, std::size_t width,
              std::string_view color = {}) const;
  // The same with the text at the right.
  void append_number(std::string& out, std::string_view text, std::size_t width,
                     std::string_view color = {}) const;

 private:
  [[nodiscard]] std::string painted(const std::string& text, std::string_view color) const;

  bool colored_;
};

}  // namespace vitals

#endif  // VITALS_TOOLS_CELLS_H
