// SPDX-License-Identifier: Apache-2.0
// Recordings for tests of comparisons, and how their results are asked for.
#ifndef VITALS_TESTS_COMPARE_STORY_H
#define VITALS_TESTS_COMPARE_STORY_H

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "fleet_events.h"
#include "vitals/compare.h"
#include "vitals/policy_value.h"

namespace vitals {

/// The default constants with these checks, and one value changed.
inline PolicySet policy_with(CheckSet checks, const std::string& path = {},
                             const std::string& value = {}) {
  PolicySet policy;
  policy.checks = std::move(checks);
  const bool is_set = path.empty() || set_value(policy, path, value).ok();
  if (!is_set) throw std::invalid_argument(path + ": " + value);
  return policy;
}

/// Only `meta`, passive and required. An unchanged state of it is proven by what is received later
/// than 20 min after a repair; each minute of overhead less is one less here.
inline CheckSet only_meta() {
  return {{"meta", {.kind = Kind::passive, .period = std::chrono::minutes{5}, .required = true}}};
}

inline PolicySet meta_policy(const std::string& overhead) {
  return policy_with(only_meta(), "juggler.overhead", overhead);
}

/// Events as a recording.
inline std::string recorded(std::vector<Event> events) {
  std::string text;
  for (const Event& event : events) append_event(text, event);
  return text;
}

/// Work on h1 ended at M = 10000; `meta` was received every five minutes, for the last time before
/// M at 9890, and said `status` since `since`. Under 4m of overhead the receipt at 11390 proves
/// it, 1390 s after M, under 2m that at 11090.
inline std::vector<Event> repair(Status status = Status::ok, std::int64_t since = 50,
                                 std::int64_t until = 11'990) {
  std::vector<Event> events{fact(EventType::host, 8000, "h1")};
  for (std::int64_t now = 8090; now <= until; now += 300) {
    if (now == 9890) events.push_back(fact(EventType::manipulation_begin, 9800, "h1"));
    if (now == 10'190) events.push_back(fact(EventType::manipulation_end, 10'000, "h1"));
    events.push_back(check(now, "h1", "meta", status, since));
  }
  return events;
}

/// Puts an event in its place, behind those of its second.
inline std::vector<Event> with(std::vector<Event> events, const Event& event) {
  const auto at = std::upper_bound(events.begin(), events.end(), event,
                                   [](const Event& a, const Event& b) { return a.time < b.time; });
  events.insert(at, event);
  return events;
}

inline absl::StatusOr<Comparison> try_compare(const std::string& text, const PolicySet& first,
                                              const PolicySet& second, CompareOptions options = {},
                                              const std::string& truth = {}) {
  RecordingReader reader = RecordingReader::from_text(text, "r", {.lenient = options.lenient});
  TruthReader truths = TruthReader::from_text(truth, "t");
  if (!truth.empty()) options.truth = &truths;
  return compare(reader, {first, second}, options);
}

inline Comparison compared(const std::string& text, const PolicySet& first, const PolicySet& second,
                           const CompareOptions& options = {}, const std::string& truth = {}) {
  absl::StatusOr<Comparison> found = try_compare(text, first, second, options, truth);
  INFO(found.status().ToString());
  REQUIRE(found.ok());
  return *std::move(found);
}

/// A line of truth, of `meta` of h1.
inline std::string truth(const std::string& time, const std::string& status) {
  return R"({"time":)" + time + R"(,"host":"h1","check":"meta","status":")" + status + "\"}\n";
}

/// What differs, a line a row but for `any`: `meta: counts under 1, 2 of 1 for 5m, longest 3m, at
/// 1000 h1`.
inline std::vector<std::string> told(const Comparison& found) {
  std::vector<std::string> lines;
  for (const Difference& one : found.differences) {
    if (one.type == DifferenceType::any) continue;
    std::string line = one.check + ": ";
    line +=
        one.reason ? name(*one.reason) : difference_type_names[static_cast<std::size_t>(one.type)];
    line += " under " + std::to_string(one.under) + ", " + std::to_string(one.stretches.count) +
            " of " + std::to_string(one.stretches.hosts) + " for " +
            std::to_string(one.stretches.total.count()) + ", longest " +
            std::to_string(one.stretches.longest.count()) + ", at";
    for (const DifferenceExample& example : one.first) {
      line += " " + text(example.time) + " " + example.host;
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace vitals

#endif  // VITALS_TESTS_COMPARE_STORY_H
