// SPDX-License-Identifier: Apache-2.0
// Texts that are read: from files, by lines, and damaged.
#ifndef VITALS_TESTS_TEXTS_H
#define VITALS_TESTS_TEXTS_H

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "text/bridge.h"

namespace vitals {

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

inline std::string message_of(const absl::Status& status) {
  return std::string(to_std(status.message()));
}

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Some YAML with up to three random edits, for properties.
inline std::string damaged(std::string yaml) {
  const int edits = *rc::gen::inRange(1, 4);
  for (int i = 0; i < edits; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, yaml.size());
    const auto removed = *rc::gen::inRange<std::size_t>(0, 4);
    const auto put = *rc::gen::container<std::string>(rc::gen::elementOf(
        std::string("{}[]:,&*!|>'\"%@`#-? \n\t~0123456789msdhabk\\x\x04\xc3\xbf")));
    yaml.replace(at, removed, put.substr(0, 6));
  }
  RC_LOG() << yaml << '\n';
  return yaml;
}

/// Whether each error of a text of that name points into it, or at its end.
inline bool are_within(const absl::Status& errors, std::string_view source, std::string_view text) {
  const auto last = static_cast<int>(lines_of(text).size()) + 1;
  const std::vector<std::string> lines = lines_of(message_of(errors));
  return std::all_of(lines.begin(), lines.end(), [&](const std::string& error) {
    RC_LOG() << error << '\n';
    if (!error.starts_with(std::string(source) + ":")) return false;
    const int line = std::stoi(error.substr(source.size() + 1));
    return line >= 1 && line <= last;
  });
}

}  // namespace vitals

#endif  // VITALS_TESTS_TEXTS_H
