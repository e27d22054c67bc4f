// SPDX-License-Identifier: Apache-2.0
// The `policy` lines of a scenario.
#ifndef VITALS_LIB_SCENARIO_SCENARIO_POLICY_H
#define VITALS_LIB_SCENARIO_SCENARIO_POLICY_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario_line.h"
#include "vitals/policy_yaml.h"

namespace vitals {

// Takes the policy lines of one scenario. Errors stay in the line's reader.
class ScenarioPolicy {
 public:
  // `folder` is where a policy file is looked for; empty for the present one.
  explicit ScenarioPolicy(std::string folder) : folder_(std::move(folder)) {}

  // Takes what follows the word `policy`.
  void read(LineReader& in, std::uint64_t line);

  [[nodiscard]] const PolicySet& policy() const { return policy_; }

 private:
  void read_file(LineReader& in, const std::string& path, std::uint64_t line);
  void read_checks(LineReader& in);
  void read_check(LineReader& in, std::uint64_t line);
  void read_class(LineReader& in, std::uint64_t line);
  void read_ignores(LineReader& in, std::uint64_t line);
  void add_name(LineReader& in, const std::string& name, bool of_class,
                std::vector<std::string>& names) const;
  void read_constant(LineReader& in, const std::string& path, std::uint64_t line);
  // Notes that this line, unless it is in error, states the value; errs if another one does.
  void state(LineReader& in, const std::string& path, std::uint64_t line);

  std::string folder_;
  PolicySet policy_;
  bool own_checks_ = false;                      // the set of checks is the scenario's own
  std::map<std::string, std::uint64_t> stated_;  // path to line
};

}  // namespace vitals

#endif  // VITALS_LIB_SCENARIO_SCENARIO_POLICY_H
