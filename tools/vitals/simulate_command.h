// SPDX-License-Identifier: Apache-2.0
// `vitals simulate`: a scenario in, a recording and the truth behind it out.
#ifndef VITALS_TOOLS_SIMULATE_COMMAND_H
#define VITALS_TOOLS_SIMULATE_COMMAND_H

#include <cstdint>
#include <optional>
#include <string>

namespace vitals {

struct SimulateCommand {
  std::string scenario_file;
  std::uint64_t seed = 1;
  std::string recording_file = "-";  // standard output
  std::string truth_file;            // empty: nowhere
  std::optional<std::uint32_t> hosts;
  std::optional<std::uint32_t> days;
};

// Exit code 0; 2 for a bad scenario. Files are there whole or not at all.
int run(const SimulateCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_SIMULATE_COMMAND_H
