// SPDX-License-Identifier: Apache-2.0
// A body of JSON, read strictly: each value has its type and bounds, and an error says where in the
// body it is, `hosts[3].inv: ...`.
#ifndef VITALS_LIB_SERVICE_JSON_BODY_H
#define VITALS_LIB_SERVICE_JSON_BODY_H

#include <simdjson.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals {

using JsonElement = simdjson::dom::element;

// How deep objects and lists may lie in each other.
inline constexpr std::size_t deepest_body = 16;

// The outermost object, which lives as long as the parser and its next document. Errors:
// InvalidArgument for no JSON, bad UTF-8, too deep nesting, or another type.
[[nodiscard]] absl::StatusOr<JsonElement> parse_body(simdjson::dom::parser& parser,
                                                     std::string_view body);

// What becomes of keys that nobody knows: a request that has some means something that we do not;
// a listing is made by others, who may say more.
enum class UnknownKeys { refuse, ignore };

// Calls `visit` for each known key and its value, and ends at the first error. `path` is that of
// the object, empty for the outermost. Errors: no object; a key twice; an unknown one.
[[nodiscard]] absl::Status read_object(
    const JsonElement& object, const std::string& path, std::span<const std::string_view> known,
    UnknownKeys unknown,
    absl::FunctionRef<absl::Status(std::string_view, const JsonElement&)> visit);

// Calls `visit` for each element with its path. Errors: no list, or one that is too long.
[[nodiscard]] absl::Status read_list(
    const JsonElement& list, const std::string& path, std::size_t most,
    absl::FunctionRef<absl::Status(const JsonElement&, const std::string&)> visit);

[[nodiscard]] absl::Status read_number(const JsonElement& value, const std::string& path,
                                       std::int64_t least, std::int64_t most, std::int64_t& number);
[[nodiscard]] absl::Status read_text(const JsonElement& value, const std::string& path,
                                     std::string& text);
[[nodiscard]] absl::Status read_flag(const JsonElement& value, const std::string& path, bool& flag);

// The path of a field of the object that lies at `path`.
[[nodiscard]] std::string field_path(const std::string& path, std::string_view key);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_JSON_BODY_H
