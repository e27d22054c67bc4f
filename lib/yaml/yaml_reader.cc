// SPDX-License-Identifier: Apache-2.0
#include "yaml/yaml_reader.h"

#include <array>
#include <utility>

#include "text/quote.h"
#include "text/words.h"
#include "vitals/event.h"

namespace vitals {
namespace {

std::string_view described(YamlNode::Type type) {
  constexpr std::array<std::string_view, 4> words{"nothing", "a plain value", "a sequence",
                                                  "a map"};
  return words[static_cast<std::size_t>(type)];
}

}  // namespace

YamlPath YamlPath::child(std::string_view key) const {
  const std::string shown_key =
      is_word(key) && key.size() <= longest_name ? std::string(key) : in_quotes(key);
  if (exact.empty()) return {std::string(key), shown_key};
  return {cat(exact, ".", key), cat(shown, ".", shown_key)};
}

YamlPath YamlPath::item(std::size_t number) const {
  return {cat(exact, "[", number, "]"), cat(shown, "[", number, "]")};
}

YamlErrors::YamlErrors(std::string_view source) : source_(printable(source)) {}

std::string YamlErrors::line(YamlPlace place, const std::string& message) const {
  return cat(source_, ":", place.line, ":", place.column, ": ", message);
}

void YamlErrors::add(YamlPlace place, const YamlPath& path, std::string_view what) {
  const std::string_view separator = path.shown.empty() ? "" : ": ";
  if (!full()) lines_.emplace(place, line(place, cat(path.shown, separator, what)));
}

void YamlErrors::add_of_other_file(YamlPlace place, std::string line) {
  if (!full()) lines_.emplace(place, std::move(line));
}

absl::Status YamlErrors::status() const {
  if (lines_.empty()) return absl::OkStatus();
  std::string text;
  for (const auto& [place, line] : lines_) {
    if (!text.empty()) text += '\n';
    text += line;
  }
  if (full()) {
    text += '\n';
    text += line(lines_.rbegin()->first, "too many errors, the rest is not read");
  }
  return absl::InvalidArgumentError(text);
}

const YamlNode* YamlReader::read_map(std::string_view yaml, YamlTree& tree) {
  if (const auto error = parse_yaml(yaml, tree)) {
    errors_.add(error->place, {}, error->message);
    return nullptr;
  }
  if (tree.root == nullptr || tree.root->type == YamlNode::Type::null) return nullptr;
  return expect_map({*tree.root, tree.root->place, {}}) ? tree.root : nullptr;
}

YamlValue YamlReader::value_of(const YamlEntry& entry, const YamlPath& map) {
  const bool is_null = entry.value->type == YamlNode::Type::null;
  return {*entry.value, is_null ? entry.key->place : entry.value->place,
          map.child(entry.key->text)};
}

bool YamlReader::is_new_name(const YamlNode& key, const YamlPath& map, StringMap<int>& lines) {
  if (key.type != YamlNode::Type::scalar || !key.tag.empty()) {
    const bool is_null = key.type == YamlNode::Type::null;
    errors_.add(key.place, map,
                cat(key.tag.empty() ? described(key.type) : "a tag", " as a key, expected a ",
                    is_null ? "name (a name `null` needs quotes)" : "name"));
    return false;
  }
  const auto [first, is_first] = lines.try_emplace(key.text, key.place.line);
  if (!is_first) {
    errors_.add(key.place, map.child(key.text),
                cat("given twice, first in line ", first->second, ", expected once"));
  }
  return is_first;
}

bool YamlReader::expect(const YamlValue& value, YamlNode::Type type, std::string_view expected) {
  if (value.node.type == type && value.node.tag.empty()) return true;
  const std::string_view what = value.node.tag.empty() ? described(value.node.type) : "a tag";
  error(value, cat(what, ", expected ", expected));
  return false;
}

bool YamlReader::expect_map(const YamlValue& value) {
  return expect(value, YamlNode::Type::map, "a map");
}

bool YamlReader::expect_sequence(const YamlValue& value) {
  return expect(value, YamlNode::Type::sequence, "a sequence");
}

bool YamlReader::expect_scalar(const YamlValue& value, std::string_view expected) {
  if (value.node.type != YamlNode::Type::scalar) {
    error(value, cat(described(value.node.type), ", expected ", expected));
    return false;
  }
  if (value.node.tag.empty()) return true;
  error(value, cat("the tag ", in_quotes(value.node.tag), ", expected ", expected, " alone"));
  return false;
}

void YamlReader::unknown_key(const YamlNode& key, const YamlPath& path,
                             std::span<const std::string_view> known) {
  errors_.add(key.place, path,
              cat("unknown key, expected one of ", joined(known), did_you_mean(key.text, known)));
}

}  // namespace vitals
