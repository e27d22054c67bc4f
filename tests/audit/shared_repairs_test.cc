// SPDX-License-Identifier: Apache-2.0
// Four engines that repair the hosts of two groups, each a process of its own, killed again and
// again, also in the middle of a repair. The repairs themselves see to it that there are never too
// many of them. Time is in memory that they share: it moves when each engine has looked at it.
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "backends.h"
#include "vitals/audit/engine.h"

namespace vitals::audit {
namespace {

constexpr std::size_t engines = 4;

struct Shared {
  std::atomic<std::int64_t> now{0};
  std::atomic<bool> stop{false};
  std::array<std::atomic<std::int64_t>, engines> looked_at{};
};

class SharedClock final : public Clock {
 public:
  SharedClock(Shared& shared, std::size_t number) : shared_(shared), number_(number) {}

  Timestamp now() override {
    const std::int64_t now = shared_.now;
    shared_.looked_at[number_] = now;
    if (shared_.stop && engine != nullptr) std::exchange(engine, nullptr)->stop();
    return t(now);
  }
  std::chrono::milliseconds steady() override { return Seconds{shared_.now}; }
  void wait_until(Timestamp) override { usleep(100); }
  void wake() override {}

  Engine* engine = nullptr;

 private:
  Shared& shared_;
  std::size_t number_;
};

void ignore(int) {}

// Waits of the executor are as long as those of the world outside; a timer ends them.
void end_waits_early() {
  struct sigaction action{};
  action.sa_handler = ignore;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  const itimerval each{{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &each, nullptr);
}

pid_t start(const std::string& url, Shared& shared, std::size_t number) {
  static int names = 0;
  ++names;
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    end_waits_early();
    SharedClock clock(shared, number);
    const std::string name = "engine-" + std::to_string(names);
    // On a busy machine a database may be locked for longer than one waits for it.
    for (absl::Status status = absl::UnavailableError(""); absl::IsUnavailable(status);) {
      const auto backend = Backend::open(url);
      status = backend.status();
      if (!status.ok()) continue;
      Engine engine(**backend, clock, {[](std::string_view) {}, [] {}},
                    {.name = name, .alive_every = Seconds{10}});
      clock.engine = &engine;
      status = engine.run();
      clock.engine = nullptr;
      if (status.ok()) _exit(0);
    }
    _exit(1);
  } catch (...) {
    _exit(2);
  }
}

// Notes itself beside those that go on, and tells if it should not have begun. The dead count for
// nothing: what a killed engine left must be dead before another repair may begin.
constexpr const char* repair_script = R"sh(
host=$1 group=$2 most=$3
cd "$4" || exit 1
# A process: its number, and since when it is that process's.
who() { cut -d' ' -f1,22 "/proc/$1/stat" 2>/dev/null; }
lives() {
  case $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) in ''|Z|X) return 1 ;; esac
  [ "$(who "$1")" = "$1 $2" ]
}
(
  flock 9
  others=0
  for file in at-"$group"-*; do
    [ -e "$file" ] && lives $(cat "$file") || continue
    others=$((others + 1))
    [ "$file" != "at-$group-$host" ] || echo "two at once on $host" >>wrong
  done
  [ "$others" -lt "$most" ] || echo "more of $group than $most" >>wrong
  who $$ >"at-$group-$host"
  echo "$host $others" >>log
) 9>lock
[ $(($$ % 4)) -ne 0 ] || exec sleep 1000
sleep 0.01
rm -f "at-$group-$host"
)sh";

std::string catalogue_text(const std::string& directory) {
  std::string text = "hosts:\n";
  for (int i = 1; i <= 6; ++i) {
    text += "  h" + std::to_string(i) + ": {groups: [" + (i <= 4 ? "many" : "few") + "]}\n";
  }
  text += "groups: {many: {repairs_at_once: 50%}, few: {repairs_at_once: 1}}\n";
  for (const auto& [group, most] : {std::pair{"many", "2"}, std::pair{"few", "1"}}) {
    text += std::string(group) +
            ":\n  audits:\n    bad:\n      run_every: 10s\n      timeout: 5s\n"
            "      command: [sh, -c, exit 2]\n      repair:\n        enabled: true\n"
            "        timeout: 20s\n        again_after: 1s\n        command: [sh, " +
            directory + "/repair.sh, '{host}', " + group + ", '" + most + "', " + directory + "]\n";
  }
  return text;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The engines of a test, started anew when they are killed.
class Engines {
 public:
  Engines(std::string url, Shared& shared) : url_(std::move(url)), shared_(shared) {
    for (std::size_t i = 0; i < engines; ++i) begin(i);
  }

  void kill_one(std::size_t number) {
    kill(children_[number], SIGKILL);
    waitpid(children_[number], nullptr, 0);
    begin(number);
  }

  // Time passes when all have looked at the clock; whether all of them live on.
  bool tick() {
    bool all_live = true;
    for (std::size_t i = 0; i < engines; ++i) {
      while (children_[i] > 0 && shared_.looked_at[i] < shared_.now) {
        usleep(100);
        int status = 0;
        if (waitpid(children_[i], &status, WNOHANG) != children_[i]) continue;
        children_[i] = 0;
        exits_ |= status;
      }
      all_live = all_live && children_[i] > 0;
    }
    ++shared_.now;
    return all_live;
  }

  // Each ends by itself, while time passes; 0 if all of them did so with 0.
  int stop_all() {
    shared_.stop = true;
    while (std::any_of(children_.begin(), children_.end(), [](pid_t child) { return child > 0; })) {
      tick();
    }
    return exits_;
  }

 private:
  void begin(std::size_t number) {
    shared_.looked_at[number] = -1;
    children_[number] = start(url_, shared_, number);
  }

  std::string url_;
  Shared& shared_;
  std::array<pid_t, engines> children_{};  // 0: it has ended by itself
  int exits_ = 0;
};

}  // namespace

TEST_CASE("Engines that are killed at repairs never repair a host twice, nor too many of a group") {
  const std::uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  INFO("seed " << seed);
  on_each_database([&](const TestDatabase& database) {
    const TemporaryDirectory directory;
    std::ofstream(directory.path() + "/repair.sh") << repair_script;
    fill(*open_backend(database.url), catalogue_of(catalogue_text(directory.path())), t(0));
    void* const memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    auto& shared = *new (memory) Shared;
    Engines all(database.url, shared);
    const auto log = [&] { return contents(directory.path() + "/log"); };
    // As long as it takes to have two at once in the group of four.
    const auto two_at_once = [&] { return log().find(" 1\n") != std::string::npos; };
    bool alive = true;
    while (alive && (shared.now < 1500 || !two_at_once()) && shared.now < 20'000) {
      if (random() % 50 == 0) {
        usleep(static_cast<useconds_t>(random() % 5000));
        all.kill_one(random() % engines);
      }
      alive = all.tick();
    }
    CHECK(alive);
    CHECK(all.stop_all() == 0);
    CHECK(contents(directory.path() + "/wrong") == "");
    CHECK(lines_in(log()) >= 20);
    CHECK(two_at_once());
    // Nothing is left behind but the repairs of the killed, until their leases end.
    const auto backend = open_backend(database.url);
    good(backend->visit_repairs(
        distant_future, [&](const RepairRecord& one) { CHECK(one.until <= t(shared.now + 100)); }));
    munmap(memory, sizeof(Shared));
  });
}

}  // namespace vitals::audit
