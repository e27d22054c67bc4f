// SPDX-License-Identifier: Apache-2.0
// Two processes of the program on one PostgreSQL, asked by sixteen clients at once: what nobody may
// get twice nobody gets twice, and what was answered stays, whatever happens to the server.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "coordinator/databases.h"
#include "coordinator/ledger.h"
#include "program.h"
#include "raw_client.h"
#include "running.h"
#include "vitals/coordinator/config.h"

namespace vitals {
namespace {

using coordinator::Inv;
using coordinator::Ledger;

constexpr std::array<const char*, 4> installations{"rtc", "yc", "test", "il"};

std::string token_of(const std::string& installation) {
  return "the-token-of-" + installation + "-01";
}

std::uint64_t seed() {
  const char* const given = std::getenv("VITALS_SEED");
  return given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
}

// Four installations without a host, which were listed just now, and two processes that serve them.
class TwoProcesses {
 public:
  TwoProcesses() : database_(make_postgresql()) {
    std::string text = "reading: open\ninstallations:\n";
    for (const std::string id : installations) {
      folder_.write(id + ".tokens", token_of(id) + "\n");
      text += "  " + id + ": {type: calls, bot: main, tokens: " + id +
              ".tokens, url: \"http://127.0.0.1:9/\", poll_period: 12h}\n";
    }
    config_ = folder_.write("coordinator.yaml", text);
    const auto opened = open();
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    for (const std::string id : installations) {
      const auto listed =
          opened->apply_listing({.installation = id, .started_at = now, .received_at = now}, now);
      INFO(listed.status());
      REQUIRE(listed.ok());
    }
    for (auto& process : processes_) {
      process.emplace(std::vector<std::string>{COORDINATOR_PROGRAM, "serve", "--config", config_,
                                               "--db", database_.url, "--listen", "127.0.0.1:0"},
                      folder_.path("log"));
      INFO(folder_.read("log"));
      REQUIRE(process->port() != 0);
    }
  }

  [[nodiscard]] std::uint16_t port(std::size_t which) const { return processes_[which]->port(); }

  // Ends the processes; what the tables hold must be what the journal tells.
  [[nodiscard]] Ledger settled() {
    for (auto& process : processes_) CHECK(process->end(SIGTERM) == 0);
    const Ledger tables = coordinator::read_tables(database_.url);
    CHECK((coordinator::replay(*open()) == tables));
    CHECK_FALSE(promises_twice(tables));
    return tables;
  }

 private:
  [[nodiscard]] std::unique_ptr<coordinator::Coordinator> open() const {
    const auto config = coordinator::read_config(config_);
    INFO(config.status());
    REQUIRE(config.ok());
    auto opened = coordinator::Coordinator::open(database_.url, *config);
    INFO(opened.status());
    REQUIRE(opened.ok());
    return std::move(*opened);
  }

  TestDatabase database_;
  TemporaryFolder folder_{};
  std::string config_{};
  std::array<std::optional<Running>, 2> processes_{};
};

// How often each status was answered; one that says to come again must say when.
class Statuses {
 public:
  void count(const RawResponse& answer) {
    const std::lock_guard lock(mutex_);
    ++counts_[answer.status];
    if (answer.status == 503 && answer.header("Retry-After").empty()) ++without_moment_;
  }
  [[nodiscard]] int of(int status) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(status);
    return found == counts_.end() ? 0 : found->second;
  }
  // Those that came beside the `known` ones.
  [[nodiscard]] std::set<int> beside(const std::set<int>& known) {
    std::set<int> others;
    for (const auto& [status, count] : counts_) {
      if (!known.contains(status)) others.insert(status);
    }
    return others;
  }
  [[nodiscard]] int without_moment() const { return without_moment_; }

