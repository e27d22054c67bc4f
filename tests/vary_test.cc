// SPDX-License-Identifier: Apache-2.0
#include "vitals/vary.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compare_story.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using Values = std::vector<std::string>;

Variation read(const std::string& text, int steps = 13, const PolicySet& policy = {}) {
  const absl::StatusOr<Variation> made = parse_variation(text, steps, policy);
  INFO(made.status().ToString());
  REQUIRE(made.ok());
  return *made;
}

TEST_CASE("a range is spread evenly, the policy's own value in its place", "[compare]") {
  struct Row {
    const char* text;
    int steps;
    Values values;
    std::size_t own;
  };
  const Row rows[] = {
      {"juggler.overhead=0s..6m", 7, {"0s", "1m", "2m", "3m", "4m", "5m", "6m"}, 4},
      {"juggler.overhead=0s..6m", 3, {"0s", "3m", "4m", "6m"}, 2},
      {"juggler.overhead=0s..6m", 2, {"0s", "4m", "6m"}, 1},
      {"juggler.overhead=5m..6m", 2, {"4m", "5m", "6m"}, 0},
      {"juggler.overhead=0s..1m", 2, {"0s", "1m", "4m"}, 2},
      {"juggler.overhead=4m..5m", 2, {"4m", "5m"}, 0},
      {"juggler.overhead=0s..1s", 100, {"0s", "1s", "4m"}, 2},  // whole seconds only
      {"juggler.overhead=0s..10s", 4, {"0s", "3s", "7s", "10s", "4m"}, 4},
      {"retention.push_periods=1..5", 5, {"1", "2", "3", "4", "5"}, 2},
      {"retention.push_periods=1..3", 100, {"1", "2", "3"}, 2},
      {"checks.ssh.accuracy=0s..2m", 3, {"0s", "1m", "2m"}, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text << " in " << row.steps) {
      const Variation made = read(row.text, row.steps);
      CHECK(made.values == row.values);
      CHECK(made.own == row.own);
      CHECK(made.is_range);
      CHECK(made.path == std::string(row.text).substr(0, std::string(row.text).find('=')));
    }
  }
}

TEST_CASE("a list is taken as it is, each value once, behind the policy's own", "[compare]") {
  struct Row {
    const char* text;
    Values values;
    std::size_t own;
  };
  const Row rows[] = {
      {"infrastructure.settling=clock,receipt", {"clock", "receipt"}, 0},
      {"infrastructure.settling=receipt,clock", {"receipt", "clock"}, 1},
      {"infrastructure.settling=receipt", {"clock", "receipt"}, 0},
      {"juggler.overhead=60s,1m,2m,60s", {"4m", "1m", "2m"}, 0},
      {"checks.meta.required=false", {"true", "false"}, 0},
      {"checks.memory.kind=passive,hw_watcher", {"passive", "hw_watcher"}, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const Variation made = read(row.text);
      CHECK(made.values == row.values);
      CHECK(made.own == row.own);
      CHECK_FALSE(made.is_range);
    }
  }
}

TEST_CASE("a check's name may hold what separates the value from its path", "[compare]") {
  PolicySet policy;
  policy.checks = {{"a=b.c", {.kind = Kind::passive, .period = 5min}}};
  const Variation made = read("checks.a=b.c.period=1m..2m", 2, policy);
  CHECK(made.path == "checks.a=b.c.period");
  CHECK(made.values == Values{"1m", "2m", "5m"});
}

