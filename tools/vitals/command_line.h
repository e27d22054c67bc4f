// SPDX-License-Identifier: Apache-2.0
// Command lines of all programs are taken apart in one way, and what is wrong with one is told in
// one way.
#ifndef VITALS_TOOLS_COMMAND_LINE_H
#define VITALS_TOOLS_COMMAND_LINE_H

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitals {

// To be called before anything is opened. Where a standard descriptor is closed, what is opened
// next would take its number, and be written to in its place; so those are kept by what refuses
// that. Signals: a reader that stops reading ends the program, a limit on files is an error of its
// writes.
void prepare_process();

// Tells on standard error what is wrong with the command line of a program, and where help is. The
// exit code for that.
int refuse(std::string_view program, std::string_view message);

// An unset variable in a script must not switch an option off.
CLI::Validator is_not_empty();

// A choice of words; the type names of options tell them, so the check itself stays silent.
CLI::Validator one_of(std::vector<std::string> words);

// Takes a command line apart; the program's name is the app's. The exit code where nothing is left
// to be done: help was printed, or what is wrong told.
[[nodiscard]] std::optional<int> parse(CLI::App& app, int argc, char** argv);

}  // namespace vitals

#endif  // VITALS_TOOLS_COMMAND_LINE_H
