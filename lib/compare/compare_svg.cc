// SPDX-License-Identifier: Apache-2.0
// Pictures of comparisons and sweeps, and the pages around them.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/compare_sheet.h"
#include "compare/compare_words.h"
#include "picture/chart.h"
#include "text/bridge.h"

namespace vitals {
namespace {

constexpr std::array<std::string_view, 2> looks{"first", "second"};

double count_of(Seconds length) { return static_cast<double>(length.count()); }

// Which share of the waits has ended after so long, as steps.
ChartSeries ended_by_then(std::string name, std::string_view look, const Waits& waits,
                          Seconds longest) {
  ChartSeries series{.name = std::move(name), .look = look, .has_dots = false};
  if (waits.ended.empty()) return series;
  constexpr std::size_t most_steps = 400;  // more are not seen
  const std::size_t stride = waits.ended.size() / most_steps + 1;
  series.points.push_back({});
  double share = 0;
  const auto step = [&](Seconds length, double next) {
    series.points.push_back({.x = count_of(length), .y = share});
    series.points.push_back({.x = count_of(length), .y = next});
    share = next;
  };
  for (std::size_t i = 0; i < waits.ended.size(); ++i) {
    const bool is_last = i + 1 == waits.ended.size();
    const bool is_step = is_last || waits.ended[i + 1] != waits.ended[i];
    if (!is_step || (!is_last && i % stride != 0)) continue;
    step(waits.ended[i], share_of(std::uint64_t{i} + 1, waits.count()));
  }
  series.points.push_back({.x = count_of(longest), .y = share});
  return series;
}

Chart chart_of_waits(std::string title, const std::array<const Waits*, 2>& waits,
                     const std::array<std::string, 2>& names) {
  Chart chart{.title = std::move(title),
              .x = {"after the end of work", Unit::seconds},
              .y = {"share of the waits that have ended", Unit::share},
              .if_empty = "No wait after a repair ended."};
  Seconds longest{0};
  for (const Waits* one : waits) {
    if (!one->ended.empty()) longest = std::max(longest, one->ended.back());
  }
  for (std::size_t i = 0; i < 2; ++i) {
    chart.series.push_back(
        ended_by_then(cat(i == 0 ? "A " : "B ", names[i]), looks[i], *waits[i], longest));
  }
  return chart;
}

// Points that lie upon each other become one, labelled with the values of all.
void merge_equal(ChartSeries& series, bool is_range) {
  std::vector<ChartPoint> merged;
  std::string first;  // label of the point that is being merged into
  for (ChartPoint& point : series.points) {
    const bool is_new = merged.empty() || merged.back().x != point.x || merged.back().y != point.y;
    if (is_new) {
      first = point.label;
      merged.push_back(std::move(point));
      continue;
    }
    ChartPoint& into = merged.back();
    into.label = is_range ? cat(first, " to ", point.label) : cat(into.label, ", ", point.label);
    into.is_marked |= point.is_marked;
  }
  series.points = std::move(merged);
}

// A point a value of the sweep: `risk` gives it, `lag` its x.
template <class Lag, class Risk>
ChartSeries series_of_values(const Sweep& sweep, std::string_view look, const Lag& lag,
                             const Risk& risk) {
  ChartSeries series{.look = look, .has_line = sweep.variation.is_range};
  for (std::size_t i = 0; i < sweep.results.size(); ++i) {
    const std::optional<double> x = lag(sweep.results[i]);
    if (!x) continue;
    ChartPoint point = risk(sweep.results[i]);
    point.x = *x;
    point.label = sweep.variation.values[i];
    point.is_marked = i == sweep.variation.own;
    series.points.push_back(std::move(point));
  }
  merge_equal(series, sweep.variation.is_range);
  return series;
}

Chart chart_of_repairs(const Sweep& sweep) {
  const bool knows = sweep.time.has_truth;
  Chart chart{.title = "Waiting, and deciding wrongly",
              .x = {"median wait from the end of work until a check counts", Unit::seconds},
              .y = {knows ? "repairs after which a status of before them counted"
                          : "repairs after which a status that counted was taken back within 1h",
                    Unit::share},
              .if_empty = "No wait after a repair ended."};
  const auto lag = [](const PolicyResult& result) -> std::optional<double> {
    const std::optional<Seconds> median = percentile(all_checks(result).waits.ended, 50);
    return median ? std::optional(count_of(*median)) : std::nullopt;
  };
  chart.series.push_back(series_of_values(sweep, looks[0], lag, [&](const PolicyResult& result) {
    const Answers& repairs = result.repairs;
    const std::uint64_t hits = knows ? repairs.outdated : repairs.taken_back;
    const std::uint64_t of = knows ? repairs.known : repairs.given;
    return ChartPoint{.y = share_of(hits, of), .at_most = upper_bound(hits, of)};
  }));
  chart.notes = {cat("A point a value of ", sweep.variation.path,
                     "; the large one is the policy's ",
                     sweep.variation.values[sweep.variation.own],
                     ". Whiskers: 95 % upper bound, "
                     "with ",
                     tell_count(sweep.time.repairs, "repair", "repairs"), ".")};
  if (!knows) {
    chart.notes.emplace_back(
        "The truth is not known here: what really changed within the hour is taken back as well.");
  }
  return chart;
}

Chart chart_of_time(const Sweep& sweep, std::string title, std::string_view look,
                    Stretches CheckResult::* wrong) {
  Chart chart{.title = std::move(title),
              .x = {"share of the time judged in which checks do not count", Unit::share},
              .y = {"share of the time judged", Unit::share},
              .if_empty = "Nothing was judged."};
  const auto lag = [](const PolicyResult& result) -> std::optional<double> {
    const CheckResult all = all_checks(result);
    if (all.judged == Seconds{0}) return std::nullopt;
    return share_of(all.judged - all.counted, all.judged);
  };
  chart.series.push_back(series_of_values(sweep, look, lag, [&](const PolicyResult& result) {
    const CheckResult all = all_checks(result);
    return ChartPoint{.y = share_of((all.*wrong).total, all.judged)};
  }));
  return chart;
}

std::string describe(const Sheet& sheet) {
  return to_text(sheet, {.color = false, .utf8 = true, .columns = 120});
}

}  // namespace

std::string to_svg(const Comparison& comparison, const std::array<std::string, 2>& names) {
  const std::array pooled{all_checks(comparison.results[0]).waits,
                          all_checks(comparison.results[1]).waits};
  const std::array<const Waits*, 2> of_hosts{&comparison.results[0].host_waits,
                                             &comparison.results[1].host_waits};
  return draw_charts({{chart_of_waits("Checks that count again", {&pooled[0], &pooled[1]}, names),
                       chart_of_waits("Hosts that are failing or healthy", of_hosts, names)}},
                     "How soon repairs are decided", describe(sheet_of(comparison, names)));
}

std::string to_svg(const Sweep& sweep) {
  std::vector<std::vector<Chart>> rows{{chart_of_repairs(sweep)}};
  if (sweep.time.has_truth) {
    rows.push_back({chart_of_time(sweep, "Checks that count with a CRIT that is not true", looks[0],
                                  &CheckResult::false_accusations),
                    chart_of_time(sweep, "Checks that count without a CRIT that is true", looks[1],
                                  &CheckResult::missed_faults)});
    rows.back()[1].notes = {"A fault is missed until it is reported, whatever the policy."};
  }
  return draw_charts(rows, cat(sweep.variation.path, ": lag against risk"),
                     describe(sheet_of(sweep)));
}

std::string to_html(const Comparison& comparison, const std::array<std::string, 2>& names) {
  return to_html(sheet_of(comparison, names), to_svg(comparison, names));
}

std::string to_html(const Sweep& sweep) { return to_html(sheet_of(sweep), to_svg(sweep)); }

}  // namespace vitals
