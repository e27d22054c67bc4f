// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/explain_page.h"
#include "explain/timeline.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// The timeline of one check.
class TimelineText {
 public:
  TimelineText(Page& page, const Explanation& check)
      : page_(page),
        check_(check),
        cells_(page.columns() - body_column),
        range_(range_to_draw(check)),
        now_cell_(cell_of(check.now).value_or(cells_ - 1)) {}

  void draw() {
    draw_events();
    draw_axis();
    std::string heading;
    for (const RuleExplanation& rule : check_.rules) {
      std::string next = row_heading(rule);
      if (next != heading) draw_heading(next);
      heading = std::move(next);
      draw_bar(rule.permitted, rule.state, cat(heading.empty() ? "" : "  ", row_label(rule)),
               page_.signs().permits);
    }
    const Verdict& verdict = *check_.verdict;
    draw_bar(verdict.window, verdict.counts() ? RuleState::permits : RuleState::shuts_out, "counts",
             page_.signs().counts);
  }

 private:
  // The cell in which a moment lies; none beyond the drawn range.
  [[nodiscard]] std::optional<std::size_t> cell_of(Timestamp moment) const {
    if (!range_.contains(moment)) return std::nullopt;
    const auto into = static_cast<std::size_t>((moment - range_.from).count());
    const auto span = static_cast<std::size_t>((range_.until - range_.from).count());
    return into * cells_ / span;
  }

  // The first moment of a cell.
  [[nodiscard]] Timestamp start_of(std::size_t cell) const {
    const Seconds span = range_.until - range_.from;
    const auto cells = static_cast<std::int64_t>(cells_);
    return range_.from +
           Seconds{(span.count() * static_cast<std::int64_t>(cell) + cells - 1) / cells};
  }

  [[nodiscard]] Piece now_piece() const {
    return {body_column + now_cell_, std::string(page_.signs().now), Paint::accent};
  }

  void draw_heading(std::string_view heading) {
    std::string text = shortened(page_.safe(heading), page_.columns() - label_column);
    const bool hides_now = label_column + columns_of(text) >= body_column + now_cell_;
    std::vector<Piece> pieces{{label_column, std::move(text), Paint::dim}};
    if (!hides_now) pieces.push_back(now_piece());
    page_.line(std::move(pieces));
  }

  void draw_events() {
    bool now_is_drawn = false;
    for (const Landmark& landmark : check_.landmarks) {
      if (!now_is_drawn && landmark.at > check_.now) draw_now();
      now_is_drawn = now_is_drawn || landmark.at > check_.now;
      const std::string label = cat(format_clock(landmark.at, check_.now), " ", landmark.label);
      if (const auto cell = cell_of(landmark.at)) {
        draw_event(*cell, page_.signs().event, label, Paint::plain);
      } else if (landmark.at < check_.now) {
        draw_event(0, page_.signs().earlier, label, Paint::dim);
      } else {
        draw_event(cells_ - 1, page_.signs().later, label, Paint::dim);
      }
    }
    if (!now_is_drawn) draw_now();
  }

  void draw_now() {
    draw_event(now_cell_, page_.signs().now_head, cat(format_clock(check_.now, check_.now), " now"),
               Paint::accent);
  }

  // A sign in its cell with the label to its right, or to its left where that is too narrow.
  void draw_event(std::size_t cell, std::string_view sign, std::string_view label, Paint paint) {
    const std::size_t column = body_column + cell;
    const std::size_t room_left = column - 1;
    const std::size_t room_right = page_.columns() - std::min(page_.columns(), column + 2);
    std::string text = shortened(page_.safe(label), std::max(room_left, room_right));
    const std::size_t width = columns_of(text);
    const std::size_t start = width <= room_right ? column + 2 : room_left - width;
    const std::size_t now_column = body_column + now_cell_;
    const bool hides_now =
        now_column == column || (start <= now_column && now_column < start + width);
    std::vector<Piece> pieces{{column, std::string(sign), paint}, {start, std::move(text), paint}};
    if (!hides_now) pieces.push_back(now_piece());
    page_.line(std::move(pieces));
  }

  void draw_axis() {
    constexpr std::size_t label_room = 13;  // "11-13 23:50" and a gap
    std::vector<Piece> labels;
    std::vector<bool> is_tick(cells_, false);
    std::size_t free_from = 0;
    for (ClockTick& tick : clock_ticks(range_, check_.now, cells_ / label_room + 1)) {
      const std::size_t cell = *cell_of(tick.at);
      const std::size_t width = tick.label.size();
      if (cell < free_from || cell + width > cells_) continue;
      is_tick[cell] = true;
      labels.push_back({body_column + cell, std::move(tick.label), Paint::dim});
      free_from = cell + width + 1;
    }
    page_.line(std::move(labels));
    draw_cells({}, [&](std::size_t cell) {
      return std::pair(is_tick[cell] ? page_.signs().tick : page_.signs().axis, Paint::dim);
    });
  }

  void draw_bar(const Window& permitted, RuleState state, std::string_view label,
                std::string_view sign) {
    const Signs& signs = page_.signs();
    const Paint paint = state == RuleState::shuts_out ? Paint::bad : Paint::plain;
    draw_cells({{mark_column, std::string(mark_of(state, signs)), mark_paint_of(state)},
                {label_column, std::string(label), paint}},
               [&](std::size_t cell) {
                 return permitted.contains(start_of(cell))
                            ? std::pair(permitting_sign(permitted, cell, sign), Paint::good)
                            : std::pair(signs.shuts_out, Paint::bad);
               });
  }

  // A bar whose end is not drawn, but not without an end, is drawn with an arrow.
  [[nodiscard]] std::string_view permitting_sign(const Window& permitted, std::size_t cell,
                                                 std::string_view sign) const {
    const bool began_earlier = permitted.from != distant_past && permitted.from < range_.from;
    const bool ends_later = permitted.until != distant_future && permitted.until >= range_.until;
    if (began_earlier && cell == 0) return page_.signs().earlier;
    if (ends_later && cell + 1 == cells_) return page_.signs().later;
    return sign;
  }

  // Draws each cell with the sign and paint that `look` gives it, and `now` over them.
  template <class Look>
  void draw_cells(std::vector<Piece> pieces, Look&& look) {
    bool starts_run = true;
    for (std::size_t cell = 0; cell < cells_; ++cell) {
      if (cell == now_cell_) {
        pieces.push_back(now_piece());
        starts_run = true;
        continue;
      }
      const auto [sign, paint] = look(cell);
      if (starts_run || pieces.back().paint != paint) {
        pieces.push_back({body_column + cell, "", paint});
      }
      pieces.back().text += sign;
      starts_run = false;
    }
    page_.line(std::move(pieces));
  }

  Page& page_;
  const Explanation& check_;
  std::size_t cells_;
  Window range_;
  std::size_t now_cell_;
};

}  // namespace

void draw_timeline(Page& page, const Explanation& check) { TimelineText(page, check).draw(); }

}  // namespace vitals
