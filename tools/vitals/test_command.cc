// SPDX-License-Identifier: Apache-2.0
#include "test_command.h"

#include <cstdint>

#include "output.h"
#include "text/bridge.h"
#include "vitals/scenario.h"

namespace vitals {

int run(const TestCommand& command) {
  if (command.files.empty()) {
    print_error("no scenarios to run, expected: vitals test FILE...");
    return exit_bad_input;
  }
  Output out;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_run = 0;
  for (const std::string& file : command.files) {
    const absl::StatusOr<ScenarioResult> result = run_scenario_file(file);
    if (!result.ok()) {
      print_error(to_std(result.status().message()));
      ++not_run;
      continue;
    }
    passed += result->passed;
    failed += result->failures.size();
    for (const ScenarioFailure& failure : result->failures) {
      out.line() += failure.report;
      out.end_line();  // an empty line between reports
    }
  }
  out.line() += cat(passed, " passed, ", failed, " failed");
  if (not_run > 0) out.line() += cat(", ", not_run, not_run == 1 ? " file" : " files", " not run");
  out.end_line();
  out.flush();
  if (not_run > 0) return exit_bad_input;
  return failed > 0 ? exit_differs : exit_ok;
}

}  // namespace vitals
