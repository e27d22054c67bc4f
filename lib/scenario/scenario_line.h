// SPDX-License-Identifier: Apache-2.0
// One line of a scenario: how it falls into words, and taking them from left to right.
#ifndef VITALS_LIB_SCENARIO_SCENARIO_LINE_H
#define VITALS_LIB_SCENARIO_SCENARIO_LINE_H

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scenario/scenario_spelling.h"
#include "text/bridge.h"

namespace vitals {

// One word. With quotes in it, it is always a name or a value, never a keyword.
struct Word {
  std::string text{};     // without its quotes
  bool quoted = false;    // some part of it stood in quotes
  std::size_t begin = 0;  // where it stands in the line
  std::size_t end = 0;

  [[nodiscard]] bool is(std::string_view keyword) const { return !quoted && text == keyword; }
};

// The words of a line, up to its comment. `"a b"` is one word, with \" and \\ in it; a # where a
// word would begin starts the comment.
// Errors: bad UTF-8, a control character, quotes that do not end, an unknown escape.
[[nodiscard]] absl::StatusOr<std::vector<Word>> split_words(std::string_view line);

// What an error says of a word that is none of the few that may stand there.
[[nodiscard]] std::string unknown_word(std::string_view what, std::string_view word,
                                       std::span<const std::string_view> known);

// Takes the words of a line one after the other. The first error stays; after it the line is at its
// end and what is taken is empty, so that a reader of lines need not ask after every word.
class LineReader {
 public:
  explicit LineReader(std::span<const Word> words) : words_(words) {}

  [[nodiscard]] bool at_end() const { return failed() || next_ == words_.size(); }
  // Whether the next word is this keyword; take_if() takes it then.
  [[nodiscard]] bool next_is(std::string_view keyword) const;
  bool take_if(std::string_view keyword);
  // The next word, or the error that the line ends where `what` should be.
  Word take(std::string_view what);
  // Takes this keyword, or errs.
  void take_keyword(std::string_view keyword);
  // A name: not empty, not longer than a name may be.
  std::string take_name(std::string_view what);
  // Errs unless the text may be a name.
  void expect_name(std::string_view text, std::string_view what);
  Moment take_moment(std::string_view what);
  // The error that a word is left, if one is.
  void expect_end();

  // How the line should read, for errors: `at TIME assign HOST`.
  void set_usage(std::string_view usage) { usage_ = usage; }
  void fail(std::string message);
  [[nodiscard]] bool failed() const { return !error_.empty(); }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  std::span<const Word> words_;
  std::size_t next_ = 0;
  std::string_view usage_;
  std::string error_;
};

}  // namespace vitals

#endif  // VITALS_LIB_SCENARIO_SCENARIO_LINE_H
