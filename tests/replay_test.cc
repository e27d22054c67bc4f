// SPDX-License-Identifier: Apache-2.0
#include "vitals/replay.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "test_time.h"
#include "vitals/verdict_line.h"

namespace vitals {
namespace {

const std::string recording =
    R"({"receive_time":1000,"host":"h1","service":"link","status":"OK","status_mtime":50})"
    "\n"
    R"({"receive_time":1003,"host":"h1","service":"meta","status":"OK","status_mtime":50})"
    "\n"
    R"({"receive_time":2000,"host":"h2","service":"link","status":"CRIT","status_mtime":50})"
    "\n";

struct Replayed {
  std::vector<std::string> lines;  // `second host check: reasons`, or `second host state`
  std::string error;
};

Replayed replayed(const std::string& text, const ReplayOptions& options) {
  RecordingReader reader = RecordingReader::from_text(text, "r", {.lenient = options.lenient});
  Fleet fleet{PolicySet{}};
  Replayed result;
  const absl::Status status = replay(
      reader, fleet, options,
      [&](const VerdictLine& line) {
        result.lines.push_back(vitals::text(line.time) + " " + std::string(line.host) + " " +
                               std::string(line.check) + ": " +
                               vitals::text(line.verdict.excluded_by));
      },
      [&](const HostLine& line) {
        result.lines.push_back(vitals::text(line.time) + " " + std::string(line.host) + " " +
                               std::string(name(line.state)));
      });
  result.error = std::string(status.message());
  return result;
}

using Lines = std::vector<std::string>;

TEST_CASE("on change, lines come at the exact second until the last event", "[replay]") {
  CHECK(replayed(recording, {}).lines ==
        Lines{"1000 h1 link: counts", "1003 h1 meta: counts", "1600 h1 link: stale",
              "1603 h1 meta: stale", "1900 h1 link: expired stale", "1903 h1 meta: expired stale",
              "2000 h2 link: counts"});
}

TEST_CASE("on change, time goes on behind the last event where asked", "[replay]") {
  CHECK(replayed(recording, {.from = t(2001), .until = t(2600)}).lines ==
        Lines{"2001 h1 link: expired stale", "2001 h1 meta: expired stale", "2001 h2 link: counts",
              "2600 h2 link: stale"});
}

TEST_CASE("replay --from and --until are inclusive", "[replay]") {
  struct Row {
    const char* why;
    std::int64_t from;
    std::int64_t until;
    Lines lines;
  };
  const Row rows[] = {
      {"one second: what holds then", 1600, 1600, {"1600 h1 link: stale", "1600 h1 meta: counts"}},
      {"a second before", 1599, 1599, {"1599 h1 link: counts", "1599 h1 meta: counts"}},
      {"before the first event", 900, 1000, {"1000 h1 link: counts"}},
      {"nothing before the first event", 900, 999, {}},
      {"turned around", 1700, 1600, {}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(replayed(recording, {.from = t(row.from), .until = t(row.until)}).lines == row.lines);
    }
  }
}

TEST_CASE("replay --at tells all verdicts of a moment, its own events included", "[replay]") {
  const auto at = [](std::vector<Timestamp> moments) {
    return replayed(recording, {.mode = ReplayMode::at, .at = std::move(moments)}).lines;
  };
  CHECK(at({t(999)}).empty());
  CHECK(at({t(1003), t(1000)}) ==
        Lines{"1000 h1 link: counts", "1003 h1 link: counts", "1003 h1 meta: counts"});
  CHECK(at({t(1599), t(1599)}) == Lines{"1599 h1 link: counts", "1599 h1 meta: counts"});
  CHECK(at({t(5000)}) == Lines{"5000 h1 link: expired stale", "5000 h1 meta: expired stale",
                               "5000 h2 link: expired stale"});
}

TEST_CASE("replay --every is anchored at the first event and stops at the last", "[replay]") {
  CHECK(replayed(recording, {.mode = ReplayMode::every, .every = Seconds{600}}).lines ==
        Lines{"1000 h1 link: counts", "1600 h1 link: stale", "1600 h1 meta: counts"});
  CHECK(replayed(
            recording,
            {.mode = ReplayMode::every, .every = Seconds{600}, .from = t(1100), .until = t(1600)})
            .lines == Lines{"1600 h1 link: stale", "1600 h1 meta: counts"});
}

TEST_CASE("replay --hosts tells hosts, and no switches", "[replay]") {
  const std::string with_switch =
      recording +
      R"({"receive_time":2000,"host":"s1","service":"netmon","status":"OK","status_mtime":50})";
  CHECK(replayed(with_switch, {.mode = ReplayMode::at, .at = {t(2000)}, .hosts = true}).lines ==
        Lines{"2000 h1 unmonitored", "2000 h2 failing"});
}

TEST_CASE("a bad line ends the replay, and its second is not judged", "[replay]") {
  struct Row {
    const char* why;
    std::string bad;
    Lines lines;
    const char* error;
  };
  const Row rows[] = {
      {"its time can be read: all before it stands",
       R"({"event":"manipulation","time":1605,"host":"x","phase":"end"})",
       {"1000 h1 link: counts", "1003 h1 meta: counts", "1600 h1 link: stale",
        "1603 h1 meta: stale"},
       "r:3: unknown host 'x'"},
      {"the same for lines that are no events",
       R"({"event":"x","time":1601,"host":"x"})",
       {"1000 h1 link: counts", "1003 h1 meta: counts", "1600 h1 link: stale"},
       "r:3: unknown event 'x'"},
      {"its second is that of the line before",
       R"({"event":"manipulation","time":1003,"host":"x","phase":"end"})",
       {"1000 h1 link: counts"},
       "r:3: unknown host 'x'"},
      {"its time cannot be read: it may be that of the line before",
       "rubbish\n",
       {"1000 h1 link: counts"},
       "r:3: no JSON object"},
  };
  const std::string two_lines = recording.substr(0, recording.find("{\"receive_time\":2000"));
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Replayed result = replayed(two_lines + row.bad, {});
      CHECK(result.lines == row.lines);
      CHECK_THAT(result.error, Catch::StartsWith(row.error));
    }
  }
}

