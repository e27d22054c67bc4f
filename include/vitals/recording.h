// SPDX-License-Identifier: Apache-2.0
/// @file
/// Recordings: one JSON object a line, in order of time; read in a stream, and written.
///
///     auto reader = RecordingReader::open({"a.ndjson", "b.ndjson.zst"});
///     while (const Event* event = reader->next()) fleet.apply(*event);
///     if (!reader->status().ok()) ...         // FILE:LINE: what is wrong, what was expected
///
/// Plain, gzip and zstd files are told apart by their first bytes; `-` is standard input. Several
/// recordings are merged by time, ties in the order given. Memory does not grow with the length of
/// a recording. Not thread-safe.

#ifndef VITALS_RECORDING_H
#define VITALS_RECORDING_H

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/event.h"
#include "vitals/time.h"

namespace vitals {

struct RecordingOptions {
  Seconds reorder{0};    ///< lines up to so much late are put in order
  bool lenient = false;  ///< skip and count bad lines instead of stopping
  /// Files are read on a thread of their own, ahead of who asks; pipes and terminals never are.
  bool read_ahead = false;
  /// Called before each wait for input, on the thread that asks for events: a chance to flush what
  /// was printed so far.
  std::function<void()> before_read{};
};

/// How far the reading has come, for a progress bar.
struct RecordingProgress {
  std::uint64_t bytes_read = 0;   ///< of the files as they are on disk
  std::uint64_t bytes_total = 0;  ///< 0 if unknown, as on standard input
};

class RecordingReader {
 public:
  /// Opens the recordings. `paths` must not be empty; `-` may stand in it once.
  ///
  /// Errors:   NotFound, PermissionDenied, InvalidArgument as `FILE: ...`.
  [[nodiscard]] static absl::StatusOr<RecordingReader> open(const std::vector<std::string>& paths,
                                                            RecordingOptions options = {});
  /// Reads one recording from memory, which must outlive the reader; `source` is the name that
  /// errors give it.
  [[nodiscard]] static RecordingReader from_text(std::string_view text, std::string source,
                                                 RecordingOptions options = {});

  RecordingReader(RecordingReader&&) noexcept;
  RecordingReader& operator=(RecordingReader&&) noexcept;
  ~RecordingReader();

  /// The next event in order of time, valid until the next call; null at the end and at an error.
  [[nodiscard]] const Event* next();

  /// OK, or the error that ended the reading: InvalidArgument `FILE:LINE: ...`. An error speaks up
  /// when everything before it in order of time was returned.
  [[nodiscard]] const absl::Status& status() const;

  /// The second that the bad line speaks of: moments before it can be judged, it cannot. The time
  /// of the previous line of its file if its own cannot be read.
  [[nodiscard]] Timestamp error_time() const;

  /// `FILE:LINE` of the event that next() returned last.
  [[nodiscard]] std::string position() const;

  /// Counts a line that was read well but cannot be applied, as --lenient does with bad ones.
  void skip(std::string_view cause);

  /// How many lines were skipped, by cause. Only with `lenient`.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& skipped() const;

  [[nodiscard]] RecordingProgress progress() const;

 private:
  class Impl;
  explicit RecordingReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Appends one event as a line of a recording, line feed included. Source: SPEC 11.
void append_event(std::string& out, const Event& event);

}  // namespace vitals

#endif  // VITALS_RECORDING_H
