// SPDX-License-Identifier: Apache-2.0
// `vitals soundness`: how often what a policy proves is false, by simulation.
#ifndef VITALS_TOOLS_SOUNDNESS_COMMAND_H
#define VITALS_TOOLS_SOUNDNESS_COMMAND_H

#include <string>

#include "vitals/soundness.h"

namespace vitals {

struct SoundnessCommand {
  std::string policy_file;  // empty: the default policy
  SoundnessOptions options;
  std::string format = "table";  // or json
  std::string svg_file;          // empty: no picture
};

// Exit code 0; 2 for a policy that cannot be read or simulated; 3 where the picture cannot be
// written.
int run(const SoundnessCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_SOUNDNESS_COMMAND_H
