// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario_line.h"

#include <simdjson.h>

#include <utility>

#include "text/quote.h"
#include "text/words.h"
#include "vitals/event.h"

namespace vitals {
namespace {

// Whether a terminal might obey some part of the text: it stands in reports as it is.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = static_cast<unsigned char>(text[i]);
    if ((code < 0x20 && text[i] != '\t') || code == 0x7f) return true;
    // U+0080 to U+009F are control characters as well.
    const bool c1 = code == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c1) return true;
  }
  return false;
}

// Takes what stands in quotes from the opening one on, and moves `at` behind the closing one.
absl::Status take_quoted(std::string_view line, std::size_t& at, std::string& into) {
  const std::size_t opening = at++;
  for (; at < line.size(); ++at) {
    if (line[at] == '"') {
      ++at;
      return absl::OkStatus();
    }
    if (line[at] == '\\') {
      ++at;
      const bool known = at < line.size() && (line[at] == '"' || line[at] == '\\');
      if (!known) return invalid("a backslash in quotes, expected \\\" or \\\\");
    }
    into += line[at];
  }
  return invalid("quotes that do not end in ", in_quotes(line.substr(opening)),
                 ", expected a closing \"");
}

absl::StatusOr<Word> take_word(std::string_view line, std::size_t& at) {
  Word word;
  word.begin = at;
  while (at < line.size() && !is_scenario_blank(line[at])) {
    if (line[at] != '"') {
      word.text += line[at++];
      continue;
    }
    word.quoted = true;
    const absl::Status taken = take_quoted(line, at, word.text);
    if (!taken.ok()) return taken;
  }
  word.end = at;
  return word;
}

}  // namespace

absl::StatusOr<std::vector<Word>> split_words(std::string_view line) {
  if (!simdjson::validate_utf8(line.data(), line.size())) {
    return invalid("bytes that are no UTF-8, expected text");
  }
  if (has_control(line)) return invalid("a control character, expected text");
  std::vector<Word> words;
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_scenario_blank(line[at])) ++at;
    if (at == line.size() || line[at] == '#') return words;
    absl::StatusOr<Word> word = take_word(line, at);
    if (!word.ok()) return word.status();
    words.push_back(*std::move(word));
  }
}

std::string unknown_word(std::string_view what, std::string_view word,
                         std::span<const std::string_view> known) {
  std::string message = cat("unknown ", what, " ", in_quotes(word), ", expected ");
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i != 0) message += i + 1 == known.size() ? " or " : ", ";
    message += known[i];
  }
  return message + did_you_mean(word, known);
}

bool LineReader::next_is(std::string_view keyword) const {
  return !at_end() && words_[next_].is(keyword);
}

bool LineReader::take_if(std::string_view keyword) {
  if (!next_is(keyword)) return false;
  ++next_;
  return true;
}

Word LineReader::take(std::string_view what) {
  if (!at_end()) return words_[next_++];
  fail(cat("the line ends where ", what, " should stand, expected: ", usage_));
  return {};
}

std::string LineReader::take_name(std::string_view what) {
  Word word = take(what);
  if (failed()) return {};
  expect_name(word.text, what);
  return std::move(word.text);
}

void LineReader::expect_name(std::string_view text, std::string_view what) {
  if (text.empty()) fail(cat("an empty name, expected ", what));
  if (text.size() > longest_name) {
    fail(cat("a name of ", text.size(), " bytes, expected at most ", longest_name));
  }
}

void LineReader::take_keyword(std::string_view keyword) {
  if (take_if(keyword)) return;
  expect_end();
  take(keyword);
}

Moment LineReader::take_moment(std::string_view what) {
  constexpr Moment none{{}, TimeStyle::seconds};
  const Word word = take(what);
  if (failed()) return none;
  const absl::StatusOr<Moment> moment = parse_moment(word.text);
  if (moment.ok()) return *moment;
  fail(std::string(moment.status().message()));
  return none;
}

void LineReader::expect_end() {
  if (!at_end()) fail(cat("unexpected ", in_quotes(words_[next_].text), ", expected: ", usage_));
}

void LineReader::fail(std::string message) {
  if (!failed()) error_ = std::move(message);
}

}  // namespace vitals
