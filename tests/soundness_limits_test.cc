// SPDX-License-Identifier: Apache-2.0
// VITALS_SEED sets which random policies are tried.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "soundness/limits.h"
#include "soundness/repairs.h"
#include "soundness_policies.h"
#include "test_time.h"

namespace vitals {
namespace {

using model::Millis;
using model::ModelTime;
using model::Scenario;

TEST_CASE("Up to where each assumption holds follows from the constants that pay for it") {
  // Seconds, in the order of the enumerators.
  struct Row {
    const char* why;
    std::function<void(PolicySet&)> change;
    std::vector<std::int64_t> bounds;
  };
  const auto all_checks = [](PolicySet& policy, auto change) {
    for (auto& [name, check] : policy.checks) change(check);
  };
  const Row rows[] = {
      {"the default policy", [](PolicySet&) {}, {300, 356, 416, 1138, 232, 240, 60, 0}},
      {"overhead pays for all but metadata",
       [](PolicySet& policy) { policy.constants.juggler.overhead += 1min; },
       {360, 416, 476, 1198, 292, 300, 60, 0}},
      {"push_period pays for receipts",
       [](PolicySet& policy) { policy.constants.juggler.push_period += 30s; },
       {300, 387 - 1, 447 - 1, 1168, 262, 240, 60, 0}},
      {"accuracy pays for all",
       [&](PolicySet& policy) {
         all_checks(policy, [](CheckPolicy& check) { check.accuracy += 1min; });
       },
       {360, 416, 476, 1198, 292, 300, 120, 0}},
      {"no overhead: nothing is left of what pays for stamps",
       [](PolicySet& policy) { policy.constants.juggler.overhead = 0s; },
       {60, 116, -6, 898, -8, 0, 60, 0}},
      {"a short time to live runs out while a result is on its way, and in a short outage",
       [](PolicySet& policy) { policy.constants.juggler.active_ttl = 6min; },
       {238, 356, 416, 1138, 56, 240, 60, 0}},
      {"one that is shorter than the propagation lets results count that were overtaken",
       [](PolicySet& policy) { policy.constants.juggler.active_ttl = 90s; },
       {-2, 328, 416, 1138, -184, -62, 60, 0}},
      {"a time to live of passive checks that is short leaves more for deliveries of theirs",
       [](PolicySet& policy) {
         policy.constants.juggler.passive_ttl_periods = 1;
         std::erase_if(policy.checks, [](auto& each) { return each.second.kind == Kind::active; });
       },
       {300, 840, -1, 1138, -1, 240, 60, 0}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      PolicySet policy = few_checks();
      row.change(policy);
      const Limits limits(policy, sources_of(policy));
      for (std::size_t i = 0; i < assumption_names.size(); ++i) {
        INFO(assumption_names[i]);
        const auto bound = limits.bound(static_cast<Assumption>(i));
        const Seconds expected{row.bounds[i]};
        if (!bound) {
          CHECK(expected == -1s);
        } else {
          CHECK(std::chrono::floor<Seconds>(*bound) == expected);
        }
      }
    }
  }
}

// A policy nobody would write, and what its sources do.
PolicySet random_policy(std::mt19937_64& random) {
  const auto between = [&](Seconds from, Seconds to) {
    return Seconds{std::uniform_int_distribution<std::int64_t>(from.count(), to.count())(random)};
  };
  PolicySet policy;
  Policy& constants = policy.constants;
  constants.juggler.push_period = between(1min, 10min);
  constants.juggler.propagation = between(0s, 3min);
  constants.juggler.active_ttl = between(1min, 20min);
  constants.juggler.passive_ttl_periods = std::uniform_int_distribution<int>(1, 4)(random);
  constants.pongerd.flap_delay = between(0s, 5min);
  constants.juggler.overhead = between(0s, 10min);
  policy.checks = {
      {"a", {.kind = Kind::active, .period = between(20s, 4min), .accuracy = between(0s, 2min)}},
      {"b", {.kind = Kind::active, .period = between(20s, 4min), .accuracy = between(0s, 2min)}},
      {"h",
       {.kind = Kind::hw_watcher, .period = between(1min, 9min), .accuracy = between(0s, 2min)}},
      {"p", {.kind = Kind::passive, .period = between(1min, 9min), .accuracy = between(0s, 2min)}},
      {"q", {.kind = Kind::passive, .period = between(1min, 9min), .accuracy = between(0s, 2min)}}};
  return policy;
}

TEST_CASE("Of any policy no state is older than it may be on paper, up to every bound") {
  const std::uint64_t seed = from_environment("VITALS_SEED", std::random_device{}());
  INFO("VITALS_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 4; ++i) {
    const PolicySet policy = random_policy(random);
    const Limits limits(policy, sources_of(policy));
    const RepairRisk sound = watch_repairs(policy, std::nullopt, random());
    CAPTURE(i, to_yaml(policy));
    for (std::size_t j = 0; j < belief_names.size(); ++j) {
      const auto margin = limits.margin(static_cast<Belief>(j));
      CAPTURE(belief_names[j]);
      REQUIRE(margin.has_value() == (j != index(Belief::unmeasured)));
      if (!margin) continue;
      REQUIRE(sound.nearest[j].has_value());
      CHECK(*sound.nearest[j] >= *margin);
      if (*margin >= 0ms) CHECK(sound.believed[j] == 0);
    }
    for (std::size_t j = 0; j < assumption_names.size(); ++j) {
      const auto assumption = static_cast<Assumption>(j);
      Broken broken{.assumption = assumption,
                    .value = std::chrono::floor<Seconds>(*limits.bound(assumption))};
      CAPTURE(assumption_names[j], broken.value.count());
      if (assumption == Assumption::passive_time_to_live) {
        broken.periods = broken.value / limits.passive_period();
        if (broken.periods < 1) continue;
        broken.value = broken.periods * limits.passive_period();
      }
      if (broken.value < 0s) continue;
      const RepairRisk at_bound = watch_repairs(policy, broken, random());
      for (std::size_t k = 0; k < belief_names.size(); ++k) {
        const bool is_margin_negative = limits.margin(static_cast<Belief>(k)).value_or(0ms) < 0ms;
        if (is_margin_negative) continue;  // false proofs that this assumption has no part in
        CAPTURE(belief_names[k]);
        CHECK(at_bound.believed[k] == 0);
        if (at_bound.nearest[k]) CHECK(*at_bound.nearest[k] >= 0ms);
      }
    }
  }
}

}  // namespace
}  // namespace vitals
