// SPDX-License-Identifier: Apache-2.0
// What tests of pictures and pages have in common: golden files, and a reader of XML.
#ifndef VITALS_TESTS_PICTURE_READER_H
#define VITALS_TESTS_PICTURE_READER_H

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "picture/canvas.h"

namespace vitals {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Compares with a file in golden/. UPDATE_GOLDEN=1 writes it anew; look at what changed.
inline void check_golden(const std::string& file, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(VITALS_TESTS_DIR) / "golden" / file;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  INFO("golden file " << path);
  CHECK(read_file(path) == text);
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// An element of a picture, and where its text stands.
struct Element {
  std::string name{};
  std::map<std::string, std::string> attributes{};
  std::string text{};
};

// The elements of a document, or nothing where it is no well-formed XML. It knows as much of XML as
// pictures use.
class XmlReader {
 public:
  explicit XmlReader(std::string_view document) : rest_(document) {}

  std::optional<std::vector<Element>> read() {
    while (!rest_.empty()) {
      if (!(rest_.front() == '<' ? read_tag() : read_text())) return std::nullopt;
    }
    if (!open_.empty() || elements_.empty()) return std::nullopt;
    return elements_;
  }

 private:
  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  bool read_text() {
    const std::string_view text = take(std::min(rest_.find('<'), rest_.size()));
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\n') return false;
      if (text[i] == '&' && !is_entity(text.substr(i))) return false;
    }
    const bool blank = text.find_first_not_of(" \n") == std::string_view::npos;
    if (open_.empty()) return blank;
    elements_[open_.back()].text += decoded(text);
    return true;
  }

  static std::string decoded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const auto found = std::find_if(entities.begin(), entities.end(), [&](const auto& entity) {
        return text.substr(0, entity.first.size()) == entity.first;
      });
      const bool is_entity = found != entities.end();
      out += is_entity ? found->second : text.front();
      text.remove_prefix(is_entity ? found->first.size() : 1);
    }
    return out;
  }

  static bool is_entity(std::string_view text) {
    return std::any_of(entities.begin(), entities.end(), [&](const auto& entity) {
      return text.substr(0, entity.first.size()) == entity.first;
    });
  }

  bool read_tag() {
    const std::size_t end = rest_.find('>');
    if (end == std::string_view::npos) return false;
    std::string_view tag = take(end + 1);
    tag = tag.substr(1, tag.size() - 2);
    if (tag.empty()) return false;
    if (tag.front() == '/') {
      if (open_.empty() || elements_[open_.back()].name != tag.substr(1)) return false;
      open_.pop_back();
      return true;
    }
    const bool closes = tag.back() == '/';
    if (closes) tag.remove_suffix(1);
    Element element{.name = std::string(tag.substr(0, tag.find_first_of(" \n")))};
    tag.remove_prefix(element.name.size());
    while (tag.find_first_not_of(" \n") != std::string_view::npos) {
      tag.remove_prefix(tag.find_first_not_of(" \n"));
      const std::size_t equals = tag.find("=\"");
      const std::size_t close =
          equals == std::string_view::npos ? equals : tag.find('"', equals + 2);
      if (close == std::string_view::npos) return false;
      const bool is_new =
          element.attributes
              .emplace(tag.substr(0, equals), tag.substr(equals + 2, close - equals - 2))
              .second;
      if (!is_new) return false;
      tag.remove_prefix(close + 1);
    }
    if (!closes) open_.push_back(elements_.size());
    elements_.push_back(std::move(element));
    return true;
  }

  static constexpr std::array<std::pair<std::string_view, char>, 4> entities{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}}};

  std::string_view rest_;
  std::vector<std::size_t> open_;
  std::vector<Element> elements_;
};

// Where a text stands in the picture, and how high and wide it is at most.
struct Box {
  int left, top, right, bottom;
};

inline Box box_of(const Element& element) {
  const std::map<std::string, std::pair<Font, int>> fonts{{"title", {Font::title, 20}},
                                                          {"head", {Font::head, 14}},
                                                          {"label", {Font::label, 13}},
                                                          {"small", {Font::small, 11}},
                                                          {"tiny", {Font::tiny, 10}}};
  const std::string& look = element.attributes.at("class");
  const auto [font, size] = fonts.at(look.substr(0, look.find(' ')));
  const int width = text_width(element.text, font);
  const int x = std::stoi(element.attributes.at("x"));
  const int y = std::stoi(element.attributes.at("y"));
  const auto anchor = element.attributes.find("text-anchor");
  const int left = anchor == element.attributes.end() ? x
                   : anchor->second == "end"          ? x - width
                                                      : x - width / 2;
  return {left, y - size * 3 / 4, left + width, y + size / 4};
}

inline std::string text_problems(const std::vector<Element>& elements) {
  const int page_width = std::stoi(elements.front().attributes.at("width"));
  std::vector<const Element*> texts;
  for (const Element& element : elements) {
    if (element.name == "text") texts.push_back(&element);
  }
  std::string problems;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Box a = box_of(*texts[i]);
    if (a.left < 0 || a.right > page_width) problems += "outside: " + texts[i]->text + "\n";
    for (std::size_t j = 0; j < i; ++j) {
      const Box b = box_of(*texts[j]);
      const bool overlap =
          a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      if (overlap) problems += texts[j]->text + " overlaps " + texts[i]->text + "\n";
    }
  }
  return problems;
}

}  // namespace vitals

#endif  // VITALS_TESTS_PICTURE_READER_H
