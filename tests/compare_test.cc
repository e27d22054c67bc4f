// SPDX-License-Identifier: Apache-2.0
#include "vitals/compare.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compare_story.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Lengths = std::vector<Seconds>;

const PolicySet strict = meta_policy("4m");
const PolicySet loose = meta_policy("2m");

TEST_CASE("two minutes of overhead less decide a repair one receipt sooner", "[compare]") {
  const Comparison found = compared(recorded(repair()), strict, loose);
  CHECK(found.time.from == t(8000));
  CHECK(found.time.until == t(11'990));
  CHECK(found.time.hosts == 1);
  CHECK(found.time.repairs == 1);
  CHECK_FALSE(found.time.has_truth);
  CHECK(found.values == std::vector<ValueDifference>{{"juggler.overhead", "4m", "2m"}});
  CHECK(told(found) == Lines{"meta: counts under 1, 1 of 1 for 300, longest 300, at 11090 h1",
                             "meta: precedes_manipulation under 0, 1 of 1 for 300, longest 300, at "
                             "11090 h1"});
  REQUIRE(found.state_differences.size() == 1);
  const StateDifference& state = found.state_differences.front();
  CHECK(state.states == std::array{HostState::undecided, HostState::healthy});
  CHECK(state.stretches == Stretches{1, 1, 300s, 300s});
  CHECK(state.first == std::vector<DifferenceExample>{{t(11'090), "h1"}});

  REQUIRE(found.results[0].checks.size() == 1);
  const CheckResult& under_strict = found.results[0].checks.front();
  const CheckResult& under_loose = found.results[1].checks.front();
  CHECK(under_strict.check == "meta");
  CHECK(under_strict.waits == Waits{.ended = {1390s}});
  CHECK(under_loose.waits == Waits{.ended = {1090s}});
  CHECK(found.results[0].host_waits == Waits{.ended = {1390s}});
  CHECK(found.results[1].host_waits == Waits{.ended = {1090s}});
  CHECK(found.checks_sooner.size() == 1);
  CHECK(found.checks_sooner.front().sooner == Sooner{.by = {300s}});
  CHECK(found.hosts_sooner == Sooner{.by = {300s}});
}

TEST_CASE("a verdict of a second stands for that second, the last one included", "[compare]") {
  const Comparison found = compared(recorded(repair()), strict, loose);
  // From the first receipt at 8090 to 11990, both inclusive; not while worked on, nor until proven.
  const CheckResult& check = found.results[0].checks.front();
  CHECK(check.judged == Seconds{11'990 - 8090 + 1});
  CHECK(check.counted == Seconds{(9800 - 8090) + (11'990 - 11'390 + 1)});
  CHECK(found.results[1].checks.front().counted == check.counted + 300s);
}

TEST_CASE("an unchanged switch and a settling that differs", "[compare]") {
  const CheckSet checks{{"UNREACHABLE", {.kind = Kind::active, .period = 60s, .required = true}},
                        {"netmon", {.kind = Kind::netmon}}};
  std::vector<Event> events{placed(900, "h1", "s1", "r1"),
                            check(1010, "h1", "UNREACHABLE", Status::crit, 1000)};
  for (std::int64_t now = 900; now <= 1440; now += 60) {
    events = with(events, check(now, "s1", "netmon"));
  }
  const Comparison found =
      compared(recorded(events), policy_with(checks), policy_with(checks, "netmon.window", "1m"));
  // Settled when more than window + 1m have passed since 1000: from 1361, from 1121.
  CHECK(told(found) ==
        Lines{"UNREACHABLE: counts under 1, 1 of 1 for 240, longest 240, at 1121 h1",
              "UNREACHABLE: infrastructure_settling under 0, 1 of 1 for 240, longest 240, at 1121 "
              "h1"});
  REQUIRE(found.state_differences.size() == 1);
  CHECK(found.state_differences.front().states ==
        std::array{HostState::undecided, HostState::failing});
}

TEST_CASE("what only one policy names, or requires, has a verdict under that one only",
          "[compare]") {
  CheckSet both = only_meta();
  both.emplace("link", CheckPolicy{.kind = Kind::passive, .period = 5min});
  both.emplace("ssh", CheckPolicy{.kind = Kind::passive, .period = 5min, .required = true});
  const std::string text = recorded({fact(EventType::assign, 1000, "h1"), check(1000, "h1", "meta"),
                                     check(1000, "h1", "link"), check(1009, "h1", "link")});
  const Comparison found = compared(text, policy_with(only_meta()), policy_with(both));
  CHECK(told(found) == Lines{"link: counts under 1, 1 of 1 for 10, longest 10, at 1000 h1",
                             "link: verdict under 1, 1 of 1 for 10, longest 10, at 1000 h1",
                             "ssh: verdict under 1, 1 of 1 for 10, longest 10, at 1000 h1",
                             "ssh: unobserved under 1, 1 of 1 for 10, longest 10, at 1000 h1"});
  CHECK(found.results[0].checks.size() == 1);
  CHECK(found.results[1].checks.size() == 3);
  CHECK(found.checks_sooner.size() == 1);
}

TEST_CASE("a wait after a repair ends in one of four ways", "[compare]") {
  struct Row {
    const char* why;
    std::vector<Event> events;
    Waits strict;
    Waits loose;
    Sooner sooner;
  };
  const Row rows[] = {
      {"the check counts", repair(), {.ended = {1390s}}, {.ended = {1090s}}, {.by = {300s}}},
      {"work begins again before the one, but not the other",
       with(repair(), fact(EventType::manipulation_begin, 11'200, "h1")),
       {.cut_short = 1},
       {.ended = {1090s}},
       {.only_second = 1}},
      {"in the second in which it would have counted",
       with(repair(), fact(EventType::manipulation_begin, 11'090, "h1")),
       {.cut_short = 1},
       {.cut_short = 1},
       {}},
      {"work ends again: another repair",
       with(repair(), fact(EventType::manipulation_end, 10'300, "h1")),
       {.ended = {1390s}, .cut_short = 1},  // 11690, the first receipt later than 11500
       {.ended = {1090s}, .cut_short = 1},  // 11390
       {.by = {300s}}},
      {"in the same second: the same repair",
       with(repair(), fact(EventType::manipulation_end, 10'000, "h1")),
       {.ended = {1390s}},
       {.ended = {1090s}},
       {.by = {300s}}},
      {"work begins in that second: none",
       with(repair(), fact(EventType::manipulation_begin, 10'000, "h1")),
       {},
       {},
       {}},
      {"the host is renamed",
       with(repair(Status::ok, 50, 10'500),
            {.type = EventType::rename, .time = t(10'600), .host = "h1", .to = "h2"}),
       {.cut_short = 1},
       {.cut_short = 1},
       {}},
      {"the host is removed",
       with(repair(Status::ok, 50, 10'500), fact(EventType::remove, 10'600, "h1")),
       {.cut_short = 1},
       {.cut_short = 1},
       {}},
      {"the recording ends",
       repair(Status::ok, 50, 11'100),
       {.unfinished = 1},
       {.ended = {1090s}},
       {.only_second = 1}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Comparison found = compared(recorded(row.events), strict, loose);
      CHECK(found.results[0].checks.front().waits == row.strict);
      CHECK(found.results[1].checks.front().waits == row.loose);
      CHECK(found.results[0].host_waits == row.strict);
      CHECK(found.results[1].host_waits == row.loose);
      CHECK(found.checks_sooner.front().sooner == row.sooner);
      CHECK(found.hosts_sooner == row.sooner);
      CHECK(found.time.repairs == row.strict.count());
    }
  }
}

TEST_CASE("a check without a verdict is not awaited", "[compare]") {
  CheckSet checks = only_meta();
  checks.emplace("link", CheckPolicy{.kind = Kind::passive, .period = 5min});
  const Comparison found =
      compared(recorded(repair()), policy_with(checks), policy_with(only_meta()));
  const std::vector<CheckResult>& results = found.results[0].checks;
  REQUIRE(results.size() == 2);
  CHECK(results[0].check == "link");
  CHECK(results[0].waits == Waits{});
  CHECK(results[0].judged == 0s);
}

TEST_CASE("nothing is measured before --from, nor behind --until", "[compare]") {
  struct Row {
    const char* why;
    std::optional<Timestamp> from;
    std::optional<Timestamp> until;
    Seconds differs;  // of counting under the loose policy alone, which it does in [11090, 11390)
    std::uint64_t repairs;
  };
  const Row rows[] = {
      {"everything", std::nullopt, std::nullopt, 300s, 1},
      {"before the recording", t(0), std::nullopt, 300s, 1},
      {"the work ended in that second", t(10'000), std::nullopt, 300s, 1},
      {"the work ended before", t(10'001), std::nullopt, 300s, 0},
      {"amid the difference", t(11'190), std::nullopt, 200s, 0},
      {"its last second", t(11'389), std::nullopt, 1s, 0},
      {"behind it", t(11'390), std::nullopt, 0s, 0},
      {"between two events", t(11'150), t(11'159), 10s, 0},
      {"until its first second", std::nullopt, t(11'090), 1s, 1},
      {"until before that", std::nullopt, t(11'089), 0s, 1},
      {"until before the work ended", std::nullopt, t(9999), 0s, 0},
      {"turned around", t(11'200), t(11'100), 0s, 0},
      {"before everything", std::nullopt, t(100), 0s, 0},
      // Stale from 11990 + 600 under both, so nothing more differs behind the last event.
      {"behind the last event", std::nullopt, t(20'000), 300s, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Comparison found =
          compared(recorded(repair()), strict, loose, {.from = row.from, .until = row.until});
      Seconds differs{0};
      for (const Difference& one : found.differences) {
        if (one.type == DifferenceType::counts) differs += one.stretches.total;
      }
      CHECK(differs == row.differs);
      CHECK(found.time.repairs == row.repairs);
    }
  }
}

TEST_CASE("the compared time is what was asked for and is there", "[compare]") {
  const auto time = [](std::optional<Timestamp> from, std::optional<Timestamp> until) {
    const ComparedTime found =
        compared(recorded(repair()), strict, loose, {.from = from, .until = until}).time;
    return text(found.from) + " to " + text(found.until);
  };
  CHECK(time({}, {}) == "8000 to 11990");
  CHECK(time(t(100), t(9000)) == "8000 to 9000");
  CHECK(time(t(8001), t(13'000)) == "8001 to 13000");
  CHECK(time(t(13'000), {}) == "none to none");
  CHECK(time({}, t(7999)) == "none to none");
}

// ---- with the truth ----

struct Risk {
  CheckResult check;
  PolicyResult all;
};

Risk risk(const std::vector<Event>& events, const PolicySet& policy, const std::string& truths) {
  const Comparison found = compared(recorded(events), policy, policy, {}, truths);
  CHECK(found.time.has_truth);
  return {found.results[0].checks.front(), found.results[0]};
}

TEST_CASE("a verdict is wrong while it counts and the truth says otherwise", "[compare]") {
  struct Row {
    const char* why;
    Status status;  // of `meta`, which counts from 1000 to 1100, inclusive
    std::string truths;
    Stretches false_accusations;
    Stretches missed_faults;
  };
  const Stretches none;
  const Row rows[] = {
      {"CRIT is true", Status::crit, truth("1000", "CRIT"), none, none},
      {"OK is true all the time", Status::crit, truth("10", "OK"), {1, 1, 101s, 101s}, none},
      {"WARN is not CRIT", Status::crit, truth("10", "WARN"), {1, 1, 101s, 101s}, none},
      {"nor is nothing to measure", Status::crit, truth("10", "NODATA"), {1, 1, 101s, 101s}, none},
      {"unknown until the last second",
       Status::crit,
       truth("1100.999", "OK"),
       {1, 1, 1s, 1s},
       none},
      {"known only afterwards", Status::crit, truth("1101", "OK"), none, none},
      {"twice",
       Status::crit,
       truth("10", "OK") + truth("1020", "CRIT") + truth("1050", "OK"),
       {2, 1, 71s, 51s},
       none},
      {"fractions are floored, and the last one of a second stands", Status::crit,
       truth("10", "CRIT") + truth("1020.1", "OK") + truth("1020.9", "CRIT"), none, none},
      {"OK though it is broken", Status::ok, truth("1090", "CRIT"), none, {1, 1, 11s, 11s}},
      {"so is WARN", Status::warn, truth("1090", "CRIT"), none, {1, 1, 11s, 11s}},
      {"and INFO", Status::info, truth("1090", "CRIT"), none, {1, 1, 11s, 11s}},
      {"NODATA hides nothing", Status::nodata, truth("1090", "CRIT"), none, none},
      {"OK where WARN is true is no fault missed", Status::ok, truth("10", "WARN"), none, none},
      {"of another host", Status::crit,
       R"({"time":5,"host":"h2","check":"meta","status":"OK"})"
       "\n",
       none, none},
      {"of a check that nobody names", Status::crit,
       R"({"time":5,"host":"h1","check":"x","status":"OK"})"
       "\n",
       none, none},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Risk found = risk(
          {check(1000, "h1", "meta", row.status, 900), check(1100, "h1", "meta", row.status, 900)},
          strict, row.truths);
      CHECK(found.check.false_accusations == row.false_accusations);
      CHECK(found.check.missed_faults == row.missed_faults);
      CHECK(found.all.false_accusations == row.false_accusations);
      CHECK(found.all.missed_faults == row.missed_faults);
    }
  }
}

TEST_CASE("what does not count is not wrong", "[compare]") {
  // Stale from 1600 on.
  const Risk found =
      risk({check(1000, "h1", "meta", Status::crit, 900), fact(EventType::assign, 1700, "h2")},
           strict, truth("10", "OK"));
  CHECK(found.check.false_accusations == Stretches{1, 1, 600s, 600s});
  CHECK(found.check.known == 600s);
}

TEST_CASE("a host is accused once, however many of its checks accuse it", "[compare]") {
  CheckSet checks = only_meta();
  checks.emplace("link", CheckPolicy{.kind = Kind::passive, .period = 5min});
  const std::vector<Event> events{
      check(1000, "h1", "meta", Status::crit, 900), check(1005, "h1", "link", Status::crit, 900),
      check(1009, "h1", "meta", Status::ok, 1009), check(1019, "h1", "link", Status::ok, 1019)};
  const std::string truths =
      truth("10", "OK") + R"({"time":10,"host":"h1","check":"link",)" + R"("status":"OK"})" + "\n";
  const Comparison found =
      compared(recorded(events), policy_with(checks), policy_with(checks), {}, truths);
  CHECK(found.results[0].checks[0].false_accusations == Stretches{1, 1, 14s, 14s});
  CHECK(found.results[0].checks[1].false_accusations == Stretches{1, 1, 9s, 9s});
  CHECK(found.results[0].false_accusations == Stretches{1, 1, 19s, 19s});
}

TEST_CASE("an answer is outdated if its status was true before the repair and never since",
          "[compare]") {
  struct Row {
    const char* why;
    Status status;  // decided at 11390, after the work ended at 10000
    std::string truths;
    Answers expected;
  };
  const Row rows[] = {
      {"no truth", Status::crit, truth("13601", "OK"), {.given = 1}},
      {"true", Status::crit, truth("10", "CRIT"), {.given = 1, .known = 1}},
      {"CRIT until before M",
       Status::crit,
       truth("10", "CRIT") + truth("9999", "OK"),
       {.given = 1, .known = 1, .outdated = 1, .accusing = 1}},
      {"until the second of M",
       Status::crit,
       truth("10", "CRIT") + truth("10000.999", "OK"),
       {.given = 1, .known = 1, .outdated = 1, .accusing = 1}},
      {"for a second more",
       Status::crit,
       truth("10", "CRIT") + truth("10001", "OK"),
       {.given = 1, .known = 1}},
      {"never: measured wrongly", Status::crit, truth("10", "OK"), {.given = 1, .known = 1}},
      {"again after M",
       Status::crit,
       truth("10", "CRIT") + truth("9000", "OK") + truth("10100", "CRIT") + truth("10200", "OK"),
       {.given = 1, .known = 1}},
      {"and again before it",
       Status::crit,
       truth("10", "CRIT") + truth("9000", "OK") + truth("9100", "CRIT") + truth("9200", "OK"),
       {.given = 1, .known = 1, .outdated = 1, .accusing = 1}},
      {"through several statuses",
       Status::crit,
       truth("10", "CRIT") + truth("9800", "NODATA") + truth("10050", "OK"),
       {.given = 1, .known = 1, .outdated = 1, .accusing = 1}},
      {"a fault that the work did not end is hidden",
       Status::ok,
       truth("10", "OK") + truth("9000", "CRIT"),
       {.given = 1, .known = 1, .outdated = 1, .hiding = 1}},
      {"a fault that came after the work is news",
       Status::ok,
       truth("10", "OK") + truth("10500", "CRIT"),
       {.given = 1, .known = 1}},
      {"WARN for OK harms little",
       Status::warn,
       truth("10", "WARN") + truth("9000", "OK"),
       {.given = 1, .known = 1, .outdated = 1}},
      {"WARN for CRIT hides",
       Status::warn,
       truth("10", "WARN") + truth("9000", "CRIT"),
       {.given = 1, .known = 1, .outdated = 1, .hiding = 1}},
      {"NODATA is Juggler's word, and no state of before",
       Status::nodata,
       truth("10", "NODATA") + truth("9000", "CRIT"),
       {.given = 1, .known = 1}},
      {"known in the very second of the answer",
       Status::crit,
       truth("11390", "OK"),
       {.given = 1, .known = 1}},
      {"known later in the hour", Status::crit, truth("11391", "OK"), {.given = 1, .known = 1}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Risk found = risk(repair(row.status), strict, row.truths);
      CHECK(found.check.answers == row.expected);
      CHECK(found.all.repairs == row.expected);
    }
  }
}

TEST_CASE("a status of before the repair is believed too soon, and taken back", "[compare]") {
  // Broken until the work ended; what was measured before it comes until 11090, which the loose
  // policy believes. From 11200 on the source knows better.
  std::vector<Event> events = repair(Status::crit, 9000, 11'090);
  events.push_back(check(11'200, "h1", "meta", Status::ok, 11'000));
  events.push_back(check(11'400, "h1", "meta", Status::ok, 11'000));
  const Comparison found =
      compared(recorded(events), strict, loose, {}, truth("9000", "CRIT") + truth("10000", "OK"));
  const Answers late = found.results[0].checks.front().answers;
  const Answers soon = found.results[1].checks.front().answers;
  CHECK(late == Answers{.given = 1, .known = 1});
  CHECK(soon == Answers{.given = 1, .taken_back = 1, .known = 1, .outdated = 1, .accusing = 1});
  CHECK(found.results[1].repairs == soon);
  CHECK(found.results[0].false_accusations == Stretches{});
  CHECK(found.results[1].false_accusations == Stretches{1, 1, 110s, 110s});
  CHECK(found.hosts_sooner == Sooner{.by = {110s}});
}

TEST_CASE("a status of before the repair may count later in the hour, or first after it",
          "[compare]") {
  struct Row {
    const char* why;
    std::int64_t at;  // CRIT, true before M = 10000, counts from then on
    bool is_first;
    std::uint64_t outdated;
  };
  const Row rows[] = {
      {"soon after an OK", 11'500, false, 1},
      {"in the last second of the hour", 13'600, false, 1},
      {"behind it: measured wrongly", 13'601, false, 0},
      {"first of all, in the hour", 13'600, true, 1},
      {"first of all, behind it", 13'601, true, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::vector<Event> events{fact(EventType::host, 8000, "h1"),
                                fact(EventType::manipulation_end, 10'000, "h1")};
      if (!row.is_first) events.push_back(check(10'500, "h1", "meta", Status::ok, 10'450));
      events.push_back(check(row.at, "h1", "meta", Status::crit, row.at - 5));
      const Risk found = risk(events, strict, truth("10", "CRIT") + truth("9999", "OK"));
      CHECK(found.check.answers == Answers{.given = 1,
                                           .taken_back = row.is_first ? 0U : row.outdated,
                                           .known = 1,
                                           .outdated = row.outdated,
                                           .accusing = row.outdated});
    }
  }
}

TEST_CASE("an answer is taken back by another status within an hour of the repair", "[compare]") {
  struct Row {
    const char* why;
    std::int64_t at;  // M is 10000
    Status status;
    std::uint64_t taken_back;
  };
  const Row rows[] = {
      {"before the hour is over", 13'599, Status::ok, 1},
      {"in its last second", 13'600, Status::ok, 1},
      {"behind it", 13'601, Status::ok, 0},
      {"by the same status", 13'599, Status::crit, 0},
      {"silence says nothing", 13'599, Status::nodata, 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::vector<Event> events = repair(Status::crit, 9000, 13'500);
      events.push_back(check(row.at, "h1", "meta", row.status, row.at - 5));
      const Comparison found = compared(recorded(events), strict, strict);
      CHECK(found.results[0].repairs == Answers{.given = 1, .taken_back = row.taken_back});
    }
  }
}

TEST_CASE("a machine takes its truth along when it is renamed, and leaves none when it is removed",
          "[compare]") {
  const auto accused = [](const Event& event, const std::string& truths) {
    const std::vector<Event> events{
        check(1000, "h1", "meta", Status::ok, 900), event,
        check(1020, event.to.empty() ? "h1" : event.to, "meta", Status::crit, 1020),
        check(1029, "h3", "meta")};
    return compared(recorded(events), strict, strict, {.lenient = true}, truths)
        .results[0]
        .false_accusations.total;
  };
  const Event rename{.type = EventType::rename, .time = t(1010), .host = "h1", .to = "h2"};
  CHECK(accused(rename, truth("10", "OK")) == 10s);
  CHECK(accused(rename, truth("10", "OK") +
                            R"({"time":1010,"host":"h2","check":"meta","status":"CRIT"})"
                            "\n") == 0s);
  CHECK(accused(rename, R"({"time":9,"host":"h2","check":"meta","status":"CRIT"})"
                        "\n" +
                            truth("10", "OK")) == 0s);
  CHECK(accused(fact(EventType::assign, 1010, "h1"), truth("10", "OK")) == 10s);
  CHECK(accused(fact(EventType::remove, 1010, "h1"), truth("10", "OK")) == 0s);
}

// ---- what is wrong with the input ----

TEST_CASE("what cannot be read is told, and nothing is compared in part", "[compare]") {
  const std::string good = recorded(repair());
  const auto error = [&](const std::string& text, const std::string& truths,
                         const PolicySet& second = loose, CompareOptions options = {}) {
    return std::string(try_compare(text, strict, second, options, truths).status().message());
  };
  CHECK(error(good, {}).empty());
  CHECK_THAT(error(good + "rubbish\n", {}), Catch::StartsWith("r:18: no JSON object"));
  CHECK(error(good + "rubbish\n", {}, loose, {.until = t(11'000)}).empty());
  CHECK(error("rubbish\n" + good, {}, loose, {.lenient = true}).empty());
  CHECK_THAT(error(recorded({fact(EventType::remove, 1000, "x")}), {}),
             Catch::StartsWith("r:1: unknown host 'x'") && !Catch::Contains("policy"));
  CHECK_THAT(error(good, truth("10", "OK") + truth("5", "OK")),
             Catch::StartsWith("t:2: time runs backwards"));
  CHECK_THAT(error(good, truth("10", "GOOD")), Catch::StartsWith("t:1: unknown status"));
  // Truth behind the last second is not looked at.
  CHECK(error(good, truth("10", "OK") + truth("11991", "OK") + truth("5", "OK")).empty());
}

TEST_CASE("a host that only one policy knows is unknown to the other", "[compare]") {
  CheckSet checks = only_meta();
  checks.emplace("link", CheckPolicy{.kind = Kind::passive, .period = 5min});
  const std::string text =
      recorded({check(1000, "h1", "link"), fact(EventType::manipulation_end, 1000, "h1"),
                check(1009, "h1", "link")});
  const auto error = [&](const PolicySet& first, const PolicySet& second, bool lenient) {
    return std::string(try_compare(text, first, second, {.lenient = lenient}).status().message());
  };
  CHECK_THAT(error(policy_with(checks), strict, false),
             Catch::StartsWith("r:2: unknown host 'h1'") &&
                 Catch::EndsWith("(under the second policy only)"));
  CHECK_THAT(error(strict, policy_with(checks), false),
             Catch::EndsWith("(under the first policy only)"));
  CHECK(error(strict, policy_with(checks), true).empty());
}

TEST_CASE("an empty recording compares as nothing", "[compare]") {
  const Comparison found = compared("", strict, loose);
  CHECK_FALSE(found.time.from.has_value());
  CHECK(found.time.hosts == 0);
  CHECK(found.differences.empty());
  CHECK(found.results[0].checks.front().judged == 0s);
}

}  // namespace
}  // namespace vitals
