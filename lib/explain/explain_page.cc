// SPDX-License-Identifier: Apache-2.0
#include "explain/explain_page.h"

#include <algorithm>
#include <utility>

namespace vitals {
namespace {

constexpr Signs box_signs{"\u2501", "\u2591", "\u2588", "\u2502", "\u25bc", "\u25c6", "\u25c0",
                          "\u25b6", "\u2500", "\u252c", "\u2713", "\u2717", "?"};
constexpr Signs ascii_signs{"=", ".", "#", "|", "v", "*", "<", ">", "-", "+", "+", "x", "?"};

std::string_view escape_sequence(Paint paint) {
  switch (paint) {
    case Paint::plain:
      return "";
    case Paint::bold:
      return "\x1b[1m";
    case Paint::dim:
      return "\x1b[2m";
    case Paint::good:
      return "\x1b[32m";
    case Paint::bad:
      return "\x1b[31m";
    case Paint::accent:
      break;
  }
  return "\x1b[36m";
}

}  // namespace

std::string_view mark_of(RuleState state, const Signs& signs) {
  switch (state) {
    case RuleState::permits:
      return signs.yes;
    case RuleState::shuts_out:
      return signs.no;
    case RuleState::spared:
    case RuleState::not_asked:
      break;
  }
  return signs.unasked;
}

Paint mark_paint_of(RuleState state) {
  return state == RuleState::shuts_out ? Paint::bad : Paint::good;
}

Page::Page(const TextStyle& style)
    : color_(style.color),
      utf8_(style.utf8),
      columns_(static_cast<std::size_t>(std::clamp(style.columns, 80, 120))) {}

const Signs& Page::signs() const { return utf8_ ? box_signs : ascii_signs; }

void Page::line(std::vector<Piece> pieces) {
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.column < b.column; });
  std::size_t at = 0;
  for (const Piece& piece : pieces) {
    if (piece.text.empty()) continue;
    out_.append(piece.column > at ? piece.column - at : 0, ' ');
    append(piece);
    at = std::max(at, piece.column) + columns_of(piece.text);
  }
  out_ += '\n';
}

void Page::paragraph(std::vector<Piece> first, std::size_t column, std::string_view text,
                     Paint paint) {
  for (std::string& part : wrap(safe(text), columns_ - column)) {
    first.push_back({column, std::move(part), paint});
    line(std::exchange(first, {}));
  }
}

void Page::append(const Piece& piece) {
  const bool painted = color_ && piece.paint != Paint::plain;
  if (painted) out_ += escape_sequence(piece.paint);
  out_ += piece.text;
  if (painted) out_ += "\x1b[0m";
}

}  // namespace vitals
