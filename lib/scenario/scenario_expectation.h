// SPDX-License-Identifier: Apache-2.0
// What a scenario expects: the clauses behind `expect`.
#ifndef VITALS_LIB_SCENARIO_SCENARIO_EXPECTATION_H
#define VITALS_LIB_SCENARIO_SCENARIO_EXPECTATION_H

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/scenario_line.h"
#include "scenario/scenario_spelling.h"
#include "vitals/observation.h"
#include "vitals/policy_yaml.h"

namespace vitals {

// What a clause speaks of; an expectation has each at most once.
enum class ClauseKey : std::uint8_t {
  verdict,  // counts, excluded_by ..., no verdict
  blocked_by,
  status,
  window,
  next_change,
  host,  // state ..., no host
  failing,
  waiting,
  silent,
  dropped
};

// A part of an expectation, or of what is. The text is the language itself, spelled in the one way
// of scenario_spelling.h: a clause came true iff the same text stands on both sides.
struct Clause {
  ClauseKey key;
  std::string text;
};

// Some of the clauses that the runner should find.
struct ScenarioExpectation {
  enum class Subject : std::uint8_t { check, host, fleet };
  Subject subject = Subject::check;
  std::string host{};
  std::string check{};
  std::vector<Clause> clauses{};
};

using NameSet = std::set<std::string_view, std::less<>>;

// The names that a line may speak of. A misspelled one would make an expectation that comes true
// for the wrong reason.
struct KnownNames {
  const NameSet& named;    // hosts, switches and racks that earlier lines brought in
  const CheckSet& checks;  // of the policy
  bool are_complete;       // other names are errors

  std::string take_named(LineReader& in, std::string_view what) const;
  std::string take_check(LineReader& in) const;
};

// Takes a status; OK behind an error.
Status take_status(LineReader& in);

// Takes what stands behind `at TIME expect`.
[[nodiscard]] ScenarioExpectation read_expectation(LineReader& in, TimeStyle style,
                                                   const KnownNames& known);

}  // namespace vitals

#endif  // VITALS_LIB_SCENARIO_SCENARIO_EXPECTATION_H
