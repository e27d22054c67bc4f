// SPDX-License-Identifier: Apache-2.0
#include "replay_command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "inputs.h"
#include "output.h"
#include "progress.h"
#include "table.h"
#include "text/bridge.h"
#include "vitals/expectation.h"
#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"

namespace vitals {
namespace {

// Whether anything was received of a check that the policy names, of hosts and places that live.
bool has_observations(Fleet& fleet) {
  JudgedFleet judged;
  fleet.judge(latest_accepted, judged);
  const auto is_observed = [](Outcome outcome) {
    return outcome.has_verdict() && !outcome.reasons().has(Reason::unobserved) &&
           !outcome.reasons().has(Reason::missing);
  };
  return std::any_of(judged.hosts.begin(), judged.hosts.end(), is_observed) ||
         std::any_of(judged.places.begin(), judged.places.end(), is_observed);
}

// A recording and a policy that have nothing to do with each other.
void print_what_is_missing(Fleet& fleet, const std::string& policy_file) {
  if (fleet.counters().unknown_service == 0 || has_observations(fleet)) return;
  print_error(
      cat("vitals: nothing is judged: ", policy_file.empty() ? "the default policy" : policy_file,
          " has no check of this recording; --policy FILE names another policy, and "
          "`vitals audit policy CATALOGUE` prints one for the audits of a catalogue"));
}

void print_summary(const RecordingReader& reader, const Fleet& fleet) {
  const FleetCounters& counters = fleet.counters();
  std::fprintf(stderr,
               "vitals: events read %llu, dropped as out of date %llu, of retired names %llu, of "
               "unknown services %llu\n",
               static_cast<unsigned long long>(counters.events),
               static_cast<unsigned long long>(counters.out_of_date),
               static_cast<unsigned long long>(counters.retired),
               static_cast<unsigned long long>(counters.unknown_service));
  print_count(counters.unknown_class,
              "statement of a class that the policy does not declare was left out",
              "statements of classes that the policy does not declare were left out");
  for (const auto& [cause, count] : reader.skipped()) {
    print_count(count, cat("line skipped: ", cause), cat("lines skipped: ", cause));
  }
  const bool fails_closed = fleet.policy().constants.infrastructure.unstated == Unstated::unknown;
  if (fails_closed) {
    const bool has_classes = !fleet.policy().classes.empty();
    const std::string advice =
        cat("without a stated switch or rack", has_classes ? ", or need of a class" : "") +
        ": active checks of them do not count "
        "(infrastructure_unknown). State them in `host` events, with null for none, or set "
        "`infrastructure: {unstated: none}` in the policy";
    print_count(fleet.hosts_without_stated_place(), "host " + advice, "hosts " + advice);
  }
}

// Where the lines go: printed as JSON, as a table, or held against the expected ones.
class Lines {
 public:
  static absl::StatusOr<std::unique_ptr<Lines>> open(const ReplayCommand& command,
                                                     const CheckSet& checks) {
    auto lines = std::make_unique<Lines>();
    if (!command.expect_file.empty()) {
      absl::StatusOr<Expectation> expected = Expectation::open(command.expect_file);
      if (!expected.ok()) return expected.status();
      lines->expected_.emplace(*std::move(expected));
    } else if (command.format == "table") {
      lines->table_.emplace(command.options.hosts, checks, wants_color(STDOUT_FILENO));
    }
    return lines;
  }

  template <class Line>
  void add(const Line& line) {
    if (expected_) {
      json_.clear();
      append_json(json_, line);
      expected_->add(json_, [this](std::string_view text) { print(text); });
    } else if (table_) {
      table_->append(output_.line(), line);
      output_.end_line();
    } else {
      append_json(output_.line(), line);
      output_.end_line();
    }
  }

  void flush() { output_.flush(); }

  // The exit code that follows from the comparison, if there is one.
  int finish(bool complete) {
    int code = exit_ok;
    if (expected_) {
      if (complete) expected_->finish([this](std::string_view text) { print(text); });
      output_.flush();
      std::fprintf(stderr, "vitals: %s\n", expected_->summary().c_str());
      code = expected_->differences() == 0 ? exit_ok : exit_differs;
      if (!expected_->status().ok()) {
        print_error(to_std(expected_->status().message()));
        code = exit_bad_input;
      }
    }
    output_.flush();
    return code;
  }

 private:
  void print(std::string_view text) {
    output_.line() += text;
    output_.end_line();
  }

  Output output_;
  std::optional<Table> table_;
  std::optional<Expectation> expected_;
  std::string json_;
};

}  // namespace

int run(const ReplayCommand& command) {
  absl::StatusOr<PolicySet> policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  absl::StatusOr<std::unique_ptr<Lines>> lines = Lines::open(command, policy->checks);
  if (!lines.ok()) return refuse_input(lines.status());
  // Before the input is waited for, what is known is shown.
  RecordingOptions reading{.reorder = command.reorder,
                           .lenient = command.options.lenient,
                           .read_ahead = std::thread::hardware_concurrency() > 1,
                           .before_read = [&] { (*lines)->flush(); }};
  absl::StatusOr<RecordingReader> reader =
      RecordingReader::open(command.recordings, std::move(reading));
  if (!reader.ok()) return refuse_input(reader.status());
  Fleet fleet(*std::move(policy), {.reuse_ids = true});  // verdict lines have no numbers
  Progress progress("replaying");
  ReplayOptions options = command.options;
  options.on_event = [&] { progress.tick([&] { return reader->progress(); }); };
  const absl::Status status = replay(
      *reader, fleet, options, [&](const VerdictLine& line) { (*lines)->add(line); },
      [&](const HostLine& line) { (*lines)->add(line); });
  progress.clear();
  const int code = (*lines)->finish(status.ok());
  if (!status.ok()) print_error(to_std(status.message()));
  print_summary(*reader, fleet);
  print_what_is_missing(fleet, command.policy_file);
  return status.ok() ? code : exit_bad_input;
}

}  // namespace vitals
