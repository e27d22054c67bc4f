// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/executor.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <thread>

#include "../coordinator/databases.h"

namespace vitals::audit {
namespace {

using namespace std::chrono_literals;

// Both clocks, turned by hand: time-outs come when the test says so.
struct Turned {
  Moment moment{Timestamp{1000s}, 0ms};
  void advance(Seconds length) {
    moment.now += length;
    moment.steady += length;
  }
};

// Steps until one has ended; time stands still.
JobEnded end_of_one(Executor& executor, const Turned& clock) {
  for (;;) {
    auto ended = executor.step(clock.moment);
    if (!ended.empty()) return std::move(ended.front());
    executor.wait(10s, clock.moment);
  }
}

Ended run(std::vector<std::string> command, std::vector<std::string> environment = {}) {
  Executor executor({.max_workers = 1, .most_bytes = 1000});
  const Turned clock;
  executor.start({.key = 7, .command = std::move(command), .environment = std::move(environment)},
                 clock.moment);
  const JobEnded ended = end_of_one(executor, clock);
  CHECK(ended.key == 7);
  CHECK(executor.running() == 0);
  return ended.ended;
}

// One that has ended and that nobody has waited for yet lives no more.
bool lives(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string number;
  std::string name;
  char state = 'Z';
  return file >> number >> name >> state && state != 'Z';
}

// A file that a program writes its number into; waits until it is there.
pid_t number_in(const std::string& path) {
  for (;;) {
    std::ifstream file(path);
    pid_t number = 0;
    if (file >> number && file.get() == '\n') return number;
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

TEST_CASE("A program's end and output are told") {
  struct Row {
    const char* why;
    std::vector<std::string> command;
    Ended::How how;
    int number;
    std::string out;
    std::string err;
  };
  const auto row = GENERATE(values<Row>({
      {"output", {"echo", "a  b", "$HOME; x"}, Ended::How::exited, 0, "a  b $HOME; x\n", ""},
      {"exit code", {"sh", "-c", "echo no >&2; exit 2"}, Ended::How::exited, 2, "", "no\n"},
      {"a signal", {"sh", "-c", "kill -11 $$"}, Ended::How::signalled, 11, "", ""},
      {"no such program", {"/does/not/exist"}, Ended::How::not_started, ENOENT, "", ""},
      {"no program at all", {}, Ended::How::not_started, ENOENT, "", ""},
      {"no right to", {"/etc/passwd"}, Ended::How::not_started, EACCES, "", ""},
      {"nothing to read", {"cat"}, Ended::How::exited, 0, "", ""},
      {"environment", {"sh", "-c", "echo $VITALS_HOST"}, Ended::How::exited, 0, "h1\n", ""},
  }));
  DYNAMIC_SECTION(row.why) {
    const Ended ended = run(row.command, {"VITALS_HOST=h1"});
    CHECK(ended.how == row.how);
    CHECK(ended.number == row.number);
    CHECK(ended.out == row.out);
    CHECK(ended.err == row.err);
    CHECK(ended.started_at == Timestamp{1000s});
    CHECK_FALSE(ended.cut_off);
  }
}

TEST_CASE("Of long output the beginning is kept, and the program is not held up") {
  for (const int bytes : {999, 1000, 1001, 1'000'000}) {
    const Ended ended =
        run({"sh", "-c", "head -c " + std::to_string(bytes) + " /dev/zero; exit 1"});
    CHECK(ended.number == 1);
    CHECK(ended.out.size() == std::min<std::size_t>(static_cast<std::size_t>(bytes), 1000));
    CHECK(ended.cut_off == (bytes > 1000));
  }
}

TEST_CASE("A time-out ends the whole group, asked first") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/child";
  Executor executor({.grace = 5s});
  Turned clock;
  executor.start(
      {.command = {"sh", "-c", "sleep 1000 & echo $! >" + path + "; wait"}, .timeout = 30s},
      clock.moment);
  const pid_t child = number_in(path);
  clock.advance(29s);
  CHECK(executor.step(clock.moment).empty());
  CHECK(lives(child));
  clock.advance(1s);
  CHECK(executor.step(clock.moment).empty());  // asked now
  const Ended ended = end_of_one(executor, clock).ended;
  CHECK(ended.how == Ended::How::timed_out);
  CHECK(ended.finished_at == Timestamp{1030s});
  while (lives(child)) std::this_thread::sleep_for(1ms);
}

TEST_CASE("Who does not hear is killed after the grace") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/ready";
  Executor executor({.grace = 5s});
  Turned clock;
  executor.start(
      {.command = {"sh", "-c", "trap '' TERM; echo $$ >" + path + "; while :; do sleep 0.01; done"},
       .timeout = 30s},
      clock.moment);
  const pid_t leader = number_in(path);
  clock.advance(30s);
  CHECK(executor.step(clock.moment).empty());
  clock.advance(4s);
  CHECK(executor.step(clock.moment).empty());
  CHECK(lives(leader));
  clock.advance(1s);
  CHECK(executor.step(clock.moment).empty());  // killed now
  CHECK(end_of_one(executor, clock).ended.how == Ended::How::timed_out);
}

TEST_CASE("What a program leaves behind in its group is killed, and nobody waits for it") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/child";
  const Ended ended = run({"sh", "-c", "sleep 1000 & echo $! >" + path + "; echo done"});
  CHECK(ended.how == Ended::How::exited);
  CHECK(ended.out == "done\n");
  const pid_t child = number_in(path);
  while (lives(child)) std::this_thread::sleep_for(1ms);
}

TEST_CASE("Several run at a time, and all are killed when asked") {
  Executor executor({.max_workers = 3});
  const Turned clock;
  CHECK(executor.free_workers() == 3);
  for (std::uint64_t key = 0; key < 3; ++key) {
    executor.start({.key = key, .command = {"sleep", "1000"}}, clock.moment);
  }
  CHECK(executor.free_workers() == 0);
  CHECK(executor.running() == 3);
  executor.kill_all();
  std::map<std::uint64_t, Ended::How> ends;
  while (executor.running() > 0) {
    executor.wait(10s, clock.moment);
    for (const JobEnded& job : executor.step(clock.moment)) ends[job.key] = job.ended.how;
  }
  CHECK(ends.size() == 3);
  for (const auto& [key, how] : ends) CHECK(how == Ended::How::stopped);
}

// An engine of which nothing is left but its death: a process that runs something, and then stands
// still.
namespace {

pid_t engine_that_runs(const Job& job, const ExecutorOptions& options) {
  const pid_t engine = fork();
  if (engine != 0) return engine;
  Executor executor(options);
  executor.start(job, {});
  for (;;) pause();
}

}  // namespace

TEST_CASE("When an engine is killed, so is all that it runs, and all that was started by that") {
  const TemporaryDirectory directory;
  const std::string leader = directory.path() + "/leader";
  const std::string child = directory.path() + "/child";
  const pid_t engine = engine_that_runs(
      {.command = {"sh", "-c",
                   "trap '' TERM HUP; (trap '' TERM HUP; sleep 1000) & echo $! >" + child +
                       "; echo $$ >" + leader + "; while :; do wait; done"},
       .timeout = 1000s},
      {});
  const pid_t first = number_in(leader);
  const pid_t second = number_in(child);
  CHECK(lives(first));
  CHECK(lives(second));
  CHECK(kill(engine, SIGKILL) == 0);
  waitpid(engine, nullptr, 0);
  while (lives(first) || lives(second)) std::this_thread::sleep_for(1ms);
}

TEST_CASE("While an engine stands still, what it runs is killed before its lease ends") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/leader";
  const pid_t engine = engine_that_runs(
      {.command = {"sh", "-c", "echo $$ >" + path + "; exec sleep 1000"}, .timeout = 1s},
      {.grace = 0s, .margin = 0s});
  const pid_t leader = number_in(path);
  // The engine has not waited for it, so it stays a dead child of the engine.
  while (lives(leader)) std::this_thread::sleep_for(1ms);
  CHECK(kill(engine, 0) == 0);
  kill(engine, SIGKILL);
  waitpid(engine, nullptr, 0);
}