TEST_CASE("what cannot be varied is refused", "[compare]") {
  struct Row {
    const char* text;
    int steps;
    const char* message;
  };
  const Row rows[] = {
      {"", 13, "expected PATH=FROM..TO or PATH=VALUE,VALUE,..."},
      {"juggler.overhead", 13, "'juggler.overhead': expected PATH=FROM..TO"},
      {"juggler.overhead=", 13, "expected PATH=FROM..TO"},
      {"=1m..2m", 13, "the policy has no such value"},
      {"juggler.overhed=0s..6m", 13, "did you mean juggler.overhead?"},
      {"checks.shs.period=1m..6m", 13, "did you mean checks.ssh.period?"},
      {"juggler.overhead=6m..0s", 13, "'6m' to '0s' is no range: it does not ascend"},
      {"juggler.overhead=1m..1m", 13, "it does not ascend"},
      {"juggler.overhead=0..6", 13, "'0' to '6': juggler.overhead is 4m and has no such range"},
      {"juggler.overhead=0s..", 13, "has no such range"},
      {"juggler.overhead=..6m", 13, "has no such range"},
      {"juggler.overhead=0s..6m..9m", 13, "has no such range"},
      {"juggler.overhead=0s,x", 13, "juggler.overhead: 'x' is no duration"},
      {"juggler.overhead=0s,", 13, "juggler.overhead: "},
      {"juggler.push_period=0s..5m", 13, "'0s' is no period, expected 1s or more"},
      {"retention.push_periods=1m..5m", 13, "retention.push_periods is 3 and has no such range"},
      {"retention.push_periods=0..5", 13, "expected a whole number from 1 to 1000"},
      {"retention.push_periods=1..1001", 13, "expected a whole number from 1 to 1000"},
      {"retention.push_periods=1..99999999999999999999", 13, "has no such range"},
      {"infrastructure.settling=clock..receipt", 13, "has no such range"},
      {"infrastructure.settling=clok", 13, "did you mean clock?"},
      {"juggler.overhead=0s..367d", 13, "has no such range"},
      {"juggler.overhead=0s..6m", 1, "1 steps, expected 2 to 100"},
      {"juggler.overhead=0s..6m", 101, "101 steps, expected 2 to 100"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION("'" << row.text << "' in " << row.steps) {
      const auto made = parse_variation(row.text, row.steps, {});
      CHECK(made.status().code() == absl::StatusCode::kInvalidArgument);
      CHECK_THAT(std::string(made.status().message()), Catch::Contains(row.message));
    }
  }
  std::string many = "juggler.overhead=0s";
  for (int i = 1; i < most_steps; ++i) many += "," + std::to_string(i) + "s";
  CHECK(read(many).values.size() == most_steps + 1U);
  CHECK_FALSE(parse_variation(many + ",500s", 13, {}).ok());
}

Sweep swept(const std::string& text, const PolicySet& policy, const Variation& variation,
            const std::string& truths = {}, bool lenient = false) {
  RecordingReader reader = RecordingReader::from_text(text, "r", {.lenient = lenient});
  TruthReader truth_reader = TruthReader::from_text(truths, "t");
  const absl::StatusOr<Sweep> found =
      vary(reader, policy, variation,
           {.truth = truths.empty() ? nullptr : &truth_reader, .lenient = lenient});
  INFO(found.status().ToString());
  REQUIRE(found.ok());
  return *found;
}

TEST_CASE("the less overhead, the sooner a repair is decided", "[compare]") {
  const PolicySet policy = meta_policy("4m");
  const Sweep found = swept(recorded(repair()), policy, read("juggler.overhead=0s..8m", 5, policy));
  CHECK(found.variation.values == Values{"0s", "2m", "4m", "6m", "8m"});
  std::vector<Seconds> waits;
  for (const PolicyResult& result : found.results) {
    REQUIRE(result.host_waits.ended.size() == 1);
    waits.push_back(result.host_waits.ended.front());
  }
  // Receipts every 5 min prove what is 16, 18, 20, 22 and 24 min before them.
  CHECK(waits == std::vector<Seconds>{1090s, 1090s, 1390s, 1390s, 1690s});
  CHECK(found.time.repairs == 1);
}

TEST_CASE("each value gives what comparing a policy with that value gives", "[compare]") {
  rc::prop("every row", [] {
    RandomEvents random;
    std::string text;
    std::int64_t now = 1000;
    const int events = *rc::gen::inRange(1, 60);
    for (int i = 0; i < events; ++i) {
      append_event(text, random.next(now));
      now += *rc::gen::element<std::int64_t>(0, 1, 30, 400);
    }
    const PolicySet policy = random_policy();
    const std::string path = *rc::gen::element<std::string>(
        "juggler.overhead", "netmon.window", "juggler.push_period", "checks.ssh.period");
    const Variation variation = read(path + "=1s..2m", *rc::gen::inRange(2, 5), policy);
    const std::string truths = truth("1000", "OK") + truth("1100", "CRIT");
    const Sweep found = swept(text, policy, variation, truths, true);
    RC_ASSERT(found.results.size() == variation.values.size());
    for (std::size_t i = 0; i < found.results.size(); ++i) {
      PolicySet changed = policy;
      RC_ASSERT(set_value(changed, path, variation.values[i]).ok());
      const Comparison plain = compared(text, changed, policy, {.lenient = true}, truths);
      RC_ASSERT(plain.results[0] == found.results[i]);
      if (i == variation.own) RC_ASSERT(plain.results[0] == plain.results[1]);
    }
  });
}

TEST_CASE("a sweep is not made of what cannot be read", "[compare]") {
  RecordingReader reader = RecordingReader::from_text("rubbish\n", "r");
  const absl::StatusOr<Sweep> found = vary(reader, {}, read("juggler.overhead=0s..6m"), {});
  CHECK_THAT(std::string(found.status().message()), Catch::StartsWith("r:1: no JSON object"));
  RecordingReader empty = RecordingReader::from_text("", "r");
  const absl::StatusOr<Sweep> impossible =
      vary(empty, {}, {.path = "juggler.overhead", .values = {"x"}}, {});
  CHECK_THAT(std::string(impossible.status().message()), Catch::Contains("'x' is no duration"));
}

}  // namespace
}  // namespace vitals
