// SPDX-License-Identifier: Apache-2.0
#include "service/json_body.h"

#include <algorithm>
#include <bitset>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"

namespace vitals {
namespace {

std::string_view type_of(const JsonElement& value) {
  switch (value.type()) {
    case simdjson::dom::element_type::ARRAY:
      return "a list";
    case simdjson::dom::element_type::OBJECT:
      return "an object";
    case simdjson::dom::element_type::STRING:
      return "a string";
    case simdjson::dom::element_type::BOOL:
      return "true or false";
    case simdjson::dom::element_type::NULL_VALUE:
      return "null";
    default:
      return "a number";
  }
}

absl::Status expected(const std::string& path, std::string_view what, const JsonElement& value) {
  return invalid(path.empty() ? std::string("the body") : path, ": expected ", what, ", not ",
                 type_of(value));
}

}  // namespace

std::string field_path(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : cat(path, ".", key);
}

absl::StatusOr<JsonElement> parse_body(simdjson::dom::parser& parser, std::string_view body) {
  if (body.empty()) return invalid("the body is empty, expected an object of JSON");
  if (const auto error = parser.allocate(std::max<std::size_t>(body.size(), 64), deepest_body)) {
    return absl::ResourceExhaustedError(simdjson::error_message(error));
  }
  JsonElement root;
  if (const auto error = parser.parse(body.data(), body.size()).get(root)) {
    return invalid("the body is no JSON that can be read: ", simdjson::error_message(error));
  }
  if (!root.is_object()) return expected("", "an object", root);
  return root;
}

absl::Status read_object(
    const JsonElement& object, const std::string& path, std::span<const std::string_view> known,
    UnknownKeys unknown,
    absl::FunctionRef<absl::Status(std::string_view, const JsonElement&)> visit) {
  simdjson::dom::object fields;
  if (object.get(fields) != simdjson::SUCCESS) return expected(path, "an object", object);
  std::bitset<64> seen;
  for (const auto field : fields) {
    const std::string_view key = field.key;
    const auto found = std::find(known.begin(), known.end(), key);
    if (found == known.end()) {
      if (unknown == UnknownKeys::ignore) continue;
      return invalid(path.empty() ? std::string() : cat(path, ": "), in_quotes(key),
                     " is unknown, expected ", joined(known), did_you_mean(key, known));
    }
    const auto number = static_cast<std::size_t>(found - known.begin());
    if (seen.test(number)) return invalid(field_path(path, key), ": is there twice");
    seen.set(number);
    if (absl::Status status = visit(key, field.value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status read_list(
    const JsonElement& list, const std::string& path, std::size_t most,
    absl::FunctionRef<absl::Status(const JsonElement&, const std::string&)> visit) {
  simdjson::dom::array elements;
  if (list.get(elements) != simdjson::SUCCESS) return expected(path, "a list", list);
  std::size_t number = 0;
  for (const JsonElement element : elements) {
    if (number == most) return invalid(path, ": expected at most ", most, " elements");
    const std::string where = cat(path, "[", number, "]");
    if (absl::Status status = visit(element, where); !status.ok()) return status;
    ++number;
  }
  return absl::OkStatus();
}

absl::Status read_number(const JsonElement& value, const std::string& path, std::int64_t least,
                         std::int64_t most, std::int64_t& number) {
  if (!value.is_int64() && !value.is_uint64()) return expected(path, "a whole number", value);
  if (value.get(number) != simdjson::SUCCESS || number < least || number > most) {
    return invalid(path, ": expected ", least, " to ", most);
  }
  return absl::OkStatus();
}

absl::Status read_text(const JsonElement& value, const std::string& path, std::string& text) {
  std::string_view view;
  if (value.get(view) != simdjson::SUCCESS) return expected(path, "a string", value);
  text = view;
  return absl::OkStatus();
}

absl::Status read_flag(const JsonElement& value, const std::string& path, bool& flag) {
  if (value.get(flag) != simdjson::SUCCESS) return expected(path, "true or false", value);
  return absl::OkStatus();
}

}  // namespace vitals
