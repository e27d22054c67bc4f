// SPDX-License-Identifier: Apache-2.0
#include "vitals/needs.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "random_needs.h"
#include "test_time.h"
#include "vitals/verdict.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using generate::Scale;

constexpr std::array<std::uint32_t, 2> both{0, 1};
constexpr Reasons bad{Reason::infrastructure_not_ok};
constexpr Reasons unknown{Reason::infrastructure_unknown};

constexpr Reasons reasons_of_two(Quorum quorum, Reasons first, Reasons second) {
  const std::array<MemberFindings, 2> found{{{.reasons = first}, {.reasons = second}}};
  return reasons_of(Need{.quorum = quorum, .members = both}, found);
}

static_assert(reasons_of_two(Quorum::all, {}, {}).empty());
static_assert(reasons_of_two(Quorum::all, {}, bad) == bad);
static_assert(reasons_of_two(Quorum::all, unknown, bad) == (unknown | bad));
static_assert(reasons_of_two(Quorum::any, {}, bad).empty());
static_assert(reasons_of_two(Quorum::any, bad, {}).empty());
static_assert(reasons_of_two(Quorum::any, unknown, bad) == (unknown | bad));
static_assert(reasons_of(Need{.quorum = Quorum::any}, {}) == unknown, "an empty list is unknown");
static_assert(window_of(Need{.quorum = Quorum::any}, {}) == Window::never());

constexpr Window window_of_two(Quorum quorum, Window first, Window second) {
  const std::array<MemberFindings, 2> found{{{.window = first}, {.window = second}}};
  return window_of(Need{.quorum = quorum, .members = both}, found);
}

static_assert(window_of_two(Quorum::all, {t(5), t(9)}, {t(5), t(7)}) == Window{t(5), t(7)});
static_assert(window_of_two(Quorum::any, {t(5), t(9)}, {t(5), t(7)}) == Window{t(5), t(9)});
static_assert(window_of_two(Quorum::any, {t(5), t(9)}, Window::never()) == Window{t(5), t(9)});
static_assert(window_of_two(Quorum::all, {t(5), t(9)}, Window::never()) == Window::never());
static_assert(window_of_two(Quorum::any, Window::never(), Window::never()) == Window::never());

// What random facts must reach, or the properties below prove little.
TEST_CASE("Random classes reach met and unmet needs, diamonds, and checks that count") {
  std::array<int, reason_count> held{};
  int counted = 0;
  int spared = 0;  // an `any` of which one member is not well, and the check counts
  int returned = 0;
  const auto facts = generate::class_facts(Scale::seconds);
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    const ClassFacts sample = facts(rc::Random(seed), 100).value();
    const AskedOfClasses asked(sample);
    Reasons ever;
    bool counts = false;
    bool is_spared = false;
    bool has_left = false;
    bool has_returned = false;
    Reasons before;
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      const Reasons reasons = reasons_at(asked.question(), sample.facts.policy, now);
      ever |= reasons;
      counts = counts || reasons.empty();
      const auto room = asked.question().needs->room;
      is_spared = is_spared || (reasons.empty() && std::any_of(room.begin(), room.end(),
                                                               [](const MemberFindings& its) {
                                                                 return !its.reasons.empty();
                                                               }));
      has_left = has_left || (before.has(Reason::infrastructure_not_ok) &&
                              !reasons.has(Reason::infrastructure_not_ok));
      has_returned = has_returned || (!before.has(Reason::infrastructure_not_ok) &&
                                      reasons.has(Reason::infrastructure_not_ok));
      before = reasons;
    }
    ever.for_each([&](Reason reason) { ++held[static_cast<std::size_t>(reason)]; });
    counted += counts;
    spared += is_spared;
    returned += has_left && has_returned;
  }
  const auto times = [&](Reason reason) { return held[static_cast<std::size_t>(reason)]; };
  CHECK(times(Reason::infrastructure_unknown) > 100);
  CHECK(times(Reason::infrastructure_not_ok) > 50);
  CHECK(times(Reason::precedes_infrastructure_change) > 50);
  CHECK(times(Reason::infrastructure_settling) > 50);
  CHECK(counted > 30);
  CHECK(spared > 10);
  CHECK(returned > 10);
}

