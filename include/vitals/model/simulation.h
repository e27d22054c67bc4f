// SPDX-License-Identifier: Apache-2.0
/// @file
/// A simulation of everything that reports to us, in which the truth is known.
///
///     Simulation simulation(scenario, seed);
///     simulation.run([&](const SimulatedEvent& event) { append_event(recording, event.event); },
///                    [&](const TruthChange& change) { append_truth(truth, change); });
///
/// One scenario and one seed give the same events in the same order on every machine. What a check
/// draws does not depend on how many others there are.
///
/// The truth of a host's check is what an ideal measurement of the host itself would say: a switch
/// or rack that fails is told of as that switch or rack, not as a fault of the hosts behind it. An
/// active check of a host under repair would say CRIT, any other NODATA.
///
/// Not thread-safe; any number of simulations may run side by side.

#ifndef VITALS_MODEL_SIMULATION_H
#define VITALS_MODEL_SIMULATION_H

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/functional/function_ref.h"
#include "vitals/event.h"
#include "vitals/model/event_queue.h"
#include "vitals/model/scenario.h"
#include "vitals/truth.h"

namespace vitals::model {

/// An event as a recording has it, and what only a model knows of it.
struct SimulatedEvent {
  const Event& event;  ///< its names are views that live as long as the simulation

  /// check: the last moment at which what it says was found so, by the true clock. Of Juggler's
  /// NODATA, when it was made. None for what an agent says that has measured nothing yet.
  std::optional<ModelTime> measured;
};

/// One run of a scenario.
class Simulation {
 public:
  /// Called for each event, in order of time.
  using EventVisitor = absl::FunctionRef<void(const SimulatedEvent&)>;
  /// Called for each change of the truth, in order of time, before the events that follow it. Its
  /// names live as long as the simulation.
  using TruthVisitor = absl::FunctionRef<void(const TruthChange&)>;

  /// The scenario keeps to the bounds in vitals/model/scenario.h; periods below a second are a
  /// second.
  Simulation(const Scenario& scenario, std::uint64_t seed);
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;
  ~Simulation();

  /// Runs the scenario to its end, which is inclusive. To be called once.
  void run(EventVisitor on_event, TruthVisitor on_truth);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_SIMULATION_H
