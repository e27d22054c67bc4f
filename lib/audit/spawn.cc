// SPDX-License-Identifier: Apache-2.0
#include "audit/spawn.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace vitals::audit {
namespace {

// Three descriptors in the place of the standard ones, whatever numbers they have now.
bool take_streams(int out, int err) {
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::array<int, 3> apart{};
  std::size_t next = 0;
  for (const int descriptor : {in, out, err}) {
    apart[next] = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    if (apart[next++] < 0) return false;
  }
  for (int number = 0; number < 3; ++number) {
    if (dup2(apart[static_cast<std::size_t>(number)], number) < 0) return false;
  }
  return true;
}

void forget_signals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the new process, which may share our memory: system calls, and nothing else.
[[noreturn]] void become(const Start& start, const Keeper& keeper, pid_t parent, int failed) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // dead before we asked to be told
  keeper.take(getpid(), start.at_most);
  if (take_streams(start.out, start.err)) {
    forget_signals();
    execvpe(start.arguments[0], start.arguments, start.environment);
  }
  const int error = errno;
  keeper.forget(getpid());
  static_cast<void>(!write(failed, &error, sizeof(error)));
  _exit(127);
}

// No handler of ours may run in the new process while it shares our memory. Of vfork(), as memory
// is not copied for a program that looks at none of it.
pid_t start_blocked(const Start& start, const Keeper& keeper, int failed) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  const pid_t parent = getpid();
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t leader = vfork();
  if (leader == 0) become(start, keeper, parent, failed);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return leader;
}

}  // namespace

int spawn(const Start& start, const Keeper& keeper, pid_t& leader) {
  std::array<int, 2> failed{};  // says why it became no program; closed if it did
  if (pipe2(failed.data(), O_CLOEXEC) != 0) return errno;
  const pid_t process = start_blocked(start, keeper, failed[1]);
  int error = process < 0 ? errno : 0;
  close(failed[1]);
  if (process >= 0) {
    int why = 0;
    ssize_t size = 0;
    while ((size = read(failed[0], &why, sizeof(why))) < 0 && errno == EINTR) {
    }
    if (size == static_cast<ssize_t>(sizeof(why))) {
      waitpid(process, nullptr, 0);
      error = why;
    } else {
      leader = process;
    }
  }
  close(failed[0]);
  return error;
}

}  // namespace vitals::audit
