// SPDX-License-Identifier: Apache-2.0
#include "text/xml_text.h"

#include "text/fitting.h"

namespace vitals {

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : legible(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace vitals
