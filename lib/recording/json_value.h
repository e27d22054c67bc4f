// SPDX-License-Identifier: Apache-2.0
// One value of a line of JSON, read to its end and checked all through. simdjson reads on demand:
// what is not asked for is not checked, so everything is asked for here.
#ifndef VITALS_LIB_RECORDING_JSON_VALUE_H
#define VITALS_LIB_RECORDING_JSON_VALUE_H

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vitals/time.h"

namespace vitals {

// Left as it is until read_json() fills it: the lines of a recording are many.
struct JsonValue {
  enum class Type : std::uint8_t { null, boolean, whole, number, text, object, array };
  Type type;
  std::int64_t whole;  // the number, where it is whole and 64 bits hold it
  const char* begin;   // of a text without its escapes, or of any other number as it is written
  std::size_t size;

  [[nodiscard]] bool is(Type wanted) const { return type == wanted; }
  [[nodiscard]] std::string_view text() const { return {begin, size}; }
};

// Reads one value; `depth` is how many objects and arrays it lies in. Errors: those of simdjson,
// DEPTH_ERROR below deepest_nesting levels, NUMBER_ERROR for a number that no double holds.
simdjson::error_code read_json(simdjson::ondemand::value& value, std::size_t depth,
                               JsonValue& read);

// Reads the fields of an object that lies at `depth`, and calls `visit(key, value)` for each.
template <class Visitor>
simdjson::error_code read_fields(simdjson::ondemand::object object, std::size_t depth,
                                 Visitor&& visit) {
  for (auto field : object) {
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    simdjson::ondemand::value value;
    if (const auto error = field.value().get(value)) return error;
    JsonValue read;
    if (const auto error = read_json(value, depth + 1, read)) return error;
    visit(key, read);
  }
  return simdjson::SUCCESS;
}

// The seconds of a number that is not whole, floored by its digits: a double would round the
// fraction up where it has many. With an exponent, as a double has it. Held at the ends of time.
Timestamp floor_of(std::string_view number);

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_JSON_VALUE_H
