// SPDX-License-Identifier: Apache-2.0
#include "simulate_command.h"

#include <chrono>
#include <cinttypes>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string_view>
#include <utility>

#include "file/atomic_file.h"
#include "output.h"
#include "progress.h"
#include "text/bridge.h"
#include "vitals/model/scenario.h"
#include "vitals/model/simulation.h"
#include "vitals/recording.h"
#include "vitals/truth.h"

namespace vitals {
namespace {

// Lines for a file, or for standard output; or for nowhere, where there is no path.
class LineFile {
 public:
  explicit LineFile(std::string path) : path_(std::move(path)) {
    if (path_.empty() || path_ == "-") return;
    absl::StatusOr<AtomicFile> created = AtomicFile::create(path_);
    status_ = created.status();
    if (created.ok()) file_.emplace(*std::move(created));
  }

  // Where the next line is appended, line feed included; end_line() sends it on its way.
  std::string& line() { return path_ == "-" ? output_.line() : buffer_; }
  void end_line() {
    if (path_ == "-") {
      output_.line().pop_back();  // the line feed, which end_line() adds
      output_.end_line();
    } else if (buffer_.size() >= std::size_t{1} << 16U) {
      write();
    }
  }

  absl::Status commit() {
    output_.flush();
    write();
    return status_.ok() && file_.has_value() ? file_->commit() : status_;
  }
  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  void write() {
    if (status_.ok() && file_.has_value()) {
      status_ = file_->write(std::as_bytes(std::span(buffer_)));
    }
    buffer_.clear();
  }

  std::string path_;
  Output output_;
  std::string buffer_;
  std::optional<AtomicFile> file_;
  absl::Status status_;
};

int fail(const absl::Status& status, int code) {
  print_error(to_std(status.message()));
  return code;
}

}  // namespace

int run(const SimulateCommand& command) {
  absl::StatusOr<model::Scenario> scenario = model::read_scenario(command.scenario_file);
  if (!scenario.ok()) return fail(scenario.status(), exit_bad_input);
  scenario->hosts = command.hosts.value_or(scenario->hosts);
  if (command.days.has_value()) scenario->lasts = std::chrono::days{*command.days};
  LineFile recording(command.recording_file);
  if (!recording.status().ok()) return fail(recording.status(), exit_bad_input);
  LineFile truth(command.truth_file);
  if (!truth.status().ok()) return fail(truth.status(), exit_bad_input);
  Progress progress("simulating");
  std::uint64_t events = 0;
  std::uint64_t changes = 0;
  const auto on_event = [&](const model::SimulatedEvent& each) {
    append_event(recording.line(), each.event);
    recording.end_line();
    ++events;
    progress.tick([&] {
      const model::Millis done = each.event.time - scenario->begin;
      return RecordingProgress{.bytes_read = static_cast<std::uint64_t>(done.count()),
                               .bytes_total = static_cast<std::uint64_t>(scenario->lasts.count())};
    });
  };
  const auto on_truth = [&](const TruthChange& change) {
    append_truth(truth.line(), change);
    truth.end_line();
    ++changes;
  };
  model::Simulation(*scenario, command.seed).run(on_event, on_truth);
  progress.clear();
  for (LineFile* const file : {&recording, &truth}) {
    if (const absl::Status done = file->commit(); !done.ok()) return fail(done, exit_internal);
  }
  std::fprintf(stderr, "vitals: events simulated %" PRIu64 ", changes of truth %" PRIu64 "\n",
               events, changes);
  return exit_ok;
}

}  // namespace vitals
