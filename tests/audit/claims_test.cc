// SPDX-License-Identifier: Apache-2.0
// Four engines that share the work, each a process of its own, killed again and again. Time is in
// memory that they share: it moves when each of them has looked at it, so that it does not matter
// how fast the machine is. And one claim while another goes on.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "backends.h"
#include "sql/sql.h"
#include "vitals/audit/scheduler.h"

namespace vitals::audit {
namespace {

constexpr std::size_t engines = 4;
constexpr Seconds period{120};
constexpr Seconds lease{60};
constexpr Seconds refresh_every{30};

struct Shared {
  std::atomic<std::int64_t> now{0};
  std::atomic<bool> stop{false};
  std::array<std::atomic<std::int64_t>, engines> looked_at{};  // the last moment that each has seen
};

class SharedClock final : public Clock {
 public:
  explicit SharedClock(const Shared& shared) : shared_(shared) {}
  Timestamp now() override { return t(shared_.now); }
  std::chrono::milliseconds steady() override { return Seconds{shared_.now}; }
  void wait_until(Timestamp) override { usleep(100); }
  void wake() override {}

 private:
  const Shared& shared_;
};

// What happened, in the order in which it did: each line is one write at the end of the file.
void log_line(int log, char what, std::int64_t record, std::int64_t now) {
  const std::string line =
      std::string(1, what) + " " + std::to_string(record) + " " + std::to_string(now) + "\n";
  if (write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(9);
}

// An engine; ends itself with 1 where something is wrong.
class Engine {
 public:
  Engine(const std::string& url, Shared& shared, std::size_t number, int log)
      : shared_(shared),
        clock_(shared),
        number_(number),
        log_(log),
        backend_(*Backend::open(url)),
        scheduler_(*backend_, clock_, {.refresh_every = refresh_every}) {}

  [[noreturn]] void run() {
    while (!shared_.stop) {
      const std::int64_t seen = shared_.now;
      end_some(t(seen));
      begin_some();
      shared_.looked_at[number_] = seen;
      while (shared_.now == seen && !shared_.stop) usleep(100);
    }
    end_some(distant_future);
    _exit(0);
  }

 private:
  struct Running {
    TaskId task;
    Claimed claimed;
    Timestamp begin;
    Timestamp end;
  };

  void begin_some() {
    const auto yielded = scheduler_.take_due();
    const std::vector<TaskId> due(yielded.begin(), yielded.end());
    if (due.empty()) return;
    const Timestamp now = clock_.now();
    std::vector<ClaimRequest> requests;
    for (const TaskId task : due) {
      requests.push_back({scheduler_.look_up(task)->record, now + lease});
    }
    const auto answers = backend_->claim(std::to_string(number_), requests, now);
    if (!answers.ok()) _exit(1);
    for (std::size_t i = 0; i < due.size(); ++i) {
      const ClaimAnswer& answer = (*answers)[i];
      if (!answer.granted()) {
        scheduler_.give_back(due[i], answer.retry_at);
        continue;
      }
      log_line(log_, 'B', requests[i].id, (now - t(0)).count());
      running_.push_back({due[i],
                          {requests[i].id, answer.claim},
                          now,
                          now + Seconds{static_cast<std::int64_t>(requests[i].id) % 7}});
    }
  }

  void end_some(Timestamp now) {
    for (std::size_t i = 0; i < running_.size();) {
      const Running one = running_[i];
      if (one.end > now) {
        ++i;
        continue;
      }
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      log_line(log_, 'E', one.claimed.id, shared_.now);
      Finished finished;
      finished.claimed = one.claimed;
      finished.result.status = Status::ok;
      finished.result.started_at = one.begin;
      finished.result.finished_at = clock_.now();
      finished.next_run = scheduler_.finish(one.task);
      const std::span<const Finished> all(&finished, 1);
      if (!backend_->finish(std::to_string(number_), all, clock_.now()).ok()) _exit(1);
    }
  }

  Shared& shared_;
  SharedClock clock_;
  std::size_t number_;
  int log_;
  std::unique_ptr<Backend> backend_;
  Scheduler scheduler_;
  std::vector<Running> running_;
};

pid_t start(const std::string& url, Shared& shared, std::size_t number, int log) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    Engine(url, shared, number, log).run();
  } catch (...) {
    _exit(2);
  }
}

// No record begins twice within a lease unless the run before has ended, and none is forgotten.
void check_log(const std::string& path, std::size_t records, std::int64_t end) {
  struct Last {
    std::int64_t begin = 0;
    bool ended = true;
  };
  std::map<std::int64_t, Last> last;
  std::ifstream log(path);
  std::size_t begins = 0;
  for (auto [what, record, now] = std::tuple<char, std::int64_t, std::int64_t>();
       log >> what >> record >> now;) {
    Last& before = last[record];
    INFO(what << " " << record << " at " << now << ", begun before at " << before.begin);
    if (what == 'E') {
      before.ended = true;
      continue;
    }
    ++begins;
    CHECK((before.ended || now >= before.begin + lease.count()));
    // A period, the spread of a first or a missed run, a lease that a dead engine held and the wait
    // for its end, and what an engine that was just started does not know yet.
    CHECK(now - before.begin <= 2 * period.count() + lease.count() + refresh_every.count() + 60);
    before = {now, false};
  }
  CHECK(last.size() == records);
  for (const auto& [record, one] : last) {
    INFO(record);
    CHECK(end - one.begin <= 2 * period.count() + lease.count() + refresh_every.count() + 60);
  }
  CHECK(begins >= records * static_cast<std::size_t>(end / period.count() - 2) / 2);
}

}  // namespace

