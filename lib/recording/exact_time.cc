// SPDX-License-Identifier: Apache-2.0
#include "recording/exact_time.h"

#include <charconv>
#include <cstdint>
#include <limits>

#include "recording/line_source.h"

namespace vitals {

namespace ondemand = simdjson::ondemand;

std::optional<Timestamp> floor_of(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const std::size_t end = number.find_first_not_of("0123456789", point + 1);
  if (end != std::string_view::npos && (number[end] == 'e' || number[end] == 'E')) {
    return std::nullopt;
  }
  std::int64_t whole = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + point, whole);
  if (error != std::errc{} || stop != number.data() + point) return std::nullopt;
  const std::string_view fraction = number.substr(point + 1, end - point - 1);
  const bool is_below = number.front() == '-' && fraction.find_first_not_of('0') != fraction.npos;
  if (is_below && whole == std::numeric_limits<std::int64_t>::min()) return distant_past;
  return Timestamp{Seconds{is_below ? whole - 1 : whole}};
}

std::optional<Timestamp> ExactTimes::find(std::string_view line,
                                          std::initializer_list<std::string_view> path) {
  ondemand::document document;
  const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + line_padding);
  if (parser_.iterate(padded).get(document) != simdjson::SUCCESS) return std::nullopt;
  ondemand::value value;
  if (document.get_value().get(value) != simdjson::SUCCESS) return std::nullopt;
  for (const std::string_view key : path) {
    if (value.find_field_unordered(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  }
  return floor_of(value.raw_json_token());
}

}  // namespace vitals
