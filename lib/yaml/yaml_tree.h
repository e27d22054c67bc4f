// SPDX-License-Identifier: Apache-2.0
// YAML as a tree of what stands where, read by yaml-cpp's events. Its own tree is not used because
// it reads on for ever after a stray comma, takes a control character for the end of the file, and
// does not say where an alias or a null stands.
#ifndef VITALS_LIB_YAML_YAML_TREE_H
#define VITALS_LIB_YAML_YAML_TREE_H

#include <compare>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vitals {

// Counted from 1; columns are counted in bytes.
struct YamlPlace {
  int line = 1;
  int column = 1;

  friend constexpr auto operator<=>(const YamlPlace&, const YamlPlace&) = default;
};

struct YamlNode;

struct YamlEntry {
  const YamlNode* key = nullptr;
  const YamlNode* value = nullptr;
};

struct YamlNode {
  enum class Type { null, scalar, sequence, map };

  Type type = Type::null;
  YamlPlace place{};                 // what follows it, for a null that is not written out
  std::string text{};                // of a scalar; of a null as it is written, empty if it is not
  bool plain = false;                // a scalar without quotes
  std::string tag{};                 // empty where none is written
  std::vector<YamlEntry> entries{};  // of a map, in the order of the file, duplicates included
  std::vector<const YamlNode*> items{};  // of a sequence
};

struct YamlError {
  YamlPlace place;
  std::string message;
};

// One document. An alias is the node that it stands for, so a node may be reached in many ways, and
// even lie in itself: whoever walks the tree must bound the depth.
struct YamlTree {
  std::deque<YamlNode> nodes;
  const YamlNode* root = nullptr;  // null if there is no document
};

// The longest text that is read; a policy of thousands of checks is shorter.
inline constexpr std::size_t longest_yaml = 1U << 20U;

// The text of a file, or so much of it that parse_yaml() says it is too long. Errors: what the
// system says, as `FILE: what`.
[[nodiscard]] absl::StatusOr<std::string> read_yaml_file(const std::string& path);

// Reads at most one document into an empty tree. Errors: too long; not UTF-8; a control character;
// ill-formed YAML; nested too deeply; a second document.
[[nodiscard]] std::optional<YamlError> parse_yaml(std::string_view text, YamlTree& tree);

}  // namespace vitals

#endif  // VITALS_LIB_YAML_YAML_TREE_H
