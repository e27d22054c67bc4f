// SPDX-License-Identifier: Apache-2.0
// Simulates the reboot of one host, and prints when each of its checks counts again.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>

#include "vitals/fleet.h"
#include "vitals/model/simulation.h"
#include "vitals/text_time.h"

using namespace std::chrono_literals;
using vitals::Timestamp;

int main() {
  //! [simulate]
  namespace model = vitals::model;
  model::Scenario scenario;
  scenario.hosts = 20;
  scenario.happenings = {{.what = model::Happens::repair,
                          .at = 30min,
                          .first = 0,
                          .lasts = model::Delay::fixed(2min)}};
  vitals::Fleet fleet(vitals::PolicySet{});
  std::optional<Timestamp> rebooted;
  std::set<std::string> counted;  // since then
  const auto print = [&](const vitals::VerdictLine& line) {
    if (!rebooted || line.host != "host-000000" || !line.verdict.counts()) return;
    if (!counted.emplace(line.check).second) return;
    std::printf("%-7s %s counts: %s\n", vitals::format_duration(line.time - *rebooted).c_str(),
                std::string(line.check).c_str(), vitals::name(*line.status).data());
  };
  model::Simulation(scenario, 1)
      .run(
          [&](const model::SimulatedEvent& simulated) {
            const vitals::Event& event = simulated.event;
            fleet.advance(event.time - 1s, print);  // every second before this one is complete
            if (!fleet.apply(event).ok()) std::abort();
            if (event.type == vitals::EventType::manipulation_end) rebooted = event.time;
          },
          [](const vitals::TruthChange&) {});
  //! [simulate]
}
