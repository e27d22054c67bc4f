// SPDX-License-Identifier: Apache-2.0
// A fleet under a policy with classes of infrastructure: what hosts need of each other.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "class_events.h"
#include "every_second.h"
#include "fleet_events.h"
#include "program.h"
#include "test_time.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

// `second host check: reasons [blockers]`.
std::string told(const VerdictLine& line) {
  std::string out = text(line.time) + " " + std::string(line.host) + " " + std::string(line.check) +
                    ": " + text(line.verdict.excluded_by);
  for (const std::string_view blocker : line.blocked_by) out += " [" + std::string(blocker) + "]";
  return out;
}

Lines advance(Fleet& fleet, std::int64_t now) {
  Lines lines;
  fleet.advance(t(now), [&](const VerdictLine& line) { lines.push_back(told(line)); });
  return lines;
}

std::string one(Fleet& fleet, std::string_view host, std::string_view check, std::int64_t now) {
  std::string line = "no verdict";
  fleet.verdict(host, check, t(now), [&](const VerdictLine& its) { line = told(its); });
  return line.substr(line.find(": ") + 2);
}

// Two storage nodes, a repository on both, and an application that needs the repository.
struct Small {
  Needing needing;
  Fleet fleet{class_policy()};

  Small() {
    apply(fleet,
          {needing(1000, "el1", {}), needing(1000, "el2", {}),
           needing(1000, "repo", {{"storage", {"el1", "el2"}}}),
           needing(1000, "node", {{"gateway", {}}, {"repository", {"repo"}}, {"storage", {}}})});
    say(3000);
  }
  // Everything is OK, and was so for long.
  void say(std::int64_t now) {
    apply(fleet, {check(now, "el1", "blobs"), check(now, "el2", "blobs"),
                  check(now, "repo", "registry"), check(now, "node", "app")});
  }
  std::string app(std::int64_t now) { return one(fleet, "node", "app", now); }
};

TEST_CASE("an application is excluded by what is behind what it needs", "[classes]") {
  Small small;
  CHECK(small.app(3000) == "counts");
  CHECK(one(small.fleet, "repo", "registry", 3000) == "counts");
  SECTION("one of two storage nodes is enough") {
    apply(small.fleet, {check(3001, "el1", "blobs", Status::crit, 3001)});
    CHECK(small.app(3001) == "counts");
  }
  SECTION("of none of them both are named, and the repository is not the guilty one") {
    apply(small.fleet, {check(3001, "el1", "blobs", Status::crit, 2000),
                        check(3001, "el2", "blobs", Status::nodata, 2000)});
    CHECK(small.app(3001) == "infrastructure_not_ok [el1] [el2]");
    CHECK(one(small.fleet, "repo", "registry", 3001) == "infrastructure_not_ok [el1] [el2]");
    CHECK(one(small.fleet, "el1", "blobs", 3001) == "counts");
  }
  SECTION("the repository alone is named where its storage is well") {
    apply(small.fleet, {check(3001, "repo", "registry", Status::crit, 2000)});
    CHECK(small.app(3001) == "infrastructure_not_ok [repo]");
    CHECK(one(small.fleet, "repo", "registry", 3001) == "counts");
  }
  SECTION("work on the repository makes its word unknown until it is proven") {
    apply(small.fleet, {fact(EventType::manipulation_begin, 3001, "repo")});
    CHECK(small.app(3001) == "infrastructure_unknown [repo]");
    apply(small.fleet, {fact(EventType::manipulation_end, 3100, "repo")});
    CHECK(small.app(3100) == "infrastructure_unknown [repo]");
  }
  SECTION("a member that is renamed is not known under its name any more") {
    apply(small.fleet, {fact(EventType::rename, 3001, "repo", "other")});
    CHECK(small.app(3001) == "infrastructure_unknown [repo]");
  }
}

TEST_CASE("who needs a member is told when it falls silent, at the exact second", "[classes]") {
  Small small;
  advance(small.fleet, 3000);
  apply(small.fleet,
        {check(3100, "node", "app"), check(3100, "repo", "registry"), check(3100, "el2", "blobs")});
  const Lines lines = advance(small.fleet, 3650);
  // el1 was heard of last at 3000; el2 is enough.
  CHECK(lines == Lines{"3600 el1 blobs: stale"});
  CHECK(advance(small.fleet, 3700) ==
        Lines{"3700 el2 blobs: stale",
              "3700 node app: stale infrastructure_unknown [el1] [el2] [repo]",
              "3700 repo registry: stale infrastructure_unknown [el1] [el2]"});
}

