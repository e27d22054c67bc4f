// SPDX-License-Identifier: Apache-2.0
// What `vitals audit` can do. Each returns the exit code: 0, or 2 for bad input.
#ifndef VITALS_TOOLS_AUDIT_COMMANDS_H
#define VITALS_TOOLS_AUDIT_COMMANDS_H

#include <cstddef>
#include <cstdint>
#include <string>

#include "vitals/time.h"

namespace vitals::audit {

struct RunCommand {
  std::string catalogue;
  std::string name;  // empty: the machine's, and the process's number
  std::string policy_file;
  std::size_t workers = 8;
  Seconds refresh{300};
  Seconds spread{300};
  Seconds push{300};
  Seconds keep{7'776'000};
  bool once = false;
  bool dry_run = false;
};

struct StatusCommand {
  std::string catalogue;
  std::string policy_file;
};

struct CopyCommand {
  std::string from;
  std::string to;
  bool may_empty = false;  // whether no host at all may take the place of some
};

struct AskCommand {
  enum class What : std::uint8_t { pause, resume, run_now };
  What what = What::pause;
  std::string catalogue;
  std::string host;   // empty: all
  std::string audit;  // empty: all
  std::string reason;
};

int run(const RunCommand& command);
int run(const AskCommand& command);
int run(const StatusCommand& command);
int run(const CopyCommand& command);

// Reads a catalogue and says how much there is in it.
int check(const std::string& url);
// The policy whose checks are the catalogue's audits.
int print_policy(const StatusCommand& command);

}  // namespace vitals::audit

#endif  // VITALS_TOOLS_AUDIT_COMMANDS_H
