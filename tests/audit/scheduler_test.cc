// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/scheduler.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>

#include "backends.h"
#include "text/bridge.h"

namespace vitals::audit {
namespace {

// A directory as a backend, a clock that is turned, and what was told.
struct World {
  explicit World(const std::string& text, SchedulerOptions options = {}) {
    write(text);
    backend = open_backend("dir:" + directory.path());
    options.on_error = [this](const absl::Status& status) {
      errors.emplace_back(to_std(status.message()));
    };
    scheduler = std::make_unique<Scheduler>(*backend, clock, options);
  }

  void write(const std::string& text) const { std::ofstream(directory.path() + "/a.yaml") << text; }

  std::string name(TaskId task) const {
    const auto scheduled = scheduler->look_up(task);
    return scheduled ? scheduled->host->name + " " + scheduled->audit->name : "none";
  }

  TemporaryDirectory directory;
  ManualClock clock{t(0)};
  std::unique_ptr<Backend> backend;
  std::vector<std::string> errors;
  std::unique_ptr<Scheduler> scheduler;
};

const char* const two_hosts =
    "hosts: {h1: {groups: [g]}, h2: {groups: [g]}}\n"
    "g: {audits: {a: {run_every: 30mins, command: [x]}, b: {run_every: 1hour, command: [x]}}}\n";

}  // namespace

TEST_CASE("A month of runs passes in no time: each audit once for each moment of its grid") {
  World world(two_hosts);
  std::map<std::string, int> runs;
  const Timestamp end = t(30 * 86'400);
  Timestamp last = t(0);
  for (;;) {
    const auto due = world.scheduler->wait_next();
    const Timestamp now = world.clock.now();
    if (now > end) break;
    REQUIRE(now >= last);
    last = now;
    REQUIRE_FALSE(due.empty());
    for (const TaskId task : std::vector(due.begin(), due.end())) {
      ++runs[world.name(task)];
      CHECK(world.scheduler->finish(task) > now);
    }
  }
  REQUIRE(runs.size() == 4);
  for (const auto& [name, count] : runs) {
    INFO(name);
    const int expected = name.ends_with(" a") ? 1440 : 720;
    CHECK(count >= expected);
    CHECK(count <= expected + 1);  // the first one comes before the grid's
  }
}

TEST_CASE("An edit is picked up at the next refresh; a broken one is told and changes nothing") {
  World world(two_hosts, {.refresh_every = Seconds{60}});
  good(world.scheduler->refresh());
  CHECK(world.scheduler->size() == 4);
  world.write(std::string(two_hosts) + "h1: {audits: {c: {run_every: 1h, command: [x]}}}\n");
  world.clock.advance(Seconds{59});
  static_cast<void>(world.scheduler->take_due());
  CHECK(world.scheduler->size() == 4);
  world.clock.advance(Seconds{1});
  static_cast<void>(world.scheduler->take_due());
  CHECK(world.scheduler->size() == 5);
  world.write("hosts: {h1: {\n");
  world.clock.advance(Seconds{60});
  static_cast<void>(world.scheduler->take_due());
  REQUIRE(world.errors.size() == 1);
  CHECK(world.errors[0].find("/a.yaml:2:1: not YAML") != std::string::npos);
  CHECK(world.scheduler->size() == 5);
  CHECK_FALSE(world.scheduler->wait_next().empty());
}

TEST_CASE("A catalogue that has lost all its hosts is told, and removes none of them") {
  World world(two_hosts, {.refresh_every = Seconds{60}});
  good(world.scheduler->refresh());
  world.write("");
  world.clock.advance(Seconds{60});
  static_cast<void>(world.scheduler->take_due());
  REQUIRE(world.errors.size() == 1);
  CHECK(world.errors[0].find("no hosts any more, and had 2") != std::string::npos);
  CHECK(world.scheduler->size() == 4);
  CHECK(records_of(*world.backend).size() == 4);
  // Who starts now has nothing to do, and keeps the records all the same.
  Scheduler other(*world.backend, world.clock);
  good(other.refresh());
  CHECK(other.size() == 0);
  CHECK(records_of(*world.backend).size() == 4);
  world.write("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1h, command: [x]}}}\n");
  good(world.scheduler->refresh());
  CHECK(world.scheduler->size() == 1);
  CHECK(records_of(*world.backend).size() == 1);
}

TEST_CASE("An audit that is dropped while it is run comes to nothing; one that returns goes on") {
  World world(two_hosts, {.refresh_every = Seconds{3600}});
  std::set<std::string> seen;
  std::vector<TaskId> running;
  while (running.size() < 4) {
    for (const TaskId task : world.scheduler->wait_next()) running.push_back(task);
  }
  world.write("hosts: {h1: {}, h2: {}}\n");
  good(world.scheduler->refresh());
  CHECK(world.scheduler->size() == 0);
  for (const TaskId task : running) CHECK_FALSE(world.scheduler->look_up(task));
  CHECK(world.scheduler->finish(running[0]) == distant_future);
  world.write(two_hosts);
  good(world.scheduler->refresh());
  // The one that ended is new; the three others are still being run, and not run twice.
  std::vector<TaskId> again;
  for (int i = 0; i < 10; ++i) {
    world.clock.advance(Seconds{300});
    for (const TaskId task : world.scheduler->take_due()) again.push_back(task);
  }
  CHECK(again.size() == 1);
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(world.scheduler->look_up(running[i]));
    CHECK(world.scheduler->finish(running[i]) > world.clock.now());
  }
}

TEST_CASE("What is paused is not yielded, what is asked for is") {
  World world(two_hosts);
  good(world.scheduler->refresh());
  world.scheduler->pause();
  world.clock.advance(Seconds{7200});
  CHECK(world.scheduler->take_due().empty());
  world.scheduler->resume();
  good(world.scheduler->pause("h1", "a"));
  good(world.scheduler->run_now("h2", "b"));
  CHECK(world.scheduler->pause("h1", "c").code() == absl::StatusCode::kNotFound);
  CHECK(world.scheduler->run_now("h3", "a").code() == absl::StatusCode::kNotFound);
  std::multiset<std::string> seen;
  const Timestamp end = world.clock.now() + Seconds{400};
  while (world.clock.now() < end) {
    for (const TaskId task : world.scheduler->take_due()) seen.insert(world.name(task));
    world.clock.advance(Seconds{1});
  }
  CHECK(seen.count("h1 a") == 0);
  good(world.scheduler->resume("h1", "a"));
  world.clock.advance(Seconds{1});
  bool found = false;
  for (int i = 0; i < 400 && !found; ++i) {
    for (const TaskId task : world.scheduler->take_due()) found |= world.name(task) == "h1 a";
    world.clock.advance(Seconds{1});
  }
  CHECK(found);
}

TEST_CASE("Disabled audits are in the table and never yielded") {
  World world(
      "hosts: {h1: {}}\n"
      "h1: {audits: {a: {run_every: 1m, command: [x], enabled: false}}}\n");
  good(world.scheduler->refresh());
  CHECK(world.scheduler->size() == 1);
  CHECK(world.scheduler->next_due() == t(300));  // the next refresh
  world.clock.advance(Seconds{100'000});
  CHECK(world.scheduler->take_due().empty());
}

TEST_CASE("A stop ends a wait, and all that follow") {
  World world("hosts: {}\n");
  world.clock.on_wait([&](ManualClock&) { world.scheduler->stop(); });
  CHECK(world.scheduler->wait_next().empty());
  CHECK(world.scheduler->wait_next().empty());
  CHECK(world.scheduler->take_due().empty());
}

TEST_CASE("After a restart the runs of a stop of an hour are run once") {
  World world(two_hosts);
  std::map<std::string, int> runs;
  const auto run_until = [&](Timestamp end) {
    while (world.scheduler->next_due() <= end) {
      world.clock.wait_until(world.scheduler->next_due());
      const auto due = world.scheduler->take_due();
      for (const TaskId task : std::vector(due.begin(), due.end())) {
        const auto scheduled = world.scheduler->look_up(task);
        const std::vector<ClaimRequest> wish{{scheduled->record, world.clock.now() + Seconds{9}}};
        const auto answer = good(world.backend->claim("e", wish, world.clock.now())).at(0);
        REQUIRE(answer.granted());
        ++runs[world.name(task)];
        const Timestamp now = world.clock.now();
        Finished finished;
        finished.claimed = {scheduled->record, answer.claim};
        finished.result.started_at = now;
        finished.result.finished_at = now;
        finished.next_run = world.scheduler->finish(task);
        const std::span<const Finished> all(&finished, 1);
        REQUIRE(good(world.backend->finish("e", all, now)).at(0));
      }
    }
  };
  good(world.scheduler->refresh());
  run_until(t(4 * 3600));
  runs.clear();
  world.scheduler.reset();
  world.clock.set(t(14 * 3600));
  world.scheduler = std::make_unique<Scheduler>(*world.backend, world.clock);
  good(world.scheduler->refresh());
  run_until(t(14 * 3600 + 300));
  CHECK(runs.size() == 4);
  for (const auto& [name, count] : runs) {
    INFO(name);
    CHECK(count <= 2);  // the missed one, and one that is due by itself
  }
}

}  // namespace vitals::audit