TEST_CASE("another member in the way is told though the reasons stay", "[classes]") {
  Small small;
  apply(small.fleet, {small.needing(3001, "node", {{"storage", {"el1", "el2"}}}),
                      check(3001, "el1", "blobs", Status::crit, 2000),
                      check(3001, "el2", "blobs", Status::crit, 2000)});
  advance(small.fleet, 3001);
  apply(small.fleet, {check(3002, "repo", "registry", Status::warn, 2000)});
  CHECK(advance(small.fleet, 3002) ==
        Lines{"3002 node app: infrastructure_not_ok [el1] [el2] [repo]",
              "3002 repo registry: infrastructure_not_ok [el1] [el2]"});
}

TEST_CASE("nothing stated of a class is unknown, unless the policy says otherwise", "[classes]") {
  for (const Unstated unstated : {Unstated::unknown, Unstated::none}) {
    PolicySet policy = class_policy();
    policy.constants.infrastructure.unstated = unstated;
    Fleet fleet(policy);
    Needing needing;
    apply(fleet, {needing(1000, "node", {{"storage", {}}}), check(3000, "node", "app")});
    const bool fails_closed = unstated == Unstated::unknown;
    CHECK(one(fleet, "node", "app", 3000) == (fails_closed ? "infrastructure_unknown" : "counts"));
    CHECK(fleet.hosts_without_stated_place() == 1);
    apply(fleet, {needing(3001, "node", {{"gateway", {}}, {"repository", {}}})});
    CHECK(one(fleet, "node", "app", 3001) == "counts");
    CHECK(fleet.hosts_without_stated_place() == 0);
  }
}

TEST_CASE("what is stated of a class that the policy does not declare is counted", "[classes]") {
  Needing needing;
  Fleet fleet(class_policy());
  apply(fleet, {needing(1000, "node", {{"storge", {"el1"}}, {"storage", {"el1"}}})});
  CHECK(fleet.counters().unknown_class == 1);
}

TEST_CASE("needs that cannot be are refused, and change nothing", "[classes]") {
  struct Row {
    const char* why;
    std::map<std::string, Names> needs;
    const char* expected;
  };
  const Row rows[] = {
      {"an empty name", {{"storage", {""}}}, "an empty name"},
      {"an empty class", {{"", {"el1"}}}, "an empty name"},
      {"a member twice", {{"storage", {"el1", "el1"}}}, "'el1' stands twice in 'storage'"},
      {"too many", {{"storage", Names(1001, "el1")}}, "1001 members of 'storage'"},
      {"beyond the limit of the fleet",
       {{"storage", {"el1", "el2"}}},
       "no room for 2 more members"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Needing needing;
      Fleet fleet(class_policy(), {.most_checks = 30});
      apply(fleet,
            {needing(1000, "node", {{"storage", Names{"a", "b", "c", "d", "e", "f", "g"}}})});
      Names many;
      for (int i = 0; i < 22; ++i) many.push_back("m" + std::to_string(i));
      apply(fleet, {needing(1000, "node", {{"repository", many}})});
      const absl::Status status = fleet.apply(needing(1001, "node", row.needs));
      CHECK_THAT(std::string(status.message()), Catch::Contains(row.expected));
      CHECK(fleet.counters().events == 2);
    }
  }
}

TEST_CASE("classes that need themselves are refused", "[classes]") {
  PolicySet policy = class_policy();
  policy.classes["storage"].needs = {"gateway"};
  CHECK_THROWS_AS(Fleet(policy), std::invalid_argument);
}

// ---- Everything fast equals the scalar rules ----

// Who needs whom, noted in the plainest way, and what follows, walked down as a tree.
class PlainFleet {
 public:
  explicit PlainFleet(PolicySet policy) : policy_(std::move(policy)) {}

  void follow(const Event& event) {
    const std::string host(event.host);
    if (event.type == EventType::remove) stated_.erase(host);
    if (event.type == EventType::rename) {
      auto moved = stated_.extract(host);
      stated_.erase(std::string(event.to));
      if (!moved.empty()) {
        moved.key() = event.to;
        stated_.insert(std::move(moved));
      }
    }
    event.needs.for_each([&](std::string_view of, const NameList& members) {
      Names& names = stated_[host][std::string(of)];
      names.clear();
      members.for_each([&](std::string_view name) { names.emplace_back(name); });
    });
  }

