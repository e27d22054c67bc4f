// SPDX-License-Identifier: Apache-2.0
#include "policy_command.h"

#include <cstdio>

#include "inputs.h"
#include "output.h"
#include "vitals/policy_yaml.h"

namespace vitals {

int run(const PolicyCommand& command) {
  const auto policy = policy_of(command.file);
  if (!policy.ok()) return refuse_input(policy.status());
  Output output;
  output.line() = to_yaml(*policy);
  output.flush();
  for (const std::string& warning : warnings(*policy)) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  }
  return exit_ok;
}

}  // namespace vitals
