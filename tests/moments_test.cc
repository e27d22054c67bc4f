// SPDX-License-Identifier: Apache-2.0
// The rules as windows against the rules as predicates. rapidcheck prints its seed; see
// generators.h.
#include "vitals/moments.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "generators.h"
#include "random_dependency.h"
#include "second_opinion.h"
#include "test_time.h"
#include "usual_facts.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using generate::Scale;

TEST_CASE("What a rule says is either standing or begins at a moment") {
  Facts facts = behind_switch_and_rack();
  facts.observation->implausible = true;
  facts.host.under_manipulation = true;
  const Asked asked(facts);
  const CheckMoments own = moments_of(asked.question(), sums_of(facts.check, facts.policy));
  CHECK(text(own.standing) == "implausible_time under_manipulation");
  CHECK(own.stale_from == t(100'600));
  CHECK(own.expired_from == t(100'900));
  CHECK(own.evidence.effective == t(100'000) - 12min);
  const Dependency& on = asked.question().dependencies[0];
  const DependencyMoments its = moments_of(on, own.evidence, sums_of(facts.check, facts.policy));
  CHECK(its.standing.empty());
  CHECK(its.unknown_from == t(100'120));
  CHECK(its.settled_from == t(361));
  CHECK(text(its.reasons_at(t(360))) == "infrastructure_settling");
  CHECK(text(its.reasons_at(t(361))) == "counts");
  CHECK(text(its.reasons_at(t(100'119))) == "counts");
  CHECK(text(its.reasons_at(t(100'120))) == "infrastructure_unknown");
}

// Whether a rule of the host's own holds, asked of its own predicate.
bool own_rule_holds(Reason reason, const Question& about, const Policy& policy, Timestamp now) {
  if (about.observation == nullptr) return true;  // unobserved, and missing from then on
  const Observation& seen = *about.observation;
  const Timestamp proven = effective(seen, about.check, policy);
  switch (reason) {
    case Reason::implausible_time:
      return seen.implausible;
    case Reason::unmeasured:
      return is_unmeasured(seen, about.check);
    case Reason::expired:
      return is_expired(seen, policy, now);
    case Reason::stale:
      return is_stale(seen, about.check, policy, now);
    case Reason::under_manipulation:
      return about.host.under_manipulation;
    case Reason::precedes_manipulation:
      return precedes_manipulation(about.host, proven);
    case Reason::precedes_rename:
      return precedes_rename(about.host, seen, proven, policy.rename.detection);
    default:
      RC_FAIL("a rule of infrastructure without a dependency");
  }
}

TEST_CASE("Each rule has the window of its own predicate, at every second") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Asked asked(facts);
    const Question& about = asked.question();
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      Reasons visited;
      bool all_permit = true;
      for_each_window(
          about, facts.policy, [&](Reason reason, const Window& window, const Dependency* on) {
            all_permit = all_permit && window.contains(now);
            if (on != nullptr) return;  // infrastructure_test.cc asks those
            RC_ASSERT(!visited.has(reason));
            visited.set(reason);
            RC_ASSERT(window.contains(now) != own_rule_holds(reason, about, facts.policy, now));
          });
      RC_ASSERT(all_permit == plain_reasons(about, facts.policy, now).empty());
    }
  });
}

TEST_CASE("Each rule of a dependency has the window of its own predicate, at every second") {
  rc::prop("for random facts", [] {
    const RandomDependency pair;
    const Observation& seen = pair.infrastructure;
    for (Timestamp now = generate::first_second; now <= generate::last_second; now += 1s) {
      bool all_permit = true;
      for_each_infrastructure_window(
          pair.on(), pair.check, sums_of({}, pair.policy),
          [&](Reason reason, const Window& window) {
            const bool holds = [&] {
              switch (reason) {
                case Reason::infrastructure_unknown:
                  return is_infrastructure_unknown(pair.on(), pair.policy, now);
                case Reason::infrastructure_not_ok:
                  return seen.status != Status::ok;
                case Reason::precedes_infrastructure_change:
                  return precedes_infrastructure_change(seen, pair.check);
                default:
                  RC_ASSERT(reason == Reason::infrastructure_settling);
                  return is_infrastructure_settling(seen, pair.kind, pair.check, pair.policy, now);
              }
            }();
            RC_ASSERT(window.contains(now) == !holds);
            all_permit = all_permit && window.contains(now);
          });
      const Reasons reasons = infrastructure_reasons(pair.on(), pair.check, pair.policy, now);
      RC_ASSERT(reasons.empty() == all_permit);
      RC_ASSERT(reasons == plain_dependency_reasons(pair.on(), plain(pair.check.status_mtime),
                                                    plain(pair.check.effective), pair.policy,
                                                    plain(now)));
    }
  });
}

}  // namespace
}  // namespace vitals
