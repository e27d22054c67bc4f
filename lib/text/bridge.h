// SPDX-License-Identifier: Apache-2.0
// The one place where std::string_view meets Abseil, whose Debian build has a string_view of its
// own that converts in neither direction; and the string map that looks up std::string_view.
#ifndef VITALS_LIB_TEXT_BRIDGE_H
#define VITALS_LIB_TEXT_BRIDGE_H

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace vitals {

[[nodiscard]] inline absl::string_view to_absl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

[[nodiscard]] inline std::string_view to_std(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

// StrCat that takes std::string_view beside everything that absl::StrCat takes.
namespace bridge_detail {
inline absl::AlphaNum piece(std::string_view text) { return absl::AlphaNum(to_absl(text)); }
inline absl::AlphaNum piece(const std::string& text) { return absl::AlphaNum(text); }
inline absl::AlphaNum piece(const char* text) { return absl::AlphaNum(text); }
template <class Number>
absl::AlphaNum piece(Number number) {
  return absl::AlphaNum(number);
}
}  // namespace bridge_detail

template <class... Pieces>
[[nodiscard]] std::string cat(const Pieces&... pieces) {
  std::string out;
  (absl::StrAppend(&out, bridge_detail::piece(pieces)), ...);
  return out;
}

template <class... Pieces>
[[nodiscard]] absl::Status invalid(const Pieces&... pieces) {
  return absl::InvalidArgumentError(cat(pieces...));
}

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return absl::Hash<absl::string_view>{}(to_absl(text));
  }
};

template <class Value>
using StringMap = absl::flat_hash_map<std::string, Value, StringHash, std::equal_to<>>;

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_BRIDGE_H
