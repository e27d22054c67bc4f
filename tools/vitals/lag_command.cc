// SPDX-License-Identifier: Apache-2.0
#include "lag_command.h"

#include <cstddef>
#include <cstdio>
#include <thread>

#include "inputs.h"
#include "output.h"
#include "presentation.h"
#include "progress.h"
#include "text/bridge.h"
#include "vitals/lag.h"
#include "vitals/lag_figures.h"
#include "vitals/model/scenario.h"

namespace vitals {
namespace {

constexpr std::uint32_t usual_hosts = 100;

absl::StatusOr<model::Scenario> scenario_of(const LagCommand& command, const PolicySet& policy) {
  if (command.scenario_file.empty()) return reboots(policy, command.hosts.value_or(usual_hosts));
  absl::StatusOr<model::Scenario> scenario = model::read_scenario(command.scenario_file);
  if (!scenario.ok()) return scenario;
  scenario->hosts = command.hosts.value_or(scenario->hosts);
  if (scenario->hosts_by(scenario->lasts) > model::most_hosts) {
    return invalid(command.scenario_file, ": with --hosts ", scenario->hosts,
                   " and those that are added it has more than ", model::most_hosts, " hosts");
  }
  return scenario;
}

// Whatever can be printed, as the format says.
template <class Results>
void print(const Results& results, const LagCommand& command) {
  print_text(command.format == "json" ? to_json_lines(results) : to_table(results));
}

int run_figures(const LagCommand& command, const PolicySet& policy, const Runs& runs,
                Progress& progress) {
  const absl::StatusOr<std::vector<Figure>> figures =
      measure_figures(policy, command.hosts.value_or(usual_hosts), runs);
  progress.clear();
  if (!figures.ok()) return refuse_input(figures.status());
  print(*figures, command);
  if (all_agree(*figures)) return exit_ok;
  std::uint64_t count = 0;
  for (const Figure& figure : *figures) count += figure.agrees ? 0 : 1;
  print_count(count, "figure disagrees with the policy", "figures disagree with the policy");
  return exit_differs;
}

int run_lag(const LagCommand& command, const PolicySet& policy, const Runs& runs,
            Progress& progress) {
  const absl::StatusOr<model::Scenario> scenario = scenario_of(command, policy);
  if (!scenario.ok()) return refuse_input(scenario.status());
  const absl::StatusOr<LagReport> report = measure_lag(*scenario, policy, runs);
  progress.clear();
  if (!report.ok()) return refuse_input(report.status());
  if (!command.svg_file.empty()) {
    const absl::Status status = write_file(command.svg_file, to_svg(*report));
    if (!status.ok()) {
      print_error(to_std(status.message()));
      return exit_internal;
    }
  }
  print(*report, command);
  print_count(report->manipulations, "manipulation was measured", "manipulations were measured");
  if (report->manipulations == 0) {
    print_error("vitals: no manipulation ended, so there is no lag: does the scenario repair?");
  }
  return exit_ok;
}

}  // namespace

int run(const LagCommand& command) {
  const absl::StatusOr<PolicySet> policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  Progress progress("simulating");
  const Runs runs{.first_seed = command.first_seed,
                  .seeds = command.seeds,
                  .threads = std::thread::hardware_concurrency(),
                  .on_progress = [&](std::uint64_t done, std::uint64_t of) {
                    progress.show({.bytes_read = done, .bytes_total = of});
                  }};
  return command.figures ? run_figures(command, *policy, runs, progress)
                         : run_lag(command, *policy, runs, progress);
}

}  // namespace vitals
