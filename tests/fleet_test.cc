// SPDX-License-Identifier: Apache-2.0
#include "vitals/fleet.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "every_second.h"
#include "fleet_events.h"
#include "test_time.h"
#include "vitals/recording.h"

namespace vitals {
namespace {

std::vector<std::string> advance(Fleet& fleet, std::int64_t now) {
  std::vector<std::string> lines;
  fleet.advance(t(now), [&](const VerdictLine& line) { lines.push_back(full_line(line)); });
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("a change is told once, at the exact second, though nothing arrives", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(1000, "h1", "link")});
  CHECK(advance(fleet, 1000) == Lines{"1000 h1 link: OK counts"});
  CHECK(advance(fleet, 1599).empty());
  CHECK(advance(fleet, 1600) == Lines{"1600 h1 link: OK stale"});
  CHECK(advance(fleet, 100000) == Lines{"1900 h1 link: null expired stale"});
  CHECK(advance(fleet, 1000000).empty());
}

TEST_CASE("a new observation moves the deadline without a word", "[fleet]") {
  Fleet fleet{PolicySet{}};
  for (std::int64_t second = 1000; second < 10000; second += 300) {
    const bool first = second == 1000;
    CHECK(advance(fleet, second - 1).empty());
    apply(fleet, {check(second, "h1", "link")});
    CHECK(advance(fleet, second).size() == (first ? 1U : 0U));
  }
  CHECK(advance(fleet, 9999 + 600) == Lines{"10300 h1 link: OK stale"});
}

TEST_CASE("what is received twice in a second is judged in that second, however old it is",
          "[fleet]") {
  const auto measured = [](std::int64_t second, std::int64_t at) {
    Event event = check(second, "h1", "memory");
    event.report.metadata_timestamp = t(at);
    return event;
  };
  Fleet fleet{PolicySet{}};
  apply(fleet, {measured(10'000, 10'000)});
  CHECK(advance(fleet, 10'000) == Lines{"10000 h1 memory: OK counts"});
  apply(fleet, {measured(10'001, 1000), measured(10'001, 1000)});
  CHECK(advance(fleet, 10'001) == Lines{"10001 h1 memory: OK stale"});
}

TEST_CASE("changes of a second come in order of host and check, bytewise", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet,
        {check(1000, "b", "link"), check(1000, "a", "meta"), check(1000, "a", "link"),
         check(1000, "\xc3\xa4", "link"), check(1000, "B", "link"), check(1000, "a", "netmon")});
  CHECK(advance(fleet, 1000) == Lines{"1000 B link: OK counts", "1000 a link: OK counts",
                                      "1000 a meta: OK counts", "1000 a netmon: OK counts",
                                      "1000 b link: OK counts", "1000 \xc3\xa4 link: OK counts"});
}

TEST_CASE("a switch wakes the active checks behind it when it falls silent", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {placed(10000, "h1", "s1", "r1"), check(10000, "s1", "netmon"),
                check(10000, "r1", "rack"), check(10000, "h1", "ssh")});
  CHECK(advance(fleet, 10000) ==
        Lines{"10000 h1 ssh: OK counts", "10000 r1 rack: OK counts", "10000 s1 netmon: OK counts"});
  CHECK(advance(fleet, 10120) ==
        Lines{"10120 h1 ssh: OK infrastructure_unknown [s1]", "10120 s1 netmon: OK stale"});
  // The rack falls silent too: the reasons stay, the list of blockers grows.
  apply(fleet, {check(10500, "h1", "ssh")});
  CHECK(advance(fleet, 10600) ==
        Lines{"10600 h1 ssh: OK infrastructure_unknown [r1] [s1]", "10600 r1 rack: OK stale"});
}

TEST_CASE("a switch and a rack of one name are named once", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {placed(10000, "h1", "x", "x"), check(10000, "h1", "ssh")});
  CHECK(advance(fleet, 10000) == Lines{"10000 h1 ssh: OK infrastructure_unknown [x]"});
  // One of the two speaks: still the same word.
  apply(fleet, {check(10001, "x", "netmon")});
  CHECK(advance(fleet, 10001) == Lines{"10001 x netmon: OK counts"});
}

TEST_CASE("a host that moves is gated by its new switch from that moment", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {placed(10000, "h1", "s1", "r1"), placed(10000, "h2", "s1", "r1"),
                check(10000, "s1", "netmon"), check(10000, "s2", "netmon", Status::crit),
                check(10000, "r1", "rack"), check(10000, "h1", "ssh"), check(10000, "h2", "ssh")});
  CHECK(advance(fleet, 10000).size() == 5);
  apply(fleet, {placed(10001, "h1", "s2", "r1")});
  CHECK(advance(fleet, 10001) == Lines{"10001 h1 ssh: OK infrastructure_not_ok [s2]"});
  // The old switch no longer touches it, only the host that stayed.
  apply(fleet, {check(10002, "s1", "netmon", Status::warn)});
  CHECK(advance(fleet, 10002) ==
        Lines{"10002 h2 ssh: OK infrastructure_not_ok [s1]", "10002 s1 netmon: WARN counts"});
}

TEST_CASE("a rename keeps the facts, drops the observations, retires the old name", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {fact(EventType::host, 1000, "h1"), check(1000, "h1", "link")});
  CHECK(advance(fleet, 1000) == Lines{"1000 h1 link: OK counts"});
  apply(fleet, {fact(EventType::rename, 1100, "h1", "h2"), check(1100, "h1", "link")});
  CHECK(fleet.counters().retired == 1);
  CHECK(advance(fleet, 1100) ==
        Lines{"1100 h2 UNREACHABLE: null unobserved", "1100 h2 disk: null unobserved",
              "1100 h2 memory: null unobserved", "1100 h2 meta: null unobserved",
              "1100 h2 ssh: null unobserved"});
  apply(fleet, {check(1200, "h2", "link", Status::ok, 1101)});
  CHECK(advance(fleet, 1200) == Lines{"1200 h2 link: OK counts"});
  // The retired name lives again by a fact, and starts afresh.
  apply(fleet, {fact(EventType::host, 1300, "h1"), check(1300, "h1", "link")});
  CHECK(advance(fleet, 1300) == Lines{"1300 h1 link: OK counts"});
}

