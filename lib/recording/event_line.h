// SPDX-License-Identifier: Apache-2.0
// One line of a recording as an event: strict reading of one JSON object.
#ifndef VITALS_LIB_RECORDING_EVENT_LINE_H
#define VITALS_LIB_RECORDING_EVENT_LINE_H

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recording/json_line.h"
#include "vitals/event.h"

namespace vitals {

// What is read of the needs of a line; kept between lines, because few lines have any.
struct NeedsOfLine {
  std::string packed;
  std::vector<std::string_view> members;  // of the class that is read
  std::optional<BadLine> fault;
};

class EventLineParser {
 public:
  EventLineParser();

  // Reads one line, behind which line_padding bytes must be readable. The event's names are valid
  // until the next call. Source: SPEC 11.
  std::optional<BadLine> parse(std::string_view line, Event& event);

 private:
  simdjson::ondemand::parser parser_;
  NeedsOfLine needs_;
};

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_EVENT_LINE_H
