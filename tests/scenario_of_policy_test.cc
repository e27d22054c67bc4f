// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/scenario_of_policy.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <string>

#include "vitals/model/simulation.h"
#include "vitals/recording.h"

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

std::string recording_of(Scenario scenario, std::uint64_t seed) {
  scenario.hosts = 20;
  scenario.lasts = 90min;
  scenario.happenings = {{.what = Happens::repair, .at = 20min, .spread = 30min, .count = 10},
                         {.what = Happens::rename, .at = 30min, .count = 3},
                         {.what = Happens::add, .at = 35min, .count = 4},
                         {.what = Happens::master_move, .at = 40min},
                         {.what = Happens::rack_fault, .at = 60min, .lasts = Delay::fixed(5min)}};
  std::string recording;
  Simulation(scenario, seed)
      .run([&](const SimulatedEvent& is) { append_event(recording, is.event); },
           [](const TruthChange&) {});
  return recording;
}

TEST_CASE("The default policy gives what a scenario has by default") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    INFO("seed " << seed);
    const std::string recording = recording_of(*scenario_of({}, Delays::drawn), seed);
    CHECK(recording.size() > 100'000);
    CHECK(recording == recording_of({}, seed));
  }
}

// Everything a tenth.
PolicySet tenth() {
  PolicySet policy;
  Policy& all = policy.constants;
  all.juggler = {.push_period = 30s, .propagation = 6s, .overhead = 24s, .active_ttl = 90s};
  all.hw_watcher = {.period = 60s, .latency = 12s};
  all.netmon = {.fetch_period = 6s, .window = 30s};
  all.pongerd = {.flap_delay = 18s};
  all.rename = {.detection = 18min};
  all.appearance = {.cron_delay = 30s, .cron_duration = 30s, .passive_period = 30s};
  for (auto& [name, check] : policy.checks) {
    check.period /= 10;
    check.accuracy /= 10;
  }
  return policy;
}

TEST_CASE("A policy of a tenth gives a scenario of a tenth") {
  for (const Delays delays : {Delays::drawn, Delays::constant}) {
    const Scenario one = *scenario_of({}, delays);
    const Scenario part = *scenario_of(tenth(), delays);
    struct Row {
      const char* what;
      Millis whole;
      Millis tenth;
    };
    const Row rows[] = {
        {"push period", one.juggler.push_period, part.juggler.push_period},
        {"propagation", *one.juggler.propagation.longest(), *part.juggler.propagation.longest()},
        {"delivery", *one.juggler.delivery.longest(), *part.juggler.delivery.longest()},
        {"time to live", one.juggler.active_ttl, part.juggler.active_ttl},
        {"election", one.juggler.election, part.juggler.election},
        {"late probes", *one.pongers.jitter.longest(), *part.pongers.jitter.longest()},
        {"probes of racks", one.pongers.rack_period, part.pongers.rack_period},
        {"flap delay", one.pongers.flap_delay, part.pongers.flap_delay},
        {"boot", *one.agent.boot.longest(), *part.agent.boot.longest()},
        {"late agents", *one.agent.jitter.longest(), *part.agent.jitter.longest()},
        {"names", *one.names.dns.longest(), *part.names.dns.longest()},
        {"cron delay", *one.names.cron_delay.longest(), *part.names.cron_delay.longest()},
        {"cron job", *one.names.cron_duration.longest(), *part.names.cron_duration.longest()},
        {"measurements", one.hw_watcher.period, part.hw_watcher.period},
        {"writing", *one.hw_watcher.writing.longest(), *part.hw_watcher.writing.longest()},
        {"probes of switches", one.netmon.probe_period, part.netmon.probe_period},
        {"window", one.netmon.window, part.netmon.window},
        {"fetches", one.netmon.fetch_period, part.netmon.fetch_period},
        {"fetching", *one.netmon.fetching.longest(), *part.netmon.fetching.longest()},
    };
    for (const Row& row : rows) {
      DYNAMIC_SECTION((delays == Delays::drawn ? "drawn: " : "constant: ") << row.what) {
        CHECK(row.tenth * 10 == row.whole);
      }
    }
  }
}

