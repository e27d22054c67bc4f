// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "audit/catalogue_values.h"
#include "commands.h"
#include "inputs.h"
#include "output.h"
#include "system_clock.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/audit/engine.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

Engine* running = nullptr;  // for the handler of signals

extern "C" void stop_on_signal(int) {
  if (running != nullptr) running->stop();
}

void handle_signals() {
  struct sigaction action{};
  action.sa_handler = stop_on_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is told by write()
}

// Standard output in whole lines. When nobody reads any more, the engine is to stop in order: the
// results still belong to the backend.
class Lines {
 public:
  void add(std::string_view line) { buffer_ += line; }

  void flush() {
    std::string_view rest = buffer_;
    while (!rest.empty() && error_ == 0) {
      const ssize_t count = write(STDOUT_FILENO, rest.data(), rest.size());
      if (count >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
        error_ = errno;
        if (running != nullptr) running->stop();
      }
    }
    buffer_.clear();
  }

  [[nodiscard]] int error() const { return error_; }

 private:
  std::string buffer_;
  int error_ = 0;
};

std::string default_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return cat(std::string_view(host.data()), "-", getpid());
}

void print_counters(const EngineCounters& counters) {
  std::fprintf(stderr,
               "vitals: audits run %llu, claimed by others %llu, results too late %llu, repairs "
               "%llu\n",
               static_cast<unsigned long long>(counters.runs),
               static_cast<unsigned long long>(counters.refused),
               static_cast<unsigned long long>(counters.lost),
               static_cast<unsigned long long>(counters.repairs));
}

}  // namespace

int run(const RunCommand& command) {
  if (const std::string fault = fault_of_name(command.name);
      !command.name.empty() && !fault.empty()) {
    return refuse_input(invalid("--name: ", fault));
  }
  auto policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  auto backend = Backend::open(command.catalogue, OpenMode::write);
  if (!backend.ok()) return refuse_input(backend.status());
  SystemClock clock;
  Lines lines;
  EngineOptions options;
  options.name = command.name.empty() ? default_name() : command.name;
  options.executor.max_workers = command.workers;
  options.scheduler.refresh_every = command.refresh;
  options.scheduler.timetable.spread = command.spread;
  options.push_period = command.push;
  options.keep = command.keep;
  options.once = command.once;
  options.dry_run = command.dry_run;
  options.policy = *std::move(policy);
  options.on_message = [&clock](std::string_view message) {
    print_error(cat(format_timestamp(clock.now()), " ", message));
  };
  Engine engine(
      **backend, clock,
      {.line = [&](std::string_view line) { lines.add(line); }, .flush = [&] { lines.flush(); }},
      options);
  running = &engine;
  handle_signals();
  const absl::Status status = engine.run();
  lines.flush();
  running = nullptr;
  if (!status.ok()) return exit_bad_input;  // it was told
  print_counters(engine.counters());
  if (lines.error() == 0 || lines.error() == EPIPE) return exit_ok;
  print_error(cat("vitals: standard output cannot be written: ", std::strerror(lines.error())));
  return exit_internal;
}

}  // namespace vitals::audit
