// SPDX-License-Identifier: Apache-2.0
// The options of the commands that read recordings.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "calibrate_command.h"
#include "command_line.h"
#include "compare_command.h"
#include "explain_command.h"
#include "options.h"
#include "output.h"
#include "replay_command.h"
#include "text/quote.h"
#include "vitals/vary.h"

namespace vitals {
namespace {

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

}  // namespace

void add_commands_on_recordings(CLI::App& app, Chosen& chosen) {
  add_replay(app, chosen);
  add_explain(app, chosen);
  add_calibrate(app, chosen);
  add_compare(app, chosen);
}

}  // namespace vitals
