// SPDX-License-Identifier: Apache-2.0
// `vitals calibrate`: what a recording shows of the policy's constants, and a policy that follows.
#ifndef VITALS_TOOLS_CALIBRATE_COMMAND_H
#define VITALS_TOOLS_CALIBRATE_COMMAND_H

#include <optional>
#include <string>
#include <vector>

#include "vitals/time.h"

namespace vitals {

struct CalibrateCommand {
  std::vector<std::string> recordings;
  std::string policy_file;       // empty: the default policy
  std::string truth_file;        // empty: the truth is not known
  std::optional<double> target;  // none: nothing is suggested
  std::string format;            // table or json; empty: table, and with a target the policy
  Seconds reorder{0};
  bool lenient = false;
};

// Exit code 0; 2 for bad input, of which nothing is told then.
int run(const CalibrateCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_CALIBRATE_COMMAND_H
