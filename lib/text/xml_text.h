// SPDX-License-Identifier: Apache-2.0
// Writing text into XML and HTML.
#ifndef VITALS_LIB_TEXT_XML_TEXT_H
#define VITALS_LIB_TEXT_XML_TEXT_H

#include <string>
#include <string_view>

namespace vitals {

// The text as it may stand between tags and in quotes, made legible where XML cannot hold it.
[[nodiscard]] std::string escape_xml(std::string_view text);

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_XML_TEXT_H
