// SPDX-License-Identifier: Apache-2.0
#include "vitals/expectation.h"

#include <simdjson.h>

#include <compare>
#include <tuple>
#include <utility>
#include <vector>

#include "recording/line_source.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// A verdict line taken apart: its place in the order, and its fields as text.
struct ParsedLine {
  std::int64_t time = 0;
  std::string host;
  std::string check;  // empty in the line of a host
  std::vector<std::pair<std::string, std::string>> fields;

  [[nodiscard]] auto place() const { return std::tie(time, host, check); }
  [[nodiscard]] std::string title() const {
    return cat(format_timestamp(Timestamp{Seconds{time}}), " ", printable(host),
               check.empty() ? "" : " ", printable(check));
  }
};

absl::StatusOr<ParsedLine> take_apart(simdjson::dom::parser& parser, std::string_view line) {
  simdjson::dom::object object;
  if (parser.parse(line.data(), line.size(), true).get(object) != simdjson::SUCCESS) {
    return invalid("no verdict line, expected one JSON object a line");
  }
  ParsedLine parsed;
  for (const auto [key, value] : object) {
    parsed.fields.emplace_back(std::string(key), simdjson::minify(value));
  }
  std::string_view host;
  std::string_view check;
  if (object["time"].get(parsed.time) != simdjson::SUCCESS ||
      object["host"].get(host) != simdjson::SUCCESS) {
    return invalid("no verdict line, expected the fields 'time' and 'host'");
  }
  if (object["check"].get(check) == simdjson::SUCCESS) parsed.check = std::string(check);
  parsed.host = std::string(host);
  return parsed;
}

std::string value_of(const ParsedLine& line, std::string_view key) {
  for (const auto& [name, value] : line.fields) {
    if (name == key) return value;
  }
  return "(absent)";
}

}  // namespace

class Expectation::Impl {
 public:
  explicit Impl(LineSource source) : source_(std::move(source)) { read(); }

  void add(std::string_view text, Printer print) {
    const absl::StatusOr<ParsedLine> actual = take_apart(parser_, text);
    if (!actual.ok()) return;  // our own lines are verdict lines
    while (has_expected_ && expected_.place() < actual->place()) {
      print(cat("- missing: ", position_, ": ", expected_.title(), ": ", printable(text_)));
      ++differences;
      read();
    }
    if (!has_expected_ || actual->place() < expected_.place()) {
      print(cat("+ unexpected: ", actual->title(), ": ", printable(text)));
      ++differences;
      return;
    }
    compare(*actual, print);
    read();
  }

  void finish(Printer print) {
    for (; has_expected_; read()) {
      print(cat("- missing: ", position_, ": ", expected_.title(), ": ", printable(text_)));
      ++differences;
    }
  }

  std::uint64_t differences = 0;
  std::uint64_t equal = 0;
  absl::Status status;

 private:
  void read() {
    has_expected_ = false;
    LineSource::Next next = source_.next();
    while (next == LineSource::Next::line &&
           source_.line().find_first_not_of(" \t\r") == std::string_view::npos) {
      next = source_.next();
    }
    if (next == LineSource::Next::end) return;
    position_ = source_.position();
    if (next != LineSource::Next::line) {
      status = invalid(position_, ": ",
                       next == LineSource::Next::too_long ? std::string_view("the line is too long")
                                                          : to_std(source_.status().message()));
      return;
    }
    text_ = std::string(source_.line());
    absl::StatusOr<ParsedLine> parsed = take_apart(parser_, text_);
    if (!parsed.ok()) {
      status = invalid(position_, ": ", to_std(parsed.status().message()));
      return;
    }
    expected_ = *std::move(parsed);
    has_expected_ = true;
  }

  void compare(const ParsedLine& actual, Printer print) {
    std::string fields;
    const auto note = [&](std::string_view key) {
      const std::string before = value_of(expected_, key);
      const std::string now = value_of(actual, key);
      if (before != now) {
        fields += cat("\n    ", printable(key), ": expected ", printable(before), ", is ",
                      printable(now));
      }
    };
    for (const auto& [key, value] : expected_.fields) note(key);
    for (const auto& [key, value] : actual.fields) {
      if (value_of(expected_, key) == "(absent)") note(key);
    }
    if (fields.empty()) {
      ++equal;
      return;
    }
    ++differences;
    print(cat("! differs: ", position_, ": ", actual.title(), fields));
  }

  LineSource source_;
  simdjson::dom::parser parser_;
  bool has_expected_ = false;
  ParsedLine expected_;
  std::string text_;      // the expected line as it is
  std::string position_;  // and where it stands
};

absl::StatusOr<Expectation> Expectation::open(const std::string& path) {
  absl::StatusOr<LineSource> source = LineSource::open(path);
  if (!source.ok()) return source.status();
  Expectation expectation(std::make_unique<Impl>(*std::move(source)));
  if (!expectation.status().ok()) return expectation.status();
  return expectation;
}

Expectation::Expectation(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Expectation::Expectation(Expectation&&) noexcept = default;
Expectation& Expectation::operator=(Expectation&&) noexcept = default;
Expectation::~Expectation() = default;

void Expectation::add(std::string_view line, Printer print) { impl_->add(line, print); }
void Expectation::finish(Printer print) { impl_->finish(print); }
std::uint64_t Expectation::differences() const { return impl_->differences; }
const absl::Status& Expectation::status() const { return impl_->status; }

std::string Expectation::summary() const {
  return cat(impl_->equal, " lines as expected, ", impl_->differences, " differ");
}

}  // namespace vitals