TEST_CASE("lines behind --until are not looked at", "[replay]") {
  const Replayed result =
      replayed(recording + R"({"event":"x","time":3000,"host":"x"})", {.until = t(2500)});
  CHECK(result.error.empty());
  CHECK(result.lines.back() == "2000 h2 link: counts");
}

TEST_CASE("lenient replay goes on behind events that cannot be applied", "[replay]") {
  const std::string bad = R"({"event":"remove","time":1000,"host":"nobody"})"
                          "\n";
  CHECK(replayed(bad + recording, {.lenient = true}).lines == replayed(recording, {}).lines);
  CHECK_THAT(replayed(bad + recording, {}).error, Catch::StartsWith("r:1: unknown host 'nobody'"));
}

TEST_CASE("no replay steps through seconds: 136 years take no longer than an hour", "[replay]") {
  // Four billion seconds: a replay that visited each would run into the time limit of the tests.
  const std::string text =
      R"({"receive_time":0,"host":"h1","service":"link","status":"OK","status_mtime":0})"
      "\n"
      R"({"receive_time":4294967295,"host":"h1","service":"link","status":"OK","status_mtime":0})"
      "\n";
  CHECK(replayed(text, {}).lines == Lines{"0 h1 link: counts", "600 h1 link: stale",
                                          "900 h1 link: expired stale",
                                          "4294967295 h1 link: counts"});
}

TEST_CASE("a month with few events takes as many steps as an hour with as many", "[replay]") {
  std::uint64_t steps[2] = {0, 0};
  for (const bool month : {false, true}) {
    std::string text;
    for (int i = 0; i < 50; ++i) {
      text += R"({"receive_time":)" + std::to_string(1000 + i * (month ? 53568 : 72)) +
              R"(,"host":"h1","service":"link","status":"OK","status_mtime":50})" + "\n";
    }
    steps[month ? 1 : 0] = replayed(text, {}).lines.size();
  }
  CHECK(steps[0] == 1);           // received all the time: nothing ever changes
  CHECK(steps[1] == 49 * 3 + 1);  // counts, stale, expired, and again
}

}  // namespace
}  // namespace vitals
