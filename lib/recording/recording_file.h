// SPDX-License-Identifier: Apache-2.0
// One recording: its events in order of time, one at a time, and the error that ends it.
#ifndef VITALS_LIB_RECORDING_RECORDING_FILE_H
#define VITALS_LIB_RECORDING_RECORDING_FILE_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "recording/event_line.h"
#include "recording/line_source.h"
#include "vitals/recording.h"

namespace vitals {

using SkippedLines = std::map<std::string, std::uint64_t, std::less<>>;

// An event that outlives its line: the names are its own.
class HeldEvent {
 public:
  HeldEvent(const Event& event, std::uint64_t line_number);
  HeldEvent(const HeldEvent&) = delete;
  HeldEvent& operator=(const HeldEvent&) = delete;

  [[nodiscard]] const Event& event() const { return event_; }
  [[nodiscard]] std::uint64_t line_number() const { return line_number_; }

 private:
  std::string names_;
  std::string needs_;
  Event event_;
  std::uint64_t line_number_;
};

class RecordingFile {
 public:
  enum class State { event, error, end };

  // `options` and `skipped` must outlive it.
  RecordingFile(LineSource source, const RecordingOptions& options, SkippedLines& skipped);

  void call_before_reads() { source_.set_before_read(options_.before_read); }

  // Moves on to the next event in order of time, or to the error or the end behind the last one.
  void advance();

  [[nodiscard]] State state() const { return state_; }
  // The event, valid until advance(), and the number of its line.
  [[nodiscard]] const Event& event() const { return *event_; }
  [[nodiscard]] std::uint64_t line_number() const { return line_number_; }
  [[nodiscard]] const absl::Status& error() const { return error_; }
  // The place in the order of time of the event or the error.
  [[nodiscard]] Timestamp place() const {
    return state_ == State::event ? event_->time : error_place_;
  }
  [[nodiscard]] const LineSource& source() const { return source_; }

 private:
  State read_line();
  std::optional<BadLine> take_line(LineSource::Next next);
  // No line that is still to come may speak of a moment before this one.
  [[nodiscard]] Timestamp settled_until() const { return subtract(newest_, options_.reorder); }

  LineSource source_;
  const RecordingOptions& options_;
  SkippedLines& skipped_;
  EventLineParser parser_;
  Event parsed_;

  State state_ = State::end;
  const Event* event_ = nullptr;
  std::uint64_t line_number_ = 0;
  absl::Status error_;
  Timestamp error_place_ = distant_past;

  Timestamp newest_ = distant_past;
  std::optional<State> ending_;               // with reorder: what lies behind the held events
  std::multimap<Timestamp, HeldEvent> held_;  // equal times keep the order of the lines
  bool front_is_out_ = false;                 // event_ is the first of the held ones
};

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_RECORDING_FILE_H
