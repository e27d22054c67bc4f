// SPDX-License-Identifier: Apache-2.0
// `vitals lag`: how long after a repair each check counts again, and whether the figures that
// people are told come out.
#ifndef VITALS_TOOLS_LAG_COMMAND_H
#define VITALS_TOOLS_LAG_COMMAND_H

#include <cstdint>
#include <optional>
#include <string>

namespace vitals {

struct LagCommand {
  std::string scenario_file;  // empty: hosts that are rebooted while all sources keep to the policy
  std::string policy_file;    // empty: the default policy
  std::uint64_t first_seed = 1;
  std::uint32_t seeds = 20;
  std::optional<std::uint32_t> hosts;  // instead of the scenario's
  bool figures = false;
  std::string format = "table";  // or json
  std::string svg_file;          // empty: no picture
};

// Exit code 0; 1 where a figure disagrees; 2 for bad input; 3 where the picture cannot be written.
int run(const LagCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_LAG_COMMAND_H
