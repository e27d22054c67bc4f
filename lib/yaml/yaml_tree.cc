// SPDX-License-Identifier: Apache-2.0
#include "yaml/yaml_tree.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "file/file_start.h"
#include "text/bridge.h"
#include "text/utf8.h"

namespace vitals {
namespace {

YamlPlace place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

// What is wrong with the bytes, before anybody asks what they mean.
std::optional<YamlError> check_bytes(std::string_view text) {
  if (text.size() > longest_yaml) {
    return YamlError{{}, cat("longer than ", longest_yaml, " bytes, the longest that is read")};
  }
  YamlPlace place;
  while (!text.empty()) {
    const std::optional<CodePoint> next = first_code_point(text);
    if (!next) return YamlError{place, "bytes that are no UTF-8"};
    const std::size_t length = next->length;
    const char c = text.front();
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      return YamlError{place, "a control character, which YAML allows in double quotes as \\xHH"};
    }
    place = c == '\n' ? YamlPlace{place.line + 1, 1}
                      : YamlPlace{place.line, place.column + static_cast<int>(length)};
    text.remove_prefix(length);
  }
  return std::nullopt;
}

// The parser writes the escapes \N and \_, U+0085 and U+00A0, as one byte each.
std::string in_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::optional<CodePoint> next = first_code_point(text);
    if (!next) out += '\xc2';
    out += text.substr(0, next ? next->length : 1);
    text.remove_prefix(next ? next->length : 1);
  }
  return out;
}

// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  // The parser counts its positions behind a byte order mark.
  TreeBuilder(std::string_view text, YamlTree& tree)
      : text_(without_byte_order_mark(text)), tree_(tree) {}

  [[nodiscard]] const std::optional<YamlPlace>& second_document() const { return second_document_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (tree_.root != nullptr) second_document_ = place_of(mark);
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode* node = new_node(YamlNode::Type::null, mark, anchor);
    if (!mark.is_null()) node->text = null_at(static_cast<std::size_t>(mark.pos));
    place_node(node);
  }

  // The parser has checked that the anchor is defined.
  void OnAlias(const YAML::Mark&, YAML::anchor_t anchor) override { place_node(anchors_[anchor]); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode* node = new_node(YamlNode::Type::scalar, mark, anchor);
    node->text = in_utf8(value);
    node->plain = tag == "?";
    set_tag(*node, tag);
    place_node(node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Type::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Type::map, mark, tag, anchor);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    YamlNode* node;
    const YamlNode* key = nullptr;  // of a map: the key whose value comes next
  };

  YamlNode* new_node(YamlNode::Type type, const YAML::Mark& mark, YAML::anchor_t anchor) {
    tree_.nodes.push_back({.type = type, .place = place_of(mark)});
    YamlNode* node = &tree_.nodes.back();
    if (anchor != YAML::NullAnchor) {
      anchors_.resize(std::max(anchors_.size(), anchor + 1));
      anchors_[anchor] = node;
    }
    return node;
  }

  // `?` and `!` are the parser's marks for plain and for quoted.
  static void set_tag(YamlNode& node, const std::string& tag) {
    if (tag != "?" && tag != "!") node.tag = tag;
  }

  void open(YamlNode::Type type, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    YamlNode* node = new_node(type, mark, anchor);
    set_tag(*node, tag);
    place_node(node);
    open_.push_back({.node = node});
  }

  void place_node(const YamlNode* node) {
    if (open_.empty()) {
      tree_.root = node;
      return;
    }
    Open& parent = open_.back();
    if (parent.node->type == YamlNode::Type::sequence) {
      parent.node->items.push_back(node);
    } else if (parent.key == nullptr) {
      parent.key = node;
    } else {
      parent.node->entries.push_back({.key = parent.key, .value = node});
      parent.key = nullptr;
    }
  }

  // The null that is written there; empty where the parser made one up, because nothing is.
  [[nodiscard]] std::string_view null_at(std::size_t position) const {
    const std::string_view rest = text_.substr(std::min(text_.size(), position));
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (rest.substr(0, word.size()) == word) return word;
    }
    return {};
  }

  std::string_view text_;
  YamlTree& tree_;
  std::vector<Open> open_;
  std::vector<const YamlNode*> anchors_;  // by the parser's number
  std::optional<YamlPlace> second_document_;
};

}  // namespace

std::optional<YamlError> parse_yaml(std::string_view text, YamlTree& tree) {
  if (auto error = check_bytes(text)) return error;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(text, tree);
    // A stray token makes the parser report one empty document after the other, so no loop here.
    if (parser.HandleNextDocument(builder) && parser.HandleNextDocument(builder)) {
      return YamlError{*builder.second_document(),
                       "something behind the end of the document, expected one document"};
    }
  } catch (const YAML::DeepRecursion& error) {
    return YamlError{place_of(error.mark), "YAML nested too deeply"};
  } catch (const YAML::Exception& error) {
    return YamlError{place_of(error.mark), cat("not YAML: ", error.msg)};
  }
  return std::nullopt;
}

absl::StatusOr<std::string> read_yaml_file(const std::string& path) {
  return read_file_start(path, longest_yaml + 1);  // one more, to see that it is too long
}

}  // namespace vitals
