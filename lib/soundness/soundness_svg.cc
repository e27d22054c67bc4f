// SPDX-License-Identifier: Apache-2.0
// What was found about soundness as a picture: how the risk grows with each assumption that is
// broken, and what becomes of failures where a condition is left out.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "picture/canvas.h"
#include "picture/chart.h"
#include "soundness/soundness_words.h"
#include "text/bridge.h"
#include "vitals/policy_result.h"
#include "vitals/soundness.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr std::string_view title = "How often what is proven is false";
constexpr int page_left = chart_page_margin;
constexpr int page_right = chart_page_width - chart_page_margin;
constexpr int charts_a_row = 3;

constexpr std::string_view style = R"(
  .third.curve, .third.whisker { stroke: #24774e; } .third.dot { fill: #24774e; }
  .never { fill: #d8eee2; } .seldom { fill: #fbe3c2; } .often { fill: #f6b8a5; }
  .always { fill: #e07a64; } .cell { stroke: none; }
  @media (prefers-color-scheme: dark) {
    .third.curve, .third.whisker { stroke: #6ccb9c; } .third.dot { fill: #6ccb9c; }
    .never { fill: #1c3d2d; } .seldom { fill: #574117; } .often { fill: #6f3527; }
    .always { fill: #9b3a28; }
  }
)";

constexpr std::array<std::string_view, 3> looks{"first", "second", "third"};
constexpr std::array<std::string_view, belief_names.size()> short_names{
    "status", "active", "passive", "metadata", "unmeasured"};

// The share of repairs after which an old state was believed, above the value of the assumption.
Chart chart_of(const BrokenAssumption& broken) {
  Chart chart{
      .title = tell(broken.assumption),
      .x = {.title = std::string(tell_circumstance(broken.assumption)), .unit = Unit::seconds},
      .y = {.title = "repairs", .unit = Unit::share},
      .notes = {tell_bound(broken)},
      .height = 150};
  for (std::size_t i = 0; i < belief_names.size(); ++i) {
    const auto belief = static_cast<Belief>(i);
    if (!depends_on(belief, broken.assumption) || chart.series.size() == looks.size()) continue;
    ChartSeries series{.name = std::string(short_names[i]), .look = looks[chart.series.size()]};
    if (broken.bound > Seconds{0}) series.points.push_back({.x = 0, .y = 0});
    for (const auto& [value, risk] : broken.points) {
      const double share = part_of(risk.believed[i], risk.repairs, 1);
      series.points.push_back({.x = static_cast<double>(value.count()),
                               .y = share,
                               .at_most = upper_bound(risk.believed[i], risk.repairs),
                               .label = value == broken.stated ? "the policy" : "",
                               .is_marked = value == broken.stated});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

// One column of the table below the charts.
struct Column {
  std::string_view head;
  Settling settling;
  LeftOut left_out;
};
constexpr std::array columns{Column{"by clock", Settling::clock, LeftOut::nothing},
                             Column{"by receipt", Settling::receipt, LeftOut::nothing},
                             Column{"without status", Settling::clock, LeftOut::status},
                             Column{"without change", Settling::clock, LeftOut::change},
                             Column{"without settling", Settling::clock, LeftOut::settling},
                             Column{"without unknown", Settling::clock, LeftOut::unknown},
                             Column{"without all", Settling::clock, LeftOut::all}};
constexpr int columns_left = 240;
constexpr int column_width = (page_right - columns_left) / static_cast<int>(columns.size());
constexpr int row_height = 24;

std::string_view look_of(double share) {
  if (share == 0) return "never";
  if (share < 0.01) return "seldom";
  return share < 0.5 ? "often" : "always";
}

// What hosts of the rows below it have in common.
std::string_view head_of(Shelter shelter) {
  switch (shelter) {
    case Shelter::usual:
      return "hosts with a switch and a rack; pongers hold changes back:";
    case Shelter::one:
      return "hosts with nothing but the switch:";
    case Shelter::none:
      break;
  }
  return "hosts with one of them; pongers report at once:";
}

class Matrix {
 public:
  explicit Matrix(Canvas& canvas) : canvas_(canvas) {}

  int draw(const Soundness& found, int y) {
    canvas_.text(page_left, y, Font::head, "strong",
                 "Hosts accused for their switch or rack, of 10000 active checks behind a failure");
    y += 28;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      canvas_.text(middle(i), y, Font::small, "muted", columns[i].head, Anchor::middle);
    }
    y += 10;
    std::optional<Shelter> shelter;
    for (const FailureRisk& risk : found.failures) {
      if (shelter != risk.shelter) {
        canvas_.text(page_left, y + 16, Font::small, "muted", head_of(risk.shelter));
        y += row_height;
      }
      shelter = risk.shelter;
      draw_row(risk, y);
      y += row_height;
    }
    y += 8;
    canvas_.text(page_left, y + 15, Font::small, "strong", "a truly broken host is accused after");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::optional<Seconds> wait =
          mean_wait(*found.faults, columns[i].settling, columns[i].left_out);
      canvas_.text(middle(i), y + 15, Font::small, "strong", wait ? format_duration(*wait) : "-",
                   Anchor::middle);
    }
    return y + row_height;
  }

 private:
  static int middle(std::size_t column) {
    return columns_left + static_cast<int>(column) * column_width + column_width / 2;
  }

  void draw_row(const FailureRisk& risk, int y) {
    const std::string besides = risk.mishap == Mishap::nothing ? "" : cat(", ", tell(risk.mishap));
    canvas_.text(page_left + 12, y + 16, Font::small, "",
                 cat("a ", failing(risk.kind), " fails", besides));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::uint64_t accused =
          risk.found.accused[static_cast<std::size_t>(columns[i].settling)]
                            [static_cast<std::size_t>(columns[i].left_out)];
      const double share = part_of(accused, risk.found.checks, 1);
      canvas_.box(Layer::back, middle(i) - column_width / 2 + 1, y + 1, column_width - 2,
                  row_height - 2, 3, look_of(share));
      canvas_.text(middle(i), y + 16, Font::small, "cell", tell_number(share * 1e4),
                   Anchor::middle);
    }
  }

  Canvas& canvas_;
};

// The picture in words.
std::string describe(const Soundness& found) {
  std::string out = cat("Of ", found.sound.repairs,
                        " repairs while every assumption holds an old state was believed after ");
  std::uint64_t believed = 0;
  for (const std::uint64_t each : found.sound.believed) believed += each;
  out += cat(believed, ".");
  for (const BrokenAssumption& broken : found.broken) {
    out += cat(" ", tell(broken.assumption), ": ", tell_bound(broken), ".");
  }
  return out;
}

}  // namespace

std::string to_svg(const Soundness& found) {
  Canvas canvas;
  canvas.add_style(style);
  canvas.text(page_left, page_left + 16, Font::title, "", title);
  canvas.text(page_left, page_left + 38, Font::label, "muted",
              "Repairs after which a state from before their end was believed, where one "
              "assumption is broken");
  std::vector<std::vector<Chart>> rows;
  for (std::size_t i = 0; i < found.broken.size(); ++i) {
    if (i % charts_a_row == 0) rows.emplace_back();
    rows.back().push_back(chart_of(found.broken[i]));
  }
  int bottom = place_charts(canvas, rows, page_left + 60);
  if (found.faults) bottom = Matrix(canvas).draw(found, bottom + 16);
  return std::move(canvas).finish(chart_page_width, bottom + page_left, title, describe(found));
}

}  // namespace vitals
