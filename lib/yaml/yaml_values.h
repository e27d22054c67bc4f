// SPDX-License-Identifier: Apache-2.0
// The plain values that YAML files state, and tables of them: one entry a value, with its path, so
// that reading, printing and the errors about unknown keys all follow from one table.
#ifndef VITALS_LIB_YAML_YAML_VALUES_H
#define VITALS_LIB_YAML_YAML_VALUES_H

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "yaml/yaml_tree.h"

namespace vitals {

// Of plain decimal digits only: 010 is eight to some readers of YAML and ten to others.
[[nodiscard]] absl::StatusOr<std::uint64_t> read_whole_number(const YamlNode& scalar,
                                                              std::uint64_t least,
                                                              std::uint64_t most,
                                                              std::string_view expected);

// How types of values are written. Each has the type, what errors expect, and reads and writes it.
// `expected` is a text that names the bounds.
template <class Number, std::uint64_t least, std::uint64_t most, const auto& expected_numbers>
struct YamlNumber {
  static constexpr std::string_view expected = expected_numbers;
  static absl::StatusOr<Number> read(const YamlNode& scalar) {
    const auto number = read_whole_number(scalar, least, most, expected);
    if (!number.ok()) return number.status();
    return static_cast<Number>(*number);
  }
  static std::string write(Number number) { return cat(number); }
};

struct YamlFlag {
  static constexpr std::string_view expected = "true or false";
  static absl::StatusOr<bool> read(const YamlNode& scalar);
  static std::string write(bool flag) { return flag ? "true" : "false"; }
};

// An enumeration, whose enumerators are numbered as their words.
template <class Enum, const auto& words, const auto& expected_words>
struct YamlWord {
  static constexpr std::string_view expected = expected_words;
  static absl::StatusOr<Enum> read(const YamlNode& scalar) {
    const auto found = std::find(words.begin(), words.end(), scalar.text);
    if (found != words.end()) return static_cast<Enum>(found - words.begin());
    return invalid(in_quotes(scalar.text), " is unknown, expected ", expected,
                   did_you_mean(scalar.text, words));
  }
  static std::string write(Enum value) {
    return std::string(words[static_cast<std::size_t>(value)]);
  }
};

// Tables: each entry has a `path`, which is `SECTION.KEY`, or a KEY of the outermost map alone.

[[nodiscard]] constexpr std::string_view section_of(std::string_view path) {
  return path.substr(0, path.find('.'));
}
[[nodiscard]] constexpr std::string_view key_of(std::string_view path) {
  return path.substr(path.find('.') + 1);
}

// Null where the table has no such path.
template <class Field>
[[nodiscard]] const Field* find_field(std::span<const Field> table, std::string_view path) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Field& field) { return field.path == path; });
  return found == table.end() ? nullptr : &*found;
}

// The keys of the outermost map: sections, whose entries stand side by side, and keys alone.
template <class Field>
[[nodiscard]] std::vector<std::string_view> outermost_keys(std::span<const Field> table) {
  std::vector<std::string_view> keys;
  for (const Field& field : table) {
    const std::string_view section = section_of(field.path);
    if (keys.empty() || keys.back() != section) keys.push_back(section);
  }
  return keys;
}

template <class Field>
[[nodiscard]] std::vector<std::string_view> keys_of_section(std::span<const Field> table,
                                                            std::string_view section) {
  std::vector<std::string_view> keys;
  for (const Field& field : table) {
    if (section_of(field.path) == section) keys.push_back(key_of(field.path));
  }
  return keys;
}

}  // namespace vitals

#endif  // VITALS_LIB_YAML_YAML_VALUES_H
