// SPDX-License-Identifier: Apache-2.0
// What follows from the definition of the command line: the manual page and the shell completion.
#ifndef VITALS_TOOLS_PAGES_H
#define VITALS_TOOLS_PAGES_H

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace vitals {

// The manual page of the program in roff.
[[nodiscard]] std::string manual_page(const CLI::App& app);

// A completion script for bash: commands, options, the words that options take, and files.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

// Adds the commands `completion` and `man`. The app must outlive what is chosen.
void add_pages(CLI::App& app, std::function<int()>& chosen);

}  // namespace vitals

#endif  // VITALS_TOOLS_PAGES_H
