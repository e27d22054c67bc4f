// SPDX-License-Identifier: Apache-2.0
// The program: takes the command line apart and calls one command.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "calibrate_command.h"
#include "compare_command.h"
#include "convert_command.h"
#include "explain_command.h"
#include "lag_command.h"
#include "output.h"
#include "pages.h"
#include "policy_command.h"
#include "replay_command.h"
#include "simulate_command.h"
#include "soundness_command.h"
#include "test_command.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "version.h"
#include "vitals/model/scenario.h"
#include "vitals/text_time.h"
#include "vitals/vary.h"

namespace vitals {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 all is well, 1 a difference or a failing scenario, 2 bad input or usage,\n"
    "3 an internal error. NO_COLOR is honoured.";

// What the chosen command will do; empty until one was chosen.
using Chosen = std::function<int()>;

// A choice of words; the type names of options tell them, so the check itself stays silent.
CLI::Validator one_of(std::vector<std::string> words) {
  CLI::Validator check = CLI::IsMember(std::move(words));
  return check.description("");
}

// An unset variable in a script must not switch an option off.
CLI::Validator is_not_empty() {
  return {[](std::string& text) { return std::string(text.empty() ? "must not be empty" : ""); },
          ""};
}

// Output beside the text on standard output.
CLI::Validator is_output_file() {
  return {
      [](std::string& path) {
        if (path.empty()) return std::string("must not be empty");
        return std::string(path == "-" ? "-: expected a file, standard output has the text" : "");
      },
      ""};
}

// CLI11 takes -1 for the largest number there is, and so it does what is larger.
CLI::Validator is_whole_number() {
  return {[](std::string& text) {
            std::uint64_t number = 0;
            const char* const end = text.data() + text.size();
            const auto [read, error] = std::from_chars(text.data(), end, number);
            const bool is_one = error == std::errc() && read == end;
            return is_one ? std::string() : cat(in_quotes(text), " is no whole number of 64 bits");
          },
          ""};
}

CLI::Validator is_duration() {
  return {[](std::string& text) {
            const absl::StatusOr<Seconds> parsed = parse_duration(text);
            return parsed.ok() ? std::string() : std::string(to_std(parsed.status().message()));
          },
          ""};
}

template <class Set>
CLI::Option* add_duration(CLI::App* app, const std::string& name, const std::string& description,
                          const Set& set) {
  return app
      ->add_option_function<std::string>(
          name, [set](const std::string& text) { set(*parse_duration(text)); }, description)
      ->transform(is_duration())
      ->type_name("DURATION");
}

template <class Set>
CLI::Option* add_time(CLI::App* app, const std::string& name, const std::string& description,
                      const Set& set) {
  const auto check = [](std::string& text) {
    const absl::StatusOr<Timestamp> parsed = parse_timestamp(text);
    return parsed.ok() ? std::string() : std::string(to_std(parsed.status().message()));
  };
  return app
      ->add_option_function<std::string>(
          name, [set](const std::string& text) { set(*parse_timestamp(text)); }, description)
      ->transform(CLI::Validator(check, ""))
      ->type_name("TIME");
}

void add_reading(CLI::App* app, Seconds& reorder, bool& lenient) {
  add_duration(app, "--reorder", "Put lines in order that are up to so much late (default 0s)",
               [&](Seconds length) { reorder = length; });
  app->add_flag("--lenient", lenient,
                "Skip bad lines, count them by cause, report them at the end");
}

void add_policy(CLI::App* app, std::string& file) {
  app->add_option("--policy", file, "The policy as YAML; see `vitals policy`")
      ->check(is_not_empty())
      ->type_name("FILE");
}

// The times that a word holds, separated by commas; the error of the first that is none.
absl::StatusOr<std::vector<Timestamp>> parse_times(std::string_view word) {
  std::vector<Timestamp> times;
  for (std::size_t begin = 0; begin <= word.size();) {
    const std::size_t end = std::min(word.find(',', begin), word.size());
    const absl::StatusOr<Timestamp> time = parse_timestamp(word.substr(begin, end - begin));
    if (!time.ok()) return time.status();
    times.push_back(*time);
    begin = end + 1;
  }
  return times;
}

// `--at TIME... RECORDING...` leaves it open where the times end: what is no time is a recording.
void split_times(std::vector<std::string>& words, std::vector<Timestamp>& times,
                 std::vector<std::string>& recordings) {
  for (std::string& word : words) {
    const auto found = parse_times(word);
    if (found.ok()) {
      times.insert(times.end(), found->begin(), found->end());
    } else if (!recordings.empty() || !times.empty()) {
      std::error_code unknown;
      if (word != "-" && !std::filesystem::exists(word, unknown)) {
        throw CLI::ValidationError("--at", cat(in_quotes(word), " is neither a file nor a time: ",
                                               to_std(found.status().message())));
      }
      recordings.push_back(std::move(word));
    } else {
      throw CLI::ValidationError("--at", std::string(to_std(found.status().message())));
    }
  }
}

void add_replay(CLI::App& app, Chosen& chosen) {
  CLI::App* sub =
      app.add_subcommand("replay", "Judge a recording: verdict lines, second by second");
  struct Words {
    ReplayCommand command;
    std::vector<std::string> at;
    bool on_change = false;
  };
  auto words = std::make_shared<Words>();
  ReplayCommand& command = words->command;
  sub->add_option("RECORDING", command.recordings,
                  "Recordings, plain, gzip or zstd, merged by time; - is standard input")
      ->option_text("TEXT ... REQUIRED");  // which --at hides from CLI11
  auto* at = sub->add_option("--at", words->at, "Tell all verdicts at these moments")
                 ->type_name("TIME...");
  auto* every = add_duration(sub, "--every", "Tell all verdicts each so often",
                             [&command](Seconds length) { command.options.every = length; });
  auto* on_change = sub->add_flag("--on-change", words->on_change,
                                  "Tell what changed, when it changed (the default)");
  at->excludes(every)->excludes(on_change);
  every->excludes(on_change);
  add_time(sub, "--from", "Tell nothing before this moment",
           [&command](Timestamp moment) { command.options.from = moment; });
  add_time(sub, "--until", "Nor after this one (default: the last event's time)",
           [&command](Timestamp moment) { command.options.until = moment; });
  sub->add_flag("--hosts", command.options.hosts, "A line a host instead of a line a check");
  add_policy(sub, command.policy_file);
  add_reading(sub, command.reorder, command.options.lenient);
  sub->add_option("--format", command.format, "ndjson for programs, table for people")
      ->check(one_of({"ndjson", "table"}))
      ->type_name("ndjson|table");
  sub->add_option("--expect", command.expect_file,
                  "Compare with these verdict lines; print the difference, exit 1 if there is one")
      ->check(is_not_empty())
      ->type_name("FILE");
  sub->footer(
      "Times are Unix seconds or RFC 3339, durations such as 90s, 5m, 1h30m.\n\n"
      "Examples:\n"
      "  vitals replay day.ndjson.zst --format table\n"
      "  vitals replay --at 2023-11-14T22:13:20Z --hosts day.ndjson\n"
      "  vitals replay --every 5m --policy policy.yaml a.ndjson b.ndjson > verdicts.ndjson\n"
      "  tail -f live.ndjson | vitals replay --on-change -");
  sub->callback([words, &chosen, at, every] {
    ReplayCommand& replay = words->command;
    if (at->count() > 0) {
      replay.options.mode = ReplayMode::at;
      split_times(words->at, replay.options.at, replay.recordings);
    }
    if (every->count() > 0) {
      replay.options.mode = ReplayMode::every;
      if (replay.options.every == Seconds{0}) {
        throw CLI::ValidationError("--every", "must be longer than 0s");
      }
    }
    if (replay.recordings.empty()) throw CLI::RequiredError("RECORDING");
    if (replay.options.from && replay.options.until &&
        *replay.options.from > *replay.options.until) {
      print_error("vitals: --from is later than --until: nothing will be told");
    }
    const auto& recordings = replay.recordings;
    if (replay.expect_file == "-" &&
        std::find(recordings.begin(), recordings.end(), "-") != recordings.end()) {
      throw CLI::ValidationError("--expect", "-: standard input can be read once only");
    }
    chosen = [words] { return run(words->command); };
  });
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code unknown;
  return !a.empty() && !b.empty() && std::filesystem::equivalent(a, b, unknown);
}

// Nothing is drawn over what is read.
void refuse_to_lose(const std::vector<std::string>& inputs, const std::string& option,
                    const std::string& output) {
  for (const std::string& input : inputs) {
    if (is_same_file(output, input)) {
      throw CLI::ValidationError(option, cat(in_quotes(input), " is read: it would be lost"));
    }
  }
}

void add_explain(CLI::App& app, Chosen& chosen) {
  CLI::App* sub =
      app.add_subcommand("explain", "Why a check counts or not: each rule with its numbers");
  auto command = std::make_shared<ExplainCommand>();
  sub->add_option("RECORDING", command->recordings, "Recordings, as for replay")->required();
  sub->add_option("--host", command->host, "The host; or a switch or rack")
      ->required()
      ->check(is_not_empty())
      ->type_name("HOST");
  sub->add_option("--check", command->check, "Only this check")
      ->check(is_not_empty())
      ->type_name("CHECK");
  add_time(sub, "--at", "The moment that is asked about", [command](Timestamp moment) {
    command->at = moment;
  })->required();
  add_policy(sub, command->policy_file);
  add_reading(sub, command->reorder, command->lenient);
  sub->add_option("--format", command->format, "text for people, json for programs")
      ->check(one_of({"text", "json"}))
      ->type_name("text|json");
  sub->add_option("--svg", command->svg_file, "Also draw the timeline into this file")
      ->check(is_output_file())
      ->type_name("FILE");
  sub->footer(
      "Examples:\n"
      "  vitals explain --host sas1-0001 --at 1700001900 day.ndjson\n"
      "  vitals explain --host sas1-0001 --check ssh --at 2023-11-14T22:45:00Z --svg why.svg "
      "day.ndjson");
  sub->callback([command, &chosen] {
    std::vector<std::string> inputs = command->recordings;
    inputs.push_back(command->policy_file);
    refuse_to_lose(inputs, "--svg", command->svg_file);
    chosen = [command] { return run(*command); };
  });
}

void add_compare_options(CLI::App* sub, CompareCommand& command) {
  sub->add_option("RECORDING", command.recordings, "Recordings, as for replay")->required();
  sub->add_option("--policy", command.policy_files,
                  "A policy as YAML; given twice: A and B. Given once, it is B, and A the default")
      ->check(is_not_empty())
      ->allow_extra_args(false)
      ->type_name("FILE");
  sub->add_option("--truth", command.truth_file, "What was true meanwhile: tells what is risked")
      ->check(is_not_empty())
      ->type_name("FILE");
  sub->add_option("--vary", command.variation,
                  "Instead of a second policy: turn one value through several, PATH=FROM..TO or "
                  "PATH=VALUE,VALUE,...")
      ->check(is_not_empty())
      ->type_name("PATH=VALUES");
  sub->add_option("--steps", command.steps, "How many values FROM..TO stands for (default 13)")
      ->check(CLI::Range(fewest_steps, most_steps).description(""))
      ->type_name("NUMBER");
  add_time(sub, "--from", "Measure nothing before this moment",
           [&command](Timestamp moment) { command.from = moment; });
  add_time(sub, "--until", "Nor after this one (default: the last event's time)",
           [&command](Timestamp moment) { command.until = moment; });
  add_reading(sub, command.reorder, command.lenient);
  sub->add_option("--format", command.format, "table for people, json for programs")
      ->check(one_of({"table", "json"}))
      ->type_name("table|json");
  for (auto* file : {&command.svg_file, &command.html_file}) {
    const bool is_svg = file == &command.svg_file;
    sub->add_option(is_svg ? "--svg" : "--html", *file,
                    is_svg ? "Also draw the curves into this file"
                           : "Also write a page with the curves and the tables")
        ->check(is_output_file())
        ->type_name("FILE");
  }
}

void check_compare(const CompareCommand& command, bool has_steps) {
  const std::size_t policies = command.policy_files.size();
  const bool varies = !command.variation.empty();
  if (varies && policies > 1) {
    throw CLI::ValidationError("--vary", "takes one policy, and varies that");
  }
  if (policies > 2) throw CLI::ValidationError("--policy", "expected two policies at most");
  if (!varies && policies == 0) throw CLI::RequiredError("--policy, or --vary,");
  if (has_steps && !varies) throw CLI::ValidationError("--steps", "belongs to --vary");
  std::vector<std::string> inputs = command.recordings;
  if (command.truth_file == "-" && std::find(inputs.begin(), inputs.end(), "-") != inputs.end()) {
    throw CLI::ValidationError("--truth", "-: standard input can be read once only");
  }
  inputs.insert(inputs.end(), command.policy_files.begin(), command.policy_files.end());
  inputs.push_back(command.truth_file);
  refuse_to_lose(inputs, "--svg", command.svg_file);
  refuse_to_lose(inputs, "--html", command.html_file);
  const bool is_one = !command.svg_file.empty() && command.svg_file == command.html_file;
  if (is_one || is_same_file(command.svg_file, command.html_file)) {
    throw CLI::ValidationError("--html", "the picture of --svg goes there");
  }
  if (command.from && command.until && *command.from > *command.until) {
    print_error("vitals: --from is later than --until: nothing will be compared");
  }
}

void add_compare(CLI::App& app, Chosen& chosen) {
  CLI::App* sub = app.add_subcommand(
      "compare", "The same recording under two policies: what differs, how soon, at what risk");
  auto command = std::make_shared<CompareCommand>();
  add_compare_options(sub, *command);
  sub->footer(
      "Examples:\n"
      "  vitals compare --policy now.yaml --policy proposed.yaml day.ndjson.zst\n"
      "  vitals compare --policy proposed.yaml --truth truth.ndjson --html diff.html day.ndjson\n"
      "  vitals compare --vary juggler.overhead=0s..6m --truth truth.ndjson --svg curve.svg "
      "day.ndjson\n"
      "  vitals compare --vary infrastructure.settling=clock,receipt day.ndjson");
  sub->callback([command, sub, &chosen] {
    check_compare(*command, sub->count("--steps") > 0);
    chosen = [command] { return run(*command); };
  });
}

// A share of all, such as 0.01 or 1e-4.
CLI::Validator is_share() {
  return {[](std::string& text) {
            double share = 0;
            const char* end = text.data() + text.size();
            const auto [rest, error] = std::from_chars(text.data(), end, share);
            const bool is_share = error == std::errc{} && rest == end && share > 0 && share <= 0.5;
            return std::string(is_share ? ""
                                        : "expected a share above 0 and at most 0.5, such as 1e-4");
          },
          ""};
}

void add_calibrate(CLI::App& app, Chosen& chosen) {
  CLI::App* sub = app.add_subcommand(
      "calibrate", "Measure in a recording what the policy's constants stand for");
  auto command = std::make_shared<CalibrateCommand>();
  sub->add_option("RECORDING", command->recordings, "Recordings, as for replay")->required();
  add_policy(sub, command->policy_file);
  add_reading(sub, command->reorder, command->lenient);
  sub->add_option("--truth", command->truth_file, "What was true meanwhile, a change a line")
      ->check(is_not_empty())
      ->type_name("FILE");
  sub->add_option("--target", command->target,
                  "Suggest a policy whose lengths no more than this share exceed, such as 1e-4")
      ->check(is_share())
      ->type_name("SHARE");
  sub->add_option("--format", command->format,
                  "table for people, json for programs; by default, and with --target, the policy")
      ->check(one_of({"table", "json"}))
      ->type_name("table|json");
  sub->footer(
      "Nothing is learned while hosts are judged: a suggested policy is a file that a person\n"
      "accepts. It says where samples are too few for the target.\n\n"
      "Examples:\n"
      "  vitals calibrate day.ndjson.zst\n"
      "  vitals calibrate --target 1e-4 --policy policy.yaml day*.ndjson.zst > suggested.yaml\n"
      "  vitals calibrate --truth truth.ndjson --format json simulated.ndjson");
  sub->callback([command, &chosen] {
    const auto& recordings = command->recordings;
    if (command->truth_file == "-" &&
        std::find(recordings.begin(), recordings.end(), "-") != recordings.end()) {
      throw CLI::ValidationError("--truth", "-: standard input can be read once only");
    }
    chosen = [command] { return run(*command); };
  });
}

void add_small_commands(CLI::App& app, Chosen& chosen) {
  CLI::App* test = app.add_subcommand("test", "Run scenarios: rules agreed on, as readable text");
  auto scenarios = std::make_shared<TestCommand>();
  test->add_option("FILE", scenarios->files, "Scenario files")->required();
  test->footer("Examples:\n  vitals test tests/scenarios/*.vitals");
  test->callback([scenarios, &chosen] { chosen = [scenarios] { return run(*scenarios); }; });

  CLI::App* policy =
      app.add_subcommand("policy", "Check a policy and print the complete effective one");
  auto checked = std::make_shared<PolicyCommand>();
  policy->add_option("FILE", checked->file, "A policy as YAML; without one, the defaults")
      ->check(is_not_empty());
  policy->footer("Examples:\n  vitals policy > policy.yaml\n  vitals policy mine.yaml");
  policy->callback([checked, &chosen] { chosen = [checked] { return run(*checked); }; });

  CLI::App* convert = app.add_subcommand("convert", "Make a recording of another system's stream");
  auto converted = std::make_shared<ConvertCommand>();
  convert->add_option("EVENTS", converted->inputs, "Event streams; - is standard input")
      ->required();
  convert->add_option("--from", converted->from, "Whose stream it is")
      ->required()
      ->check(one_of({"icinga2"}))
      ->type_name("icinga2");
  convert->add_option("--map", converted->map_file, "Topology and names as YAML")
      ->check(is_not_empty())
      ->type_name("FILE");
  convert->footer(
      "Examples:\n"
      "  vitals convert --from icinga2 --map map.yaml events.ndjson.zst > recording.ndjson");
  convert->callback([converted, &chosen] { chosen = [converted] { return run(*converted); }; });
}

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
    for (const std::string& written : {recording, truth}) {
      if (is_same_file(written, scenario)) {
        throw CLI::ValidationError(in_quotes(written), "the scenario is read from there");
      }
    }
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
  sub->add_option("--policy", command->policy_file, "The policy as YAML; see `vitals policy`")
      ->check(is_not_empty())
      ->type_name("FILE");
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
    for (const std::string& read : {command->scenario_file, command->policy_file}) {
      if (is_same_file(command->svg_file, read)) {
        throw CLI::ValidationError("--svg", cat(in_quotes(read), " is read: it would be lost"));
      }
    }
    chosen = [command] { return run(*command); };
  });
}

