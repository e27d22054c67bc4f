// SPDX-License-Identifier: Apache-2.0
// What the words are; what is found, coordinator_test.cc asks.
#include "vitals/coordinator/findings.h"

#include <catch2/catch.hpp>

namespace vitals::coordinator {
namespace {

static_assert(name(Happened::add) == "add");
static_assert(name(Happened::conflict_closed) == "conflict_closed");
static_assert(name(Departure::never_had) == "never_had");
static_assert(name(Shared::name) == "name");

TEST_CASE("what is asked happens under the same word") {
  for (std::size_t i = 0; i < act_names.size(); ++i) {
    CHECK(name(static_cast<Act>(i)) == name(static_cast<Happened>(i)));
  }
}

}  // namespace
}  // namespace vitals::coordinator
