// SPDX-License-Identifier: Apache-2.0
#include "vitals/outcome.h"

#include <catch2/catch.hpp>

namespace vitals {
namespace {

constexpr Outcome fine(Status::ok, {});
constexpr Outcome gone(std::nullopt, {Reason::expired, Reason::stale});

static_assert(!Outcome{}.has_verdict() && !Outcome{}.counts() && !Outcome{}.status());
static_assert(Outcome{}.reasons().empty());
static_assert(fine.has_verdict() && fine.counts() && fine.status() == Status::ok);
static_assert(!gone.counts() && !gone.status() && gone.reasons().has(Reason::stale));
static_assert(fine != gone && fine != Outcome{});

TEST_CASE("An outcome holds every status with every set of reasons") {
  for (unsigned bits = 0; bits < 1U << reason_count; ++bits) {
    const Reasons reasons = Reasons::from_bits(bits);
    REQUIRE(reasons.bits() == bits);
    for (unsigned code = 0; code <= status_names.size(); ++code) {
      const auto status =
          code < status_names.size() ? std::optional(static_cast<Status>(code)) : std::nullopt;
      const Outcome outcome(status, reasons);
      REQUIRE(outcome.has_verdict());
      REQUIRE(outcome.reasons() == reasons);
      REQUIRE(outcome.status() == status);
      REQUIRE(outcome.counts() == reasons.empty());
    }
  }
}

}  // namespace
}  // namespace vitals
