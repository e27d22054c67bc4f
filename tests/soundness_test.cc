// SPDX-License-Identifier: Apache-2.0
// VITALS_REPAIRS sets how many repairs are simulated while every assumption holds.
#include "vitals/soundness.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "soundness/failures.h"
#include "soundness/limits.h"
#include "soundness/repairs.h"
#include "soundness_policies.h"
#include "test_time.h"

namespace vitals {
namespace {

using model::Millis;
using model::Scenario;

RepairRisk watch_runs(std::optional<Broken> broken, std::uint64_t runs) {
  RepairRisk sum;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const RepairRisk part = watch_repairs(few_checks(), broken, seed);
    sum.repairs += part.repairs;
    for (std::size_t i = 0; i < belief_names.size(); ++i) sum.believed[i] += part.believed[i];
  }
  return sum;
}

TEST_CASE("Under the assumptions no old state is believed, and the simulation goes to the limit") {
  SoundnessOptions options;
  options.repairs = from_environment("VITALS_REPAIRS", 4 * repairs_a_run);
  options.failures = 1;
  options.threads = 2;
  const absl::StatusOr<Soundness> found = measure_soundness(PolicySet{}, options);
  REQUIRE(found.ok());
  CHECK(found->sound.repairs >= options.repairs);
  CHECK(found->sound.believed == decltype(RepairRisk::believed){});
  CHECK(found->broken.size() == assumption_names.size());
  for (const BrokenAssumption& broken : found->broken) {
    INFO(assumption_names[static_cast<std::size_t>(broken.assumption)]);
    REQUIRE(broken.bound >= 0s);
    CHECK(broken.points.front().value <= broken.bound);
    CHECK(broken.points.front().risk.believed == decltype(RepairRisk::believed){});
  }
  // Nothing comes nearer than on paper, and something comes nearly as near.
  for (const Belief belief :
       {Belief::status, Belief::active_receipt, Belief::passive_receipt, Belief::metadata}) {
    INFO(belief_names[index(belief)]);
    const Millis margin = *found->margins[index(belief)];
    CHECK(*found->sound.nearest[index(belief)] >= margin);
    CHECK(*found->sound.nearest[index(belief)] <= margin + 10s);
  }
}

TEST_CASE("Each assumption is needed: broken by much, it lets more old states be believed") {
  struct Row {
    Seconds little;  // beyond its bound
    Seconds much;
    std::int64_t periods;
    Assumption assumption;
    Belief believed;
  };
  const Row rows[] = {{2min, 10min, 0, Assumption::propagation, Belief::status},
                      {5min, 15min, 0, Assumption::propagation, Belief::active_receipt},
                      {1min, 5min, 0, Assumption::delivery, Belief::active_receipt},
                      {10min, 15min, 0, Assumption::delivery, Belief::passive_receipt},
                      {2min, 8min, 0, Assumption::active_time_to_live, Belief::active_receipt},
                      {6min, 11min, 5, Assumption::passive_time_to_live, Belief::passive_receipt},
                      {5min, 10min, 0, Assumption::ponger_memory, Belief::active_receipt},
                      {7min, 12min, 0, Assumption::ponger_memory, Belief::status},
                      {1min, 5min, 0, Assumption::juggler_clock, Belief::status},
                      {2min, 5min, 0, Assumption::host_clock, Belief::metadata},
                      {1min, 5min, 0, Assumption::defaults, Belief::unmeasured}};
  const Limits limits(few_checks(), sources_of(few_checks()));
  for (const Row& row : rows) {
    DYNAMIC_SECTION(assumption_names[static_cast<std::size_t>(row.assumption)]
                    << ", " << belief_names[index(row.believed)]) {
      const auto bound = std::chrono::floor<Seconds>(*limits.bound(row.assumption));
      const auto believed = [&](Seconds beyond, std::int64_t periods) {
        const Broken broken{row.assumption, bound + beyond, periods};
        return watch_runs(broken, 4).believed[index(row.believed)];
      };
      const std::uint64_t little = believed(row.little, row.periods);
      const std::uint64_t much = believed(row.much, row.periods + 1);
      CHECK(little > 0);
      CHECK(much > little + little / 5);
    }
  }
}

Accusations watch_failures(const FailureCase& what, std::uint64_t runs) {
  const PolicySet policy = with_places();
  const Scenario scenario = failure_scenario(policy, sources_of(policy), what);
  Accusations sum;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    FailureWatch watch(policy, what);
    model::Simulation(scenario, seed)
        .run([&](const model::SimulatedEvent& is) { watch.see(is); },
             [&](const TruthChange& change) { watch.see(change); });
    const Accusations part =
        std::move(watch).finish(std::chrono::floor<Seconds>(scenario.begin + scenario.lasts));
    sum.checks += part.checks;
    for (std::size_t i = 0; i < settling_names.size(); ++i) {
      for (std::size_t j = 0; j < left_out_names.size(); ++j) {
        sum.accused[i][j] += part.accused[i][j];
        sum.waited[i][j] += part.waited[i][j];
      }
    }
  }
  return sum;
}

TEST_CASE("With all conditions nobody is accused for a switch or rack; each of them is needed") {
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    DYNAMIC_SECTION(name(kind)) {
      const Accusations found = watch_failures({.kind = kind}, 2);
      const std::uint64_t hosts = kind == Kind::rack ? switches_a_rack : 1;
      CHECK(found.checks == 2 * failures_a_run * hosts * 2);  // of two active checks
      for (const Settling settling : {Settling::clock, Settling::receipt}) {
        const auto& accused = found.accused[index(settling)];
        CHECK(accused[index(LeftOut::nothing)] == 0);
        CHECK(accused[index(LeftOut::unknown)] == 0);
        CHECK(accused[index(LeftOut::status)] > found.checks / 2);
        CHECK(accused[index(LeftOut::change)] > found.checks / 20);
        CHECK(accused[index(LeftOut::settling)] > found.checks / 10);
        CHECK(accused[index(LeftOut::all)] == found.checks);
      }
    }
  }
}

