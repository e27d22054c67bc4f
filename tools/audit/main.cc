// SPDX-License-Identifier: Apache-2.0
// `vitals audit`: takes the command line apart and calls one command.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <tuple>

#include "command_line.h"
#include "commands.h"
#include "output.h"
#include "pages.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

using Chosen = std::function<int()>;

constexpr const char* about_catalogues =
    "CATALOGUE is dir:PATH (YAML files), sqlite:FILE or postgresql://...\n"
    "Exit codes: 0 all is well, 2 bad input or usage, 3 an internal error.";

void add_catalogue(CLI::App* app, std::string& to, const char* name = "CATALOGUE") {
  app->add_option(name, to, "dir:PATH, sqlite:FILE or postgresql://...")->required();
}

void add_duration(CLI::App* app, const std::string& name, Seconds& to, const std::string& what) {
  app->add_option_function<std::string>(
         name,
         [name, &to](const std::string& text) {
           const auto length = parse_duration(text);
           if (length.ok() && *length > Seconds::zero()) {
             to = *length;
             return;
           }
           throw CLI::ValidationError(name, length.ok()
                                                ? "expected 1s or more"
                                                : std::string(to_std(length.status().message())));
         },
         what)
      ->type_name("DURATION");
}

// A reason is kept in a table, and shown in one line.
CLI::Validator has_text() {
  static constexpr std::size_t longest = 1000;
  return {[](std::string& text) -> std::string {
            if (text.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
              return "must not be empty";
            }
            return text.size() > longest ? cat("expected at most ", longest, " bytes") : "";
          },
          ""};
}

void add_run(CLI::App& app, RunCommand& command, Chosen& chosen) {
  CLI::App* run_app =
      app.add_subcommand("run", "Run what is due, and write a recording to standard output");
  add_catalogue(run_app, command.catalogue);
  run_app->add_option("--name", command.name, "Name of this engine; by default that of the host")
      ->check(is_not_empty())
      ->type_name("NAME");
  run_app->add_option("--policy", command.policy_file, "Constants that judge hosts for repairs")
      ->type_name("FILE");
  run_app->add_option("--workers", command.workers, "How many audits run at a time, by default 8")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->type_name("NUMBER");
  add_duration(run_app, "--refresh", command.refresh,
               "How often the catalogue is read, by default 5m");
  add_duration(run_app, "--spread", command.spread,
               "Over how long first and missed runs are spread, by default 5m");
  add_duration(run_app, "--push", command.push,
               "How often the recording repeats each state, by default 5m");
  add_duration(run_app, "--keep", command.keep,
               "How long ended repairs and gone engines are remembered, by default 90d");
  run_app->add_flag("--once", command.once, "Run every audit once, now, and stop");
  run_app->add_flag("--dry-run", command.dry_run, "Only tell what would be repaired");
  run_app->footer(
      "SIGTERM lets what runs come to its end; a second one kills it.\n"
      "Examples:\n"
      "  vitals audit policy dir:audits > audits.yaml\n"
      "  vitals audit run dir:audits | vitals replay --policy audits.yaml --on-change -");
  run_app->callback([&] { chosen = [&] { return run(command); }; });
}

