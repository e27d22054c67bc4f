// SPDX-License-Identifier: Apache-2.0
/// @file
/// Runs programs, several at a time, without a shell and without threads.
///
///     Executor executor({.max_workers = 8});
///     executor.start({.key = 1, .command = {"check_ssh", "-H", "192.0.2.1"}}, moment);
///     executor.wait(1s);
///     for (const JobEnded& job : executor.step(moment)) ...
///
/// Each program is the leader of a process group of its own, reads nothing, and writes into pipes
/// of which at most so much is kept. When its time is out the group is asked to end (SIGTERM), and
/// after a grace is made to (SIGKILL). When the leader ends what is left of the group is killed:
/// an audit leaves nothing behind. When the engine itself is killed, so are all its groups, by a
/// small process beside it. On Linux, as it waits for processes by descriptors.
///
/// Time is given: the clock of the wall for the records, one that never steps for time-outs.
/// Threads: one; with it end the programs that it started.

#ifndef VITALS_AUDIT_EXECUTOR_H
#define VITALS_AUDIT_EXECUTOR_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vitals/audit/outcome.h"
#include "vitals/time.h"

namespace vitals::audit {

struct ExecutorOptions {
  std::size_t max_workers = 8;
  std::size_t most_bytes = 65'536;  ///< kept of each of a program's two outputs
  Seconds grace{5};                 ///< between asking a group to end and killing it
  Seconds margin{10};               ///< after that it is killed even if the engine stands still
};

/// Both clocks at one moment.
struct Moment {
  Timestamp now{};
  std::chrono::milliseconds steady{0};
};

/// A program to be run.
struct Job {
  std::uint64_t key = 0;  ///< what its end is told with
  std::vector<std::string> command{};
  std::vector<std::string> environment{};  ///< `NAME=VALUE`, beside what the engine itself has
  Seconds timeout{60};
};

struct JobEnded {
  std::uint64_t key = 0;
  Ended ended{};
};

class Executor {
 public:
  explicit Executor(const ExecutorOptions& options = {});
  ~Executor();  ///< kills what still runs
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Starts a program, found by PATH. One that cannot be started ends at the next step. There must
  /// be a free worker.
  void start(Job job, Moment moment);

  /// Waits until a program wrote something or ended, wake() was called, or the time is over. A time
  /// limit of a program that comes sooner ends the wait, too.
  void wait(std::chrono::milliseconds most, Moment moment);

  /// Reads what was written, kills what is out of time; what has ended.
  [[nodiscard]] std::vector<JobEnded> step(Moment moment);

  /// Kills everything; the next steps tell it as stopped.
  void kill_all();

  /// Ends a wait, or the next one. Also from handlers of signals, and from other threads.
  void wake() noexcept;

  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] std::size_t free_workers() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_EXECUTOR_H