void add_soundness(CLI::App& app, Chosen& chosen) {
  CLI::App* sub = app.add_subcommand(
      "soundness", "How often what a policy proves is false: repairs and failures, simulated");
  auto command = std::make_shared<SoundnessCommand>();
  SoundnessOptions& options = command->options;
  options.threads = std::max(std::thread::hardware_concurrency(), 1U);
  sub->add_option("--policy", command->policy_file, "The policy as YAML; see `vitals policy`")
      ->check(is_not_empty())
      ->type_name("FILE");
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
    if (is_same_file(command->svg_file, command->policy_file)) {
      throw CLI::ValidationError("--svg", "the policy is read from there: it would be lost");
    }
    chosen = [command] { return run(*command); };
  });
}

void add_pages(CLI::App& app, Chosen& chosen) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print a completion script for the shell");
  auto shell = std::make_shared<std::string>();
  completion->add_option("SHELL", *shell, "Whose completion")
      ->required()
      ->check(one_of({"bash"}))
      ->type_name("bash");
  completion->footer("Examples:\n  source <(vitals completion bash)");
  const auto print = [](const std::string& page) {
    Output output;
    output.line() += page;
    return exit_ok;
  };
  completion->callback([&app, &chosen, shell, print] {
    chosen = [&app, print] { return print(bash_completion(app)); };
  });
  CLI::App* man = app.add_subcommand("man", "Print the manual page, made from these help texts");
  man->footer("Examples:\n  vitals man | man -l -");
  man->callback(
      [&app, &chosen, print] { chosen = [&app, print] { return print(manual_page(app)); }; });
}

