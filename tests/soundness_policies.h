// SPDX-License-Identifier: Apache-2.0
// What tests of soundness share: small policies, a simulation of repairs, and places in results.
#ifndef VITALS_TESTS_SOUNDNESS_POLICIES_H
#define VITALS_TESTS_SOUNDNESS_POLICIES_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "soundness/repairs.h"
#include "vitals/model/scenario_of_policy.h"
#include "vitals/model/simulation.h"
#include "vitals/policy_yaml.h"
#include "vitals/soundness.h"

namespace vitals {

using namespace std::chrono_literals;

inline std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

inline std::size_t index(Belief belief) { return static_cast<std::size_t>(belief); }
inline std::size_t index(LeftOut left_out) { return static_cast<std::size_t>(left_out); }
inline std::size_t index(Settling settling) { return static_cast<std::size_t>(settling); }

// The checks of hosts of the default policy that differ in more than their names.
inline PolicySet few_checks() {
  PolicySet policy;
  policy.checks = {{"UNREACHABLE", {.kind = Kind::active, .period = 1min, .required = true}},
                   {"disk", {.kind = Kind::hw_watcher, .period = 5min, .required = true}},
                   {"meta", {.kind = Kind::passive, .period = 5min, .required = true}},
                   {"ssh", {.kind = Kind::active, .period = 2min, .required = true}}};
  return policy;
}

inline PolicySet with_places() {
  PolicySet policy = few_checks();
  policy.checks.emplace("netmon", CheckPolicy{.kind = Kind::netmon});
  policy.checks.emplace("rack", CheckPolicy{.kind = Kind::rack});
  return policy;
}

inline model::Scenario sources_of(const PolicySet& policy) {
  return *scenario_of(policy, model::Delays::drawn);
}

// What is believed in one simulation of repairs.
inline RepairRisk watch_repairs(const PolicySet& policy, std::optional<Broken> broken,
                                std::uint64_t seed) {
  const model::Scenario scenario = repair_scenario(policy, sources_of(policy), broken, seed);
  const bool ahead = broken && broken->assumption == Assumption::juggler_clock;
  RepairWatch watch(policy, ahead ? broken->value : 0s);
  model::Simulation(scenario, seed)
      .run([&](const model::SimulatedEvent& is) { watch.see(is); }, [](const TruthChange&) {});
  return std::move(watch).finish();
}

}  // namespace vitals

#endif  // VITALS_TESTS_SOUNDNESS_POLICIES_H
