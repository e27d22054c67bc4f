// SPDX-License-Identifier: Apache-2.0
#include "compare_command.h"

#include <array>
#include <thread>
#include <utility>

#include "inputs.h"
#include "output.h"
#include "presentation.h"
#include "progress.h"
#include "text/bridge.h"
#include "vitals/compare.h"
#include "vitals/truth.h"
#include "vitals/vary.h"

namespace vitals {
namespace {

// The recordings and the truth, opened.
struct Inputs {
  RecordingReader reader;
  std::optional<TruthReader> truth;
};

absl::StatusOr<Inputs> open(const CompareCommand& command) {
  absl::StatusOr<RecordingReader> reader = RecordingReader::open(
      command.recordings, {.reorder = command.reorder,
                           .lenient = command.lenient,
                           .read_ahead = std::thread::hardware_concurrency() > 1});
  if (!reader.ok()) return reader.status();
  Inputs inputs{.reader = *std::move(reader), .truth = std::nullopt};
  if (!command.truth_file.empty()) {
    absl::StatusOr<TruthReader> truth = TruthReader::open(command.truth_file);
    if (!truth.ok()) return truth.status();
    inputs.truth.emplace(*std::move(truth));
  }
  return inputs;
}

// Calls `find(reader, options)` with a progress bar, and says what was skipped.
template <class Find>
auto look(const CompareCommand& command, Inputs& inputs, const Find& find) {
  Progress progress("comparing");
  const CompareOptions options{
      .truth = inputs.truth ? &*inputs.truth : nullptr,
      .from = command.from,
      .until = command.until,
      .lenient = command.lenient,
      .on_event = [&] { progress.tick([&] { return inputs.reader.progress(); }); }};
  auto found = find(inputs.reader, options);
  progress.clear();
  print_skipped(inputs.reader);
  return found;
}

// Pictures first: whoever reads the table finds them there. `names` are what else is needed to tell
// what was found.
template <class Found, class... Names>
int show(const CompareCommand& command, const Found& found, const Names&... names) {
  if (!command.svg_file.empty()) {
    const absl::Status status = write_file(command.svg_file, to_svg(found, names...));
    if (!status.ok()) return refuse_output(status);
  }
  if (!command.html_file.empty()) {
    const absl::Status status = write_file(command.html_file, to_html(found, names...));
    if (!status.ok()) return refuse_output(status);
  }
  print_text(command.format == "json" ? to_json(found, names...)
                                      : to_text(found, names..., style_of_output()));
  return exit_ok;
}

int vary_one(const CompareCommand& command) {
  const std::string file = command.policy_files.empty() ? "" : command.policy_files.front();
  const absl::StatusOr<PolicySet> policy = policy_of(file);
  if (!policy.ok()) return refuse_input(policy.status());
  const absl::StatusOr<Variation> variation =
      parse_variation(command.variation, command.steps, *policy);
  if (!variation.ok()) {
    print_error(cat("vitals: --vary: ", to_std(variation.status().message())));
    return exit_bad_input;
  }
  absl::StatusOr<Inputs> inputs = open(command);
  if (!inputs.ok()) return refuse_input(inputs.status());
  const absl::StatusOr<Sweep> found =
      look(command, *inputs, [&](RecordingReader& reader, const CompareOptions& options) {
        return vary(reader, *policy, *variation, options);
      });
  return found.ok() ? show(command, *found) : refuse_input(found.status());
}

int compare_two(const CompareCommand& command) {
  std::vector<std::string> files = command.policy_files;
  if (files.size() == 1) files.insert(files.begin(), std::string());
  std::array<std::string, 2> names;
  std::array<PolicySet, 2> policies;
  for (std::size_t i = 0; i < 2; ++i) {
    absl::StatusOr<PolicySet> policy = policy_of(files[i]);
    if (!policy.ok()) return refuse_input(policy.status());
    policies[i] = *std::move(policy);
    names[i] = files[i].empty() ? "default policy" : files[i];
  }
  absl::StatusOr<Inputs> inputs = open(command);
  if (!inputs.ok()) return refuse_input(inputs.status());
  const absl::StatusOr<Comparison> found =
      look(command, *inputs, [&](RecordingReader& reader, const CompareOptions& options) {
        return compare(reader, policies, options);
      });
  return found.ok() ? show(command, *found, names) : refuse_input(found.status());
}

}  // namespace

int run(const CompareCommand& command) {
  return command.variation.empty() ? compare_two(command) : vary_one(command);
}

}  // namespace vitals
