// SPDX-License-Identifier: Apache-2.0
// What is lost when processes are killed, servers restarted and disks full: nothing that was
// answered; and nothing is there that was not asked for.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "databases.h"
#include "ledger.h"
#include "sql/sql.h"
#include "worlds.h"

namespace vitals::coordinator {
namespace {

// How often a process is killed: VITALS_KILLS=200 for a long run.
int kills() {
  const char* const given = std::getenv("VITALS_KILLS");
  return given == nullptr ? 8 : std::atoi(given);
}

void list_nothing(const std::string& database) {
  auto coordinator = *Coordinator::open(database, usual_config());
  for (const char* one : {"rtc", "yc", "il"}) {
    REQUIRE(coordinator->apply_listing(listing(one, t(1000)), t(1000)).ok());
  }
}

// Everything that the process printed until it was killed after so many microseconds.
std::string run_and_kill(const std::string& database, Inv first, unsigned microseconds) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(pipe(pipe_ends.data()) == 0);
  const std::string number = std::to_string(first);
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execl(VITALS_ASKING_PROCESS, VITALS_ASKING_PROCESS, database.c_str(), number.c_str(), nullptr);
    _exit(127);
  }
  REQUIRE(child > 0);
  close(pipe_ends[1]);
  std::string printed;
  std::array<char, 4096> bytes{};
  std::thread killer;
  for (ssize_t count = 0; (count = read(pipe_ends[0], bytes.data(), bytes.size())) > 0;) {
    // Only once it works: until then it is the same moment over and over.
    if (printed.empty()) {
      killer = std::thread([child, microseconds] {
        std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
        kill(child, SIGKILL);
      });
    }
    printed.append(bytes.data(), static_cast<std::size_t>(count));
  }
  close(pipe_ends[0]);
  waitpid(child, nullptr, 0);
  if (killer.joinable()) killer.join();
  return printed;
}

TEST_CASE("a process that is killed loses no answer, and invents none") {
  on_each_database([](const TestDatabase& database) {
    list_nothing(database.url);
    std::mt19937 random(std::random_device{}());
    std::set<Inv> asked;
    std::set<Inv> answered;
    for (int i = 0; i < kills(); ++i) {
      const unsigned after = std::uniform_int_distribution<unsigned>(0, 60'000)(random);
      std::istringstream lines(run_and_kill(database.url, 1 + i * 1'000'000, after));
      std::string word;
      for (Inv inv = 0; lines >> word >> inv;) (word == "has" ? answered : asked).insert(inv);
    }
    REQUIRE_FALSE(asked.empty());
    auto coordinator = *Coordinator::open(database.url, usual_config());
    const Ledger ledger = read_tables(database.url);
    CHECK((replay(*coordinator) == ledger));
    for (const Inv inv : answered) CHECK(ledger.hosts.contains({"rtc", inv}));
    for (const auto& [host, promise] : ledger.hosts) CHECK(asked.contains(host.second));
  });
}

TEST_CASE(
    "a listing that is killed half way never counts, and the next one is as if it had not been") {
  on_each_database([](const TestDatabase& database) {
    list_nothing(database.url);
    std::vector<Host> hosts;
    for (Inv inv = 1; inv <= 500; ++inv) hosts.push_back(host(inv, "n" + std::to_string(inv)));
    {
      auto coordinator = *Coordinator::open(database.url, usual_config());
      REQUIRE(coordinator->apply_listing(listing("yc", t(1010), hosts), t(1010)).ok());
    }
    // As the rows lie there when a process dies between two chunks.
    {
      auto connection = *sql::Connection::open(database.url);
      REQUIRE(connection
                  ->script("UPDATE installations SET applying = 77, applying_since = 1011 WHERE id "
                           "= 'yc'; UPDATE sightings SET until_poll = 77 WHERE key % 2 = 0; "
                           "INSERT INTO sightings (key, from_poll, until_poll, name, uuid, "
                           "host_type, excluded, since) SELECT key, 77, 4611686018427387904, "
                           "'half', NULL, 0, 0, 0 FROM sightings WHERE key % 2 = 0; "
                           "INSERT INTO sighted_names (name, key, from_poll) SELECT name, key, 77 "
                           "FROM sightings WHERE from_poll = 77")
                  .ok());
    }
    auto coordinator = *Coordinator::open(database.url, usual_config());
    CHECK(coordinator->hosts("yc", {.most = 1000})->elements.size() == 500);
    CHECK(coordinator->find_name("half")->empty());
    if (database.name == "postgresql") {  // it might be alive, in another process
      CHECK(absl::IsAborted(
          coordinator->apply_listing(listing("yc", t(1070), hosts), t(1070)).status()));
    }
    const auto next = coordinator->apply_listing(listing("yc", t(1071), hosts), t(1071));
    INFO(next.status());
    REQUIRE(next.ok());
    CHECK(next->appeared == 0);
    CHECK(next->changed == 0);
    CHECK(next->vanished == 0);
    auto connection = *sql::Connection::open(database.url);
    std::int64_t rows = 0;
    REQUIRE(connection
                ->query("SELECT (SELECT COUNT(*) FROM sightings) + "
                        "(SELECT COUNT(*) FROM sighted_names)",
                        {}, [&](const sql::Row& row) { rows = row.integer(0); })
                .ok());
    CHECK(rows == 1000);
  });
}

TEST_CASE("while PostgreSQL restarts, requests fail cleanly, and nothing is lost") {
  if (!is_wanted("postgresql")) return;
  constexpr std::chrono::milliseconds moment{1};
  const TestDatabase database = make_postgresql();
  list_nothing(database.url);
  auto coordinator = *Coordinator::open(database.url, usual_config());
  std::atomic<bool> stops = false;
  std::atomic<Inv> next = 1;
  std::mutex mutex;
  std::set<Inv> answered;
  std::set<absl::StatusCode> errors;
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 8; ++i) {
      askers.emplace_back([&] {
        while (!stops) {
          const Inv inv = next++;
          const auto answers = coordinator->ask({add("rtc", host(inv))}, t(1100));
          std::unique_lock lock(mutex);
          if (answers.ok()) {
            answered.insert(inv);
            continue;
          }
          errors.insert(answers.status().code());
          lock.unlock();
          std::this_thread::sleep_for(moment);  // leaves the machine to who is to come back
        }
      });
    }
    const auto count = [&] {
      const std::lock_guard lock(mutex);
      return answered.size();
    };
    const auto wait_for_hundred = [&] {
      const std::size_t before = count();
      while (count() < before + 100) std::this_thread::sleep_for(moment);
    };
    for (int restart = 0; restart < 3; ++restart) {
      wait_for_hundred();
      PostgresqlServer::of_this_process().stop_immediately();
      CHECK(absl::IsUnavailable(coordinator->ready()));
      PostgresqlServer::of_this_process().start();
    }
    wait_for_hundred();  // it finds its way back by itself
    stops = true;
  }
  CHECK(errors == std::set<absl::StatusCode>{absl::StatusCode::kUnavailable});
  CHECK(coordinator->ready().ok());
  const Ledger ledger = read_tables(database.url);
  CHECK((replay(*coordinator) == ledger));
  for (const Inv inv : answered) CHECK(ledger.hosts.contains({"rtc", inv}));
}