TEST_CASE("A wait ends when it is told to, also before it began") {
  Executor executor;
  executor.wake();
  executor.wait(1h, {});
  std::thread other([&] { executor.wake(); });
  executor.wait(1h, {});
  other.join();
}

// Answers on the machine itself, as far as being connected to is an answer.
class Listener {
 public:
  Listener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_, any, length) == 0);
    REQUIRE(listen(socket_, 5) == 0);
    REQUIRE(getsockname(socket_, any, &length) == 0);
    port_ = std::to_string(ntohs(address.sin_port));
  }
  ~Listener() { close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string port_;
};

// Debian's monitoring-plugins, where they are installed. Nothing leaves the machine.
TEST_CASE("Plugins of the monitoring systems that there are work as they are") {
  const std::string plugins = "/usr/lib/nagios/plugins/";
  if (!std::ifstream(plugins + "check_dummy")) {
    WARN("no monitoring-plugins in " << plugins);
    return;
  }
  struct Row {
    std::vector<std::string> command;
    Status status;
    const char* output;  // its beginning
  };
  const auto row = GENERATE_COPY(values<Row>({
      {{"check_dummy", "0", "fine"}, Status::ok, "OK: fine"},
      {{"check_dummy", "1", "hm"}, Status::warn, "WARNING: hm"},
      {{"check_dummy", "2", "no"}, Status::crit, "CRITICAL: no"},
      {{"check_dummy", "3"}, Status::nodata, "UNKNOWN"},
      {{"check_tcp", "-H", "127.0.0.1", "-p", "PORT", "-t", "5"}, Status::ok, "TCP OK"},
      {{"check_tcp", "-H", "127.0.0.1", "-p", "1", "-t", "5"}, Status::crit, "connect to address"},
      {{"check_procs", "-w", "1:"}, Status::ok, "PROCS OK"},
      {{"check_no_such_plugin"}, Status::nodata, "not started"},
  }));
  DYNAMIC_SECTION(row.command[0] << " " << row.command.back()) {
    std::vector<std::string> command = row.command;
    command[0] = plugins + command[0];
    const Listener listener;
    std::replace(command.begin(), command.end(), std::string("PORT"), listener.port());
    const Result result = result_of(run(command));
    INFO(result.output);
    CHECK(result.status == row.status);
    CHECK(result.output.starts_with(row.output));
    CHECK(result.output.find('|') == std::string::npos);
  }
}

}  // namespace vitals::audit
