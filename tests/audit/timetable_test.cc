// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/timetable.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <random>
#include <string>

namespace vitals::audit {
namespace {

constexpr Timestamp t(std::int64_t seconds) { return Timestamp{Seconds{1'700'000'000 + seconds}}; }

static_assert(next_on_grid(Timestamp{Seconds{0}}, Seconds{60}, 7) == Timestamp{Seconds{7}});
static_assert(next_on_grid(Timestamp{Seconds{6}}, Seconds{60}, 7) == Timestamp{Seconds{7}});
static_assert(next_on_grid(Timestamp{Seconds{7}}, Seconds{60}, 7) == Timestamp{Seconds{67}});
static_assert(next_on_grid(Timestamp{Seconds{8}}, Seconds{60}, 67) == Timestamp{Seconds{67}});
static_assert(next_on_grid(Timestamp{Seconds{8}}, Seconds{1}, 12345) == Timestamp{Seconds{9}});
static_assert(next_on_grid(Timestamp{Seconds{-5}}, Seconds{60}, 0) == Timestamp{Seconds{0}});

static_assert(!lies_too_far(std::nullopt, Seconds{60}, t(0)));
static_assert(!lies_too_far(t(659), Seconds{60}, t(0)));
static_assert(!lies_too_far(t(660), Seconds{60}, t(0)));
static_assert(lies_too_far(t(661), Seconds{60}, t(0)));

std::vector<TaskId> due_at(Timetable& table, Timestamp now) {
  std::vector<TaskId> due;
  table.take_due(now, due);
  return due;
}

}  // namespace

TEST_CASE("A new task runs soon, and then on its grid") {
  Timetable table({.spread = Seconds{300}, .late = Seconds{60}});
  const TaskId id = table.add({.period = Seconds{3600}, .hash = 1000, .next_run = {}}, t(0));
  REQUIRE(table.next_due() == t(100));  // 1000 mod 300
  CHECK(due_at(table, t(99)).empty());
  CHECK(due_at(table, t(100)) == std::vector{id});
  CHECK_FALSE(table.next_due());
  CHECK(due_at(table, t(10'000)).empty());  // it is being run
  CHECK(table.finish(id, t(110)) == next_on_grid(t(110), Seconds{3600}, 1000));
}

TEST_CASE("A run is missed when it is later than told, and then spread, once") {
  struct Row {
    const char* why;
    std::int64_t now;
    std::int64_t due;
  };
  const Row row = GENERATE(values<Row>({{"in time", 1000, 1000},
                                        {"late", 1060, 1060},
                                        {"missed", 1061, 1061 + 100},
                                        {"missed sixty times", 217'000, 217'000 + 100}}));
  DYNAMIC_SECTION(row.why) {
    Timetable table({.spread = Seconds{300}, .late = Seconds{60}});
    const TaskId id = table.add({.period = Seconds{3600}, .hash = 100, .next_run = t(1000)}, t(0));
    const auto at_once = due_at(table, t(row.now));
    CHECK(at_once.empty() == (row.due != row.now));
    if (at_once.empty()) {
      CHECK(table.next_due() == t(row.due));
      CHECK(due_at(table, t(row.due - 1)).empty());
      CHECK(due_at(table, t(row.due + 1000)) == std::vector{id});  // late again, but spread already
    }
    CHECK(table.finish(id, t(row.due)) > t(row.due));
  }
}

TEST_CASE("Missed runs of a group are spread when the program starts again") {
  Timetable table({.spread = Seconds{300}, .late = Seconds{60}});
  for (std::uint64_t i = 0; i < 3000; ++i) {
    static_cast<void>(
        table.add({.period = Seconds{3600}, .hash = i * 7919, .next_run = t(0)}, t(7200)));
  }
  std::size_t most = 0;
  std::size_t all = 0;
  for (std::int64_t s = 7200; s < 7500; ++s) {
    const std::size_t count = due_at(table, t(s)).size();
    most = std::max(most, count);
    all += count;
  }
  CHECK(all == 3000);
  CHECK(most <= 20);  // ten a second, near enough
}

TEST_CASE("What was kept is believed unless it cannot be") {
  struct Row {
    const char* why;
    std::int64_t kept;
    bool believed;
  };
  const Row row = GENERATE(values<Row>({{"a period ahead", 3600, true},
                                        {"a period and the slack", 3600 + 600, true},
                                        {"more", 3600 + 601, false},
                                        {"years", 99'999'999, false}}));
  DYNAMIC_SECTION(row.why) {
    Timetable table;
    static_cast<void>(
        table.add({.period = Seconds{3600}, .hash = 5, .next_run = t(row.kept)}, t(0)));
    const Timestamp grid = next_on_grid(t(0), Seconds{3600}, 5);
    CHECK(table.next_due() == (row.believed ? t(row.kept) : grid));
  }
}

TEST_CASE("Pause, resume, run now") {
  Timetable table;
  const TaskId id = table.add({.period = Seconds{3600}, .hash = 0, .next_run = t(100)}, t(0));
  table.pause(id);
  CHECK(table.is_paused(id));
  CHECK_FALSE(table.next_due());
  CHECK(due_at(table, t(200)).empty());
  table.run_now(id, t(200));
  CHECK(due_at(table, t(200)).empty());
  table.resume(id, t(210));
  CHECK(due_at(table, t(210)) == std::vector{id});
  CHECK(table.is_running(id));
  table.run_now(id, t(220));  // while it is being run: once more afterwards
  CHECK(due_at(table, t(220)).empty());
  CHECK(table.finish(id, t(230)) == t(230));
  CHECK(due_at(table, t(230)) == std::vector{id});
  CHECK(table.finish(id, t(231)) > t(231));
  table.run_now(id, t(240));
  CHECK(due_at(table, t(240)) == std::vector{id});
  table.give_back(id, t(300));
  CHECK(table.next_due() == t(300));
}

TEST_CASE("A removed task is yielded no more, and its number is given again only when it is idle") {
  Timetable table;
  const TaskId a = table.add({.period = Seconds{60}, .hash = 0, .next_run = t(10)}, t(0));
  CHECK(due_at(table, t(10)) == std::vector{a});
  table.remove(a);
  CHECK(table.size() == 0);
  const TaskId b = table.add({.period = Seconds{60}, .hash = 0, .next_run = t(20)}, t(10));
  CHECK(b != a);
  table.finish(a, t(11));
  CHECK(due_at(table, t(1000)).size() <= 1);
  const TaskId c = table.add({.period = Seconds{60}, .hash = 0, .next_run = {}}, t(1000));
  CHECK(c == a);
  table.remove(c);
  table.remove(c);  // twice does nothing
  CHECK(table.size() == 1);
}

TEST_CASE("What another engine did moves a task, what is known already does not") {
  Timetable table;
  const TaskId id = table.add({.period = Seconds{3600}, .hash = 7, .next_run = t(100)}, t(0));
  table.set_next_run(id, t(3700), t(50));
  CHECK(table.next_due() == t(3700));
  CHECK(due_at(table, t(3700)) == std::vector{id});
  table.give_back(id, t(3730));
  table.set_next_run(id, t(3700), t(3710));  // nothing new
  CHECK(table.next_due() == t(3730));
  table.set_next_run(id, t(3715), t(3720));  // somebody asked for a run now
  CHECK(due_at(table, t(3720)) == std::vector{id});
  table.set_next_run(id, t(9999), t(3721));  // it is being run
  CHECK(table.finish(id, t(3725)) == next_on_grid(t(3725), Seconds{3600}, 7));
}

TEST_CASE("Another period keeps what is sooner") {
  Timetable table;
  const TaskId id = table.add({.period = Seconds{86'400}, .hash = 0, .next_run = t(80'000)}, t(0));
  table.set_period(id, Seconds{60}, t(100));
  CHECK(table.next_due() == next_on_grid(t(100), Seconds{60}, 0));
  table.set_period(id, Seconds{86'400}, t(101));
  CHECK(*table.next_due() <= t(161));
}

TEST_CASE("A clock that steps back makes nobody wait longer than a period and the slack") {
  Timetable table;
  const TaskId id = table.add({.period = Seconds{3600}, .hash = 0, .next_run = t(0)}, t(0));
  CHECK(due_at(table, t(0)) == std::vector{id});
  const Timestamp next = table.finish(id, t(1));
  CHECK(due_at(table, t(-1)).empty());  // a second: no second run
  CHECK(table.next_due() == next);
  CHECK(due_at(table, t(-86'400)).empty());  // a day
  CHECK(*table.next_due() <= t(-86'400 + 3600 + 600));
}

// A table beside a plain account of what it should do: what is yielded is idle, wanted and due; and
// nobody who may run waits longer than was promised.
namespace {

class Accounts {
 public:
  explicit Accounts(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (accounts_.empty() ? 0 : below(12)) {
      case 0:
        return add();
      case 1:
        return remove();
      case 2:
        return change_period();
      case 3:
        return pause_or_resume();
      case 4:
        now_ += Seconds{static_cast<std::int64_t>(below(200'001)) - 100'000};  // the clock steps
        for (auto& [id, account] : accounts_) account.idle = 0;
        return;
      case 5:
        return table_.run_now(pick(), now_);
      default:
        return pass(Seconds{static_cast<std::int64_t>(1 + below(4000))});
    }
  }

  void check_size() const { REQUIRE(table_.size() == accounts_.size()); }

 private:
  struct Account {
    Seconds period{0};
    bool running = false;
    bool paused = false;
    std::int64_t idle = 0;  // seconds that it could have run, by time that passed
  };

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  TaskId pick() {
    auto at = accounts_.begin();
    std::advance(at, below(accounts_.size()));
    return at->first;
  }

  void add() {
    const Seconds period{std::array{60, 600, 3600, 86'400}[below(4)]};
    std::optional<Timestamp> kept;
    if (below(3) > 0) kept = now_ + Seconds{static_cast<std::int64_t>(below(400'000)) - 200'000};
    const TaskId id = table_.add({.period = period, .hash = random_(), .next_run = kept}, now_);
    REQUIRE(accounts_.emplace(id, Account{.period = period}).second);
  }

  void remove() {
    const TaskId id = pick();
    if (accounts_[id].running) table_.finish(id, now_);
    table_.remove(id);
    accounts_.erase(id);
  }

  void change_period() {
    const TaskId id = pick();
    accounts_[id].period = Seconds{std::array{60, 600, 3600}[below(3)]};
    accounts_[id].idle = 0;
    table_.set_period(id, accounts_[id].period, now_);
  }

  void pause_or_resume() {
    const TaskId id = pick();
    Account& account = accounts_[id];
    account.paused ? table_.resume(id, now_) : table_.pause(id);
    account.paused = !account.paused;
    account.idle = 0;
  }

  // Time passes as it should: the table is asked at each of its moments, and once a minute.
  void pass(Seconds length) {
    const Timestamp until = now_ + length;
    while (now_ < until) {
      const Timestamp before = now_;
      const Timestamp asked = earlier(until, now_ + Seconds{60});
      now_ = later(now_, earlier(table_.next_due().value_or(asked), asked));
      std::vector<TaskId> due;
      table_.take_due(now_, due);
      for (auto& [id, account] : accounts_) wait(account, now_ - before);
      for (const TaskId id : due) run(id);
    }
    for (auto& [id, account] : accounts_) {
      if (account.running && below(2) == 0) finish(id);
    }
  }

  static void wait(Account& account, Seconds length) {
    if (account.running || account.paused) return;
    account.idle += length.count();
    const Seconds most = account.period + std::max(Seconds{300}, schedule_slack) + Seconds{60};
    if (account.idle > most.count()) FAIL("waited for " << account.idle << " s");
  }

  void run(TaskId id) {
    REQUIRE(accounts_.contains(id));
    Account& account = accounts_[id];
    if (account.running || account.paused) FAIL("doubled, or paused");
    account.idle = 0;
    account.running = true;
    if (below(4) > 0) finish(id);  // else a long run
  }

  void finish(TaskId id) {
    table_.finish(id, now_);
    accounts_[id].running = false;
    accounts_[id].idle = 0;
  }

  std::mt19937_64 random_;
  Timetable table_{{.spread = Seconds{300}, .late = Seconds{60}}};
  std::map<TaskId, Account> accounts_;
  Timestamp now_ = t(0);
};

}  // namespace

TEST_CASE("No task is lost or doubled under random edits, stops and steps of the clock") {
  const char* const wanted = std::getenv("VITALS_SEED");
  const std::uint64_t first = wanted == nullptr ? std::random_device{}() : std::stoull(wanted);
  for (std::uint64_t seed = first; seed < first + 200; ++seed) {
    INFO("VITALS_SEED=" << seed);
    Accounts accounts(seed);
    for (int step = 0; step < 300; ++step) accounts.step();
    accounts.check_size();
  }
}

TEST_CASE("In a month that passes undisturbed each task runs once for each moment of its grid") {
  Timetable table;
  struct Task {
    Seconds period;
    std::uint64_t hash;
    std::int64_t runs = 0;
  };
  std::vector<Task> tasks;
  std::vector<TaskId> due;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Seconds period{std::array{1800, 3600, 86'400, 172'800}[i % 4]};
    tasks.push_back({period, i * 0x9e3779b97f4a7c15U});
    CHECK(table.add({.period = period,
                     .hash = tasks.back().hash,
                     .next_run = next_on_grid(t(0), period, tasks.back().hash)},
                    t(0)) == i);
  }
  const Timestamp end = t(30 * 86'400);
  for (Timestamp now = *table.next_due(); now <= end; now = *table.next_due()) {
    due.clear();
    table.take_due(now, due);
    REQUIRE_FALSE(due.empty());
    for (const TaskId id : due) {
      ++tasks[id].runs;
      table.finish(id, now);
    }
  }
  for (const Task& task : tasks) {
    std::int64_t moments = 0;
    for (Timestamp at = t(0); (at = next_on_grid(at, task.period, task.hash)) <= end;) ++moments;
    CHECK(task.runs == moments);
  }
}

}  // namespace vitals::audit
