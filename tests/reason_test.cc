// SPDX-License-Identifier: Apache-2.0
#include "vitals/reason.h"

#include <catch2/catch.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "test_time.h"

namespace vitals {
namespace {

// The table of SPEC 5, in its order.
constexpr std::string_view table[] = {"unobserved",
                                      "missing",
                                      "implausible_time",
                                      "unmeasured",
                                      "expired",
                                      "stale",
                                      "under_manipulation",
                                      "precedes_manipulation",
                                      "precedes_rename",
                                      "infrastructure_unknown",
                                      "infrastructure_not_ok",
                                      "precedes_infrastructure_change",
                                      "infrastructure_settling"};
static_assert(std::size(table) == reason_count);

constexpr Reasons all_reasons() {
  Reasons all;
  for (std::size_t i = 0; i < reason_count; ++i) all.set(static_cast<Reason>(i));
  return all;
}

static_assert(Reasons{}.empty() && Reasons{}.size() == 0 && Reasons{}.bits() == 0);
static_assert(sizeof(Reasons) == 2 && all_reasons().size() == 13);
static_assert(all_reasons().bits() == 0x1fff, "one bit a reason, from the lowest");
static_assert(Reasons{Reason::unobserved}.bits() == 1 && Reasons{Reason::missing}.bits() == 2);
static_assert(Reasons{Reason::stale, Reason::stale} == Reasons{Reason::stale});

// No number and no truth value is a set of reasons, nor the other way round: `if (reasons)` would
// read as if the check counted.
static_assert(!std::is_convertible_v<int, Reasons> && !std::is_constructible_v<Reasons, int>);
static_assert(!std::is_constructible_v<bool, Reasons>);

TEST_CASE("Reasons have the words of the specification, in its order") {
  for (std::size_t i = 0; i < reason_count; ++i) {
    CHECK(name(static_cast<Reason>(i)) == table[i]);
    CHECK(parse_reason(table[i]) == static_cast<Reason>(i));
  }
  for (const char* word : {"", "Stale", "stale ", "counts", "precedes", "infrastructure"}) {
    CHECK(parse_reason(word) == std::nullopt);
  }
}

TEST_CASE("A set holds what was put into it and nothing else") {
  for (std::size_t i = 0; i < reason_count; ++i) {
    const auto reason = static_cast<Reason>(i);
    Reasons one;
    one.set(reason, false);
    CHECK(one.empty());
    one.set(reason);
    for (std::size_t j = 0; j < reason_count; ++j) {
      CHECK(one.has(static_cast<Reason>(j)) == (i == j));
    }
    CHECK(one.size() == 1);
    CHECK_FALSE(one.empty());
    one.set(reason, false);
    CHECK(one.has(reason));
  }
}

TEST_CASE("Sets unite, meet and compare by their members") {
  const Reasons old{Reason::expired, Reason::stale};
  const Reasons worked_on{Reason::under_manipulation};
  const Reasons both{Reason::under_manipulation, Reason::stale, Reason::expired};
  CHECK((old | worked_on) == both);
  CHECK((old | Reasons{}) == old);
  CHECK(old != worked_on);
  CHECK(both.has_any(worked_on));
  CHECK(both.has_any({Reason::missing, Reason::stale}));
  CHECK_FALSE(old.has_any(worked_on));
  CHECK_FALSE(old.has_any({}));
  CHECK_FALSE(Reasons{}.has_any(all_reasons()));
}

TEST_CASE("Reasons are visited in the order of the specification, whatever the order of putting") {
  const Reasons reasons{Reason::infrastructure_settling, Reason::unobserved, Reason::stale};
  CHECK(text(reasons) == "unobserved stale infrastructure_settling");
  std::vector<std::string_view> visited;
  all_reasons().for_each([&](Reason reason) { visited.push_back(name(reason)); });
  CHECK(visited == std::vector<std::string_view>(std::begin(table), std::end(table)));
  bool called = false;
  Reasons{}.for_each([&](Reason) { called = true; });
  CHECK_FALSE(called);
}

TEST_CASE("What waits and what is hopeless is as SPEC 9 says") {
  CHECK(text(waiting_reasons) ==
        "unobserved precedes_manipulation precedes_rename infrastructure_unknown "
        "infrastructure_not_ok precedes_infrastructure_change infrastructure_settling");
  CHECK(text(hopeless_reasons) == "implausible_time unmeasured expired");
}

}  // namespace
}  // namespace vitals
