// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/executor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "audit/keeper.h"
#include "audit/spawn.h"

extern char** environ;

namespace vitals::audit {
namespace {

using Millis = std::chrono::milliseconds;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  void reset() { *this = Descriptor(); }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;

  // 0, or what the system says.
  int open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
  }
};

// What a program writes, of which the first bytes are kept.
struct Stream {
  Descriptor from;
  std::string text;

  // Reads all that is there; whether some of it was not kept.
  bool read_all(std::size_t most_bytes) {
    bool cut_off = false;
    std::array<char, 4096> buffer{};
    while (from.get() >= 0) {
      const ssize_t count = read(from.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) break;
      if (count <= 0) {
        from.reset();
        break;
      }
      const std::size_t kept = std::min(static_cast<std::size_t>(count), most_bytes - text.size());
      text.append(buffer.data(), kept);
      cut_off = cut_off || kept < static_cast<std::size_t>(count);
    }
    return cut_off;
  }
};

enum class Killed : std::uint8_t { no, asked, killed };

struct Process {
  std::uint64_t key = 0;
  pid_t leader = -1;  // -1: it was not started
  Descriptor ends;    // readable when the leader has ended
  Stream out;
  Stream err;
  Ended ended;
  Millis deadline{0};
  Killed killed = Killed::no;
};

std::vector<char*> pointers(std::vector<std::string>& texts, char** more) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  for (; more != nullptr && *more != nullptr; ++more) all.push_back(*more);
  all.push_back(nullptr);
  return all;
}

// 0, or what the system says.
int launch(Job& job, const Keeper& keeper, Seconds at_most, Process& process) {
  if (job.command.empty()) return ENOENT;
  Pipe out;
  Pipe err;
  if (const int error = out.open()) return error;
  if (const int error = err.open()) return error;
  const auto arguments = pointers(job.command, nullptr);
  const auto environment = pointers(job.environment, environ);
  pid_t leader = -1;
  const int error = spawn({.arguments = arguments.data(),
                           .environment = environment.data(),
                           .out = out.write_end.get(),
                           .err = err.write_end.get(),
                           .at_most = at_most},
                          keeper, leader);
  if (error != 0) return error;
  process.leader = leader;
  process.ends = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, leader, 0)));
  process.out.from = std::move(out.read_end);
  process.err.from = std::move(err.read_end);
  return 0;
}

}  // namespace

