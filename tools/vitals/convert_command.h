// SPDX-License-Identifier: Apache-2.0
// `vitals convert`: the event stream of another monitoring system in, a recording out.
#ifndef VITALS_TOOLS_CONVERT_COMMAND_H
#define VITALS_TOOLS_CONVERT_COMMAND_H

#include <string>
#include <vector>

namespace vitals {

struct ConvertCommand {
  std::string from;      // which system; icinga2
  std::string map_file;  // empty: every object is a host, every service has its own name
  std::vector<std::string> inputs;
};

// Exit code 0; 2 for bad input, behind the lines that were good.
int run(const ConvertCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_CONVERT_COMMAND_H
