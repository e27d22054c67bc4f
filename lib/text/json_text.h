// SPDX-License-Identifier: Apache-2.0
// Writing JSON: strings with only the escapes that JSON demands, and whole numbers.
#ifndef VITALS_LIB_TEXT_JSON_TEXT_H
#define VITALS_LIB_TEXT_JSON_TEXT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vitals/time.h"

namespace vitals {

// Appends the text as a JSON string, quotes included. UTF-8 stays as it is.
void append_json_string(std::string& out, std::string_view text);

void append_json_number(std::string& out, std::int64_t number);

// Appends the moment as Unix seconds, or null where there is none.
void append_json_time(std::string& out, std::optional<Timestamp> moment);

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_JSON_TEXT_H