TEST_CASE("Where nothing is known of a switch nobody is accused, unless that is left out") {
  const Accusations found =
      watch_failures({.kind = Kind::netmon, .mishap = Mishap::netmon_away}, 1);
  const auto& accused = found.accused[index(Settling::clock)];
  CHECK(accused[index(LeftOut::nothing)] == 0);
  CHECK(accused[index(LeftOut::unknown)] > found.checks / 2);
}

TEST_CASE("A lost fetch accuses by the clock and not by receipt, where nothing else shelters") {
  const auto accused = [](Shelter shelter) {
    const Accusations found =
        watch_failures({.kind = Kind::netmon, .shelter = shelter, .mishap = Mishap::fetch_lost}, 6);
    return std::pair(found.accused[index(Settling::clock)][index(LeftOut::nothing)],
                     found.accused[index(Settling::receipt)][index(LeftOut::nothing)]);
  };
  CHECK(accused(Shelter::usual) == std::pair<std::uint64_t, std::uint64_t>(0, 0));
  CHECK(accused(Shelter::one) == std::pair<std::uint64_t, std::uint64_t>(0, 0));
  CHECK(accused(Shelter::none).first > 0);
  CHECK(accused(Shelter::none).second == 0);
}

TEST_CASE("A failure that netmon misses accuses, unless the rack's lag shelters") {
  const auto accused = [](Shelter shelter) {
    const Accusations found = watch_failures(
        {.kind = Kind::netmon, .shelter = shelter, .mishap = Mishap::short_failure}, 6);
    return found.accused[index(Settling::clock)][index(LeftOut::nothing)];
  };
  CHECK(accused(Shelter::usual) == 0);
  CHECK(accused(Shelter::one) > 0);
}

TEST_CASE("A host that is truly broken is accused all the same, later by as much as it settles") {
  const Accusations found = watch_failures({}, 1);
  const auto wait = [&](Settling settling, LeftOut left_out) {
    REQUIRE(found.accused[index(settling)][index(left_out)] == found.checks);
    return found.waited[index(settling)][index(left_out)] / static_cast<std::int64_t>(found.checks);
  };
  const Seconds at_once = wait(Settling::clock, LeftOut::all);
  CHECK(at_once > 3min);  // held back
  CHECK(at_once < 7min);
  const Seconds by_clock = wait(Settling::clock, LeftOut::nothing);
  CHECK(by_clock > at_once + 8min);
  CHECK(by_clock < at_once + 10min);
  CHECK(wait(Settling::clock, LeftOut::settling) == at_once);
  const Seconds by_receipt = wait(Settling::receipt, LeftOut::nothing);
  CHECK(by_receipt > by_clock);
  CHECK(by_receipt < by_clock + 5min);  // a push
}

TEST_CASE("One seed gives one result, on however many threads, and another seed another") {
  const auto measure = [](std::uint64_t first_seed, unsigned threads) {
    SoundnessOptions options;
    options.repairs = 2 * repairs_a_run;
    options.failures = 1;
    options.first_seed = first_seed;
    options.threads = threads;
    std::uint64_t last = 0;
    bool is_ordered = true;
    options.on_progress = [&](std::uint64_t done, std::uint64_t of) {
      is_ordered = is_ordered && last < done && done <= of;
      last = done;
    };
    PolicySet policy;
    std::erase_if(policy.checks, [](const auto& each) { return each.first != "meta"; });
    const auto found = measure_soundness(policy, options);
    REQUIRE(found.ok());
    CHECK(is_ordered);
    CHECK(last > 0);
    CHECK_FALSE(found->faults.has_value());  // no active checks
    CHECK(found->failures.empty());
    return *found;
  };
  const Soundness found = measure(1, 1);
  CHECK(measure(1, 3) == found);
  CHECK_FALSE(measure(77, 1) == found);
}

TEST_CASE("What cannot be simulated is refused with the reason") {
  struct Row {
    const char* why;
    std::function<void(PolicySet&, SoundnessOptions&)> change;
    const char* error;
  };
  const Row rows[] = {
      {"no checks of hosts",
       [](PolicySet& policy, auto&) { policy.checks = {{"netmon", {.kind = Kind::netmon}}}; },
       "checks: none of hosts, expected at least one whose soundness could be measured"},
      {"a name that a simulation has for something else",
       [](PolicySet& policy, auto&) {
         policy.checks["agent"] = {.kind = Kind::passive, .period = 1min};
       },
       "checks: 'agent' is a part of a simulated host that is no check, expected another name"},
      {"periods that are too far apart",
       [](PolicySet& policy, auto&) { policy.checks["meta"].period = 30 * 24h; },
       "checks.UNREACHABLE.period: 1m passes 172855 times while a repair or a failure is "
       "simulated, expected at most 100000 times"},
      {"no repairs", [](auto&, SoundnessOptions& options) { options.repairs = 0; },
       "repairs: 0, expected 1 to 100000000"},
      {"too many failures",
       [](auto&, SoundnessOptions& options) { options.failures = most_failures + 1; },
       "failures: 1000001, expected 1 to 1000000"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      PolicySet policy;
      SoundnessOptions options;
      row.change(policy, options);
      const auto found = measure_soundness(policy, options);
      REQUIRE_FALSE(found.ok());
      CHECK(std::string(found.status().message()) == row.error);
    }
  }
}

}  // namespace
}  // namespace vitals
