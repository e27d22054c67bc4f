// SPDX-License-Identifier: Apache-2.0
#include "lag/judged_run.h"

#include <chrono>

namespace vitals {

JudgedRun::JudgedRun(const model::Scenario& scenario, const PolicySet& policy, std::uint64_t seed)
    : simulation_(scenario, seed),
      fleet_(policy),
      end_(std::chrono::floor<Seconds>(scenario.begin + scenario.lasts)) {}

absl::Status JudgedRun::run(absl::FunctionRef<void(const model::SimulatedEvent&)> on_event,
                            absl::FunctionRef<void(const CheckChange&)> on_change) {
  absl::Status status;
  Timestamp second = distant_past;  // of the events applied last; not judged yet
  simulation_.run(
      [&](const model::SimulatedEvent& is) {
        if (!status.ok()) return;
        if (is.event.time > second) {
          judge(subtract(is.event.time, Seconds{1}), on_change);
          second = is.event.time;
        }
        status = fleet_.apply(is.event);
        if (status.ok()) on_event(is);
      },
      [](const TruthChange&) {});
  if (status.ok()) judge(end_, on_change);
  return status;
}

// The fleet is not to be asked while it visits.
void JudgedRun::judge(Timestamp now, absl::FunctionRef<void(const CheckChange&)> on_change) {
  changes_.clear();
  fleet_.visit_changes(now, [&](const CheckChange& change) { changes_.push_back(change); });
  for (const CheckChange& change : changes_) on_change(change);
}

Observation JudgedRun::observed(const CheckChange& change) const {
  Observation seen;
  const std::string_view check = fleet_.check_name(change.check.check);
  fleet_.visit_checks(fleet_.owner_name(change.check), [&](const CheckView& view) {
    if (view.check == check && view.question.observation != nullptr) {
      seen = *view.question.observation;
    }
  });
  return seen;
}

}  // namespace vitals
