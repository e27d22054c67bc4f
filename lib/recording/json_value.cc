// SPDX-License-Identifier: Apache-2.0
#include "recording/json_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "vitals/event.h"

namespace vitals {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

void keep(std::string_view text, JsonValue& read) {
  read.begin = text.data();
  read.size = text.size();
}

error_code read_text(ondemand::value& value, JsonValue& read) {
  read.type = JsonValue::Type::text;
  std::string_view text;
  const error_code error = value.get_string().get(text);
  keep(text, read);
  return error;
}

// Most numbers are whole. Whether the others are numbers at all only their parser knows.
error_code read_number(ondemand::value& value, JsonValue& read) {
  read.type = JsonValue::Type::whole;
  if (value.get_int64().get(read.whole) == simdjson::SUCCESS) return simdjson::SUCCESS;
  read.type = JsonValue::Type::number;
  keep(value.raw_json_token(), read);
  double number = 0;
  return value.get_double().get(number);
}

error_code read_null(ondemand::value& value) {
  bool is_null = false;
  const error_code error = simdjson::simdjson_result<bool>(value.is_null()).get(is_null);
  if (error != simdjson::SUCCESS) return error;
  return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
}

error_code read_object(ondemand::value& value, std::size_t depth) {
  ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  return read_fields(object, depth, [](std::string_view, const JsonValue&) {});
}

error_code read_elements(ondemand::value& value, std::size_t depth) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  for (auto element : array) {
    ondemand::value inner;
    if (const error_code error = std::move(element).get(inner)) return error;
    JsonValue ignored;
    if (const error_code error = read_json(inner, depth + 1, ignored)) return error;
  }
  return simdjson::SUCCESS;
}

Timestamp clamped(double seconds) {
  constexpr double beyond = 1e15;  // far outside what is accepted, and still convertible
  const double floored = std::floor(std::min(std::max(seconds, -beyond), beyond));
  return Timestamp{Seconds{static_cast<std::int64_t>(floored)}};
}

}  // namespace

error_code read_json(ondemand::value& value, std::size_t depth, JsonValue& read) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  switch (type) {
    case ondemand::json_type::string:
      return read_text(value, read);
    case ondemand::json_type::number:
      return read_number(value, read);
    case ondemand::json_type::null:
      read.type = JsonValue::Type::null;
      return read_null(value);
    case ondemand::json_type::boolean: {
      read.type = JsonValue::Type::boolean;
      bool ignored = false;
      return value.get_bool().get(ignored);
    }
    case ondemand::json_type::object:
      read.type = JsonValue::Type::object;
      return depth < deepest_nesting ? read_object(value, depth) : simdjson::DEPTH_ERROR;
    case ondemand::json_type::array:
      read.type = JsonValue::Type::array;
      return depth < deepest_nesting ? read_elements(value, depth) : simdjson::DEPTH_ERROR;
    default:
      return simdjson::TAPE_ERROR;
  }
}

Timestamp floor_of(std::string_view number) {
  const std::string_view digits = number.substr(0, number.find_first_not_of("-.0123456789"));
  if (digits.size() < number.size() && (number[digits.size()] | 0x20) == 'e') {
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc{} ? clamped(value) : distant_future;
  }
  const bool is_negative = digits.front() == '-';
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + point, whole);
  if (error != std::errc{}) return is_negative ? distant_past : distant_future;
  const bool is_below = is_negative && digits.find_first_of("123456789", point) != digits.npos;
  return subtract(Timestamp{Seconds{whole}}, Seconds{is_below ? 1 : 0});
}

}  // namespace vitals
