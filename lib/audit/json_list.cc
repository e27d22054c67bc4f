// SPDX-License-Identifier: Apache-2.0
#include "audit/json_list.h"

#include <simdjson.h>

#include "text/json_text.h"

namespace vitals::audit {

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_json_string(out, text);
  }
  return out + "]";
}

std::optional<std::vector<std::string>> read_json_list(std::string_view text) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(text.data(), text.size()).get(list) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> texts;
  for (const simdjson::dom::element item : list) {
    std::string_view each;
    if (item.get(each) != simdjson::SUCCESS) return std::nullopt;
    texts.emplace_back(each);
  }
  return texts;
}

}  // namespace vitals::audit
