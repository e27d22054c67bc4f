// SPDX-License-Identifier: Apache-2.0
// What follows from the definition of the command line: the manual page and the shell completion.
#ifndef VITALS_TOOLS_PAGES_H
#define VITALS_TOOLS_PAGES_H

#include <string>

namespace CLI {
class App;
}

namespace vitals {

// The manual page vitals(1) in roff.
[[nodiscard]] std::string manual_page(const CLI::App& app);

// A completion script for bash: commands, options, the words that options take, and files.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

}  // namespace vitals

#endif  // VITALS_TOOLS_PAGES_H
