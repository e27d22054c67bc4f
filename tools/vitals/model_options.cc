// SPDX-License-Identifier: Apache-2.0
// The options of the commands that simulate.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <thread>

#include "command_line.h"
#include "lag_command.h"
#include "options.h"
#include "simulate_command.h"
#include "soundness_command.h"
#include "vitals/model/scenario.h"

namespace vitals {
namespace {

void add_simulate(CLI::App& app, Chosen& chosen) {
  CLI::App* sub =
      app.add_subcommand("simulate", "Make a recording of a scenario, and the truth behind it");
  auto command = std::make_shared<SimulateCommand>();
  sub->add_option("SCENARIO", command->scenario_file, "Hosts, sources and what happens, as YAML")
      ->required();
  sub->add_option("--seed", command->seed, "One seed gives the same bytes everywhere (default 1)")
      ->check(is_whole_number())
      ->type_name("N");
  sub->add_option("--out", command->recording_file, "The recording (default: standard output)")
      ->check(is_not_empty())
      ->type_name("FILE");
  sub->add_option("--truth", command->truth_file, "What was true, a change a line")
      ->check(is_not_empty())
      ->type_name("FILE");
  sub->add_option("--hosts", command->hosts, "So many hosts instead of the scenario's")
      ->check(CLI::Range(std::uint32_t{1}, model::most_hosts).description(""))
      ->type_name("N");
  sub->add_option("--days", command->days, "For so many days instead of the scenario's time")
      ->check(CLI::Range(1U, 366U).description(""))
      ->type_name("N");
  sub->footer(
      "Examples:\n"
      "  vitals simulate examples/simulations/one_reboot.yaml --out day.ndjson\n"
      "  vitals simulate quiet_day.yaml --seed 7 --hosts 1000 --truth truth.ndjson | "
      "vitals replay --hosts -");
  sub->callback([command, &chosen] {
    const auto [scenario, recording, truth] =
        std::tie(command->scenario_file, command->recording_file, command->truth_file);
    if (recording == truth) throw CLI::ValidationError("--truth", "--out goes there already");
    refuse_to_lose({scenario}, "--out", recording);
    refuse_to_lose({scenario}, "--truth", truth);
    chosen = [command] { return run(*command); };
  });
}

void add_lag(CLI::App& app, Chosen& chosen) {
  CLI::App* sub = app.add_subcommand(
      "lag", "How long after a repair each check counts again, out of many simulations");
  auto command = std::make_shared<LagCommand>();
  auto* scenario =
      sub->add_option(
             "SCENARIO", command->scenario_file,
             "A scenario as YAML; without one, hosts that are rebooted as the policy allows")
          ->check(is_not_empty());
  add_policy(sub, command->policy_file);
  sub->add_option("--seeds", command->seeds,
                  "So many runs, each with a seed of its own (default 20)")
      ->check(CLI::Range(1U, 1'000'000U).description(""))
      ->type_name("N");
  sub->add_option("--first-seed", command->first_seed, "The first of them (default 1)")
      ->check(is_whole_number())
      ->type_name("N");
  sub->add_option("--hosts", command->hosts, "So many hosts (default: the scenario's, or 100)")
      ->check(CLI::Range(std::uint32_t{1}, model::most_hosts).description(""))
      ->type_name("N");
  auto* figures = sub->add_flag("--figures", command->figures,
                                "Hold the figures that follow from the policy against simulations");
  sub->add_option("--format", command->format, "table for people, json for programs")
      ->check(one_of({"table", "json"}))
      ->type_name("table|json");
  auto* svg = sub->add_option("--svg", command->svg_file, "Also draw the lags into this file")
                  ->check(is_output_file())
                  ->type_name("FILE");
  figures->excludes(scenario)->excludes(svg);
  sub->footer(
      "Exit code 1: a figure disagrees with the policy.\n\n"
      "Examples:\n"
      "  vitals lag --svg lag.svg\n"
      "  vitals lag --figures --policy mine.yaml\n"
      "  vitals lag examples/simulations/one_reboot.yaml --seeds 1000 --format json");
  sub->callback([command, &chosen] {
    refuse_to_lose({command->scenario_file, command->policy_file}, "--svg", command->svg_file);
    chosen = [command] { return run(*command); };
  });
}

void add_soundness(CLI::App& app, Chosen& chosen) {
  CLI::App* sub = app.add_subcommand(
      "soundness", "How often what a policy proves is false: repairs and failures, simulated");
  auto command = std::make_shared<SoundnessCommand>();
  SoundnessOptions& options = command->options;
  options.threads = std::max(std::thread::hardware_concurrency(), 1U);
  add_policy(sub, command->policy_file);
  sub->add_option("--repairs", options.repairs,
                  "Repairs while every assumption holds, a twentieth for each that is broken "
                  "(default 100000)")
      ->check(CLI::Range(std::uint64_t{1}, most_repairs).description(""))
      ->type_name("N");
  sub->add_option("--failures", options.failures,
                  "Failures of switches or racks in each case (default 1000)")
      ->check(CLI::Range(std::uint64_t{1}, most_failures).description(""))
      ->type_name("N");
  sub->add_option("--first-seed", options.first_seed,
                  "One seed gives the same result everywhere (default 1)")
      ->check(is_whole_number())
      ->type_name("N");
  sub->add_option("--threads", options.threads, "How many work (default: as many as there are)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
  sub->add_option("--format", command->format, "table for people, json for programs")
      ->check(one_of({"table", "json"}))
      ->type_name("table|json");
  sub->add_option("--svg", command->svg_file, "Also draw it into this file")
      ->check(is_output_file())
      ->type_name("FILE");
  sub->footer(
      "Examples:\n"
      "  vitals soundness\n"
      "  vitals soundness --policy mine.yaml --svg soundness.svg\n"
      "  vitals soundness --repairs 10000000 --failures 10000 --format json > soundness.json");
  sub->callback([command, &chosen] {
    refuse_to_lose({command->policy_file}, "--svg", command->svg_file);
    chosen = [command] { return run(*command); };
  });
}

}  // namespace

void add_commands_on_models(CLI::App& app, Chosen& chosen) {
  add_simulate(app, chosen);
  add_lag(app, chosen);
  add_soundness(app, chosen);
}

}  // namespace vitals