TEST_CASE("Constant delays are the policy's own, and nothing else takes any time") {
  Random random(1);
  const Scenario scenario = *scenario_of({}, Delays::constant);
  CHECK(scenario.juggler.propagation.sample(random) == 1min);
  CHECK(scenario.hw_watcher.writing.sample(random) == 1min);  // latency 2 min - propagation 1 min
  for (const Delay& none : {scenario.juggler.delivery, scenario.pongers.jitter, scenario.agent.boot,
                            scenario.agent.jitter, scenario.netmon.fetching}) {
    CHECK(none.longest() == 0ms);
  }
}

TEST_CASE("Drawn delays never take longer together than hw_watcher.latency, if it can hold them") {
  const bool holds = rc::check([] {
    PolicySet policy;
    const auto propagation = Seconds{*rc::gen::inRange<std::int64_t>(0, 31'622'400)};
    // A thirtieth for an agent, one for a delivery, and a sixtieth as a reserve.
    const auto left = Seconds{*rc::gen::inRange<std::int64_t>(0, 31'622'400)};
    policy.constants.juggler.propagation = propagation;
    policy.constants.hw_watcher.latency = propagation + propagation / 10 + left;
    const Scenario scenario = *scenario_of(policy, Delays::drawn);
    const Millis longest = *scenario.juggler.propagation.longest() +
                           *scenario.hw_watcher.writing.longest() +
                           *scenario.agent.jitter.longest() + *scenario.juggler.delivery.longest();
    RC_ASSERT(longest <= policy.constants.hw_watcher.latency);
    RC_ASSERT(longest >= policy.constants.hw_watcher.latency - propagation / 60 - 1s);
  });
  CHECK(holds);
}

TEST_CASE("A latency below propagation leaves no time for writing") {
  PolicySet policy;
  policy.constants.hw_watcher.latency = 59s;
  for (const Delays delays : {Delays::drawn, Delays::constant}) {
    CHECK(scenario_of(policy, delays)->hw_watcher.writing.longest() == 0ms);
  }
}

TEST_CASE("A policy that no simulation can hold is refused") {
  struct Row {
    const char* why;
    CheckSet checks;
    const char* error;  // null: none
  };
  const auto many = [](unsigned count) {
    CheckSet checks;
    for (unsigned i = 0; i < count; ++i) {
      checks["check" + std::to_string(i)] = {.kind = Kind::passive, .period = 5min};
    }
    checks["netmon"] = {.kind = Kind::netmon};
    return checks;
  };
  const CheckPolicy of_switch{.kind = Kind::netmon};
  const CheckPolicy of_rack{.kind = Kind::rack};
  const Row rows[] = {
      {"none at all", {}, nullptr},
      {"as many as there are components", many(61), nullptr},
      {"one more", many(62), "checks: 62 checks of hosts, expected at most 61 in a simulation"},
      {"one of a switch, one of a rack", {{"a", of_switch}, {"b", of_rack}}, nullptr},
      {"two of switches",
       {{"a", of_switch}, {"b", of_switch}},
       "checks: several of kind netmon, expected at most one in a simulation"},
      {"two of racks",
       {{"a", of_rack}, {"b", of_rack}},
       "checks: several of kind rack, expected at most one in a simulation"},
      {"the name of a part of a host",
       {{"agent", {.kind = Kind::passive, .period = 5min}}},
       "checks: 'agent' is a part of a simulated host that is no check, expected another name"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      PolicySet policy;
      policy.checks = row.checks;
      const auto scenario = scenario_of(policy, Delays::drawn);
      if (row.error == nullptr) {
        CHECK(scenario.ok());
      } else {
        REQUIRE(absl::IsInvalidArgument(scenario.status()));
        CHECK(std::string(scenario.status().message()) == row.error);
      }
    }
  }
}

}  // namespace
}  // namespace vitals::model
