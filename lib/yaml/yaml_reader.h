// SPDX-License-Identifier: Apache-2.0
// Reading a YAML file strictly: whoever reads one asks for what should be there, and everything
// else is an error with its place and its path, all of them in one go.
#ifndef VITALS_LIB_YAML_YAML_READER_H
#define VITALS_LIB_YAML_YAML_READER_H

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "text/bridge.h"
#include "yaml/yaml_tree.h"

namespace vitals {

// Where in a file a value stands, such as checks.ssh.period or happenings[0].at.
struct YamlPath {
  std::string exact{};  // keys as they are
  std::string shown{};  // in errors: a name that is no word is quoted

  [[nodiscard]] YamlPath child(std::string_view key) const;
  [[nodiscard]] YamlPath item(std::size_t number) const;  // counted from 0
};

// A value, and where an error about it points: one that is not written out has no place of its own.
struct YamlValue {
  const YamlNode& node;
  YamlPlace place;
  YamlPath path;
};

// Everything that is wrong with a file, in its order.
class YamlErrors {
 public:
  explicit YamlErrors(std::string_view source);

  void add(YamlPlace place, const YamlPath& path, std::string_view what);

  // An error of a file that this one names there, `FILE:LINE: what`.
  void add_of_other_file(YamlPlace place, std::string line);

  // Nobody reads more; and it bounds the work on a map that is reached by thousands of aliases.
  [[nodiscard]] bool full() const { return lines_.size() >= most_errors; }
  [[nodiscard]] std::size_t count() const { return lines_.size(); }

  // OK, or InvalidArgument with one line an error.
  [[nodiscard]] absl::Status status() const;

 private:
  static constexpr std::size_t most_errors = 100;

  [[nodiscard]] std::string line(YamlPlace place, const std::string& message) const;

  std::string source_;
  std::multimap<YamlPlace, std::string> lines_;  // those of one place as they were found
};

class YamlReader {
 public:
  explicit YamlReader(std::string_view source) : errors_(source) {}

  [[nodiscard]] YamlErrors& errors() { return errors_; }
  void error(const YamlValue& value, std::string_view what) {
    errors_.add(value.place, value.path, what);
  }

  // Reads a document that must be a map into an empty tree. Null if there is none: a document that
  // is empty, or an error.
  [[nodiscard]] const YamlNode* read_map(std::string_view yaml, YamlTree& tree);

  // Calls visit(key, value) for each entry of a map with a key of its own.
  template <class Visit>
  void for_each_entry(const YamlNode& map, const YamlPath& path, const Visit& visit) {
    StringMap<int> lines;
    for (const YamlEntry& entry : map.entries) {
      if (errors_.full()) return;
      if (is_new_name(*entry.key, path, lines)) visit(*entry.key, value_of(entry, path));
    }
  }

  // Calls visit(value) for each item of a sequence.
  template <class Visit>
  void for_each_item(const YamlValue& sequence, const Visit& visit) {
    for (std::size_t i = 0; i < sequence.node.items.size() && !errors_.full(); ++i) {
      const YamlNode& item = *sequence.node.items[i];
      const bool written = item.type != YamlNode::Type::null || !item.text.empty();
      visit(YamlValue{item, written ? item.place : sequence.node.place, sequence.path.item(i)});
    }
  }

  // Each tells what is wrong unless the value is that, and bears no tag.
  [[nodiscard]] bool expect_map(const YamlValue& value);
  [[nodiscard]] bool expect_sequence(const YamlValue& value);
  [[nodiscard]] bool expect_scalar(const YamlValue& value, std::string_view expected);

  void unknown_key(const YamlNode& key, const YamlPath& path,
                   std::span<const std::string_view> known);

 private:
  static YamlValue value_of(const YamlEntry& entry, const YamlPath& map);
  [[nodiscard]] bool is_new_name(const YamlNode& key, const YamlPath& map, StringMap<int>& lines);
  [[nodiscard]] bool expect(const YamlValue& value, YamlNode::Type type, std::string_view expected);

  YamlErrors errors_;
};

}  // namespace vitals

#endif  // VITALS_LIB_YAML_YAML_READER_H