TEST_CASE("a full disk refuses, and damages nothing") {
  if (!is_wanted("sqlite")) return;
  const TestDatabase database = make_sqlite();
  list_nothing(database.url);
  std::set<Inv> answered;
  {
    // The limit is that of a file of this process, and holds for all that it writes.
    auto coordinator = *Coordinator::open(database.url, usual_config());
    struct rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small{1'500'000, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    std::vector<Host> hosts;
    for (Inv inv = 1; inv <= 100'000; ++inv) hosts.push_back(host(inv, "n" + std::to_string(inv)));
    const auto listed = coordinator->apply_listing(listing("il", t(1010), hosts), t(1010));
    CHECK_FALSE(listed.ok());
    absl::Status refused = absl::OkStatus();
    for (Inv inv = 1; inv <= 20'000; ++inv) {
      const auto answers =
          coordinator->ask({add("rtc", host(inv, "r" + std::to_string(inv)))}, t(1100));
      if (!answers.ok()) {
        refused = answers.status();
        break;
      }
      answered.insert(inv);
    }
    CHECK((absl::IsResourceExhausted(refused) || absl::IsUnavailable(refused)));
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto again = coordinator->ask({add("rtc", host(50'000))}, t(1100));
    INFO(again.status());
    CHECK(again.ok());
  }
  auto coordinator = *Coordinator::open(database.url, usual_config());
  CHECK(coordinator->hosts("il", {})->elements.empty());
  const Ledger ledger = read_tables(database.url);
  CHECK((replay(*coordinator) == ledger));
  for (const Inv inv : answered) CHECK(ledger.hosts.contains({"rtc", inv}));
  auto connection = *sql::Connection::open(database.url);
  std::string says;
  REQUIRE(
      connection
          ->query("PRAGMA integrity_check", {}, [&](const sql::Row& row) { says = row.text(0); })
          .ok());
  CHECK(says == "ok");
}

}  // namespace
}  // namespace vitals::coordinator
