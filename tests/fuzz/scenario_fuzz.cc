// SPDX-License-Identifier: Apache-2.0
// Any bytes as a scenario: what is refused is refused with a place, what runs tells its failures in
// order, and the same the next time.
#include "fuzz.h"
#include "vitals/scenario.h"

namespace {

// No such folder: a policy file that the text names is not found.
constexpr const char* source = "no-such-folder/scenario";

std::string run(std::string_view text) {
  const auto result = vitals::run_scenarios(text, source);
  if (!result.ok()) {
    std::string why(result.status().message());
    promise(!why.empty() && every_line_says_where(why, source), "an error says where", why);
    return why;
  }
  std::string reports = std::to_string(result->passed) + '\n';
  std::uint64_t line = 0;
  for (const vitals::ScenarioFailure& failure : result->failures) {
    promise(failure.line > line, "failures are in the order of their lines", failure.report);
    promise(failure.report.starts_with(source) && failure.report.ends_with('\n'),
            "a failure says where", failure.report);
    line = failure.line;
    reports += failure.report;
  }
  return reports;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::string first = run(text);
  promise(first == run(text), "the same text tells the same", first);
  return 0;
}