 private:
  std::mutex mutex_;
  std::map<int, int> counts_;
  int without_moment_ = 0;
};

// Sixteen clients, four of each installation, half of them at each process. A client that is sent
// away comes back on another connection.
template <class Ask>
void sixteen_clients(const TwoProcesses& processes, std::uint64_t seed, Ask&& ask) {
  std::vector<std::jthread> clients;
  for (std::size_t number = 0; number < 16; ++number) {
    clients.emplace_back([&, number] {
      std::mt19937_64 random(seed + number);
      const std::string id = installations[number % 4];
      std::optional<RawClient> client;
      const auto send = [&](const std::string& method, const std::string& path,
                            const std::string& body) {
        if (!client) client.emplace(processes.port(number / 4 % 2));
        const RawResponse answer = client->ask(
            request_text(method, "/v1/installations/" + id + "/hosts" + path, token_of(id), body));
        if (answer.status == 0 || answer.header("Connection") == "close") client.reset();
        return answer;
      };
      ask(random, id, send);
    });
  }
}

TEST_CASE("Sixteen clients of four installations, two processes: nothing is promised twice") {
  const char* const wanted = std::getenv("VITALS_ROUNDS");
  const int rounds = wanted == nullptr ? 60 : std::atoi(wanted);
  const std::uint64_t from = seed();
  INFO("VITALS_SEED=" << from);
  TwoProcesses processes;
  Statuses statuses;
  sixteen_clients(processes, from, [&](auto& random, const std::string&, const auto& send) {
    const auto draw = [&](Inv most) { return std::uniform_int_distribution<Inv>(1, most)(random); };
    const auto number = [&] { return std::to_string(draw(10'000)); };
    const auto name = [&] { return R"("n)" + number() + R"(")"; };
    for (int round = 0; round < rounds; ++round) {
      std::string hosts;
      std::set<Inv> invs;
      while (invs.size() < 20) invs.insert(draw(10'000));
      for (const Inv inv : invs) {
        hosts += (hosts.empty() ? R"({"inv":)" : R"(,{"inv":)") + std::to_string(inv) +
                 R"(,"name":)" + name() + "}";
      }
      statuses.count(send("POST", "", R"({"hosts":[)" + hosts + "]}"));
      statuses.count(send("POST", "/" + number() + "/rename", R"({"name":)" + name() + "}"));
      statuses.count(send("POST", "/" + number() + "/change-inv", R"({"inv":)" + number() + "}"));
      statuses.count(send("DELETE", "/" + number(), ""));
    }
  });
  CHECK(statuses.of(200) > 16 * rounds);
  CHECK(statuses.of(409) > 16 * rounds);
  CHECK(statuses.beside({200, 409}).empty());
  CHECK(processes.settled().hosts.size() > 1000);
}

TEST_CASE("While PostgreSQL restarts, clients are told when to come again, and nothing is lost") {
  const std::uint64_t from = seed();
  INFO("VITALS_SEED=" << from);
  TwoProcesses processes;
  Statuses statuses;
  std::atomic<bool> ends = false;
  std::atomic<Inv> next = 1;
  std::mutex mutex;
  std::set<Ledger::HostOf> asked;
  std::set<Ledger::HostOf> allowed;
  std::jthread restarts([&] {
    // Ends with the test if that never comes: the time limit of ctest.
    const auto wait_for = [&](int status, int more) {
      const int enough = statuses.of(status) + more;
      while (statuses.of(status) < enough)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    for (int i = 0; i < 3; ++i) {
      wait_for(200, 300);
      PostgresqlServer::of_this_process().stop_immediately();
      wait_for(503, 1);
      PostgresqlServer::of_this_process().start();
    }
    wait_for(200, 300);  // they found back by themselves
    ends = true;
  });
  sixteen_clients(processes, from, [&](auto&, const std::string& id, const auto& send) {
    while (!ends) {
      const Inv inv = next++;
      {
        const std::lock_guard lock(mutex);
        asked.emplace(id, inv);
      }
      const RawResponse answer =
          send("POST", "", R"({"hosts":[{"inv":)" + std::to_string(inv) + "}]}");
      statuses.count(answer);
      if (answer.status == 200) {
        const std::lock_guard lock(mutex);
        allowed.emplace(id, inv);
      }
    }
  });
  restarts.join();
  CHECK(statuses.of(503) > 0);
  CHECK(statuses.without_moment() == 0);
  CHECK(statuses.beside({200, 503}).empty());
  const Ledger ledger = processes.settled();
  for (const auto& host : allowed) CHECK(ledger.hosts.contains(host));
  for (const auto& [host, promise] : ledger.hosts) CHECK(asked.contains(host));
}

}  // namespace
}  // namespace vitals
