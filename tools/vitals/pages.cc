// SPDX-License-Identifier: Apache-2.0
#include "pages.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <vector>

#include "command_line.h"
#include "output.h"
#include "text/bridge.h"

namespace vitals {
namespace {

std::vector<const CLI::App*> commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<const CLI::Option*> options(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

// In roff a backslash, a leading dot or quote and a plain hyphen mean something else.
std::string roff(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if (at_start && (c == '.' || c == '\'')) out += "\\&";
      out += c;
    }
    at_start = c == '\n';
  }
  return out;
}

std::vector<const CLI::Option*> positionals(const CLI::App& command) {
  return command.get_options([](const CLI::Option* each) { return each->get_positional(); });
}

void append_options(std::string& out, const CLI::App& app) {
  for (const CLI::Option* option : positionals(app)) {
    out += ".TP\n\\fI" + roff(option->get_name(true)) + "\\fR\n" + roff(option->get_description()) +
           "\n";
  }
  for (const CLI::Option* option : options(app)) {
    const bool takes_value = option->get_items_expected_max() > 0;
    out += ".TP\n\\fB" + roff(option->get_name(false, true)) + "\\fR";
    if (takes_value) out += " \\fI" + roff(option->get_type_name()) + "\\fR";
    out += "\n" + roff(option->get_description()) + "\n";
  }
}

std::string synopsis(const CLI::App& app, const CLI::App& command) {
  std::string out =
      cat("\\fB", roff(app.get_name()), " ", roff(command.get_name()), "\\fR [\\fIOPTION\\fR...]");
  for (const CLI::Option* option : options(command)) {
    if (option->get_required())
      out += " \\fB" + roff(option->get_name(false, true)) + "\\fR " + "\\fI" +
             roff(option->get_type_name()) + "\\fR";
  }
  for (const CLI::Option* option : positionals(command)) {
    const bool required = option->get_required() || !option->get_option_text().empty();
    out += cat(" ", required ? "" : "[", "\\fI", roff(option->get_name(true)), "\\fR",
               option->get_items_expected_max() > 1 ? "..." : "", required ? "" : "]");
  }
  return out;
}

// The words that an option takes, if its type is a choice, `a|b`, and not the name of one, `FILE`.
std::string words_of(const CLI::Option& option) {
  std::string type = option.get_type_name();
  if (type.empty() || type.front() < 'a' || type.front() > 'z') return {};
  std::replace(type.begin(), type.end(), '|', ' ');
  return type;
}

// What begins with the program's name, with something else than blanks in it.
std::string joined_by(const CLI::App& app, char joint) {
  std::string name = app.get_name();
  std::replace(name.begin(), name.end(), ' ', joint);
  return name;
}

}  // namespace

std::string manual_page(const CLI::App& app) {
  const std::string name = joined_by(app, '-');
  std::string out = cat(".TH ", roff(name), " 1\n.SH NAME\n", roff(name), " \\- ",
                        roff(app.get_description()), "\n.SH SYNOPSIS\n");
  for (const CLI::App* command : commands(app)) out += synopsis(app, *command) + "\n.br\n";
  out += ".SH COMMANDS\n";
  for (const CLI::App* command : commands(app)) {
    out += cat(".SS \"", roff(app.get_name()), " ", roff(command->get_name()), "\"\n",
               roff(command->get_description()), "\n");
    append_options(out, *command);
    if (!command->get_footer().empty()) {
      out += ".PP\n.nf\n" + roff(command->get_footer()) + "\n.fi\n";
    }
  }
  out += ".SH GENERAL OPTIONS\n";
  append_options(out, app);
  out += ".SH NOTES\n.nf\n" + roff(app.get_footer()) + "\n.fi\n";
  return out;
}

std::string bash_completion(const CLI::App& app) {
  std::string names;
  std::string cases;
  std::string values;
  for (const CLI::App* command : commands(app)) {
    names += command->get_name() + " ";
    std::string flags;
    for (const CLI::Option* option : options(*command)) {
      for (const std::string& name : option->get_lnames()) flags += "--" + name + " ";
      const std::string words = words_of(*option);
      if (words.empty()) continue;
      for (const std::string& name : option->get_lnames()) {
        values += cat("    ", command->get_name(), "/--", name, ") words=\"", words, "\" ;;\n");
      }
    }
    std::string choices;
    for (const CLI::Option* option : positionals(*command)) choices += words_of(*option);
    cases +=
        cat("    ", command->get_name(), ") words=\"", flags, "\" choices=\"", choices, "\" ;;\n");
  }
  const std::string function = "_" + joined_by(app, '_');
  // What another program completes, which is started as a command of this one.
  const std::string audit =
      app.get_name() != "vitals"
          ? ""
          : "  if [ \"$command\" = audit ]; then\n"
            "    declare -F _vitals_audit > /dev/null ||\n"
            "      source <(\"${COMP_WORDS[0]}\" audit completion bash 2> /dev/null)\n"
            "    COMP_WORDS=(\"${COMP_WORDS[@]:1}\") COMP_CWORD=$((COMP_CWORD - 1))\n"
            "    _vitals_audit 2> /dev/null\n"
            "    return\n"
            "  fi\n";
  const bool is_command = function == "_" + app.get_name();
  return "# bash completion for " + app.get_name() +
         "; source it, or put it where bash-completion looks.\n" + function +
         "() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  local command=\"${COMP_WORDS[1]}\" words=\"\" choices=\"\"\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         names +
         "--help --version\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n" +
         audit + "  case \"$command/$before\" in\n" + values +
         "  esac\n"
         "  if [ -n \"$words\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"$command\" in\n" +
         cases +
         "  esac\n"
         "  case \"$current\" in\n"
         "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -W \"$choices\" -- \"$current\")) ;;\n"
         "  esac\n"
         "}\n" +
         (is_command ? cat("complete -o filenames -F ", function, " ", app.get_name(), "\n") : "");
}

void add_pages(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print a completion script for the shell");
  completion->add_option("SHELL", "Whose completion")
      ->required()
      ->check(one_of({"bash"}))
      ->type_name("bash");
  completion->footer(cat("Examples:\n  source <(", app.get_name(), " completion bash)"));
  const auto print = [](const std::string& page) {
    Output output;
    output.line() += page;
    return exit_ok;
  };
  completion->callback(
      [&app, &chosen, print] { chosen = [&app, print] { return print(bash_completion(app)); }; });
  CLI::App* man = app.add_subcommand("man", "Print the manual page, made from these help texts");
  man->footer(cat("Examples:\n  ", app.get_name(), " man | man -l -"));
  man->callback(
      [&app, &chosen, print] { chosen = [&app, print] { return print(manual_page(app)); }; });
}

}  // namespace vitals