  // The line of an active check as told() has it, without the time.
  std::string line(const Fleet& fleet, const CheckView& view, Timestamp now) {
    fleet_ = &fleet;
    now_ = now;
    blockers_.clear();
    const Question& about = view.question;
    Question alone = about;
    alone.needs = nullptr;
    Reasons reasons = reasons_at(alone, policy_.constants, now);
    if (about.observation != nullptr && about.check.kind == Kind::active) {
      evidence_ = {.status_mtime = about.observation->status_mtime,
                   .effective = effective(*about.observation, about.check, policy_.constants)};
      for (std::size_t i = 0; i < about.dependencies.size(); ++i) {
        const Reasons its =
            infrastructure_reasons(about.dependencies[i], evidence_, policy_.constants, now);
        const std::string_view name = view.dependency_names[i].object;
        if (!its.empty() && !name.empty()) blockers_.emplace(name);
      }
      for (const std::string& of : needed_by(std::string(view.check))) {
        reasons |= need(std::string(view.host), of, blockers_);
      }
    }
    std::string out = std::string(view.host) + " " + std::string(view.check) + ": " + text(reasons);
    for (const std::string& name : blockers_) out += " [" + name + "]";
    return out;
  }

 private:
  Names needed_by(const std::string& check) const {
    Names needed;
    for (const auto& [name, one] : policy_.classes) {
      needed.push_back(name);
      if (one.checks == Names{check}) return one.needs;
    }
    const auto ignored = policy_.ignores.find(check);
    if (ignored == policy_.ignores.end()) return needed;
    std::erase_if(needed, [&](const std::string& name) {
      return std::find(ignored->second.begin(), ignored->second.end(), name) !=
             ignored->second.end();
    });
    return needed;
  }

  Seconds lag_of(const std::string& of) const {
    const ClassPolicy& its = policy_.classes.at(of);
    Seconds longest = its.lag.value_or(default_lag(its, policy_));
    for (const std::string& behind : its.needs) longest = std::max(longest, lag_of(behind));
    return longest;
  }

  // The reasons of what a host needs of a class; whoever is in the way is added to the names.
  Reasons need(const std::string& host, const std::string& of, std::set<std::string>& names) const {
    const auto stated = stated_.find(host);
    if (stated == stated_.end() || !stated->second.contains(of)) {
      const bool fails = policy_.constants.infrastructure.unstated == Unstated::unknown;
      return fails ? Reasons{Reason::infrastructure_unknown} : Reasons{};
    }
    Reasons found;
    std::set<std::string> in_the_way;
    for (const std::string& member : stated->second.at(of)) {
      const Reasons its = reasons_of(member, of, in_the_way);
      if (policy_.classes.at(of).members == Quorum::any && its.empty()) return {};
      found |= its;
    }
    names.merge(in_the_way);
    return found;
  }

  Reasons reasons_of(const std::string& member, const std::string& of,
                     std::set<std::string>& names) const {
    Reasons own{Reason::infrastructure_unknown};
    const bool lives = fleet_->find_host(member).has_value();
    if (lives) {
      (void)fleet_->visit_checks(member, [&](const CheckView& view) {
        const Question& its = view.question;
        if (view.check != policy_.classes.at(of).checks[0] || its.observation == nullptr) return;
        if (!own_reasons_at(*its.observation, its.check, its.host, policy_.constants, now_).empty())
          return;
        own = known_reasons(*its.observation, lag_of(of), evidence_, policy_.constants, now_);
      });
    }
    if (!own.empty()) names.insert(member);
    if (!lives) return own;
    for (const std::string& behind : policy_.classes.at(of).needs)
      own |= need(member, behind, names);
    return own;
  }

  PolicySet policy_;
  std::map<std::string, std::map<std::string, Names>> stated_;  // by host and class
  const Fleet* fleet_ = nullptr;
  Timestamp now_{};
  ActiveEvidence evidence_{};
  std::set<std::string> blockers_;
};

