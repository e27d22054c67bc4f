// SPDX-License-Identifier: Apache-2.0
// `vitals test FILE...`: runs scenarios and says which of their lines fail and why.
#ifndef VITALS_TOOLS_TEST_COMMAND_H
#define VITALS_TOOLS_TEST_COMMAND_H

#include <string>
#include <vector>

namespace vitals {

struct TestCommand {
  std::vector<std::string> files;  // `-` is standard input
};

// Prints each failing expectation and a summary on standard output, bad input on standard error.
// Returns exit_ok, exit_differs if an expectation failed, or exit_bad_input if a file could not be
// run; the other files are run all the same.
int run(const TestCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_TEST_COMMAND_H
