// SPDX-License-Identifier: Apache-2.0
#include "picture/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_format.h"
#include "text/bridge.h"
#include "text/fitting.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// Where things stand, in pixels.
constexpr int page_width = chart_page_width;
constexpr int margin = chart_page_margin;
constexpr int gap = 48;        // between two charts
constexpr int axis_room = 64;  // left of a plot, for the labels of its ticks
constexpr int title_height = 26;
constexpr int legend_height = 24;  // where there is one
constexpr int axis_title_height = 30;
constexpr int foot_height = 64;  // ticks and title of the x axis
constexpr int line_height = 15;  // of notes
constexpr int dot_radius = 4;
constexpr int marked_radius = 6;

constexpr std::string_view chart_style = R"(
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .curve.second { stroke-dasharray: 6 3; }
  .curve.first { stroke: #2563a8; } .curve.second { stroke: #b45309; }
  .dot.first { fill: #2563a8; } .dot.second { fill: #b45309; }
  .dot { stroke: #ffffff; stroke-width: 1; }
  .whisker { stroke-width: 1; opacity: 0.55; }
  .whisker.first { stroke: #2563a8; } .whisker.second { stroke: #b45309; }
  @media (prefers-color-scheme: dark) {
    .curve.first { stroke: #82aaff; } .curve.second { stroke: #f0a35e; }
    .dot.first { fill: #82aaff; } .dot.second { fill: #f0a35e; }
    .dot { stroke: #12171f; }
    .whisker.first { stroke: #82aaff; } .whisker.second { stroke: #f0a35e; }
  }
)";

std::string tick_label(double value, Unit unit) {
  if (unit == Unit::seconds) return format_duration(Seconds{std::llround(value)});
  return absl::StrFormat("%.4g %%", value * 100);
}

struct Box {
  int left, top, right, bottom;

  [[nodiscard]] bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

bool has_legend(const Chart& chart) {
  return std::any_of(chart.series.begin(), chart.series.end(),
                     [](const ChartSeries& one) { return !one.name.empty(); });
}

// One chart in its place.
class Plot {
 public:
  Plot(Canvas& canvas, const Chart& chart, int left, int width, int top)
      : canvas_(canvas),
        chart_(chart),
        left_(left),
        right_(left + width),
        legend_(top + title_height + 12) {
    const int plot_top =
        top + title_height + (has_legend(chart) ? legend_height : 0) + axis_title_height;
    area_ = {left + axis_room, plot_top, left + width, plot_top + chart.height};
    double lowest_x = HUGE_VAL;
    double highest_x = 0;
    double highest_y = 0;
    for (const ChartSeries& series : chart.series) {
      for (const ChartPoint& point : series.points) {
        lowest_x = std::min(lowest_x, point.x);
        highest_x = std::max(highest_x, point.x);
        highest_y = std::max({highest_y, point.y, point.at_most.value_or(0)});
      }
    }
    if (highest_y == 0) highest_y = 0.01;  // there is something to be drawn, along the axis
    const bool is_far_from_0 = lowest_x > highest_x / 2;
    x_ticks_ = chart_ticks(is_far_from_0 ? lowest_x : 0, highest_x, chart.x.unit);
    y_ticks_ = chart_ticks(0, highest_y, chart.y.unit);
  }

  // Below it.
  [[nodiscard]] int bottom() const { return area_.bottom + foot_height; }

  void draw(int top) {
    canvas_.text(left_, top + 14, Font::head, "strong",
                 shortened_to_width(chart_.title, Font::head, right_ - left_));
    const bool is_empty = std::all_of(chart_.series.begin(), chart_.series.end(),
                                      [](const ChartSeries& one) { return one.points.empty(); });
    if (is_empty) {
      canvas_.text(left_, top + 44, Font::label, "muted", chart_.if_empty);
      return;
    }
    draw_legend();
    draw_axes();
    for (const ChartSeries& series : chart_.series) draw_series(series);
    place_labels();
  }

 private:
  [[nodiscard]] int x_of(double x) const {
    return area_.left + along(x_ticks_, x, area_.right - area_.left);
  }
  [[nodiscard]] int y_of(double y) const {
    return area_.bottom - along(y_ticks_, y, area_.bottom - area_.top);
  }
  static int along(const std::vector<double>& ticks, double at, int pixels) {
    const double part = (at - ticks.front()) / (ticks.back() - ticks.front());
    return static_cast<int>(std::lround(part * pixels));
  }

  void draw_legend() {
    constexpr int sign_width = 34;
    constexpr int space = 20;
    const int y = legend_;
    int wanted = 0;
    for (const ChartSeries& series : chart_.series) {
      wanted += sign_width + text_width(legible(series.name), Font::small) + space;
    }
    const bool fits = wanted - space <= right_ - left_;
    const int room = (right_ - left_) / static_cast<int>(chart_.series.size());
    int x = left_;
    for (const ChartSeries& series : chart_.series) {
      if (series.name.empty()) continue;
      const std::string name = shortened_to_width(
          series.name, Font::small, fits ? right_ - left_ : room - sign_width - space);
      canvas_.polyline(Layer::middle, {{x, y - 4}, {x + 26, y - 4}}, cat("curve ", series.look));
      if (series.has_dots) canvas_.dot(x + 13, y - 4, dot_radius, cat("dot ", series.look), "");
      canvas_.text(x + sign_width, y, Font::small, "muted", name);
      x += sign_width + text_width(name, Font::small) + space;
    }
  }

  void draw_axes() {
    canvas_.text(left_, area_.top - 14, Font::small, "muted", chart_.y.title);
    for (const double tick : y_ticks_) {
      const int y = y_of(tick);
      canvas_.line(Layer::back, area_.left, y, area_.right, y, "grid");
      canvas_.text(area_.left - 8, y + 4, Font::small, "muted", tick_label(tick, chart_.y.unit),
                   Anchor::end);
    }
    for (const double tick : x_ticks_) {
      const int x = x_of(tick);
      canvas_.line(Layer::back, x, area_.top, x, area_.bottom, "grid");
      const bool is_last = tick == x_ticks_.back();
      canvas_.text(x, area_.bottom + 18, Font::small, "muted", tick_label(tick, chart_.x.unit),
                   is_last ? Anchor::end : Anchor::middle);
    }
    canvas_.line(Layer::middle, area_.left, area_.bottom, area_.right, area_.bottom, "axis");
    canvas_.line(Layer::middle, area_.left, area_.top, area_.left, area_.bottom, "axis");
    canvas_.text(area_.right, area_.bottom + 40, Font::small, "muted", chart_.x.title, Anchor::end);
  }

  void draw_series(const ChartSeries& series) {
    std::vector<CanvasPoint> line;
    for (const ChartPoint& point : series.points) {
      const int x = x_of(point.x);
      const int y = y_of(point.y);
      line.push_back({x, y});
      if (point.at_most) {
        const int top = y_of(*point.at_most);
        canvas_.line(Layer::middle, x, y, x, top, cat("whisker ", series.look));
        canvas_.line(Layer::middle, x - 3, top, x + 3, top, cat("whisker ", series.look));
        lines_.push_back({x - 3, top, x + 3, y});
      }
      if (!series.has_dots) continue;
      const int radius = point.is_marked ? marked_radius : dot_radius;
      canvas_.dot(x, y, radius, cat("dot ", series.look), meaning_of(point));
      signs_.push_back({x - radius, y - radius, x + radius, y + radius});
    }
    if (!series.has_line) return;
    canvas_.polyline(Layer::middle, line, cat("curve ", series.look));
    for (std::size_t i = 1; i < line.size(); ++i) take(line[i - 1], line[i]);
  }

  // Keeps labels off a line between two points.
  void take(CanvasPoint from, CanvasPoint to) {
    constexpr int step = 3;
    const int steps = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y)) / step + 1;
    for (int i = 0; i <= steps; ++i) {
      const int x = from.x + (to.x - from.x) * i / steps;
      const int y = from.y + (to.y - from.y) * i / steps;
      lines_.push_back({x - 1, y - 1, x + 1, y + 1});
    }
  }

  [[nodiscard]] std::string meaning_of(const ChartPoint& point) const {
    const std::string at_most =
        point.at_most ? cat(", at most ", tick_label(*point.at_most, chart_.y.unit)) : "";
    return cat(point.label, point.label.empty() ? "" : ": ", tick_label(point.x, chart_.x.unit),
               ", ", tick_label(point.y, chart_.y.unit), at_most);
  }

  // Marked points first, then the ends of each series, then what is left; where nothing is free
  // beside a point, it has no label.
  void place_labels() {
    struct Wish {
      int rank;
      const ChartPoint* point;
    };
    std::vector<Wish> wishes;
    for (const ChartSeries& series : chart_.series) {
      for (const ChartPoint& point : series.points) {
        const bool is_end = &point == &series.points.front() || &point == &series.points.back();
        if (!point.label.empty()) wishes.push_back({point.is_marked ? 0 : is_end ? 1 : 2, &point});
      }
    }
    std::stable_sort(wishes.begin(), wishes.end(),
                     [](const Wish& a, const Wish& b) { return a.rank < b.rank; });
    for (const Wish& wish : wishes) {
      const bool is_placed = place_label(*wish.point, true);
      if (!is_placed && wish.rank < 2) place_label(*wish.point, false);
    }
  }

  bool place_label(const ChartPoint& point, bool off_lines) {
    constexpr int height = 13;
    const int plain_width = text_width(point.label, Font::small);
    const int width = point.is_marked ? plain_width * 9 / 8 : plain_width;
    const int x = x_of(point.x);
    const int y = y_of(point.y);
    const int off = marked_radius + 2;
    // Beside the point, above and below it, and slanting.
    const int right = x + off;
    const int left = x - off - width;
    const int middle = x - width / 2;
    const int above = y - off - height;
    const int below = y + off;
    const std::array<CanvasPoint, 10> corners{{{right, y - height / 2},
                                               {left, y - height / 2},
                                               {middle, above},
                                               {middle, below},
                                               {right - off / 2, above + off / 2},
                                               {left + off / 2, above + off / 2},
                                               {left + off / 2, below - off / 2},
                                               {right - off / 2, below - off / 2},
                                               {right, above - off},
                                               {left, above - off}}};
    for (const CanvasPoint& corner : corners) {
      const Box box{corner.x - 2, corner.y, corner.x + width + 2, corner.y + height};
      const bool is_inside = box.left > area_.left && box.right <= area_.right + margin &&
                             box.top >= area_.top - height && box.bottom <= area_.bottom;
      if (!is_inside || meets_any(box, signs_) || (off_lines && meets_any(box, lines_))) continue;
      canvas_.text(corner.x, box.bottom - 3, Font::small, point.is_marked ? "strong" : "",
                   point.label);
      signs_.push_back(box);
      return true;
    }
    return false;
  }

  static bool meets_any(const Box& box, const std::vector<Box>& others) {
    return std::any_of(others.begin(), others.end(),
                       [&](const Box& other) { return box.meets(other); });
  }

  Canvas& canvas_;
  const Chart& chart_;
  int left_;
  int right_;
  int legend_;
  Box area_{};
  std::vector<double> x_ticks_;
  std::vector<double> y_ticks_;
  std::vector<Box> signs_;  // dots and their labels, which no label may hide
  std::vector<Box> lines_;  // which it should not
};

}  // namespace

std::vector<double> chart_ticks(double lowest, double highest, Unit unit) {
  constexpr int most_gaps = 6;
  constexpr std::array<int, 19> steps_of_time{1,      2,      5,      10,     15,     30,   60,
                                              120,    300,    600,    900,    1800,   3600, 7200,
                                              10'800, 21'600, 43'200, 86'400, 172'800};
  std::vector<double> ticks;
  const auto fits = [&](double step) {
    ticks.clear();
    const double first = std::floor(lowest / step);
    for (int i = 0; i <= most_gaps; ++i) {
      ticks.push_back((first + i) * step);
      if (ticks.size() > 1 && ticks.back() >= highest) return true;
    }
    return false;
  };
  if (unit == Unit::seconds) {
    for (const int step : steps_of_time) {
      if (fits(step)) return ticks;
    }
    for (double days = 5; !fits(days * 86'400); days *= 2) {
    }
    return ticks;
  }
  for (double scale = 1e-9;; scale *= 10) {
    for (const int digit : {1, 2, 5}) {
      if (fits(digit * scale)) return ticks;
    }
  }
}

int place_charts(Canvas& canvas, const std::vector<std::vector<Chart>>& rows, int top) {
  canvas.add_style(chart_style);
  for (const std::vector<Chart>& row : rows) {
    const int count = static_cast<int>(row.size());
    const int width = (page_width - 2 * margin - (count - 1) * gap) / std::max(count, 1);
    int bottom = top;
    for (int i = 0; i < count; ++i) {
      const Chart& chart = row[static_cast<std::size_t>(i)];
      const int left = margin + i * (width + gap);
      Plot plot(canvas, chart, left, width, top);
      plot.draw(top);
      int below = plot.bottom();
      for (const std::string& note : chart.notes) {
        for (const std::string& line : wrap_to_width(note, Font::small, width)) {
          canvas.text(left, below, Font::small, "muted", line);
          below += line_height;
        }
      }
      bottom = std::max(bottom, below);
    }
    top = bottom + gap / 2;
  }
  return top;
}

std::string draw_charts(const std::vector<std::vector<Chart>>& rows, std::string_view title,
                        std::string_view description) {
  Canvas canvas;
  int top = margin + 16;
  canvas.text(margin, top, Font::title, "",
              shortened_to_width(title, Font::title, page_width - 2 * margin));
  top = place_charts(canvas, rows, top + 24);
  return std::move(canvas).finish(page_width, top, title, description);
}

}  // namespace vitals
