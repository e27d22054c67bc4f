// SPDX-License-Identifier: Apache-2.0
// Writing nested JSON, with the commas where they belong. For what people ask for, not for bulk.
#ifndef VITALS_LIB_TEXT_JSON_WRITER_H
#define VITALS_LIB_TEXT_JSON_WRITER_H

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "text/json_text.h"
#include "vitals/time.h"

namespace vitals {

class JsonWriter {
 public:
  [[nodiscard]] std::string take() && { return std::move(out_); }

  template <class Content>
  void object(Content&& content) {
    open('{');
    content();
    close('}');
  }

  template <class List, class Element>
  void list(const List& elements, Element&& element) {
    open('[');
    for (const auto& one : elements) element(one);
    close(']');
  }

  JsonWriter& key(std::string_view text) {
    separate();
    append_json_string(out_, text);
    out_ += ':';
    is_first_ = true;  // its value follows without a comma
    return *this;
  }

  void string(std::string_view text) {
    separate();
    append_json_string(out_, text);
  }
  void string_or_null(std::string_view text) {
    if (text.empty()) return null();
    string(text);
  }
  void time(std::optional<Timestamp> moment) {
    separate();
    append_json_time(out_, moment);
  }
  template <std::integral Number>
  void number(Number value) {
    separate();
    append_json_number(out_, static_cast<std::int64_t>(value));
  }
  void number_or_null(std::optional<std::int64_t> value) { value ? number(*value) : null(); }
  void count(std::uint64_t value) { number(value); }
  void length(Seconds value) { number(value.count()); }
  // With as many digits as a share is worth.
  void share(double value) {
    separate();
    out_ += absl::StrFormat("%.6g", value);
  }
  // A number that is written already.
  void literal(std::string_view text) {
    separate();
    out_ += text;
  }
  void boolean(bool yes) {
    separate();
    out_ += yes ? "true" : "false";
  }
  void null() {
    separate();
    out_ += "null";
  }

  void strings(const std::vector<std::string>& texts) {
    list(texts, [this](const std::string& text) { string(text); });
  }

 private:
  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    is_first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    is_first_ = false;
  }

  std::string out_;
  bool is_first_ = true;
};

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_JSON_WRITER_H
