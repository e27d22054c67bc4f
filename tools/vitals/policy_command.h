// SPDX-License-Identifier: Apache-2.0
// `vitals policy`: the complete effective policy, where each value comes from, and what is doubtful
// about it.
#ifndef VITALS_TOOLS_POLICY_COMMAND_H
#define VITALS_TOOLS_POLICY_COMMAND_H

#include <string>

namespace vitals {

struct PolicyCommand {
  std::string file;  // empty: the defaults
};

// Prints the policy to standard output as YAML that reads back to the same policy, and warnings to
// standard error as `warning: WHAT`. Exit code 0; 2 for bad input.
int run(const PolicyCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_POLICY_COMMAND_H
