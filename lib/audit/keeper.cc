// SPDX-License-Identifier: Apache-2.0
#include "audit/keeper.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace vitals::audit {
namespace {

struct Message {
  pid_t group = 0;
  std::int64_t at_most_ms = 0;  // 0: forget it
};

struct Group {
  pid_t number = 0;  // 0: none
  std::int64_t until_ms = 0;
};

// Goes on while the machine sleeps, as leases do.
std::int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void heed(std::vector<Group>& groups, const Message& message) {
  const pid_t wanted = message.at_most_ms > 0 ? 0 : message.group;
  const auto place = std::find_if(groups.begin(), groups.end(),
                                  [&](const Group& group) { return group.number == wanted; });
  if (place == groups.end()) return;
  *place = {};
  if (message.at_most_ms > 0) *place = {message.group, now_ms() + message.at_most_ms};
}

// Kills what is out of time; how long to wait for the next one.
int kill_late(std::vector<Group>& groups) {
  std::int64_t wait = INT_MAX;
  const std::int64_t now = now_ms();
  for (Group& group : groups) {
    if (group.number == 0) continue;
    if (group.until_ms <= now) {
      kill(-group.number, SIGKILL);
      group = {};
    } else {
      wait = std::min(wait, group.until_ms - now);
    }
  }
  return static_cast<int>(wait);
}

// The life of the process. It allocates nothing: whoever forked it may have had threads.
[[noreturn]] void keep(int socket, std::vector<Group>& groups) {
  setsid();
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);  // who stops the engine does not mean us
  prctl(PR_SET_NAME, "vitals-keeper");
  // What we inherited must not stay open here: pipes of readers, the other end of our own.
  if (socket > 0) close_range(0, static_cast<unsigned>(socket) - 1, 0);
  close_range(static_cast<unsigned>(socket) + 1, UINT_MAX, 0);
  for (;;) {
    pollfd waits{socket, POLLIN, 0};
    poll(&waits, 1, kill_late(groups));
    Message message;
    const ssize_t size = recv(socket, &message, sizeof(message), MSG_DONTWAIT);
    if (size == static_cast<ssize_t>(sizeof(message))) {
      heed(groups, message);
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
      break;  // nobody is left who could tell us anything
    }
  }
  for (const Group& group : groups) {
    if (group.number != 0) kill(-group.number, SIGKILL);
  }
  _exit(0);
}

void tell(int socket, const Message& message) {
  while (send(socket, &message, sizeof(message), MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

}  // namespace

Keeper::Keeper(std::size_t most_groups) {
  std::vector<Group> groups(most_groups);
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::runtime_error("no descriptors left");
  }
  process_ = fork();
  if (process_ == 0) keep(ends[1], groups);
  close(ends[1]);
  socket_ = ends[0];
  if (process_ < 0) {
    close(socket_);
    throw std::runtime_error("no process can be made");
  }
}

Keeper::~Keeper() {
  close(socket_);
  waitpid(process_, nullptr, 0);
}

void Keeper::take(pid_t group, std::chrono::milliseconds at_most) const noexcept {
  tell(socket_, {group, std::max<std::int64_t>(at_most.count(), 1)});
}

void Keeper::forget(pid_t group) const noexcept { tell(socket_, {group, 0}); }

}  // namespace vitals::audit
