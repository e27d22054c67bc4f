// SPDX-License-Identifier: Apache-2.0
// Properties of verdicts on random facts. Most step through every second at which anything can
// change, so the facts lie close together; see generators.h for the seed.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "generators.h"
#include "second_opinion.h"
#include "test_time.h"
#include "vitals/verdict.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using generate::Scale;

// All seconds, with the reasons at each as the second opinion sees them.
std::vector<Reasons> plain_history(const Question& about, const Policy& policy) {
  std::vector<Reasons> history;
  for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
    history.push_back(plain_reasons(about, policy, now));
  }
  return history;
}

TEST_CASE("Random facts reach every reason, every kind and the check that counts") {
  std::array<int, reason_count> held{};
  std::array<int, kind_names.size()> counted{};
  const auto facts = generate::facts(Scale::seconds);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Facts sample = facts(rc::Random(seed), 100).value();
    const Asked asked(sample);
    Reasons ever;
    bool ever_counts = false;
    for (const Reasons reasons : plain_history(asked.question(), sample.policy)) {
      ever |= reasons;
      ever_counts = ever_counts || reasons.empty();
    }
    ever.for_each([&](Reason reason) { ++held[static_cast<std::size_t>(reason)]; });
    counted[static_cast<std::size_t>(sample.check.kind)] += ever_counts;
  }
  for (std::size_t i = 0; i < reason_count; ++i) {
    INFO(reason_names[i] << " held in " << held[i] << " of 1000");
    CHECK(held[i] >= 10);
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    INFO(kind_names[i] << " counted in " << counted[i] << " of 1000");
    CHECK(counted[i] >= 20);
  }
}

TEST_CASE("Predicates, windows and changes agree with the rules tried at every second") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Asked asked(facts);
    const Question& about = asked.question();
    const std::vector<Reasons> history = plain_history(about, facts.policy);
    const Window window = window_of(about, facts.policy);
    std::optional<Timestamp> change;  // the nearest one after `now`, found backwards
    Timestamp now = generate::last_second;
    for (std::size_t i = history.size(); i-- > 0; now -= 1s) {
      const bool changes_next = i + 1 < history.size() && history[i] != history[i + 1];
      if (changes_next) change = now + 1s;
      const std::optional<Verdict> verdict = judge(about, facts.policy, now);
      RC_ASSERT(verdict);
      RC_ASSERT(text(verdict->excluded_by) == text(history[i]));
      RC_ASSERT(verdict->counts() == window.contains(now));
      RC_ASSERT(verdict->window == window);
      RC_ASSERT(text(verdict->next_change) == text(change));
      RC_ASSERT(reasons_at(about, facts.policy, now) == verdict->excluded_by);
      RC_ASSERT(next_change(about, facts.policy, now) == verdict->next_change);
    }
    RC_ASSERT(window.empty() == (window == Window::never()));
  });
}

TEST_CASE("The order of dependencies does not matter, nor does saying one twice") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    Facts reversed = facts;
    std::reverse(reversed.infrastructure.begin(), reversed.infrastructure.end());
    Facts doubled = facts;
    doubled.infrastructure.insert(doubled.infrastructure.end(), facts.infrastructure.begin(),
                                  facts.infrastructure.end());
    const Asked asked(facts);
    for (const Facts& other : {reversed, doubled}) {
      const Asked again(other);
      for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
        RC_ASSERT(judge(asked.question(), facts.policy, now) ==
                  judge(again.question(), facts.policy, now));
      }
    }
  });
}

// The reasons of `one` at every second are among those of `other`, and its window is no narrower.
void assert_no_more_reasons(const Facts& one, const Facts& other) {
  const Asked asked(one);
  const Asked again(other);
  const Window wide = window_of(asked.question(), one.policy);
  const Window narrow = window_of(again.question(), other.policy);
  RC_ASSERT(intersection(wide, narrow) == narrow);
  for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
    const Reasons more = reasons_at(again.question(), other.policy, now);
    RC_ASSERT((reasons_at(asked.question(), one.policy, now) | more) == more);
  }
}

TEST_CASE("More work, more dependencies and longer proofs never make a check count sooner") {
  rc::prop("later work on the host", [] {
    Facts facts = *generate::facts(Scale::seconds);
    Facts later = facts;
    later.host.manipulation_ended =
        std::max(facts.host.manipulation_ended.value_or(t(0)), generate::moment(Scale::seconds));
    assert_no_more_reasons(facts, later);
  });
  rc::prop("a later rename", [] {
    Facts facts = *generate::facts(Scale::seconds);
    Facts later = facts;
    later.host.renamed =
        std::max(facts.host.renamed.value_or(t(0)), generate::moment(Scale::seconds));
    assert_no_more_reasons(facts, later);
  });
  rc::prop("one more dependency", [] {
    Facts facts = *generate::facts(Scale::seconds);
    Facts more = facts;
    more.infrastructure.push_back({.kind = Kind::rack, .observation = std::nullopt});
    assert_no_more_reasons(facts, more);
  });
  rc::prop("a longer way to the status", [] {
    Facts facts = *generate::facts(Scale::seconds);
    Facts longer = facts;
    longer.policy.juggler.overhead += 1s;
    assert_no_more_reasons(facts, longer);
  });
}

TEST_CASE("What only time brings on stays, and so does what it lifts") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Asked asked(facts);
    Reasons before = reasons_at(asked.question(), facts.policy, generate::first_second);
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      const Reasons reasons = reasons_at(asked.question(), facts.policy, now);
      for (const Reason stays :
           {Reason::missing, Reason::expired, Reason::stale, Reason::infrastructure_unknown,
            Reason::under_manipulation, Reason::precedes_manipulation, Reason::precedes_rename}) {
        RC_ASSERT(reasons.has(stays) || !before.has(stays));
      }
      for (const Reason lifts : {Reason::unobserved, Reason::infrastructure_not_ok,
                                 Reason::precedes_infrastructure_change,
                                 Reason::infrastructure_settling, Reason::precedes_manipulation}) {
        RC_ASSERT(before.has(lifts) || !reasons.has(lifts));
      }
      before = reasons;
    }
  });
}

