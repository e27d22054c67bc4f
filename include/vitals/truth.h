// SPDX-License-Identifier: Apache-2.0
/// @file
/// What was true while a recording was made: for each check, what an ideal measurement would say.
///
///     absl::StatusOr<TruthReader> truth = TruthReader::open("truth.ndjson");
///     while (const TruthChange* change = truth->next()) ...
///     if (!truth->status().ok()) ...          // FILE:LINE: what is wrong, what was expected
///
/// A recording says what monitoring claimed and when; a file of truth says what it should have
/// claimed. Held against each other they tell how late, and how often wrong, monitoring is. One
/// change a line, in order of time, plain, gzip or zstd as recordings:
///
///     {"time":1700000000.25,"host":"host-00001","check":"ssh","status":"CRIT"}
///
/// What was never named is unknown. There is no lenient reading: nobody but us writes this file.

#ifndef VITALS_TRUTH_H
#define VITALS_TRUTH_H

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/observation.h"

namespace vitals {

/// A moment of truth: finer than the seconds of a recording, because what a source makes of a fault
/// depends on which of the two came first.
using TruthTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// From `time` on an ideal measurement of this check of this host would say `status`.
struct TruthChange {
  TruthTime time{};
  std::string_view host{};   ///< a host, a switch or a rack
  std::string_view check{};  ///< the name of the check
  Status status = Status::ok;

  friend constexpr bool operator==(const TruthChange&, const TruthChange&) = default;
};

/// Appends one change as a line of a file of truth, line feed included.
///
/// Units:    Unix seconds with as many decimals as needed, at most three.
/// Boundary: moments from 1970-01-01T00:00:00Z on; earlier ones are written, no reader takes them.
/// Errors:   none.
///
///     {"time":1700000000.25,"host":"h1","check":"ssh","status":"CRIT"}
void append_truth(std::string& out, const TruthChange& change);

/// Reads a file of truth, one change at a time. Memory does not grow with its length. Not
/// thread-safe.
class TruthReader {
 public:
  /// Opens a file; `-` is standard input.
  ///
  /// Errors:   NotFound, PermissionDenied, InvalidArgument as `FILE: ...`.
  [[nodiscard]] static absl::StatusOr<TruthReader> open(const std::string& path);
  /// Reads from memory, which must outlive the reader; `source` is the name that errors give it.
  [[nodiscard]] static TruthReader from_text(std::string_view text, std::string source);

  TruthReader(TruthReader&&) noexcept;
  TruthReader& operator=(TruthReader&&) noexcept;
  ~TruthReader();

  /// The next change, valid until the next call; null at the end and at an error.
  ///
  /// Units:    `time` is a number of Unix seconds or RFC 3339; it is floored to milliseconds.
  /// Boundary: equal times are in order, a millisecond back is not.
  /// Errors:   see status(): no JSON object, a missing, unknown, repeated or ill-typed key, an
  ///           unknown status, a name no recording may hold, time outside what recordings accept,
  ///           time running backwards, a truncated last line, a damaged file.
  [[nodiscard]] const TruthChange* next();

  /// OK, or the error that ended the reading: InvalidArgument `FILE:LINE: ...`.
  [[nodiscard]] const absl::Status& status() const;

  /// `FILE:LINE` of the change that next() returned last.
  [[nodiscard]] std::string position() const;

 private:
  class Impl;
  explicit TruthReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals

#endif  // VITALS_TRUTH_H
