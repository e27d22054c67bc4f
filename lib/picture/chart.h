// SPDX-License-Identifier: Apache-2.0
// Charts: points and lines over two axes with ticks, units and a legend.
#ifndef VITALS_LIB_PICTURE_CHART_H
#define VITALS_LIB_PICTURE_CHART_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picture/canvas.h"

namespace vitals {

// What the numbers along an axis are.
enum class Unit {
  seconds,  // labelled as durations, `2m30s`
  share     // labelled in percent
};

struct ChartAxis {
  std::string title{};
  Unit unit = Unit::share;
};

struct ChartPoint {
  double x = 0;
  double y = 0;
  std::optional<double> at_most{};  // a whisker up to there
  std::string label{};              // beside it, where there is room
  bool is_marked = false;           // drawn larger, its label bold
};

struct ChartSeries {
  std::string name{};          // for the legend; empty: it has no entry there
  std::string_view look = "";  // `first` or `second`
  std::vector<ChartPoint> points{};
  bool has_dots = true;
  bool has_line = true;
};

// The y axis begins at 0; so does the x axis, unless all points lie far from there.
struct Chart {
  std::string title{};
  ChartAxis x{};
  ChartAxis y{};
  std::vector<ChartSeries> series{};
  std::vector<std::string> notes{};  // below it
  std::string if_empty{};            // what is said instead where there is no point
  int height = 280;                  // of the plot, in pixels
};

// How wide a picture with charts is, and what it leaves free on either side, in pixels.
inline constexpr int chart_page_width = 1040;
inline constexpr int chart_page_margin = 28;

// Draws rows of charts below `top`, those of a row side by side; tells where the next thing may
// stand.
int place_charts(Canvas& canvas, const std::vector<std::vector<Chart>>& rows, int top);

// A picture of charts: rows from top to bottom, those of a row side by side.
[[nodiscard]] std::string draw_charts(const std::vector<std::vector<Chart>>& rows,
                                      std::string_view title, std::string_view description);

// Round numbers, two to seven of them, of which the first is not above `lowest` and the last not
// below `highest`.
[[nodiscard]] std::vector<double> chart_ticks(double lowest, double highest, Unit unit);

}  // namespace vitals

#endif  // VITALS_LIB_PICTURE_CHART_H
