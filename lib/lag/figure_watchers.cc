// SPDX-License-Identifier: Apache-2.0
#include "lag/figure_watchers.h"

#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "lag/judged_run.h"

namespace vitals {
namespace {

using model::ModelTime;
using model::SimulatedEvent;

// A check of a host by its names, which live as long as the run.
using Named = std::pair<std::string_view, std::string_view>;
Named name_of(const Event& event) { return {event.host, event.service}; }

Timestamp whole(ModelTime time) { return std::chrono::floor<Seconds>(time); }
Timestamp zero_of(const Scene& scene) { return whole(scene.scenario.begin + scene.zero); }

// The same by numbers.
using Numbered = std::pair<std::uint32_t, CheckId>;
Numbered number_of(const CheckChange& change) { return {change.check.owner, change.check.check}; }

}  // namespace

// Where no delay varies, measurements are whole periods apart: any that we received tells when the
// last one was made, which may never have been pushed.
absl::StatusOr<Distribution> watch_silence(const Scene& scene, const AlikeChecks& checks,
                                           std::uint64_t seed) {
  Distribution silences;
  const ModelTime death = scene.scenario.begin + scene.zero;
  std::map<Named, std::optional<ModelTime>> measured_at;  // none once NODATA came
  JudgedRun run(scene.scenario, checks.policy, seed);
  const absl::Status status = run.run(
      [&](const SimulatedEvent& is) {
        if (is.event.type != EventType::check || !is.measured) return;
        std::optional<ModelTime>& measured = measured_at[name_of(is.event)];
        if (is.event.report.status != Status::nodata) {
          measured = is.measured;
        } else if (measured && is.event.time > zero_of(scene)) {
          const ModelTime last =
              *measured + (death - *measured) / checks.check.period * checks.check.period;
          silences.add(is.event.time - whole(last + checks.propagation()));
          measured.reset();
        }
      },
      [](const CheckChange&) {});
  if (!status.ok()) return status;
  return silences;
}

absl::StatusOr<Distribution> watch_belief(const Scene& scene, const AlikeChecks& checks,
                                          std::uint64_t seed) {
  Distribution until;
  const auto is_believed = [](Outcome outcome) {
    return outcome.counts() && outcome.status() == Status::crit;
  };
  JudgedRun run(scene.scenario, checks.policy, seed);
  const absl::Status status =
      run.run([](const SimulatedEvent&) {},
              [&](const CheckChange& change) {
                if (change.time > zero_of(scene) && is_believed(change.before) &&
                    !is_believed(change.after)) {
                  until.add(change.time - zero_of(scene));
                }
              });
  if (!status.ok()) return status;
  return until;
}

absl::StatusOr<Measurements> watch_measurements(const Scene& scene, const AlikeChecks& checks,
                                                std::uint64_t seed) {
  Measurements measurements;
  std::map<Named, Timestamp> newest;
  struct Stale {
    Timestamp since;
    Seconds age;
  };
  std::map<Numbered, Stale> stale;
  JudgedRun run(scene.scenario, checks.policy, seed);
  const absl::Status status = run.run(
      [&](const SimulatedEvent& is) {
        const Report& report = is.event.report;
        if (is.event.type != EventType::check || !report.metadata_timestamp) return;
        const auto [found, is_first] =
            newest.try_emplace(name_of(is.event), *report.metadata_timestamp);
        if (!is_first && *report.metadata_timestamp > found->second) {
          measurements.replaced.add(report.receive_time - found->second);
          found->second = *report.metadata_timestamp;
        }
      },
      [&](const CheckChange& change) {
        const bool was = change.before.reasons().has(Reason::stale);
        const bool is = change.after.reasons().has(Reason::stale);
        if (!was && is) {
          const std::optional<Timestamp> measured = run.observed(change).metadata_timestamp;
          stale[number_of(change)] = {change.time, change.time - measured.value_or(change.time)};
        } else if (was && !is) {
          measurements.stale.add(change.time - stale[number_of(change)].since);
          stale.erase(number_of(change));
        }
      });
  if (!status.ok()) return status;
  for (const auto& [number, last] : stale) measurements.hung_at.add(last.age);
  return measurements;
}

}  // namespace vitals
