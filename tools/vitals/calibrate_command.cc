// SPDX-License-Identifier: Apache-2.0
#include "calibrate_command.h"

#include <unistd.h>

#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "calibrate_table.h"
#include "output.h"
#include "progress.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/calibrate.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/text_time.h"
#include "vitals/truth.h"

namespace vitals {
namespace {

int refuse(const absl::Status& status) {
  print_error(to_std(status.message()));
  return exit_bad_input;
}

// Comments above the policy: what it rests on, and that somebody must accept it.
std::string heading_of_policy(const CalibrateCommand& command, const Calibration& found) {
  std::string out = "# Suggested by vitals calibrate; to be read, and accepted, by a person.\n#";
  for (const std::string& recording : command.recordings) out += cat(" ", printable(recording));
  if (found.first) {
    out += cat(": ", format_duration(*found.last - *found.first), " from ",
               format_timestamp(*found.first), ", ", found.reports, " reports");
  }
  out += cat("\n# What is allowed is exceeded by ", absl::StrFormat("%g", *command.target),
             " at most, with 95 % confidence, where a reason says so.\n");
  if (found.scale.is_common) {
    out += cat("# Periods are about ", absl::StrFormat("%g", found.scale.factor),
               " of those of the policy that it was held against (", found.scale.agreeing, " of ",
               found.scale.compared, " compared).\n");
  }
  return out;
}

std::string text_of(const CalibrateCommand& command, const PolicySet& policy,
                    const Calibration& found) {
  if (command.format == "json") return to_json(found, policy) + "\n";
  if (found.suggested && command.format.empty()) {
    return heading_of_policy(command, found) + to_yaml(*found.suggested);
  }
  return calibration_table(found, policy, !command.truth_file.empty(), wants_color(STDOUT_FILENO));
}

}  // namespace

int run(const CalibrateCommand& command) {
  const absl::StatusOr<PolicySet> policy =
      command.policy_file.empty() ? PolicySet{} : read_policy(command.policy_file);
  if (!policy.ok()) return refuse(policy.status());
  absl::StatusOr<RecordingReader> reader = RecordingReader::open(
      command.recordings, {.reorder = command.reorder,
                           .lenient = command.lenient,
                           .read_ahead = std::thread::hardware_concurrency() > 1});
  if (!reader.ok()) return refuse(reader.status());
  std::optional<TruthReader> truth;
  if (!command.truth_file.empty()) {
    absl::StatusOr<TruthReader> opened = TruthReader::open(command.truth_file);
    if (!opened.ok()) return refuse(opened.status());
    truth.emplace(*std::move(opened));
  }
  Progress progress("measuring");
  const absl::StatusOr<Calibration> found =
      calibrate(*reader, *policy,
                {.target = command.target,
                 .truth = truth ? &*truth : nullptr,
                 .lenient = command.lenient,
                 .on_event = [&] { progress.tick([&] { return reader->progress(); }); }});
  progress.clear();
  for (const auto& [cause, count] : reader->skipped()) {
    print_count(count, cat("line skipped: ", cause), cat("lines skipped: ", cause));
  }
  if (!found.ok()) return refuse(found.status());
  Output output;
  output.line() += text_of(command, *policy, *found);
  output.flush();
  return exit_ok;
}

}  // namespace vitals
