// SPDX-License-Identifier: Apache-2.0
#include "vitals/stated_needs.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace vitals {
namespace {

using Stated = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::string packed(const Stated& stated) {
  std::string text;
  for (const auto& [of, members] : stated) {
    append_need(text, of, std::vector<std::string_view>(members.begin(), members.end()));
  }
  return text;
}

Stated unpacked(const std::string& text) {
  Stated stated;
  StatedNeeds(text).for_each([&](std::string_view of, const NameList& members) {
    auto& [name, names] = stated.emplace_back(of, std::vector<std::string>());
    members.for_each([&](std::string_view member) { names.emplace_back(member); });
    CHECK(members.size() == names.size());
    CHECK(members.empty() == names.empty());
  });
  return stated;
}

std::string fault(const Stated& stated) { return fault_of(StatedNeeds(packed(stated))); }

TEST_CASE("What was packed is what is read") {
  CHECK(StatedNeeds().empty());
  CHECK(unpacked("").empty());
  const Stated some{{"storage", {"el1", std::string(255, 'x')}}, {"cache", {}}, {"c", {"a"}}};
  CHECK(unpacked(packed(some)) == some);
  Stated many{{"storage", {}}};
  for (int i = 0; i < 1000; ++i) many[0].second.push_back(std::to_string(i));
  CHECK(unpacked(packed(many)) == many);
  CHECK(fault(many).empty());
}

TEST_CASE("A text that ends inside anything is not packed") {
  const std::string whole = packed({{"storage", {"el1", "el2"}}, {"cache", {}}});
  const std::string first = packed({{"storage", {"el1", "el2"}}});
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    const bool is_whole = size == 0 || size == first.size() || size == whole.size();
    CHECK(is_packed(std::string_view(whole).substr(0, size)) == is_whole);
  }
  rc::prop("any bytes are, or are not, without a crash", [](const std::string& bytes) {
    if (is_packed(bytes)) RC_ASSERT(packed(unpacked(bytes)) == bytes);
  });
}

TEST_CASE("What is wrong with needs is told") {
  struct Row {
    const char* why;
    Stated stated;
    const char* expected;
  };
  const Row rows[] = {
      {"nothing", {}, ""},
      {"as it should be", {{"a", {"x", "y"}}, {"b", {"x"}}}, ""},
      {"a class without a name", {{"", {}}}, "an empty name, expected that of a class"},
      {"a member without a name", {{"a", {"x", ""}}}, "an empty name, expected that of a class"},
      {"a member twice", {{"a", {"x", "y", "x"}}}, "'x' stands twice in 'a', expected it once"},
      {"a class twice", {{"a", {}}, {"b", {}}, {"a", {}}}, "class 'a' stands twice"},
      {"too many", {{"a", std::vector<std::string>(1001, "x")}}, "1001 members of 'a', expected"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(fault(row.stated).substr(0, std::string_view(row.expected).size()) == row.expected);
      CHECK(fault(row.stated).empty() == std::string_view(row.expected).empty());
    }
  }
  Stated classes;
  for (int i = 0; i < 64; ++i) classes.emplace_back(std::to_string(i), std::vector<std::string>());
  CHECK(fault(classes).empty());
  classes.emplace_back("one more", std::vector<std::string>());
  CHECK(fault(classes) == "65 classes, expected at most 64");
}

}  // namespace
}  // namespace vitals
