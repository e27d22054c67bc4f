// SPDX-License-Identifier: Apache-2.0
// The program: takes the command line apart and calls one command.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "command_line.h"
#include "convert_command.h"
#include "options.h"
#include "output.h"
#include "pages.h"
#include "policy_command.h"
#include "test_command.h"
#include "text/bridge.h"
#include "version.h"

namespace vitals {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 all is well, 1 a difference or a failing scenario, 2 bad input or usage,\n"
    "3 an internal error. NO_COLOR is honoured.";

void add_small_commands(CLI::App& app, Chosen& chosen) {
  CLI::App* test = app.add_subcommand("test", "Run scenarios: rules agreed on, as readable text");
  auto scenarios = std::make_shared<TestCommand>();
  test->add_option("FILE", scenarios->files, "Scenario files")->required();
  test->footer("Examples:\n  vitals test tests/scenarios/*.vitals");
  test->callback([scenarios, &chosen] { chosen = [scenarios] { return run(*scenarios); }; });

  CLI::App* policy =
      app.add_subcommand("policy", "Check a policy and print the complete effective one");
  auto checked = std::make_shared<PolicyCommand>();
  policy->add_option("FILE", checked->file, "A policy as YAML; without one, the defaults")
      ->check(is_not_empty());
  policy->footer("Examples:\n  vitals policy > policy.yaml\n  vitals policy mine.yaml");
  policy->callback([checked, &chosen] { chosen = [checked] { return run(*checked); }; });

  CLI::App* convert = app.add_subcommand("convert", "Make a recording of another system's stream");
  auto converted = std::make_shared<ConvertCommand>();
  convert->add_option("EVENTS", converted->inputs, "Event streams; - is standard input")
      ->required();
  convert->add_option("--from", converted->from, "Whose stream it is")
      ->required()
      ->check(one_of({"icinga2"}))
      ->type_name("icinga2");
  convert->add_option("--map", converted->map_file, "Topology and names as YAML")
      ->check(is_not_empty())
      ->type_name("FILE");
  convert->footer(
      "Examples:\n"
      "  vitals convert --from icinga2 --map map.yaml events.ndjson.zst > recording.ndjson");
  // For the help alone: it is started before the command line is taken apart.
  app.add_subcommand("audit", "Run audits of hosts as a catalogue says (its own --help)");
  convert->callback([converted, &chosen] { chosen = [converted] { return run(*converted); }; });
}

// `vitals audit` is a program of its own beside this one, which needs no database so.
int start_audit(char** argv) {
  const std::string name = "vitals-audit";
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) execv((self.parent_path() / name).c_str(), argv + 1);
  execvp(name.c_str(), argv + 1);
  return refuse("vitals",
                cat("the program ", name, " is not installed, expected it beside vitals"));
}

int main_with(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "audit") return start_audit(argv);
  CLI::App app("decides which health checks of a machine can be believed right now", "vitals");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("vitals ") + version);
  app.footer(exit_codes);
  app.get_formatter()->column_width(34);
  Chosen chosen;
  add_commands_on_recordings(app, chosen);
  add_small_commands(app, chosen);
  add_commands_on_models(app, chosen);
  add_pages(app, chosen);
  if (const auto ended = parse(app, argc, argv)) return *ended;
  return chosen();
}

}  // namespace
}  // namespace vitals

int main(int argc, char** argv) {
  vitals::prepare_process();
  try {
    return vitals::main_with(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vitals: internal error: %s\n", error.what());
    return vitals::exit_internal;
  }
}
