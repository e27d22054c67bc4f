// SPDX-License-Identifier: Apache-2.0
// What the values of a catalogue may be, whether files or tables hold them. Each function tells
// what is wrong and what was expected; nothing where all is well.
#ifndef VITALS_LIB_AUDIT_CATALOGUE_VALUES_H
#define VITALS_LIB_AUDIT_CATALOGUE_VALUES_H

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vitals::audit {

// Words that files give a meaning of their own where names of hosts and groups stand.
inline constexpr std::array<std::string_view, 3> reserved_words{"hosts", "groups", "audits"};

// Of an audit, a class, a switch or a rack: 1 to longest_name bytes of UTF-8 without blanks.
[[nodiscard]] std::string fault_of_name(std::string_view name);

// Of a host or a group: likewise, and no reserved word.
[[nodiscard]] std::string fault_of_owner(std::string_view name);

// Of a member of a class: a name, in which `{host}` may stand and no other brace.
[[nodiscard]] std::string fault_of_member(std::string_view member);

[[nodiscard]] std::string fault_of_address(const std::string& address);

// A reason or the like: at most longest_argument bytes of UTF-8, without a zero.
[[nodiscard]] std::string fault_of_text(std::string_view text);

// A word of a command, `first` being its program: likewise, and no misspelt placeholder.
[[nodiscard]] std::string fault_of_argument(std::string_view word, bool first);

// How many words a command has.
[[nodiscard]] std::string fault_of_length(std::size_t words);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_CATALOGUE_VALUES_H
