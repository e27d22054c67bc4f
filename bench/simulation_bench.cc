// SPDX-License-Identifier: Apache-2.0
// How fast is a simulation? Hosts of the default checks, a tenth of which are repaired in an hour;
// VITALS_BENCH_HOSTS (default 1000) and VITALS_BENCH_SECONDS (default 7200) of simulated time.
//   record       events a second, written as NDJSON into memory
//   measure_lag  repairs a second, each judged until every check counts again (vitals/lag.h)
// Before the clock starts the recording is replayed: no event may be refused, and every lag must be
// one that the rules allow.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "fleet_maker.h"
#include "vitals/lag.h"
#include "vitals/model/simulation.h"
#include "vitals/policy_sums.h"
#include "vitals/recording.h"
#include "vitals/replay.h"

namespace vitals {
namespace {

using bench::is_small;
using bench::number;
using model::Millis;

constexpr std::uint64_t seed = 1;

model::Scenario repairs(std::uint32_t hosts, Seconds length) {
  model::Scenario scenario;
  scenario.hosts = hosts;
  scenario.lasts = length;
  const double hours = static_cast<double>(length.count()) / 3600;
  scenario.happenings.push_back(
      {.what = model::Happens::repair,
       .spread = length,
       .count = static_cast<std::uint32_t>(hosts * hours / 10) + 1,
       .lasts = model::Delay::uniform(std::chrono::minutes{2}, std::chrono::minutes{10})});
  return scenario;
}

struct Recorded {
  std::string text;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
};

// Keeps the whole text only if it is to be read; writes portions that stay in the cache otherwise.
Recorded record(const model::Scenario& scenario, bool is_kept) {
  Recorded all;
  model::Simulation(scenario, seed)
      .run(
          [&](const model::SimulatedEvent& is) {
            ++all.events;
            append_event(all.text, is.event);
            if (is_kept || all.text.size() < 1U << 16U) return;
            all.bytes += all.text.size();
            all.text.clear();
          },
          [](const TruthChange&) {});
  all.bytes += all.text.size();
  return all;
}

// Whether the recording is read and judged without an error, event for event, and every lag is one
// that the rules allow.
bool verified() {
  const model::Scenario scenario = *reboots({}, 6);
  const Recorded all = record(scenario, true);
  RecordingReader reader = RecordingReader::from_text(all.text, "simulated");
  Fleet fleet{PolicySet{}};
  const absl::Status status =
      replay(reader, fleet, {}, [](const VerdictLine&) {}, [](const HostLine&) {});
  const auto report = measure_lag(scenario, {}, {.first_seed = seed});
  if (!status.ok() || !report.ok() || fleet.counters().events != all.events) return false;
  const Policy policy;
  for (const CheckLag& check : report->checks) {
    const Distribution& receipts = check.proven_by[static_cast<std::size_t>(Formula::receipt)];
    const Seconds lag = receipt_lag(fleet.policy().checks.at(check.check), policy);
    if (check.lag().size() != 6 || (!receipts.empty() && receipts.shortest() <= lag)) return false;
  }
  return report->manipulations == 6;
}

const model::Scenario* scenario_of(benchmark::State& state) {
  static const bool right = verified();
  static const model::Scenario scenario = repairs(
      static_cast<std::uint32_t>(number("VITALS_BENCH_HOSTS", is_small() ? 50 : 1000)),
      Seconds{static_cast<std::int64_t>(number("VITALS_BENCH_SECONDS", is_small() ? 1800 : 7200))});
  if (right) return &scenario;
  state.SkipWithError("the recording or a lag is not what it must be");
  return nullptr;
}

void record(benchmark::State& state) {
  const model::Scenario* const scenario = scenario_of(state);
  if (scenario == nullptr) return;
  Recorded all;
  for (auto _ : state) all = record(*scenario, false);
  state.SetItemsProcessed(static_cast<std::int64_t>(all.events) * state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(all.bytes) * state.iterations());
  state.counters["events"] = static_cast<double>(all.events);
}
BENCHMARK(record)->Unit(benchmark::kMillisecond);

// The same without a word of JSON: what is left is the simulation itself.
void simulate(benchmark::State& state) {
  const model::Scenario* const scenario = scenario_of(state);
  if (scenario == nullptr) return;
  std::uint64_t events = 0;
  for (auto _ : state) {
    events = 0;
    model::Simulation(*scenario, seed)
        .run([&](const model::SimulatedEvent&) { ++events; }, [](const TruthChange&) {});
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
}
BENCHMARK(simulate)->Unit(benchmark::kMillisecond);

void measure_lag(benchmark::State& state) {
  if (scenario_of(state) == nullptr) return;
  const model::Scenario scenario = *reboots({}, is_small() ? 20 : 100);
  const Runs runs{.seeds = is_small() ? 2U : 10U, .threads = static_cast<unsigned>(state.range(0))};
  std::uint64_t repairs = 0;
  for (auto _ : state) repairs = vitals::measure_lag(scenario, {}, runs)->manipulations;
  state.SetItemsProcessed(static_cast<std::int64_t>(repairs) * state.iterations());
}
BENCHMARK(measure_lag)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace vitals