TEST_CASE("a rename absorbs a host that only checks have declared", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {fact(EventType::host, 1000, "h1"), check(1000, "h2", "link")});
  CHECK(advance(fleet, 1000) == Lines{"1000 h2 link: OK counts"});
  apply(fleet, {fact(EventType::manipulation_begin, 1001, "h2"),
                fact(EventType::rename, 1002, "h1", "h2")});
  CHECK(advance(fleet, 1002).size() == 5);  // what is required is awaited; link was forgotten
  apply(fleet, {check(1003, "h2", "link", Status::ok, 1003)});
  // Work that was told under the new name is work on this machine.
  CHECK(advance(fleet, 1003) == Lines{"1003 h2 link: OK under_manipulation"});
}

TEST_CASE("a removed host has no more lines, and its deadlines mean nothing", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {fact(EventType::assign, 1000, "h1"), check(1000, "h1", "link")});
  CHECK(advance(fleet, 1000).size() == 6);
  apply(fleet, {fact(EventType::remove, 1100, "h1")});
  CHECK(advance(fleet, 100000).empty());
  apply(fleet, {check(100000, "h1", "link")});
  CHECK(fleet.counters().retired == 1);
  CHECK(advance(fleet, 100000).empty());
}

TEST_CASE("events that cannot be are refused, and change nothing", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {fact(EventType::host, 1000, "h1"), fact(EventType::host, 1000, "h2"),
                fact(EventType::remove, 1000, "h2")});
  struct Row {
    const char* why;
    Event event;
    absl::StatusCode code;
    const char* message;
  };
  const Row rows[] = {
      {"work on nobody", fact(EventType::manipulation_begin, 1001, "x"),
       absl::StatusCode::kNotFound, "unknown host 'x', expected one that an earlier line declared"},
      {"end of work on nobody", fact(EventType::manipulation_end, 1001, "x"),
       absl::StatusCode::kNotFound, "unknown host 'x'"},
      {"removal of nobody", fact(EventType::remove, 1001, "x"), absl::StatusCode::kNotFound,
       "unknown host 'x'"},
      {"rename of nobody", fact(EventType::rename, 1001, "x", "y"), absl::StatusCode::kNotFound,
       "unknown host 'x'"},
      {"work on a retired name", fact(EventType::manipulation_end, 1001, "h2"),
       absl::StatusCode::kNotFound, "unknown host 'h2', it was removed or renamed before"},
      {"rename onto itself", fact(EventType::rename, 1001, "h1", "h1"),
       absl::StatusCode::kAlreadyExists, "rename of 'h1' onto 'h1', a living host"},
      {"backwards", fact(EventType::host, 999, "h1"), absl::StatusCode::kOutOfRange,
       "time runs backwards"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const FleetCounters before = fleet.counters();
      const absl::Status status = fleet.apply(row.event);
      CHECK(status.code() == row.code);
      CHECK_THAT(std::string(status.message()), Catch::Contains(row.message));
      CHECK(fleet.counters().events == before.events);
      CHECK(advance(fleet, 1500).empty());
    }
  }
  apply(fleet, {fact(EventType::host, 1600, "h3")});
  CHECK(fleet.apply(fact(EventType::rename, 1600, "h1", "h3")).code() ==
        absl::StatusCode::kAlreadyExists);
}

TEST_CASE("what is dropped is counted", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(1000, "h1", "link"), check(1000, "h1", "nonsense")});
  Event late = check(1000, "h1", "link", Status::crit);
  late.report.receive_time = t(999);
  apply(fleet, {late});
  Event equal = check(1000, "h1", "link", Status::warn);
  apply(fleet, {equal});
  CHECK(fleet.counters().events == 4);
  CHECK(fleet.counters().unknown_service == 1);
  CHECK(fleet.counters().out_of_date == 1);
  CHECK(advance(fleet, 1000) == Lines{"1000 h1 link: WARN counts"});
}

