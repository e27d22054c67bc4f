// SPDX-License-Identifier: Apache-2.0
// Input quoted inside a message: whatever it holds, the message stays one short, harmless line.
#ifndef VITALS_LIB_TEXT_QUOTE_H
#define VITALS_LIB_TEXT_QUOTE_H

#include <string>
#include <string_view>

namespace vitals {

// The text with control characters, and others that show something else than is there, written as
// \n, \t or \xNN, so that neither a terminal nor a reader is deceived.
[[nodiscard]] std::string printable(std::string_view text);

// The text in single quotes, printable, cut with `...` when it is longer than a name may be read.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace vitals

#endif  // VITALS_LIB_TEXT_QUOTE_H
