// SPDX-License-Identifier: Apache-2.0
#include "sql/postgresql_values.h"

#include <array>
#include <charconv>

namespace vitals::sql {
namespace {

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_copied(std::string& out, const Value& value) {
  switch (value.type()) {
    case Value::Type::null:
      out += "\\N";
      return;
    case Value::Type::integer:
      append_number(out, value.integer());
      return;
    case Value::Type::text:
      break;
  }
  for (const char character : value.text()) {
    switch (character) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += character;
    }
  }
}

}  // namespace

Parameters::Parameters(std::span<const Value> values) {
  std::vector<std::size_t> starts;
  starts.reserve(values.size());
  for (const Value& value : values) {
    starts.push_back(bytes_.size());
    if (value.type() == Value::Type::integer) append_number(bytes_, value.integer());
    if (value.type() == Value::Type::text) bytes_ += value.text();
    lengths_.push_back(static_cast<int>(bytes_.size() - starts.back()));
    bytes_ += '\0';
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_null = values[i].type() == Value::Type::null;
    texts_.push_back(is_null ? nullptr : bytes_.data() + starts[i]);
  }
}

std::string copy_lines(std::span<const Value> values, std::size_t width) {
  std::string lines;
  for (std::size_t i = 0; i < values.size(); ++i) {
    append_copied(lines, values[i]);
    lines += i % width + 1 == width ? '\n' : '\t';
  }
  return lines;
}

}  // namespace vitals::sql