class Executor::Impl {
 public:
  explicit Impl(const ExecutorOptions& options)
      : options_(options),
        keeper_(options.max_workers),
        wakes_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wakes_.get() < 0) throw std::runtime_error("no descriptors left");
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    kill_all();
    for (const Process& process : processes_) {
      if (process.leader >= 0) static_cast<void>(wait_for(process.leader));
    }
  }

  void start_job(Job job, Moment moment) {
    Process process;
    process.key = job.key;
    process.deadline = moment.steady + job.timeout;
    process.ended.started_at = moment.now;
    process.ended.timeout = job.timeout;
    const Seconds at_most = sum(job.timeout, options_.grace, options_.margin);
    if (const int error = launch(job, keeper_, at_most, process)) {
      process.ended.how = Ended::How::not_started;
      process.ended.number = error;
    }
    processes_.push_back(std::move(process));
  }

  void wait(Millis most, Moment moment) {
    polled_.clear();
    polled_.push_back({wakes_.get(), POLLIN, 0});
    for (const Process& process : processes_) {
      if (process.leader < 0) most = Millis{0};
      const Millis left = process.deadline - moment.steady;
      if (process.killed != Killed::killed) most = std::min(most, left);
      for (const int descriptor :
           {process.ends.get(), process.out.from.get(), process.err.from.get()}) {
        if (descriptor >= 0) polled_.push_back({descriptor, POLLIN, 0});
      }
    }
    const auto limit = std::clamp<std::int64_t>(most.count(), 0, 60'000);
    poll(polled_.data(), polled_.size(), static_cast<int>(limit));
    std::uint64_t count = 0;
    while (read(wakes_.get(), &count, sizeof(count)) > 0) {
    }
  }

  std::vector<JobEnded> step(Moment moment) {
    std::vector<JobEnded> ended;
    for (std::size_t i = 0; i < processes_.size();) {
      if (!step(processes_[i], moment)) {
        ++i;
        continue;
      }
      ended.push_back({processes_[i].key, std::move(processes_[i].ended)});
      std::swap(processes_[i], processes_.back());
      processes_.pop_back();
    }
    return ended;
  }

  void kill_all() {
    for (Process& process : processes_) {
      if (process.leader < 0) continue;
      if (process.killed == Killed::no) process.ended.how = Ended::How::stopped;
      kill(process, Killed::killed);
    }
  }

  void wake() noexcept {
    const std::uint64_t one = 1;
    // The only failure is that it is awake a thousand million times already.
    static_cast<void>(!write(wakes_.get(), &one, sizeof(one)));
  }

  [[nodiscard]] std::size_t running() const { return processes_.size(); }
  [[nodiscard]] std::size_t free_workers() const {
    return options_.max_workers - std::min(options_.max_workers, processes_.size());
  }

 private:
  // The leader was not waited for yet, so the number of its group is nobody else's.
  static void kill(Process& process, Killed how) {
    ::kill(-process.leader, how == Killed::asked ? SIGTERM : SIGKILL);
    process.killed = how;
  }

  [[nodiscard]] int wait_for(pid_t leader) const {
    keeper_.forget(leader);
    int status = 0;
    waitpid(leader, &status, 0);
    return status;
  }

  void read_all(Process& process) const {
    const bool out = process.out.read_all(options_.most_bytes);
    const bool err = process.err.read_all(options_.most_bytes);
    process.ended.cut_off = process.ended.cut_off || out || err;
  }

  // Whether it has ended.
  bool step(Process& process, Moment moment) {
    Ended& ended = process.ended;
    if (process.leader < 0) {
      ended.finished_at = later(moment.now, ended.started_at);
      return true;
    }
    read_all(process);
    siginfo_t info{};
    const auto id = static_cast<id_t>(process.leader);
    if (waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
      kill_late(process, moment.steady);
      return false;
    }
    read_all(process);  // what it wrote last
    kill(process, Killed::killed);
    const int status = wait_for(process.leader);
    process.leader = -1;
    const bool exited = WIFEXITED(status);
    if (ended.how == Ended::How::exited && !exited) ended.how = Ended::How::signalled;
    ended.number = exited ? WEXITSTATUS(status) : WTERMSIG(status);
    ended.out = std::move(process.out.text);
    ended.err = std::move(process.err.text);
    ended.finished_at = later(moment.now, ended.started_at);
    return true;
  }

  void kill_late(Process& process, Millis steady) const {
    if (process.killed == Killed::killed || steady < process.deadline) return;
    if (process.killed == Killed::asked) return kill(process, Killed::killed);
    process.ended.how = Ended::How::timed_out;
    process.deadline = steady + options_.grace;
    kill(process, Killed::asked);
  }

  ExecutorOptions options_;
  Keeper keeper_;
  Descriptor wakes_;
  std::vector<Process> processes_;
  std::vector<pollfd> polled_;  // kept, so that nothing is allocated
};

Executor::Executor(const ExecutorOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Executor::~Executor() = default;

void Executor::start(Job job, Moment moment) { impl_->start_job(std::move(job), moment); }
void Executor::wait(std::chrono::milliseconds most, Moment moment) { impl_->wait(most, moment); }
std::vector<JobEnded> Executor::step(Moment moment) { return impl_->step(moment); }
void Executor::kill_all() { impl_->kill_all(); }
void Executor::wake() noexcept { impl_->wake(); }
std::size_t Executor::running() const { return impl_->running(); }
std::size_t Executor::free_workers() const { return impl_->free_workers(); }

}  // namespace vitals::audit
