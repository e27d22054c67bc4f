// SPDX-License-Identifier: Apache-2.0
#include "policy_command.h"

#include <cstdio>

#include "output.h"
#include "text/bridge.h"
#include "vitals/policy_yaml.h"

namespace vitals {

int run(const PolicyCommand& command) {
  const auto policy = command.file.empty() ? PolicySet{} : read_policy(command.file);
  if (!policy.ok()) {
    print_error(to_std(policy.status().message()));
    return exit_bad_input;
  }
  Output output;
  output.line() = to_yaml(*policy);
  output.flush();
  for (const std::string& warning : warnings(*policy)) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  }
  return exit_ok;
}

}  // namespace vitals