// SPEC 10, lazy: the same rules, but each asks for an effective timestamp of its own, for which
// a rename makes the three hours one more period of the check.
Reasons lazy_reasons(const Question& about, const Policy& policy, Timestamp now) {
  if (about.observation == nullptr) return reasons_at(about, policy, now);
  const Observation& seen = *about.observation;
  const HostFacts untouched;
  const Question at_rest{.check = about.check, .host = untouched, .observation = about.observation};
  Reasons reasons = reasons_at(at_rest, policy, now);
  if (is_infrastructure(about.check.kind)) return reasons;

  const auto proven_after = [&](Timestamp moment, Seconds detection) {
    return effective_lazily(seen, about.check, policy, detection) > moment;
  };
  const HostFacts& host = about.host;
  reasons.set(Reason::under_manipulation, host.under_manipulation);
  reasons.set(Reason::precedes_manipulation,
              host.manipulation_ended && !proven_after(*host.manipulation_ended, 0s));
  reasons.set(Reason::precedes_rename, host.renamed && seen.status_mtime <= *host.renamed &&
                                           !proven_after(*host.renamed, policy.rename.detection));
  if (about.check.kind != Kind::active) return reasons;
  for (const Dependency& on : about.dependencies) {
    const ActiveEvidence evidence{.status_mtime = seen.status_mtime,
                                  .effective = effective_lazily(seen, about.check, policy, 0s)};
    reasons |= infrastructure_reasons(on, evidence, policy, now);
  }
  return reasons;
}

TEST_CASE("Effective timestamps computed at use give the same reasons") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Asked asked(facts);
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      RC_ASSERT(text(lazy_reasons(asked.question(), facts.policy, now)) ==
                text(plain_reasons(asked.question(), facts.policy, now)));
    }
  });
}

TEST_CASE("`settling: receipt` never counts a check that `settling: clock` would not") {
  rc::prop("once the infrastructure was received", [] {
    Facts by_clock = *generate::facts(Scale::seconds);
    by_clock.policy.infrastructure.settling = Settling::clock;
    Facts by_receipt = by_clock;
    by_receipt.policy.infrastructure.settling = Settling::receipt;
    const Asked clock(by_clock);
    const Asked receipt(by_receipt);
    for (Timestamp now = generate::last_moment; now <= generate::last_second; now += 1s) {
      const Reasons strict = reasons_at(receipt.question(), by_receipt.policy, now);
      const Reasons reasons = reasons_at(clock.question(), by_clock.policy, now);
      RC_ASSERT((reasons | strict) == strict);
    }
  });
}

// Moments at which a verdict on these facts may change, and their neighbours, sorted.
std::vector<Timestamp> probes(const Question& about, const Policy& policy) {
  std::vector<Timestamp> found{earliest_accepted, latest_accepted, t(1'700'000'000)};
  const auto probe = [&](Timestamp moment) {
    if (moment == distant_past || moment == distant_future) return;
    for (const Seconds offset : {-1s, 0s, 1s}) found.push_back(moment + offset);
  };
  if (about.appear_by) probe(*about.appear_by);
  for_each_window(about, policy, [&](Reason, const Window& window, const Dependency*) {
    probe(window.from);
    probe(window.until);
  });
  std::sort(found.begin(), found.end());
  return found;
}

TEST_CASE("Verdicts are exact at the ends of what input may state") {
  rc::prop("moments up to 2106, lengths up to 366 days", [] {
    const Facts facts = *generate::facts(Scale::accepted);
    const Asked asked(facts);
    const Question& about = asked.question();
    const std::vector<Timestamp> moments = probes(about, facts.policy);
    for (const Timestamp now : moments) {
      const std::optional<Verdict> verdict = judge(about, facts.policy, now);
      RC_ASSERT(verdict);
      const Reasons expected = plain_reasons(about, facts.policy, now);
      RC_ASSERT(text(verdict->excluded_by) == text(expected));
      RC_ASSERT(verdict->counts() == verdict->window.contains(now));
      const Timestamp change = verdict->next_change.value_or(distant_future);
      RC_ASSERT(change > now);
      for (const Timestamp other : moments) {
        const bool before_change = now <= other && other < change;
        RC_ASSERT(!before_change || plain_reasons(about, facts.policy, other) == expected);
      }
      if (change == distant_future) continue;
      RC_ASSERT(plain_reasons(about, facts.policy, change) != expected);
      RC_ASSERT(plain_reasons(about, facts.policy, change - 1s) == expected);
    }
  });
}

TEST_CASE("A verdict exists for every fact and every moment that the types can hold") {
  rc::prop("up to the ends of time", [] {
    const Facts facts = *generate::facts(Scale::all);
    const Timestamp now = generate::moment(Scale::all);
    const Asked asked(facts);
    const std::optional<Verdict> verdict = judge(asked.question(), facts.policy, now);
    RC_ASSERT(verdict);
    RC_ASSERT(verdict->counts() == verdict->window.contains(now));
    RC_ASSERT(verdict->window.empty() == (verdict->window == Window::never()));
    RC_ASSERT(verdict->next_change.value_or(distant_future) > now || now == distant_future);
    RC_ASSERT(visible_status(asked.question(), facts.policy, now).has_value() ==
              (facts.observation && !verdict->excluded_by.has(Reason::expired)));
  });
}

}  // namespace
}  // namespace vitals