TEST_CASE("Predicates, windows and changes of needs agree with a walk down the tree") {
  rc::prop("for random classes", [] {
    const ClassFacts facts = *generate::class_facts(Scale::seconds);
    const AskedOfClasses asked(facts);
    const Question& about = asked.question();
    const Policy& policy = facts.facts.policy;
    const Window window = window_of(about, policy);
    std::optional<Timestamp> change;  // the nearest one after `now`, found backwards
    std::optional<Reasons> after;
    for (Timestamp now = generate::last_second; now >= generate::first_second; now -= 1s) {
      const Reasons expected = PlainNeeds(facts, about, now).reasons();
      if (after && *after != expected) change = now + 1s;
      after = expected;
      const std::optional<Verdict> verdict = judge(about, policy, now);
      RC_ASSERT(verdict);
      RC_ASSERT(text(verdict->excluded_by) == text(expected));
      RC_ASSERT(verdict->window == window);
      RC_ASSERT(verdict->counts() == window.contains(now));
      RC_ASSERT(text(verdict->next_change) == text(change));
      RC_ASSERT(text(reasons_at(about, policy, now)) == text(expected));
    }
    RC_ASSERT(window.empty() == (window == Window::never()));
  });
}

TEST_CASE("A verdict with needs exists for every moment that the types can hold") {
  rc::prop("up to the ends of time", [] {
    const ClassFacts facts = *generate::class_facts(Scale::all);
    const AskedOfClasses asked(facts);
    const Timestamp now = generate::moment(Scale::all);
    const std::optional<Verdict> verdict = judge(asked.question(), facts.facts.policy, now);
    RC_ASSERT(verdict);
    RC_ASSERT(verdict->excluded_by == reasons_at(asked.question(), facts.facts.policy, now));
    RC_ASSERT(verdict->counts() == verdict->window.contains(now));
    RC_ASSERT(verdict->next_change.value_or(distant_future) > now || now == distant_future);
  });
}

TEST_CASE("A class of one voice that hosts need all of is judged as a rack is") {
  rc::prop("for a voice that only a clock or silence can make unknown", [] {
    Facts facts = *generate::facts(Scale::seconds);
    facts.check.kind = Kind::active;
    facts.policy.retention.push_periods = 5;  // a rack expires for its dependants when it is stale
    facts.infrastructure.resize(std::min<std::size_t>(facts.infrastructure.size(), 1));
    const Observation seen = receive(generate::report(Scale::seconds), Kind::rack, Seconds{2});
    ClassFacts by_class{.facts = facts, .members = {}, .of_check = {}};
    by_class.members.push_back({.lag = lag(Kind::rack, facts.policy),
                                .voices = {{.check = {.kind = Kind::passive, .period = 1s},
                                            .host = {},
                                            .observation = seen}},
                                .needs = {}});
    by_class.of_check.push_back({.quorum = Quorum::all, .members = {0}});
    Facts by_rack = facts;
    by_rack.infrastructure.push_back({.kind = Kind::rack, .observation = seen});
    const AskedOfClasses of_class(by_class);
    const Asked of_rack(by_rack);
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      RC_ASSERT(judge(of_class.question(), facts.policy, now) ==
                judge(of_rack.question(), facts.policy, now));
    }
  });
}

