// SPDX-License-Identifier: Apache-2.0
// Standard output in whole lines: whoever reads it, and whenever we are killed, sees no part of
// one.
#ifndef VITALS_TOOLS_OUTPUT_H
#define VITALS_TOOLS_OUTPUT_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vitals {

// Exit codes of the program.
inline constexpr int exit_ok = 0;
inline constexpr int exit_differs = 1;    // a difference, or a failing scenario
inline constexpr int exit_bad_input = 2;  // bad input or usage
inline constexpr int exit_internal = 3;   // ours: a bug, or output that cannot be written

class Output {
 public:
  Output();
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Where the next line is appended; end_line() ends it.
  std::string& line() { return buffer_; }
  void end_line();

  // Writes what is there. A pipe takes at most PIPE_BUF bytes at once undivided, so it gets lines
  // in such portions. Exits with exit_internal if standard output cannot be written.
  void flush();

 private:
  void write_all(const char* data, std::size_t size);

  std::string buffer_;
  bool to_pipe_ = false;
};

// Whether people watch this descriptor, and whether they want colours there (NO_COLOR).
[[nodiscard]] bool is_terminal(int descriptor);
[[nodiscard]] bool wants_color(int descriptor);

// "vitals: 3 lines skipped" on standard error, `one` or `many` behind the count; nothing for none.
void print_count(std::uint64_t count, std::string_view one, std::string_view many);

// The message on standard error, harmless for a terminal; several lines stay several. Messages
// about input begin with the place, `FILE:LINE: ...`, as editors and people look for it.
void print_error(std::string_view message);

}  // namespace vitals

#endif  // VITALS_TOOLS_OUTPUT_H
