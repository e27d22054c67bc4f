// SPDX-License-Identifier: Apache-2.0
// One run of a scenario, judged second by second as an installation would.
#ifndef VITALS_LIB_LAG_JUDGED_RUN_H
#define VITALS_LIB_LAG_JUDGED_RUN_H

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "vitals/fleet.h"
#include "vitals/model/simulation.h"

namespace vitals {

class JudgedRun {
 public:
  JudgedRun(const model::Scenario& scenario, const PolicySet& policy, std::uint64_t seed);

  // Tells each event after the fleet took it, and each change of a verdict in order of time: all
  // those before the second of an event are told before it. To be called once. Names live as long
  // as this.
  absl::Status run(absl::FunctionRef<void(const model::SimulatedEvent&)> on_event,
                   absl::FunctionRef<void(const CheckChange&)> on_change);

  // As it was at the change or event that is told.
  [[nodiscard]] const Fleet& fleet() const { return fleet_; }
  // What was observed of the check that changed.
  [[nodiscard]] Observation observed(const CheckChange& change) const;

 private:
  void judge(Timestamp now, absl::FunctionRef<void(const CheckChange&)> on_change);

  model::Simulation simulation_;
  Fleet fleet_;
  Timestamp end_;
  std::vector<CheckChange> changes_;
};

}  // namespace vitals

#endif  // VITALS_LIB_LAG_JUDGED_RUN_H