TEST_CASE("More members help a need of `any` and burden one of `all`; what stands behind burdens") {
  rc::prop("for random classes", [] {
    ClassFacts facts = *generate::class_facts(Scale::seconds);
    if (facts.of_check.empty() || facts.of_check[0].members.empty()) return;
    if (!facts.facts.observation) return;
    ClassFacts more = facts;
    NeedFacts& need = more.of_check[0];
    // Of the same class, or their lags would differ: say again who is there, and unknown.
    const std::uint32_t pattern = need.members[0];
    MemberFacts silent = facts.members[pattern];
    for (VoiceFacts& voice : silent.voices) voice.observation.reset();
    need.members.push_back(static_cast<std::uint32_t>(more.members.size()));
    more.members.push_back(silent);
    const AskedOfClasses asked(facts);
    const AskedOfClasses again(more);
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      const Reasons reasons = reasons_at(asked.question(), facts.facts.policy, now);
      const Reasons others = reasons_at(again.question(), more.facts.policy, now);
      if (need.quorum == Quorum::all) {
        RC_ASSERT(others.has(Reason::infrastructure_unknown));
      } else {
        RC_ASSERT(others.empty() == reasons.empty());
      }
    }
  });
}

TEST_CASE("A check that is not active needs nothing of classes") {
  rc::prop("for random classes", [] {
    ClassFacts facts = *generate::class_facts(Scale::seconds);
    facts.facts.check.kind = *rc::gen::element(Kind::passive, Kind::hw_watcher);
    const AskedOfClasses asked(facts);
    const Asked alone(facts.facts);
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      RC_ASSERT(judge(asked.question(), facts.facts.policy, now) ==
                judge(alone.question(), facts.facts.policy, now));
    }
  });
}

// A check that needs any of two repositories, each of which needs the same storage.
struct Diamond {
  ClassFacts facts;

  Diamond() {
    facts.facts.check = {.kind = Kind::active, .period = 60s};
    facts.facts.observation = Observation{.status_mtime = t(0), .receive_time = t(10'000)};
    const Observation fine{.status_mtime = t(0), .receive_time = t(10'000)};
    const VoiceFacts voice{
        .check = {.kind = Kind::active, .period = 60s}, .host = {}, .observation = fine};
    facts.members = {{.lag = 600s, .voices = {voice}, .needs = {}},
                     {.lag = 600s, .voices = {voice}, .needs = {{Quorum::all, {0}}}},
                     {.lag = 600s, .voices = {voice}, .needs = {{Quorum::all, {0}}}}};
    facts.of_check = {{Quorum::any, {1, 2}}};
  }

  VoiceFacts& storage() { return facts.members[0].voices[0]; }
  VoiceFacts& repository(std::size_t number) { return facts.members[number].voices[0]; }

  // The reasons, and who is behind them: 0 is the storage, 1 and 2 the repositories.
  [[nodiscard]] std::string told() const {
    const AskedOfClasses asked(facts);
    std::string out = text(reasons_at(asked.question(), facts.facts.policy, t(10'000))) + " by";
    for_each_unmet(*asked.question().needs,
                   [&](std::size_t member) { out += " " + std::to_string(member); });
    return out;
  }
};

TEST_CASE("Of a diamond everything that is in the way is told once") {
  Diamond diamond;
  CHECK(diamond.told() == "counts by");
  SECTION("one of two repositories is enough") {
    diamond.repository(1).observation->status = Status::crit;
    CHECK(diamond.told() == "counts by");
    diamond.repository(2).observation.reset();
    CHECK(diamond.told() == "infrastructure_unknown infrastructure_not_ok by 2 1");
  }
  SECTION("what both need is behind both") {
    diamond.storage().observation->status = Status::warn;
    CHECK(diamond.told() == "infrastructure_not_ok by 2 1 0");
  }
  SECTION("somebody works on a repository: its OK is not known to be true") {
    diamond.repository(1).host.under_manipulation = true;
    CHECK(diamond.told() == "counts by");
    diamond.repository(2).host.manipulation_ended = t(9'999);
    CHECK(diamond.told() == "infrastructure_unknown by 2 1");
  }
}

}  // namespace
}  // namespace vitals
