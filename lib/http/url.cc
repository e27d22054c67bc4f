// SPDX-License-Identifier: Apache-2.0
#include "http/url.h"

#include <algorithm>
#include <utility>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"

namespace vitals {
namespace {

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const auto first = first_code_point(text);
    if (!first || first->value < 0x20 || first->value == 0x7f) return false;
    text.remove_prefix(first->length);
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return invalid(in_quotes(text), ": expected two hex digits behind each percent sign");
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_plain_text(out)) {
    return invalid(in_quotes(out), ": expected UTF-8 without control characters");
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view harmless =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (harmless.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

absl::StatusOr<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.starts_with('/')) return invalid(in_quotes(path), ": expected a path from `/` on");
  path.remove_prefix(1);
  if (path.empty()) return segments;
  for (bool more = true; more;) {
    const std::size_t end = std::min(path.find('/'), path.size());
    absl::StatusOr<std::string> segment = percent_decoded(path.substr(0, end));
    if (!segment.ok()) return segment.status();
    if (segment->empty() || *segment == "." || *segment == "..") {
      return invalid(in_quotes(path), ": a path has no empty segments, no `.` and no `..`");
    }
    segments.push_back(*std::move(segment));
    more = end < path.size();
    path.remove_prefix(more ? end + 1 : end);
  }
  return segments;
}

absl::StatusOr<QueryParameters> parameters_of(std::string_view query) {
  QueryParameters parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view one = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return invalid(in_quotes(one), ": expected parameters as `name=value`, joined by `&`");
    }
    absl::StatusOr<std::string> name = percent_decoded(one.substr(0, equals));
    absl::StatusOr<std::string> value = percent_decoded(one.substr(equals + 1));
    if (!name.ok()) return name.status();
    if (!value.ok()) return value.status();
    if (!parameters.emplace(*name, *std::move(value)).second) {
      return invalid("the parameter ", in_quotes(*name), " is given twice");
    }
  }
  return parameters;
}

}  // namespace vitals
