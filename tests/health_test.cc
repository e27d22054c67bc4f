// SPDX-License-Identifier: Apache-2.0
#include "vitals/health.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "test_time.h"

namespace vitals {
namespace {

static_assert(name(HostState::failing) == "failing" && name(HostState::healthy) == "healthy");
static_assert(name(HostState::undecided) == "undecided");
static_assert(name(HostState::unmonitored) == "unmonitored");

static_assert(HealthTally{}.state() == HostState::unmonitored,
              "the empty set of checks is never healthy");

constexpr JudgedCheck required(Status status, Reasons excluded_by = {}) {
  return {.required = true, .excluded_by = excluded_by, .status = status};
}

constexpr JudgedCheck optional(Status status, Reasons excluded_by = {}) {
  return {.required = false, .excluded_by = excluded_by, .status = status};
}

constexpr JudgedCheck unseen(Reason reason) {
  return {.required = true, .excluded_by = Reasons{reason}, .status = std::nullopt};
}

constexpr JudgedCheck without_verdict{.required = true};

template <class Checks>
std::string state_of(const Checks& checks) {
  HealthTally tally;
  for (const JudgedCheck& check : checks) tally.add(check);
  return std::string(name(tally.state()));
}

TEST_CASE("The state of a host follows from its checks as SPEC 9 says") {
  constexpr Status ok = Status::ok;
  constexpr Status crit = Status::crit;
  constexpr Status nodata = Status::nodata;
  constexpr Reasons stale{Reason::stale};
  constexpr Reasons awaited{Reason::precedes_manipulation};
  struct Row {
    const char* why;
    std::vector<JudgedCheck> checks;
    const char* expected;
  };
  const Row rows[] = {
      {"no check at all", {}, "unmonitored"},
      {"an optional check that is well", {optional(ok)}, "unmonitored"},
      {"an optional check that is awaited", {optional(ok, awaited)}, "unmonitored"},
      {"an optional check that is critical", {optional(crit)}, "failing"},
      {"an optional critical check that does not count", {optional(crit, awaited)}, "unmonitored"},
      {"a required check that is critical", {required(crit)}, "failing"},
      {"a required check that is OK", {required(ok)}, "healthy"},
      {"a required check that warns", {required(Status::warn)}, "healthy"},
      {"a required check that informs", {required(Status::info)}, "healthy"},
      {"a required check without data", {required(nodata)}, "unmonitored"},
      {"a required check that is stale", {required(ok, stale)}, "unmonitored"},
      {"a required check that is awaited", {required(ok, awaited)}, "undecided"},
      {"a required critical check that is awaited", {required(crit, awaited)}, "undecided"},
      {"a required check that is missing", {unseen(Reason::missing)}, "unmonitored"},
      {"a required check not yet seen", {unseen(Reason::unobserved)}, "undecided"},
      {"a required check without any verdict", {without_verdict}, "unmonitored"},
      {"healthy: optional checks may be stale", {required(ok), optional(ok, stale)}, "healthy"},
      {"healthy: optional checks may lack data", {required(ok), optional(nodata)}, "healthy"},
      {"failing goes before healthy", {required(ok), optional(crit)}, "failing"},
      {"failing goes before undecided", {required(ok, awaited), required(crit)}, "failing"},
      {"failing goes before unmonitored", {required(ok, stale), required(crit)}, "failing"},
      {"undecided goes before unmonitored",
       {required(ok, stale), required(ok, awaited)},
       "undecided"},
      {"one well, one awaited", {required(ok), required(ok, awaited)}, "undecided"},
      {"one well, one silent", {required(ok), required(ok, stale)}, "unmonitored"},
      {"one well, one without verdict", {required(ok), without_verdict}, "unmonitored"},
      {"all well", {required(ok), required(Status::warn), required(Status::info)}, "healthy"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(state_of(row.checks) == row.expected);
      std::vector<JudgedCheck> backwards(row.checks.rbegin(), row.checks.rend());
      CHECK(state_of(backwards) == row.expected);
    }
  }
}

TEST_CASE("Each reason waits or is silent, alone and beside a hopeless one") {
  struct Row {
    Reason reason;
    bool waits;
    bool waits_beside_hopeless;
  };
  const Row rows[] = {
      {Reason::unobserved, true, false},
      {Reason::missing, false, false},
      {Reason::implausible_time, false, false},
      {Reason::unmeasured, false, false},
      {Reason::expired, false, false},
      {Reason::stale, false, false},
      {Reason::under_manipulation, true, true},
      {Reason::precedes_manipulation, true, false},
      {Reason::precedes_rename, true, false},
      {Reason::infrastructure_unknown, true, false},
      {Reason::infrastructure_not_ok, true, false},
      {Reason::precedes_infrastructure_change, true, false},
      {Reason::infrastructure_settling, true, false},
  };
  static_assert(std::size(rows) == reason_count);
  constexpr Reason hopeless[] = {Reason::expired, Reason::implausible_time, Reason::unmeasured};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(name(row.reason)) {
      const JudgedCheck alone = required(Status::crit, {row.reason});
      CHECK(is_waiting(alone) == row.waits);
      CHECK(is_silent(alone) == !row.waits);
      const JudgedCheck stale = required(Status::crit, {row.reason, Reason::stale});
      CHECK(is_waiting(stale) == row.waits);
      CHECK(is_silent(stale) == !row.waits);
      for (const Reason other : hopeless) {
        INFO("beside " << name(other));
        const JudgedCheck both = required(Status::crit, {row.reason, other});
        CHECK(is_waiting(both) == row.waits_beside_hopeless);
        CHECK(is_silent(both) == !row.waits_beside_hopeless);
        const JudgedCheck three = required(Status::crit, {row.reason, other, Reason::stale});
        CHECK(is_waiting(three) == row.waits_beside_hopeless);
      }
      CHECK_FALSE(is_failing(alone));
      CHECK_FALSE(is_well(alone));
    }
  }
}

TEST_CASE("Work on the host waits beside every hopeless reason at once") {
  const JudgedCheck check =
      required(Status::ok, {Reason::under_manipulation, Reason::expired, Reason::implausible_time,
                            Reason::unmeasured, Reason::stale});
  CHECK(is_waiting(check));
  CHECK_FALSE(is_silent(check));
}

TEST_CASE("A required check that counts is silent only without data, and never waits") {
  struct Row {
    Status status;
    bool failing;
    bool well;
    bool silent;
  };
  const Row rows[] = {
      {Status::ok, false, true, false},   {Status::warn, false, true, false},
      {Status::crit, true, false, false}, {Status::nodata, false, false, true},
      {Status::info, false, true, false},
  };
  static_assert(std::size(rows) == status_names.size());
  for (const Row& row : rows) {
    DYNAMIC_SECTION(name(row.status)) {
      const JudgedCheck check = required(row.status);
      CHECK(check.counts());
      CHECK(is_failing(check) == row.failing);
      CHECK(is_well(check) == row.well);
      CHECK(is_silent(check) == row.silent);
      CHECK_FALSE(is_waiting(check));
      CHECK(is_failing(optional(row.status)) == row.failing);
    }
  }
}

TEST_CASE("A check that is not required neither waits nor is silent") {
  for (std::size_t i = 0; i < reason_count; ++i) {
    const JudgedCheck check = optional(Status::ok, {static_cast<Reason>(i)});
    CHECK_FALSE(is_waiting(check));
    CHECK_FALSE(is_silent(check));
  }
  CHECK_FALSE(is_silent(optional(Status::nodata)));
  CHECK_FALSE(is_silent(JudgedCheck{}));
}

TEST_CASE("A required check without any verdict is silent") {
  CHECK(is_silent(without_verdict));
  CHECK_FALSE(is_waiting(without_verdict));
  CHECK_FALSE(without_verdict.counts());
  CHECK_FALSE(is_failing(without_verdict));
  CHECK_FALSE(is_well(without_verdict));
}

JudgedCheck random_check() {
  JudgedCheck check{.required = *rc::gen::arbitrary<bool>()};
  if (*rc::gen::inRange(0, 10) == 9) return check;
  check.status = static_cast<Status>(*rc::gen::inRange(0, 5));
  Reasons reasons;
  const int holding = *rc::gen::inRange(0, 3);
  for (int i = 0; i < holding; ++i) {
    reasons.set(static_cast<Reason>(*rc::gen::inRange<std::size_t>(0, reason_count)));
  }
  check.excluded_by = reasons;
  return check;
}

TEST_CASE("A host's state is the first that its lists allow, in any order of its checks") {
  rc::prop("for random checks", [] {
    std::vector<JudgedCheck> checks;
    const int count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) checks.push_back(random_check());
    const auto any = [&](auto predicate) {
      return std::any_of(checks.begin(), checks.end(), predicate);
    };
    const bool some_required = any([](const JudgedCheck& check) { return check.required; });
    const bool some_unwell =
        any([](const JudgedCheck& check) { return check.required && !is_well(check); });
    const std::string expected = any(is_failing)                 ? "failing"
                                 : some_required && !some_unwell ? "healthy"
                                 : any(is_waiting)               ? "undecided"
                                                                 : "unmonitored";
    RC_ASSERT(state_of(checks) == expected);
    std::rotate(checks.begin(), checks.begin() + count / 2, checks.end());
    RC_ASSERT(state_of(checks) == expected);
    for (const JudgedCheck& check : checks) {
      // A required check is in exactly one of: it speaks, it is awaited, somebody must look.
      const bool speaks = check.counts() && check.status != Status::nodata;
      RC_ASSERT(!check.required || speaks + is_waiting(check) + is_silent(check) == 1);
    }
  });
}

}  // namespace
}  // namespace vitals
