// SPDX-License-Identifier: Apache-2.0
#include "vitals/stated_needs.h"

#include <algorithm>
#include <vector>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

void append_name(std::string& packed, std::string_view name) {
  packed += static_cast<char>(name.size());
  packed += name;
}

// The first name that stands twice; empty if none does.
std::string_view repeated(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? std::string_view() : *twice;
}

}  // namespace

void append_need(std::string& packed, std::string_view name_of_class,
                 std::span<const std::string_view> members) {
  append_name(packed, name_of_class);
  packed += static_cast<char>(members.size() >> 8U);
  packed += static_cast<char>(members.size() & 0xffU);
  for (const std::string_view member : members) append_name(packed, member);
}

bool is_packed(std::string_view text) {
  const auto skip_name = [&] {
    const std::size_t length = text.empty() ? 0 : static_cast<unsigned char>(text.front());
    if (text.size() < 1 + length) return false;
    text.remove_prefix(1 + length);
    return true;
  };
  while (!text.empty()) {
    if (!skip_name() || text.size() < 2) return false;
    const auto byte = [&](std::size_t i) {
      return std::size_t{static_cast<unsigned char>(text[i])};
    };
    std::size_t members = (byte(0) << 8U) + byte(1);
    text.remove_prefix(2);
    for (; members > 0; --members) {
      if (!skip_name()) return false;
    }
  }
  return true;
}

std::string fault_of(const StatedNeeds& needs) {
  std::string fault;
  std::vector<std::string_view> classes;
  needs.for_each([&](std::string_view name, const NameList& list) {
    classes.push_back(name);
    std::vector<std::string_view> members;
    bool is_named = !name.empty();
    list.for_each([&](std::string_view member) {
      members.push_back(member);
      is_named = is_named && !member.empty();
    });
    if (!fault.empty()) return;
    if (!is_named) {
      fault = "an empty name, expected that of a class or of a member of it";
    } else if (is_built_in_class(name)) {
      fault = cat("the class ", name, " is built in, expected it beside the needs, as ", name);
    } else if (members.size() > most_members) {
      fault =
          cat(members.size(), " members of ", in_quotes(name), ", expected at most ", most_members);
    } else if (const std::string_view twice = repeated(std::move(members)); !twice.empty()) {
      fault = cat(in_quotes(twice), " stands twice in ", in_quotes(name), ", expected it once");
    }
  });
  if (!fault.empty()) return fault;
  if (classes.size() > most_classes) {
    return cat(classes.size(), " classes, expected at most ", most_classes);
  }
  const std::string_view twice = repeated(std::move(classes));
  if (twice.empty()) return fault;
  return cat("class ", in_quotes(twice), " stands twice, expected it once");
}

}  // namespace vitals
