// SPDX-License-Identifier: Apache-2.0
#include "vitals/verdict.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "second_opinion.h"
#include "test_time.h"
#include "usual_facts.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
TEST_CASE("There is a verdict on what was observed, and on what must appear") {
  struct Row {
    const char* why;
    bool observed;
    bool required;
    bool awaited;
    bool expected;
  };
  const Row rows[] = {
      {"observed, and nothing else", true, false, false, true},
      {"observed and required", true, true, false, true},
      {"required and awaited", false, true, true, true},
      {"required of a host that was neither assigned nor renamed", false, true, false, false},
      {"awaited, but not required", false, false, true, false},
      {"none of it", false, false, false, false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Facts facts = unchanged(Kind::passive);
      if (!row.observed) facts.observation.reset();
      facts.check.required = row.required;
      if (row.awaited) facts.appear_by = t(200'000);
      const Asked asked(facts);
      CHECK(has_verdict(asked.question()) == row.expected);
      CHECK(judge(asked.question(), facts.policy, t(100'000)).has_value() == row.expected);
    }
  }
}

TEST_CASE("A status is visible until it has expired, whether it counts or not") {
  Facts facts = unchanged(Kind::passive);
  facts.observation->status = Status::crit;
  facts.host.under_manipulation = true;
  const Asked asked(facts);
  CHECK(visible_status(asked.question(), facts.policy, t(100'899)) == Status::crit);
  CHECK(visible_status(asked.question(), facts.policy, t(100'900)) == std::nullopt);
  CHECK(visible_status(asked.question(), facts.policy, t(100'901)) == std::nullopt);
}

TEST_CASE("A verdict tells from when and until when a check counts, and when that changes") {
  struct Row {
    const char* why;
    void (*change)(Facts&);
    Timestamp now;
    Window window;
    std::optional<Timestamp> next_change;
  };
  constexpr Window until_stale{.from = t(541), .until = t(100'120)};
  constexpr auto changed = [](Facts& f) { f.observation->status_mtime = t(99'500); };
  constexpr auto never_proven = [](Facts& f) { f.host.manipulation_ended = t(100'000); };
  const Row rows[] = {
      {"long settled, counts until the switch is stale", [](Facts&) {}, t(100'000), until_stale,
       t(100'120)},
      {"the window does not depend on now", [](Facts&) {}, t(100'300), until_stale, t(100'600)},
      {"from stale to expired", [](Facts&) {}, t(100'600), until_stale, t(100'900)},
      {"nothing will change by itself", [](Facts&) {}, t(100'900), until_stale, std::nullopt},
      {"settling: first the switch is satisfied, but the reason stays",
       changed,
       t(99'700),
       {.from = t(100'041), .until = t(100'120)},
       t(100'041)},
      {"the second before it counts",
       changed,
       t(100'040),
       {.from = t(100'041), .until = t(100'120)},
       t(100'041)},
      {"the second in which it counts",
       changed,
       t(100'041),
       {.from = t(100'041), .until = t(100'120)},
       t(100'120)},
      {"not proven after work: no moment will do, yet reasons change", never_proven, t(100'000),
       Window::never(), t(100'120)},
      {"settled only when already stale",
       [](Facts& f) { f.observation->status_mtime = t(100'000); }, t(100'000), Window::never(),
       t(100'120)},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Facts facts = behind_switch_and_rack();
      row.change(facts);
      const Asked asked(facts);
      const std::optional<Verdict> verdict = judge(asked.question(), facts.policy, row.now);
      REQUIRE(verdict);
      CHECK(text(verdict->window) == text(row.window));
      CHECK(text(verdict->next_change) == text(row.next_change));
    }
  }
}

TEST_CASE("What is unknown hides what it would say, and that is a change of its own") {
  // The switch is broken; when it is stale it is unknown instead.
  Facts facts = behind_switch_and_rack();
  facts.infrastructure[0].observation->status = Status::crit;
  const Asked asked(facts);
  CHECK(text(reasons_at(asked.question(), facts.policy, t(100'119))) == "infrastructure_not_ok");
  CHECK(text(reasons_at(asked.question(), facts.policy, t(100'120))) == "infrastructure_unknown");
  CHECK(text(next_change(asked.question(), facts.policy, t(100'000))) == "100120");
}

TEST_CASE("After a repair the receipt that proves is known beforehand") {
  const Policy policy;
  const HostFacts repaired{.manipulation_ended = t(0)};
  const auto after = [&](const CheckPolicy& check) {
    return text(proven_by_receipt_after(repaired, check, policy));
  };
  CHECK(after({.kind = Kind::active, .period = 1min}) == "720");
  CHECK(after({.kind = Kind::active, .period = 2min}) == "840");
  CHECK(after({.kind = Kind::passive, .period = 5min}) == "1200");
  CHECK(after({.kind = Kind::hw_watcher, .period = 5min}) == "none");
  CHECK(after({.kind = Kind::netmon}) == "none");
  CHECK(after({.kind = Kind::rack}) == "none");
  CHECK(text(proven_by_receipt_after({}, {.kind = Kind::passive}, policy)) == "none");

  // A receipt at that very moment does not prove yet, one second later it does.
  Facts facts = unchanged(Kind::passive);
  facts.host = repaired;
  for (const auto& [received, expected] :
       {std::pair{t(1200), "precedes_manipulation"}, std::pair{t(1201), "counts"}}) {
    facts.observation->receive_time = received;
    const Asked asked(facts);
    CHECK(text(judge(asked.question(), facts.policy, received)->excluded_by) == expected);
  }
}

constexpr bool a_verdict_is_a_constant_expression() {
  constexpr Policy policy;
  constexpr CheckPolicy check{.kind = Kind::passive, .period = 5min};
  constexpr HostFacts host;
  constexpr Observation seen{.receive_time = t(1000)};
  const Question question{.check = check, .host = host, .observation = &seen};
  return judge(question, policy, t(1000)) ==
         Verdict{.excluded_by = {}, .window = Window::before(t(1600)), .next_change = t(1600)};
}
static_assert(a_verdict_is_a_constant_expression());

}  // namespace
}  // namespace vitals
