// SPDX-License-Identifier: Apache-2.0
// The page that explanations are written on: lines of pieces at their columns, painted or not, in
// UTF-8 or in ASCII.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_PAGE_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_PAGE_H

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/explain_words.h"
#include "vitals/explain.h"

namespace vitals {

enum class Paint { plain, bold, dim, good, bad, accent };

// The signs that rules and timelines are drawn with.
struct Signs {
  std::string_view permits, shuts_out, counts, now, now_head, event, earlier, later, axis, tick;
  std::string_view yes, no, unasked;
};

// The sign of a rule that says so, and its paint.
[[nodiscard]] std::string_view mark_of(RuleState state, const Signs& signs);
[[nodiscard]] Paint mark_paint_of(RuleState state);

// Text that starts at a column of its line. It must be safe for the terminal.
struct Piece {
  std::size_t column = 0;
  std::string text{};
  Paint paint = Paint::plain;
};

// Columns of rules, above and in the timeline: a mark, the name, and what belongs to it.
inline constexpr std::size_t mark_column = 2;
inline constexpr std::size_t label_column = 4;
inline constexpr std::size_t body_column = 27;

class Page {
 public:
  explicit Page(const TextStyle& style);

  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] const Signs& signs() const;
  [[nodiscard]] std::string safe(std::string_view text) const { return legible(text, utf8_); }

  // A line of pieces, in any order. They must not overlap.
  void line(std::vector<Piece> pieces);

  // Pieces, and text beside them that goes on below itself. The text is made safe.
  void paragraph(std::vector<Piece> first, std::size_t column, std::string_view text,
                 Paint paint = Paint::plain);

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void append(const Piece& piece);

  bool color_;
  bool utf8_;
  std::size_t columns_;
  std::string out_{};
};

// Draws the timeline of a check that has a verdict: events as a staircase, then a row a rule.
void draw_timeline(Page& page, const Explanation& check);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_PAGE_H
