// SPDX-License-Identifier: Apache-2.0
#include "explain/timeline.h"

#include <algorithm>
#include <array>

#include "explain/explain_rules.h"
#include "explain/explain_words.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

std::vector<Timestamp> interesting_moments(const Explanation& check) {
  std::vector<Timestamp> moments;
  for (const Landmark& landmark : check.landmarks) moments.push_back(landmark.at);
  for (const RuleExplanation& rule : check.rules) {
    if (rule.permitted.empty()) continue;
    for (const Timestamp end : {rule.permitted.from, rule.permitted.until}) {
      if (end != distant_past && end != distant_future) moments.push_back(end);
    }
  }
  return moments;
}

// The farthest of the moments that lie up to `limit` away in the given direction, or `least`.
template <class Distance>
Seconds farthest(const std::vector<Timestamp>& moments, Seconds least, Seconds limit,
                 Distance distance) {
  Seconds far = least;
  for (const Timestamp moment : moments) {
    if (distance(moment) <= limit) far = std::max(far, distance(moment));
  }
  return far;
}

}  // namespace

Window range_to_draw(const Explanation& check) {
  const std::vector<Timestamp> moments = interesting_moments(check);
  const Seconds ahead = farthest(
      moments, 10min, 6h, [&](Timestamp moment) { return length_between(check.now, moment); });
  const auto since = [&](Timestamp moment) { return length_between(moment, check.now); };
  // The past gets no more room than the future does, but for an observation that is old: what
  // became of it since is the story then.
  Seconds limit = std::max<Seconds>(20min, ahead);
  if (check.observation) {
    const Seconds age = since(check.observation->receive_time);
    if (age > 0s && age <= 12h) limit = std::max(limit, age * 5 / 4);
  }
  const Seconds behind = farthest(moments, 5min, limit, since);
  const Seconds margin = (ahead + behind) / 20;
  return {subtract(check.now, behind + margin), add(check.now, ahead + margin)};
}

std::vector<ClockTick> clock_ticks(const Window& range, Timestamp now, std::size_t most) {
  static constexpr std::array<Seconds, 11> steps{1min, 2min, 5min, 10min, 15min, 30min,
                                                 1h,   2h,   3h,   6h,    12h};
  const auto fits = [&](Seconds step) {
    return length_between(range.from, range.until) / step < static_cast<std::int64_t>(most);
  };
  const auto found = std::find_if(steps.begin(), steps.end() - 1, fits);
  const Seconds step = *found;
  std::vector<ClockTick> ticks;
  const Seconds into_step = range.from.time_since_epoch() % step;
  for (Timestamp at = add(subtract(range.from, into_step), into_step > 0s ? step : 0s);
       at < range.until && ticks.size() < most; at = add(at, step)) {
    std::string label = format_clock(at, now);
    constexpr std::size_t time_length = 8;   // "14:05:00"
    constexpr std::size_t full_length = 19;  // "2023-11-14 14:05:00"
    if (label.size() == time_length) label.resize(5);
    if (label.size() == full_length) label = label.substr(5, 11);
    ticks.push_back({at, std::move(label)});
  }
  return ticks;
}

std::string_view row_label(const RuleExplanation& rule) {
  switch (rule.reason) {
    case Reason::infrastructure_unknown:
      return "unknown";
    case Reason::infrastructure_not_ok:
      return "not_ok";
    case Reason::precedes_infrastructure_change:
      return "precedes_change";
    case Reason::infrastructure_settling:
      return "settling";
    default:
      return name(rule.reason);
  }
}

std::string row_heading(const RuleExplanation& rule) {
  if (!rule.of_class.empty()) return cat("infrastructure: ", tell_member(rule));
  if (!rule.infrastructure) return "";
  return cat("infrastructure: ",
             tell_infrastructure(*rule.infrastructure, rule.object, rule.object_check));
}

}  // namespace vitals
