// SPDX-License-Identifier: Apache-2.0
// Lines of a file, of standard input or of a text in memory: decompressed, bounded in length, and
// padded so that a JSON parser may read past their end.
#ifndef VITALS_LIB_RECORDING_LINE_SOURCE_H
#define VITALS_LIB_RECORDING_LINE_SOURCE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals {

// Bytes behind each line that may be read (their content is unspecified). At least
// simdjson::SIMDJSON_PADDING.
inline constexpr std::size_t line_padding = 64;

class LineSource {
 public:
  // Opens a file, or standard input for `-`. Errors: `PATH: why`.
  static absl::StatusOr<LineSource> open(const std::string& path);
  // Reads from memory; `text` must outlive the source. Compressed text is recognised too.
  static LineSource from_text(std::string_view text, std::string name);

  LineSource(LineSource&&) noexcept;
  LineSource& operator=(LineSource&&) noexcept;
  ~LineSource();

  enum class Next {
    line,     // line() is the next line
    end,      // no more lines
    error,    // status() says what is wrong with the file; nothing more can be read
    too_long  // the next line is longer than longest_line; it was skipped
  };
  Next next();

  // The current line without its line feed, the first without a byte order mark, valid until
  // next(); line_padding bytes behind it are readable.
  [[nodiscard]] std::string_view line() const;
  // Whether the current line ended with a line feed; the last one of a file may not.
  [[nodiscard]] bool line_is_terminated() const;
  // Counted from 1.
  [[nodiscard]] std::uint64_t line_number() const;
  // The name that errors give it.
  [[nodiscard]] const std::string& name() const;
  // `NAME:LINE`.
  [[nodiscard]] std::string position() const;
  // What is wrong after Next::error, without a position.
  [[nodiscard]] const absl::Status& status() const;

  // Called before each read that may wait.
  void set_before_read(std::function<void()> before_read);

  // Of the file as it is on disk; the size is 0 where it is unknown.
  [[nodiscard]] std::uint64_t bytes_read() const;
  [[nodiscard]] std::uint64_t bytes_total() const;

 private:
  class Impl;
  explicit LineSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_LINE_SOURCE_H
