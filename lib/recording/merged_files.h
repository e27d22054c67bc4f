// SPDX-License-Identifier: Apache-2.0
// Several recordings as one: their events merged by time.
#ifndef VITALS_LIB_RECORDING_MERGED_FILES_H
#define VITALS_LIB_RECORDING_MERGED_FILES_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "recording/recording_file.h"
#include "vitals/recording.h"

namespace vitals {

// A line of one of the files.
struct LinePlace {
  std::size_t file = 0;
  std::uint64_t number = 0;
};

class MergedFiles {
 public:
  explicit MergedFiles(RecordingOptions options) : options_(std::move(options)) {}
  MergedFiles(const MergedFiles&) = delete;
  MergedFiles& operator=(const MergedFiles&) = delete;

  void add(LineSource source);
  // From now on options().before_read is called before each read that may wait.
  void call_before_reads();

  // The next event in order of time, valid until the next call; null at the end and at an error.
  const Event* next();

  // The line of the event that next() returned last.
  [[nodiscard]] LinePlace place() const { return {current_, files_[current_]->line_number()}; }
  [[nodiscard]] const std::string& name(std::size_t file) const {
    return files_[file]->source().name();
  }
  [[nodiscard]] const RecordingOptions& options() const { return options_; }
  [[nodiscard]] const absl::Status& status() const { return status_; }
  [[nodiscard]] Timestamp error_time() const { return error_time_; }
  // The lines skipped so far, to be read and emptied.
  [[nodiscard]] SkippedLines& skipped() { return skipped_; }
  [[nodiscard]] RecordingProgress progress() const;

 private:
  RecordingOptions options_;
  SkippedLines skipped_;
  std::vector<std::unique_ptr<RecordingFile>> files_;
  std::size_t current_ = 0;
  bool started_ = false;
  bool ended_ = false;
  absl::Status status_;
  Timestamp error_time_ = distant_future;
};

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_MERGED_FILES_H
