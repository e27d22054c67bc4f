// SPDX-License-Identifier: Apache-2.0
// `vitals explain`: why the checks of a host count or not at one moment of a recording.
#ifndef VITALS_TOOLS_EXPLAIN_COMMAND_H
#define VITALS_TOOLS_EXPLAIN_COMMAND_H

#include <string>
#include <vector>

#include "vitals/time.h"

namespace vitals {

struct ExplainCommand {
  std::string host;   // or a switch or a rack
  std::string check;  // empty: all checks
  Timestamp at{};
  std::vector<std::string> recordings;
  std::string policy_file;      // empty: the default policy
  std::string format = "text";  // or json
  std::string svg_file;         // empty: no picture
  Seconds reorder{0};
  bool lenient = false;
};

// Exit code 0; 2 for bad input: what cannot be read, an unknown host or check, no event up to the
// moment; 3 where the picture cannot be written.
int run(const ExplainCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_EXPLAIN_COMMAND_H
