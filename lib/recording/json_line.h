// SPDX-License-Identifier: Apache-2.0
// One line that holds one JSON object, whatever it speaks of: how it is read, and what can be wrong
// with it.
#ifndef VITALS_LIB_RECORDING_JSON_LINE_H
#define VITALS_LIB_RECORDING_JSON_LINE_H

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "recording/json_value.h"
#include "recording/line_source.h"
#include "vitals/event.h"
#include "vitals/time.h"

namespace vitals {

// Why a line says nothing.
struct BadLine {
  std::string_view cause;         // a few words under which --lenient counts it; a literal
  std::string message;            // what is wrong and what was expected, without the position
  std::optional<Timestamp> time;  // the second that the line speaks of, where it can be read
};

// What can be wrong with any of them.
BadLine missing_field(std::string_view key, std::string_view event);
BadLine ill_typed(std::string_view key, std::string_view expected);
BadLine no_object(simdjson::error_code error);
BadLine unknown_status(std::string_view word);
BadLine bad_name(std::string_view key, std::string_view name);

// Whether it can be the name of a host, check, switch or rack.
inline bool is_name(std::string_view name) { return !name.empty() && name.size() <= longest_name; }

// Reads a moment: a number, floored, or an RFC 3339 string.
std::optional<BadLine> read_moment(std::string_view key, const JsonValue& value, Timestamp& moment);

// Reads a line, behind which line_padding bytes must be readable; `read(object)` reads the fields.
template <class Reader>
simdjson::error_code read_object(simdjson::ondemand::parser& parser, std::string_view line,
                                 Reader&& read) {
  // The bytes behind the line may be read, so the parser need not copy it.
  const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + line_padding);
  simdjson::ondemand::document document;
  if (const auto error = parser.iterate(padded).get(document)) return error;
  simdjson::ondemand::json_type type{};
  if (const auto error = document.type().get(type)) return error;
  if (type != simdjson::ondemand::json_type::object) return simdjson::INCORRECT_TYPE;
  simdjson::ondemand::object object;
  if (const auto error = document.get_object().get(object)) return error;
  if (const simdjson::error_code error = read(object)) return error;
  const bool is_whole_line = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return is_whole_line ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

// What `next` of the source means if it is no line to parse; a blank line is bad without a cause.
std::optional<BadLine> unreadable(const LineSource& source, LineSource::Next next);
// The last line of a file may be bad only because its end is missing.
void blame_truncation(const LineSource& source, BadLine& bad);

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_JSON_LINE_H
