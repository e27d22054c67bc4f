// SPDX-License-Identifier: Apache-2.0
// Repairs in a simulation, and the old states that are believed after them.
#ifndef VITALS_LIB_SOUNDNESS_REPAIRS_H
#define VITALS_LIB_SOUNDNESS_REPAIRS_H

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "soundness/limits.h"
#include "text/bridge.h"
#include "vitals/model/scenario.h"
#include "vitals/model/simulation.h"
#include "vitals/policy_sums.h"
#include "vitals/policy_yaml.h"
#include "vitals/soundness.h"

namespace vitals {

// One assumption, and what is true instead.
struct Broken {
  Assumption assumption;
  Seconds value;
  std::int64_t periods = 0;  // passive_time_to_live: the same in periods of each check
};

// How many repairs one simulation has.
inline constexpr std::uint32_t repaired_hosts = 64;
inline constexpr std::uint32_t repair_cycles = 16;
inline constexpr std::uint64_t repairs_a_run = std::uint64_t{repaired_hosts} * repair_cycles;

// Hosts that are repaired again and again, in a world where all goes wrong that may while the
// assumptions hold; `sources` says how the sources behave. Odd seeds have no delays but the longest
// and none.
[[nodiscard]] model::Scenario repair_scenario(const PolicySet& policy,
                                              const model::Scenario& sources,
                                              std::optional<Broken> broken, std::uint64_t seed);

// Counts what is believed.
class RepairWatch {
 public:
  // Juggler stamps everything so much too late.
  RepairWatch(const PolicySet& policy, Seconds juggler_ahead);

  void see(const model::SimulatedEvent& is);
  [[nodiscard]] RepairRisk finish() &&;

 private:
  struct Host {
    std::optional<Timestamp> repaired{};  // when the last repair ended; none while one goes on
    std::uint32_t believed = 0;           // since then, a bit for each Belief
    std::uint32_t believed_crit = 0;
  };

  void receive(Host& host, const CheckPolicy& check, const Observation& seen,
               std::optional<model::ModelTime> measured);
  static void believe(Host& host, Status status, Belief belief);
  void judge(Host& host, const Observation& seen, model::ModelTime measured, Timestamp effective,
             Belief belief);
  void end_repair(Host& host);

  const PolicySet& policy_;
  Seconds juggler_ahead_;
  StringMap<std::uint32_t> numbers_;  // of hosts
  std::vector<Host> hosts_;
  RepairRisk risk_;
};

}  // namespace vitals

#endif  // VITALS_LIB_SOUNDNESS_REPAIRS_H
