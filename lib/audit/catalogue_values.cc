// SPDX-License-Identifier: Apache-2.0
#include "audit/catalogue_values.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "audit/placeholders.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "text/words.h"
#include "vitals/audit/catalogue.h"
#include "vitals/stated_needs.h"

namespace vitals::audit {
namespace {

template <class Words>
bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_letter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || c == '_';
}

// The first `{word}` that is none of the placeholders, and near to one. Other braces are the
// command's own, as in a program for awk.
std::string misspelt_placeholder(std::string_view text) {
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at) {
    const std::string_view rest = text.substr(at + 1);
    const auto* const end = std::find_if_not(rest.begin(), rest.end(), is_letter);
    if (end == rest.end() || *end != '}') continue;
    const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (has(placeholders, word)) continue;
    const std::string meant = did_you_mean(absl::AsciiStrToLower(to_absl(word)), placeholders);
    if (!meant.empty()) return cat("unknown placeholder {", word, "}", meant);
  }
  return {};
}

}  // namespace

std::string fault_of_name(std::string_view name) {
  const bool has_length = !name.empty() && name.size() <= longest_name;
  if (has_length && is_utf8(name) && !has_blank(name)) return {};
  return cat("the name ", in_quotes(name), ", expected 1 to ", longest_name,
             " bytes without blanks");
}

std::string fault_of_owner(std::string_view name) {
  if (has(reserved_words, name)) return "this word has a meaning of its own, expected a name";
  return fault_of_name(name);
}

std::string fault_of_member(std::string_view member) {
  std::string rest(member);
  replace_all(rest, "{host}", "");
  if (rest.find_first_of("{}") == std::string::npos) return fault_of_name(member);
  return cat("the name ", in_quotes(member), ", expected no braces but {host}");
}

std::string fault_of_address(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  const bool is_good = address.find('\0') == std::string::npos &&
                       (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
                        inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1);
  return is_good ? "" : cat(in_quotes(address), ", expected an IPv4 or IPv6 address");
}

std::string fault_of_text(std::string_view text) {
  const bool is_good =
      text.size() <= longest_argument && is_utf8(text) && text.find('\0') == std::string_view::npos;
  return is_good ? ""
                 : cat("expected text of at most ", longest_argument, " bytes, without a zero");
}

std::string fault_of_argument(std::string_view word, bool first) {
  if (first && word.empty()) return "empty, expected a program";
  if (std::string fault = fault_of_text(word); !fault.empty()) return fault;
  return misspelt_placeholder(word);
}

std::string fault_of_length(std::size_t words) {
  if (words > 0 && words <= most_arguments) return {};
  return cat(words, " words, expected a program and at most ", most_arguments - 1, " arguments");
}

}  // namespace vitals::audit
