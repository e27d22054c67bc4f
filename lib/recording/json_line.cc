// SPDX-License-Identifier: Apache-2.0
#include "recording/json_line.h"

#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals {

static_assert(line_padding >= simdjson::SIMDJSON_PADDING);

BadLine missing_field(std::string_view key, std::string_view event) {
  return {"missing field", cat("missing '", key, "', which every ", event, " has"), {}};
}

BadLine ill_typed(std::string_view key, std::string_view expected) {
  return {"ill-typed field", cat("'", key, "' must be ", expected), {}};
}

BadLine no_object(simdjson::error_code error) {
  switch (error) {
    case simdjson::DEPTH_ERROR:
      return {"bad JSON", cat("nested deeper than ", deepest_nesting, " levels"), {}};
    case simdjson::NUMBER_ERROR:
      return {"bad number", "a number that no double holds, or that is none", {}};
    case simdjson::INCORRECT_TYPE:
      return {"bad JSON", "expected one JSON object a line", {}};
    default:
      return {"bad JSON", cat("no JSON object: ", simdjson::error_message(error)), {}};
  }
}

BadLine unknown_status(std::string_view word) {
  return {"unknown status",
          cat("unknown status ", in_quotes(word), ", expected OK, WARN, CRIT, NODATA or INFO"),
          {}};
}

BadLine bad_name(std::string_view key, std::string_view name) {
  if (name.empty()) return {"empty name", cat("'", key, "' is empty, expected a name"), {}};
  return {"name too long",
          cat("'", key, "' has ", name.size(), " bytes, a name has at most ", longest_name),
          {}};
}

std::optional<BadLine> read_moment(std::string_view key, const JsonValue& value,
                                   Timestamp& moment) {
  if (value.is(JsonValue::Type::whole)) {
    moment = Timestamp{Seconds{value.whole}};
  } else if (value.is(JsonValue::Type::number)) {
    moment = floor_of(value.text());
  } else if (value.is(JsonValue::Type::text)) {
    const absl::StatusOr<Timestamp> parsed = parse_rfc3339(value.text());
    if (!parsed.ok()) {
      const bool outside = absl::IsOutOfRange(parsed.status());
      return BadLine{outside ? "time out of range" : "ill-typed field",
                     cat("'", key, "': ", to_std(parsed.status().message())),
                     {}};
    }
    moment = *parsed;
  } else {
    return ill_typed(key, "a time: a number of Unix seconds or an RFC 3339 string");
  }
  if (is_accepted(moment)) return std::nullopt;
  return BadLine{"time out of range",
                 cat("'", key, "' is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"),
                 {}};
}

std::optional<BadLine> unreadable(const LineSource& source, LineSource::Next next) {
  if (next == LineSource::Next::error) {
    return BadLine{"damaged stream", std::string(to_std(source.status().message())), {}};
  }
  if (next == LineSource::Next::too_long) {
    return BadLine{"line too long", cat("a line has at most ", longest_line, " bytes"), {}};
  }
  const std::string_view line = source.line();
  const bool is_plain = !line.empty() && line.front() == '{';
  const bool is_blank = !is_plain && line.find_first_not_of(" \t\r") == std::string_view::npos;
  return is_blank ? std::optional(BadLine{}) : std::nullopt;
}

void blame_truncation(const LineSource& source, BadLine& bad) {
  if (bad.cause != "bad JSON" || source.line_is_terminated()) return;
  bad.cause = "truncated line";
  bad.message = cat("the last line is truncated (", bad.message, ")");
}

}  // namespace vitals
