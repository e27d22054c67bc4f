// SPDX-License-Identifier: Apache-2.0
// `{host}` and the like, in commands and in what hosts need.
#ifndef VITALS_LIB_AUDIT_PLACEHOLDERS_H
#define VITALS_LIB_AUDIT_PLACEHOLDERS_H

#include <array>
#include <string>
#include <string_view>

namespace vitals::audit {

inline constexpr std::array<std::string_view, 3> placeholders{"host", "address", "audit"};

inline void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_PLACEHOLDERS_H
