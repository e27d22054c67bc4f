// SPDX-License-Identifier: Apache-2.0
// Lags as a picture: a row a check, in which each lag stands above its length, as high as it is
// frequent; colors say by which formula the state was proven.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "picture/canvas.h"
#include "text/bridge.h"
#include "vitals/lag.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr int page_width = 760;
constexpr int left = 150;   // of the lengths
constexpr int right = 570;  // behind them the numbers
constexpr int top = 84;
constexpr int row_height = 40;
constexpr int bar_height = 30;  // of the most frequent
constexpr int bar_width = 3;
constexpr int bar_count = (right - left) / bar_width;

constexpr std::array<std::string_view, formula_names.size()> looks{"good-sign", "permits",
                                                                   "event-sign"};

// How many lags of each formula end in each bar.
using Bars = std::vector<std::array<std::uint64_t, formula_names.size()>>;

class Picture {
 public:
  explicit Picture(const LagReport& report) : report_(report) {
    Seconds longest{0};
    for (const CheckLag& check : report.checks) {
      longest = std::max(longest, check.lag().longest());
    }
    // Ticks at round lengths, about six of them.
    constexpr std::array<std::int64_t, 12> steps{10,  30,   60,   120,  300,   600,
                                                 900, 1800, 3600, 7200, 21600, 86400};
    step_ = Seconds{steps.back()};
    for (const std::int64_t step : steps) {
      if (longest / Seconds{step} >= 7) continue;
      step_ = Seconds{step};
      break;
    }
    while (longest / step_ >= 7) step_ *= 2;
    end_ = (longest / step_ + 1) * step_;
  }

  std::string draw() && {
    const int bottom = top + row_height * static_cast<int>(report_.checks.size());
    canvas_.text(20, 34, Font::title, "", "When checks count again");
    canvas_.text(20, 54, Font::small, "muted",
                 cat("from the end of ", report_.manipulations,
                     " manipulations to the first moment at which the check counts"));
    legend();
    for (Seconds tick{0}; tick <= end_; tick += step_) {
      canvas_.line(Layer::back, x_of(tick), top, x_of(tick), bottom, "grid");
      canvas_.text(x_of(tick), bottom + 16, Font::tiny, "muted", format_duration(tick),
                   Anchor::middle);
    }
    int y = top + row_height;
    for (const CheckLag& check : report_.checks) {
      row(check, y);
      y += row_height;
    }
    return std::move(canvas_).finish(page_width, bottom + 30, "When checks count again",
                                     description());
  }

 private:
  [[nodiscard]] int x_of(Seconds length) const {
    return left + static_cast<int>((right - left) * length / end_);
  }

  void legend() {
    int x = left;
    for (std::size_t i = 0; i < formula_names.size(); ++i) {
      canvas_.box(Layer::middle, x, 64, 10, 10, 2, looks[i]);
      canvas_.text(x + 15, 73, Font::small, "", cat("proven by ", formula_names[i]));
      x += 140;
    }
  }

  [[nodiscard]] Bars bars_of(const CheckLag& check) const {
    Bars bars(bar_count);
    for (std::size_t i = 0; i < formula_names.size(); ++i) {
      for (const auto& [length, times] : check.proven_by[i].counts()) {
        const int bar = (x_of(std::max(length, Seconds{0})) - left) / bar_width;
        bars[static_cast<std::size_t>(std::min(bar, bar_count - 1))][i] += times;
      }
    }
    return bars;
  }

  void row(const CheckLag& check, int base) {
    const Bars bars = bars_of(check);
    std::uint64_t most = 1;
    for (const auto& bar : bars) most = std::max(most, bar[0] + bar[1] + bar[2]);
    for (std::size_t at = 0; at < bars.size(); ++at) {
      int y = base;
      for (std::size_t i = 0; i < formula_names.size(); ++i) {
        if (bars[at][i] == 0) continue;
        // What came at all is seen.
        const double part = static_cast<double>(bars[at][i]) / static_cast<double>(most);
        const int height = std::max(1, static_cast<int>(bar_height * part));
        y -= height;
        canvas_.box(Layer::middle, left + static_cast<int>(at) * bar_width, y, bar_width, height, 0,
                    looks[i]);
      }
    }
    canvas_.line(Layer::back, left, base, right, base, "axis");
    canvas_.text(20, base - 6, Font::label, "",
                 shortened_to_width(check.check, Font::label, left - 30));
    canvas_.text(right + 12, base - 6, Font::small, "muted", numbers(check));
  }

  [[nodiscard]] static std::string numbers(const CheckLag& check) {
    const Distribution lag = check.lag();
    if (lag.empty()) return "never";
    std::string out = cat("p50 ", format_duration(lag.quantile(500)), ", p99 ",
                          format_duration(lag.quantile(990)));
    if (check.never > 0) out += cat(", never ", check.never);
    return out;
  }

  [[nodiscard]] std::string description() const {
    std::string out;
    for (const CheckLag& check : report_.checks) {
      out += cat(out.empty() ? "" : "; ", check.check, ": ", numbers(check));
    }
    return out;
  }

  const LagReport& report_;
  Canvas canvas_;
  Seconds step_{60};
  Seconds end_{60};
};

}  // namespace

std::string to_svg(const LagReport& report) { return Picture(report).draw(); }

}  // namespace vitals