// CLI11 says of a misspelt command only that one is required.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || *argv[1] == '-') return {};
  std::vector<std::string_view> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == argv[1]) return {};
    known.push_back(command->get_name());
  }
  return cat("unknown command ", in_quotes(argv[1]), did_you_mean(argv[1], known));
}

// `--svg= a.ndjson`: CLI11 would take the next argument for the value, and lose a recording.
std::string empty_value(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") break;
    if (argument.substr(0, 2) == "--" && argument.back() == '=') {
      return cat(argument.substr(0, argument.size() - 1), ": must not be empty");
    }
  }
  return {};
}

int refuse(const std::string& message) {
  print_error(cat("vitals: ", message));
  std::fputs("vitals: see `vitals --help`, or `vitals COMMAND --help`\n", stderr);
  return exit_bad_input;
}

int main_with(int argc, char** argv) {
  CLI::App app("decides which health checks of a machine can be believed right now", "vitals");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("vitals ") + version);
  app.footer(exit_codes);
  app.get_formatter()->column_width(34);
  Chosen chosen;
  add_replay(app, chosen);
  add_explain(app, chosen);
  add_calibrate(app, chosen);
  add_compare(app, chosen);
  add_small_commands(app, chosen);
  add_simulate(app, chosen);
  add_lag(app, chosen);
  add_soundness(app, chosen);
  add_pages(app, chosen);
  if (const std::string empty = empty_value(argc, argv); !empty.empty()) return refuse(empty);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help and --version
    std::ostringstream text;
    app.exit(asked, text, text);
    Output output;
    output.line() += text.str();
    return exit_ok;
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(app, argc, argv);
    return refuse(unknown.empty() ? error.what() : unknown);
  }
  return chosen();
}

}  // namespace
}  // namespace vitals

int main(int argc, char** argv) {
  // Whoever reads our output may stop reading. Some parents have this signal ignored.
  std::signal(SIGPIPE, SIG_DFL);
  try {
    return vitals::main_with(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vitals: internal error: %s\n", error.what());
    return vitals::exit_internal;
  }
}
