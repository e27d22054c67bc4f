// SPDX-License-Identifier: Apache-2.0
#include "yaml/yaml_values.h"

#include <charconv>

namespace vitals {

absl::StatusOr<std::uint64_t> read_whole_number(const YamlNode& scalar, std::uint64_t least,
                                                std::uint64_t most, std::string_view expected) {
  const std::string& text = scalar.text;
  const bool decimal = scalar.plain && !text.empty() && (text.front() != '0' || text == "0") &&
                       text.find_first_not_of("0123456789") == std::string::npos;
  std::uint64_t number = 0;
  const auto end = text.data() + text.size();
  if (!decimal || std::from_chars(text.data(), end, number).ec != std::errc() || number < least ||
      number > most) {
    return invalid(in_quotes(text), ", expected ", expected);
  }
  return number;
}

absl::StatusOr<bool> YamlFlag::read(const YamlNode& scalar) {
  if (scalar.plain && scalar.text == "true") return true;
  if (scalar.plain && scalar.text == "false") return false;
  return invalid(in_quotes(scalar.text), ", expected ", expected);
}

}  // namespace vitals