TEST_CASE("the lines of hosts that need each other are what a walk down the tree gives",
          "[classes]") {
  rc::prop("at any moment", [] {
    const PolicySet policy = random_class_policy();
    Fleet fleet{policy};
    PlainFleet plain{policy};
    ClassEvents events;
    std::int64_t now = 1'000'000;
    for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 1, 7, 60, 300);
      const Event event = events.next(now);
      if (fleet.apply(event).ok()) plain.follow(event);
    }
    for (const std::int64_t asked : {now, now + *rc::gen::inRange(0, 1500)}) {
      std::map<std::string, std::string> expected;
      for (const char* host : {"a", "b", "c", "d"}) {
        (void)fleet.visit_checks(host, [&](const CheckView& view) {
          if (view.host != host || !has_verdict(view.question)) return;
          if (is_infrastructure(view.question.check.kind)) return;
          const std::string line = plain.line(fleet, view, t(asked));
          expected[line.substr(0, line.find(": "))] = line;
        });
      }
      std::size_t lines = 0;
      fleet.judge_all(t(asked), [&](const VerdictLine& its) {
        if (its.check == "netmon" || its.check == "rack") return;
        const std::string line = told(its).substr(told(its).find(' ') + 1);
        RC_ASSERT(line == expected[line.substr(0, line.find(": "))]);
        ++lines;
      });
      RC_ASSERT(lines == expected.size());
    }
  });
}

TEST_CASE("advance tells of hosts that need each other exactly what polling finds", "[classes]") {
  rc::prop("deadlines equal polling",
           [] { assert_deadlines_equal_polling<ClassEvents>(random_class_policy()); });
}

TEST_CASE("judging hosts that need each other together gives what one by one gives", "[classes]") {
  rc::prop("whenever it is asked", [] {
    Fleet fleet{random_class_policy()};
    ClassEvents events;
    std::int64_t now = 1'000'000;
    for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 0, 1, 60, 300);
      (void)fleet.apply(events.next(now));
      if (*rc::gen::inRange(0, 4) == 0) fleet.visit_changes(t(now), [](const CheckChange&) {});
    }
    const std::int64_t asked = now + *rc::gen::inRange(-500, 1500);
    JudgedFleet all;
    fleet.judge(t(asked), all, 2);
    const std::size_t a_host = fleet.checks_a_host();
    std::map<std::string, std::size_t> slot;
    for (const auto& [name, policy] : fleet.policy().checks) {
      if (!is_infrastructure(policy.kind)) slot.emplace(name, slot.size());
    }
    std::vector<Outcome> expected(all.hosts.size());
    fleet.judge_all(t(asked), [&](const VerdictLine& line) {
      const auto found = slot.find(std::string(line.check));
      if (found == slot.end()) return;
      expected[*fleet.find_host(line.host) * a_host + found->second] =
          Outcome(line.status, line.verdict.excluded_by);
    });
    RC_ASSERT(all.hosts == expected);
  });
}

TEST_CASE("a fleet with classes that was saved goes on as one that was not", "[classes]") {
  const TemporaryFolder folder;
  rc::prop("at any point of its life", [&] {
    const PolicySet policy = random_class_policy();
    Fleet fleet(policy);
    ClassEvents events;
    std::int64_t now = 1'000'000;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 0, 1, 60, 300);
      (void)fleet.apply(events.next(now));
      if (*rc::gen::inRange(0, 4) == 0) advance(fleet, now);
    }
    const std::string path = folder.path("fleet");
    RC_ASSERT(fleet.save(path).ok());
    absl::StatusOr<Fleet> other = Fleet::open(path, policy);
    RC_ASSERT(other.ok());
    RC_ASSERT(fleet.counters().unknown_class == other->counters().unknown_class);
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 1, 60, 300);
      const Event event = events.next(now);
      RC_ASSERT(fleet.apply(event).ok() == other->apply(event).ok());
      if (*rc::gen::arbitrary<bool>()) RC_ASSERT(advance(fleet, now) == advance(*other, now));
    }
    RC_ASSERT(advance(fleet, now + 2000) == advance(*other, now + 2000));
  });
}

TEST_CASE("a snapshot does not know what was said of classes that came later", "[classes]") {
  const TemporaryFolder folder;
  PolicySet before = class_policy();
  before.classes.erase("gateway");
  for (auto& [check, names] : before.ignores) names = {"repository", "storage"};
  Fleet fleet(before);
  REQUIRE(fleet.save(folder.path("fleet")).ok());
  const absl::Status status = Fleet::open(folder.path("fleet"), class_policy()).status();
  CHECK_THAT(std::string(status.message()),
             Catch::Contains("a snapshot of other classes: it has none of the name 'gateway'"));
}

}  // namespace
}  // namespace vitals
