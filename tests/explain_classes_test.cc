// SPDX-License-Identifier: Apache-2.0
// Explanations of checks that need members of classes: what is in the way, and the way to it.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "class_events.h"
#include "test_time.h"
#include "vitals/explain.h"

namespace vitals {
namespace {

Explanation explained(const Fleet& fleet, std::string_view host, std::string_view check,
                      std::int64_t now) {
  Explanation found;
  (void)fleet.visit_checks(host, [&](const CheckView& view) {
    if (view.check == check) found = explain(view, fleet.policy().constants, t(now));
  });
  return found;
}

// `state reason: class member <- through whom`, of each rule about a class but those that permit.
std::vector<std::string> told(const Explanation& check) {
  std::vector<std::string> lines;
  for (const RuleExplanation& rule : check.rules) {
    if (rule.of_class.empty() || rule.state == RuleState::permits) continue;
    constexpr std::array<std::string_view, 4> states{"permits", "shuts out", "not asked", "spared"};
    std::string line(states[static_cast<std::size_t>(rule.state)]);
    line += " " + std::string(name(rule.reason)) + ": " + rule.of_class + " " + rule.object;
    for (const std::string& by : rule.behind) line += " <- " + by;
    lines.push_back(std::move(line));
  }
  return lines;
}

using Lines = std::vector<std::string>;

// A gateway behind which two repositories stand, which need one storage node each.
struct Chain {
  Needing needing;
  Fleet fleet{class_policy()};

  Chain() {
    const Names none;
    apply(fleet,
          {needing(1000, "el1", {}), needing(1000, "el2", {}),
           needing(1000, "repo1", {{"storage", {"el1"}}}),
           needing(1000, "repo2", {{"storage", {"el2"}}}),
           needing(1000, "gate", {{"repository", {"repo1", "repo2"}}, {"storage", none}}),
           needing(1000, "node", {{"gateway", {"gate"}}, {"repository", none}, {"storage", none}}),
           check(3000, "el1", "blobs"), check(3000, "el2", "blobs"),
           check(3000, "repo1", "registry"), check(3000, "repo2", "registry"),
           check(3000, "gate", "routes"), check(3000, "node", "app", Status::crit)});
  }
};

TEST_CASE("the way to what is in the way is told") {
  Chain chain;
  CHECK(told(explained(chain.fleet, "node", "app", 3000)) == Lines{});
  apply(chain.fleet, {check(3001, "el2", "blobs", Status::crit, 1000)});
  const Explanation app = explained(chain.fleet, "node", "app", 3001);
  CHECK(told(app) ==
        Lines{"shuts out infrastructure_not_ok: storage el2 <- repository repo2 <- gateway gate"});
  CHECK(app.blocked_by == std::vector<std::string>{"el2"});
  CHECK(app.rules.back().of_class == "storage");
  const std::string json = to_json(explain_host("node", true, t(3001), {app}));
  CHECK_THAT(json, Catch::Contains(R"("object":"el2","object_check":"blobs","class":"storage",)"
                                   R"("behind":["repository repo2","gateway gate"])"));
  const std::string text = to_text(explain_host("node", true, t(3001), {app}), {.utf8 = false});
  CHECK_THAT(text, Catch::Contains("infrastructure: storage el2 (blobs), one is enough, behind "));
  const std::string svg = to_svg(explain_host("node", true, t(3001), {app}));
  CHECK_THAT(svg, Catch::Contains("storage el2 (blobs)"));
}

TEST_CASE("a member that is not needed as another is well is spared") {
  PolicySet policy = class_policy();
  Fleet fleet(policy);
  Needing needing;
  apply(fleet,
        {needing(1000, "node", {{"storage", {"el1", "el2"}}, {"gateway", {}}, {"repository", {}}}),
         check(3000, "el1", "blobs"), check(3000, "node", "app")});
  const Explanation app = explained(fleet, "node", "app", 3000);
  CHECK(app.verdict->counts());
  CHECK(told(app) == Lines{"spared infrastructure_unknown: storage el2"});
}

TEST_CASE("what nobody stated is told with who should state it") {
  Chain chain;
  Needing needing;
  apply(chain.fleet, {needing(3001, "node2", {{"gateway", {"gate2"}}, {"storage", {}}}),
                      needing(3001, "gate2", {{"storage", {}}}), check(3001, "gate2", "routes"),
                      check(3001, "node2", "app")});
  const Explanation app = explained(chain.fleet, "node2", "app", 3001);
  CHECK(told(app) == Lines{"shuts out infrastructure_unknown: repository ",
                           "shuts out infrastructure_unknown: repository  <- gateway gate2"});
  CHECK(app.blocked_by.empty());
}

TEST_CASE("rules that shut out are the reasons and name the blockers, also behind classes") {
  rc::prop("for random fleets", [] {
    const PolicySet policy = random_class_policy();
    Fleet fleet{policy};
    ClassEvents events;
    std::int64_t now = 1'000'000;
    for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 1, 7, 60, 300);
      (void)fleet.apply(events.next(now));
    }
    now += *rc::gen::inRange(0, 900);
    std::vector<std::pair<std::string, std::string>> checks;
    fleet.judge_all(t(now), [&](const VerdictLine& line) {
      const Explanation check = explained(fleet, line.host, line.check, now);
      Reasons shut_out;
      for (const RuleExplanation& rule : check.rules) {
        if (rule.state == RuleState::shuts_out) shut_out.set(rule.reason);
        RC_ASSERT(rule.state != RuleState::spared || !rule.of_class.empty());
      }
      RC_ASSERT(shut_out == line.verdict.excluded_by);
      RC_ASSERT(check.verdict == line.verdict);
      RC_ASSERT(check.blocked_by ==
                std::vector<std::string>(line.blocked_by.begin(), line.blocked_by.end()));
      const HostExplanation host = explain_host("h", true, t(now), {check});
      RC_ASSERT(!to_json(host).empty() && !to_text(host, {}).empty() && !to_svg(host).empty());
    });
  });
}

}  // namespace
}  // namespace vitals
