// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <string>
#include <vector>

#include "output.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"

namespace vitals {
namespace {

// CLI11 says of a misspelt command only that one is required.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || *argv[1] == '-') return {};
  std::vector<std::string_view> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == argv[1]) return {};
    known.push_back(command->get_name());
  }
  return cat("unknown command ", in_quotes(argv[1]), did_you_mean(argv[1], known));
}

// The first option that the command has not. CLI11 shows it with what was left over because of it.
std::string unknown_option(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands()) {  // those on the command line
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
  }
  for (int i = 2; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view name = argument.substr(0, argument.find('='));
    if (!name.starts_with("--") || std::find(known.begin(), known.end(), name) != known.end()) {
      continue;
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    return cat("unknown option ", in_quotes(name), did_you_mean(name, names));
  }
  return {};
}

// `--svg= a.ndjson`: CLI11 would take the next argument for the value, and lose a recording.
std::string empty_value(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") break;
    if (argument.substr(0, 2) == "--" && argument.back() == '=') {
      return cat(argument.substr(0, argument.size() - 1), ": must not be empty");
    }
  }
  return {};
}

}  // namespace

void prepare_process() {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(standard, F_GETFD) != -1) continue;
    // The lowest number that is free is this one.
    open("/dev/null", standard == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_DFL);  // some parents have it ignored
  std::signal(SIGXFSZ, SIG_IGN);
}

int refuse(std::string_view program, std::string_view message) {
  print_error(cat(program, ": ", message));
  print_error(cat(program, ": see `", program, " --help`, or `", program, " COMMAND --help`"));
  return exit_bad_input;
}

CLI::Validator one_of(std::vector<std::string> words) {
  CLI::Validator check = CLI::IsMember(std::move(words));
  return check.description("");
}

CLI::Validator is_not_empty() {
  return {[](std::string& text) { return std::string(text.empty() ? "must not be empty" : ""); },
          ""};
}

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  const std::string program = app.get_name();
  if (const std::string empty = empty_value(argc, argv); !empty.empty()) {
    return refuse(program, empty);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help and --version
    std::ostringstream text;
    app.exit(asked, text, text);
    Output output;
    output.line() += text.str();
    return exit_ok;
  } catch (const CLI::ExtrasError& error) {
    const std::string unknown = unknown_option(app, argc, argv);
    return refuse(program, unknown.empty() ? error.what() : unknown);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(app, argc, argv);
    return refuse(program, unknown.empty() ? error.what() : unknown);
  }
  return std::nullopt;
}

}  // namespace vitals
