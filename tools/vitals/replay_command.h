// SPDX-License-Identifier: Apache-2.0
// `vitals replay`: a recording in, verdict lines out.
#ifndef VITALS_TOOLS_REPLAY_COMMAND_H
#define VITALS_TOOLS_REPLAY_COMMAND_H

#include <string>
#include <vector>

#include "vitals/replay.h"

namespace vitals {

struct ReplayCommand {
  std::vector<std::string> recordings;
  std::string policy_file;  // empty: the default policy
  ReplayOptions options;
  Seconds reorder{0};
  std::string format = "ndjson";  // or table
  std::string expect_file;        // empty: print the lines
};

// Exit code 0; 1 where the lines differ from the expected ones; 2 for bad input.
int run(const ReplayCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_REPLAY_COMMAND_H