TEST_CASE("hosts without a stated place are counted where it matters", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(1000, "h1", "link"), placed(1000, "h2", "s", "r")});
  CHECK(fleet.hosts_without_stated_place() == 1);
  PolicySet blind;
  blind.checks = {{"ssh", {.kind = Kind::active, .period = Seconds{60}}}};
  Fleet without{blind};
  apply(without, {check(1000, "h1", "ssh")});
  CHECK(without.hosts_without_stated_place() == 0);
}

TEST_CASE("a host that is moved and back in one second is told of once, or not at all", "[fleet]") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {placed(10000, "h1", "s1", "r1"), check(10000, "h1", "ssh")});
  CHECK(advance(fleet, 10000) == Lines{"10000 h1 ssh: OK infrastructure_unknown [r1] [s1]"});
  apply(fleet, {placed(10001, "h1", "s2", "r1"), placed(10001, "h1", "s1", "r1")});
  CHECK(advance(fleet, 10001).empty());
  apply(fleet, {placed(10002, "h1", "r1", "s1")});  // the names are the same
  CHECK(advance(fleet, 10002).empty());
  apply(fleet, {placed(10003, "h1", "s2", "s1")});
  CHECK(advance(fleet, 10003) == Lines{"10003 h1 ssh: OK infrastructure_unknown [s1] [s2]"});
  apply(fleet, {placed(10004, "h1", "s1", "s1")});
  CHECK(advance(fleet, 10004) == Lines{"10004 h1 ssh: OK infrastructure_unknown [s1]"});
}

TEST_CASE("the health of a host is told when its state or a list changes", "[fleet]") {
  PolicySet policy;
  policy.checks = {{"a", {.kind = Kind::passive, .period = Seconds{300}, .required = true}},
                   {"b", {.kind = Kind::passive, .period = Seconds{300}}}};
  Fleet fleet{policy};
  const auto lines = [&](std::int64_t now) {
    Lines out;
    fleet.advance_hosts(t(now), [&](const HostLine& line) {
      std::string one =
          text(line.time) + " " + std::string(line.host) + " " + std::string(name(line.state));
      for (const auto& [word, list] :
           {std::pair{" f:", line.failing}, std::pair{" w:", line.waiting},
            std::pair{" s:", line.silent}}) {
        for (const std::string_view check : list) one += word + std::string(check);
      }
      out.push_back(one + " next " + text(line.next_change));
    });
    return out;
  };
  apply(fleet, {fact(EventType::host, 1000, "h")});
  CHECK(lines(1000) == Lines{"1000 h unmonitored s:a next none"});
  apply(fleet, {fact(EventType::assign, 1001, "h")});
  CHECK(lines(1001) == Lines{"1001 h undecided w:a next 2441"});
  apply(fleet, {check(1002, "h", "a")});
  CHECK(lines(1002) == Lines{"1002 h healthy next 1602"});
  apply(fleet, {check(1003, "h", "b", Status::crit)});
  CHECK(lines(1003) == Lines{"1003 h failing f:b next 1602"});
  CHECK(lines(5000) ==
        Lines{"1602 h failing f:b s:a next 1603", "1603 h unmonitored s:a next 1902"});
  apply(fleet, {fact(EventType::remove, 5000, "h")});
  CHECK(lines(6000).empty());
}

// ---- Everything fast equals the scalar rules ----

using Key = std::pair<std::string, std::string>;

TEST_CASE("advance tells exactly what judging everything every second finds", "[fleet]") {
  rc::prop("deadlines equal polling",
           [] { assert_deadlines_equal_polling<RandomEvents>(random_policy()); });
}

TEST_CASE("what the fleet tells of a check is what judge() says of it", "[fleet]") {
  rc::prop("lines equal scalar verdicts", [] {
    const PolicySet policy;
    Fleet fleet{policy};
    RandomEvents events;
    std::int64_t now = 1'000'000;
    for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 1, 30, 300);
      events.apply(fleet, now);
    }
    now += *rc::gen::inRange(0, 2000);
    std::map<Key, Verdict> scalar;
    for (const char* host : {"a", "b", "c", "d", "s1", "s2", "r1"}) {
      fleet.visit_checks(host, [&](const CheckView& view) {
        const auto verdict = judge(view.question, policy.constants, t(now));
        if (verdict) scalar.emplace(Key{view.host, view.check}, *verdict);
      });
    }
    std::size_t lines = 0;
    fleet.judge_all(t(now), [&](const VerdictLine& line) {
      ++lines;
      const auto found = scalar.find(Key{line.host, line.check});
      RC_ASSERT(found != scalar.end());
      RC_ASSERT(found->second == line.verdict);
    });
    RC_ASSERT(lines == scalar.size());
  });
}

}  // namespace
}  // namespace vitals
