// SPDX-License-Identifier: Apache-2.0
// `vitals compare`: the same recording under two policies, or under one with a constant that
// varies.
#ifndef VITALS_TOOLS_COMPARE_COMMAND_H
#define VITALS_TOOLS_COMPARE_COMMAND_H

#include <optional>
#include <string>
#include <vector>

#include "vitals/time.h"

namespace vitals {

struct CompareCommand {
  std::vector<std::string> recordings;
  std::vector<std::string> policy_files;  // one: compared with the default policy, or varied
  std::string truth_file;                 // empty: not known
  std::string variation;                  // empty: two policies
  int steps = 13;
  std::optional<Timestamp> from;
  std::optional<Timestamp> until;
  Seconds reorder{0};
  bool lenient = false;
  std::string format = "table";  // or json
  std::string svg_file;          // empty: no picture
  std::string html_file;         // empty: no page
};

// Exit code 0; 2 for bad input; 3 where a picture cannot be written.
int run(const CompareCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_COMPARE_COMMAND_H