// What people ask of all engines, whatever they run on.
void add_asking(CLI::App& app, AskCommand& command, Chosen& chosen) {
  using What = AskCommand::What;
  struct Row {
    const char* name;
    What what;
    const char* help;
    const char* footer;
  };
  for (const Row& row :
       {Row{"pause", What::pause, "Let all engines run nothing more, or nothing of some records",
            "What runs comes to its end; what is missed is run once when it is resumed. Another\n"
            "--reason for what is paused already takes the place of the one before.\n"
            "Examples:\n  vitals audit pause --reason 'the rack moves' dir:audits\n"
            "  vitals audit pause --host n1.example.net --audit load dir:audits"},
        Row{"resume", What::resume, "End the pause of all engines, or that of some records",
            "Without --host and --audit all engines go on, but records that were paused by name\n"
            "stay paused: with --host, --audit or both those are resumed, and nothing else. What "
            "is\n"
            "disabled in the catalogue is enabled there.\n"
            "Examples:\n  vitals audit resume dir:audits\n"
            "  vitals audit resume --host n1.example.net dir:audits"},
        Row{"run-now", What::run_now, "Make records due now, beside their schedule",
            "What is paused, or disabled in the catalogue, is run when it is so no longer.\n"
            "Examples:\n  vitals audit run-now --audit load dir:audits"}}) {
    CLI::App* sub = app.add_subcommand(row.name, row.help);
    add_catalogue(sub, command.catalogue);
    for (const auto& [name, word, help] :
         {std::tuple("--host", &command.host, "Only records of this host"),
          std::tuple("--audit", &command.audit, "Only records of this audit")}) {
      sub->add_option(name, *word, help)->check(is_not_empty())->type_name("NAME");
    }
    if (row.what == What::pause) {
      sub->add_option("--reason", command.reason, "Why, for people: one line of text")
          ->check(has_text())
          ->type_name("TEXT");
    }
    sub->footer(std::string(row.footer) + "\nEngines heed it within seconds.");
    sub->callback([&, what = row.what] {
      command.what = what;
      chosen = [&] { return run(command); };
    });
  }
}

void add_others(CLI::App& app, StatusCommand& status, CopyCommand& copy, Chosen& chosen) {
  CLI::App* status_app = app.add_subcommand("status", "A table of what counts, and why not");
  CLI::App* policy_app =
      app.add_subcommand("policy", "Print a policy whose checks are the audits of a catalogue");
  for (CLI::App* sub : {status_app, policy_app}) {
    add_catalogue(sub, status.catalogue);
    sub->add_option("--policy", status.policy_file, "Other constants")->type_name("FILE");
  }
  status_app->footer(
      "AGE is how long ago a result was measured. Above the table: a pause of all engines, the "
      "engines\n"
      "that live, and classes that hosts need and the policy does not declare.");
  status_app->callback([&] { chosen = [&] { return run(status); }; });
  policy_app->callback([&] { chosen = [&] { return print_policy(status); }; });
  CLI::App* check_app = app.add_subcommand("check", "Read a catalogue and tell what is wrong");
  add_catalogue(check_app, status.catalogue);
  check_app->callback([&] { chosen = [&] { return check(status.catalogue); }; });
  CLI::App* import_app = app.add_subcommand("import", "Put a catalogue in place of another one");
  import_app->add_flag("--empty", copy.may_empty, "Also where that removes every host");
  import_app->footer(
      "Pauses come with the catalogue; what was measured does not.\n"
      "Examples:\n  vitals audit import dir:audits sqlite:audits.db");
  CLI::App* export_app = app.add_subcommand("export", "Write a catalogue as new YAML files");
  export_app->footer("Examples:\n  vitals audit export sqlite:audits.db dir:audits");
  for (CLI::App* sub : {import_app, export_app}) {
    add_catalogue(sub, copy.from, "FROM");
    add_catalogue(sub, copy.to, "TO");
    sub->callback([&] { chosen = [&] { return run(copy); }; });
  }
}

int main_with(int argc, char** argv) {
  CLI::App app("runs audits of hosts as a catalogue says, and tells what came of them",
               "vitals audit");
  app.require_subcommand(1);
  app.footer(about_catalogues);
  RunCommand run_command;
  StatusCommand status;
  CopyCommand copy;
  Chosen chosen;
  add_run(app, run_command, chosen);
  AskCommand ask;
  add_asking(app, ask, chosen);
  add_others(app, status, copy, chosen);
  add_pages(app, chosen);
  if (const auto ended = parse(app, argc, argv)) return *ended;
  return chosen();
}

}  // namespace
}  // namespace vitals::audit

int main(int argc, char** argv) {
  vitals::prepare_process();
  try {
    return vitals::audit::main_with(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vitals: internal error: %s\n", error.what());
    return vitals::exit_internal;
  }
}