TEST_CASE("Four engines share the work: nothing is run twice within a lease, nothing is lost") {
  const std::uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  INFO("seed " << seed);
  on_each_database([&](const TestDatabase& database) {
    constexpr std::size_t hosts = 40;
    constexpr std::int64_t end = 1200;
    fill(*open_backend(database.url), big_catalogue(hosts, 2, period), t(0));
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/log";
    const int log = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    REQUIRE(log >= 0);
    void* const memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    auto& shared = *new (memory) Shared;
    for (auto& moment : shared.looked_at) moment = -1;
    std::array<pid_t, engines> children{};
    for (std::size_t i = 0; i < engines; ++i) children[i] = start(database.url, shared, i, log);
    int kills = 0;
    int deaths = 0;  // by themselves
    for (; shared.now < end; ++shared.now) {
      const bool to_kill = random() % 40 == 0;
      const std::size_t victim = random() % engines;
      if (to_kill) {
        usleep(static_cast<useconds_t>(random() % 3000));
        kill(children[victim], SIGKILL);
        waitpid(children[victim], nullptr, 0);
        ++kills;
        shared.looked_at[victim] = -1;
        children[victim] = start(database.url, shared, victim, log);
      }
      for (std::size_t i = 0; i < engines; ++i) {
        while (shared.looked_at[i] < shared.now && deaths == 0) {
          usleep(100);
          if (waitpid(children[i], nullptr, WNOHANG) == children[i]) ++deaths;
        }
      }
      if (deaths > 0) break;
    }
    shared.stop = true;
    for (const pid_t child : children) waitpid(child, nullptr, 0);
    close(log);
    REQUIRE(deaths == 0);
    CHECK(kills > 5);
    check_log(path, hosts * 2, end);
    // What the dead left behind is for everybody again.
    const auto backend = open_backend(database.url);
    std::vector<ClaimRequest> all;
    for (const Record& record : records_of(*backend)) all.push_back({record.id, t(end + 9999)});
    for (const ClaimAnswer& answer : good(backend->claim("last", all, t(end + 400)))) {
      CHECK(answer.granted());
    }
    munmap(memory, sizeof(Shared));
  });
}

TEST_CASE("A record that somebody else is claiming is refused without a wait, others are granted") {
  if (!is_wanted("postgresql")) return;  // SQLite has no locks of single rows
  const TestDatabase database = make_postgresql();
  const auto other = good(sql::Connection::open(database.url));
  // So that a claim which waits is an error, and not a test that hangs.
  good(
      other->script("DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || "
                    "' SET lock_timeout = ''5s'''; END $$"));
  const auto backend = open_backend(database.url);
  fill(*backend, big_catalogue(2, 1, period), t(0));
  std::vector<ClaimRequest> both;
  for (const Record& record : records_of(*backend)) both.push_back({record.id, t(60)});
  REQUIRE(both.size() == 2);
  auto claiming = good(sql::Transaction::begin(*other, sql::Begin::write));
  good(other->query("SELECT id FROM audit_records WHERE id = $1 FOR UPDATE",
                    std::array{sql::Value(both[0].id)}, [](const sql::Row&) {}));
  const auto answers = good(backend->claim("e", both, t(0)));
  CHECK_FALSE(answers[0].granted());
  CHECK(answers[0].retry_at == t(5));
  CHECK(answers[1].granted());
  good(claiming.commit());
  CHECK(good(backend->claim("e", both, t(5))).at(0).granted());
}

}  // namespace vitals::audit
