// SPDX-License-Identifier: Apache-2.0
// Starts a program whose end is certain.
#ifndef VITALS_LIB_AUDIT_SPAWN_H
#define VITALS_LIB_AUDIT_SPAWN_H

#include <sys/types.h>

#include <chrono>

#include "audit/keeper.h"

namespace vitals::audit {

// What a program is started with. The lists end with null.
struct Start {
  char* const* arguments = nullptr;  // the first is the program, found by PATH
  char* const* environment = nullptr;
  int out = -1;                          // its standard output
  int err = -1;                          // its standard error
  std::chrono::milliseconds at_most{0};  // the keeper kills it then, if nobody else did
};

// Starts it as the leader of a process group of its own, with nothing to read and every signal as
// it is by default, in the keeper's care from its first moment on. It ends with the thread that
// starts it. 0 and its number, or what the system says.
[[nodiscard]] int spawn(const Start& start, const Keeper& keeper, pid_t& leader);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_SPAWN_H
