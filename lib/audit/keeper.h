// SPDX-License-Identifier: Apache-2.0
// Who outlives an engine that is killed, to kill what it ran.
#ifndef VITALS_LIB_AUDIT_KEEPER_H
#define VITALS_LIB_AUDIT_KEEPER_H

#include <sys/types.h>

#include <chrono>
#include <cstddef>

namespace vitals::audit {

// A small process beside ours that knows our process groups. When we die, however that is, it kills
// them and ends; and each group when its time is over, should we stand still. So nothing runs on
// that another engine takes for dead. A signal at the death of a parent is no substitute: it comes
// to one process of a group, and to none that runs with other rights than ours.
class Keeper {
 public:
  // Knows at most so many groups at a time. Throws where no process can be made.
  explicit Keeper(std::size_t most_groups);
  ~Keeper();  // kills what was not forgotten
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // Takes a group into its care, for so long. To be called by its leader before it becomes another
  // program, so that there is no moment at which nobody cares; safe after vfork().
  void take(pid_t group, std::chrono::milliseconds at_most) const noexcept;

  // To be called before the leader is waited for: until then the number is nobody else's.
  void forget(pid_t group) const noexcept;

 private:
  int socket_ = -1;
  pid_t process_ = -1;
};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_KEEPER_H
