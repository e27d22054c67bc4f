// SPDX-License-Identifier: Apache-2.0
// The program as its operators use it: started, told by signals, killed.
#include <atomic>
#include <cstdlib>
#include <list>
#include <map>
#include <random>
#include <thread>

#include "http/client.h"
#include "raw_client.h"
#include "running.h"
#include "served.h"

namespace vitals {
namespace {

const std::string program = COORDINATOR_PROGRAM;

constexpr const char* two_installations = R"(
reading: open
installations:
  rtc: {type: calls, bot: main, tokens: rtc.tokens, url: "http://127.0.0.1:9/", on_stale: allow}
  yc: {type: calls, bot: main, tokens: yc.tokens, url: "http://127.0.0.1:9/", on_stale: allow}
)";

struct Home {
  Home() {
    folder.write("rtc.tokens", std::string(rtc_token) + "\n");
    folder.write("yc.tokens", std::string(yc_token) + "\n");
    config = folder.write("coordinator.yaml", two_installations);
  }
  [[nodiscard]] std::vector<std::string> serve() const {
    return {program, "serve",          "--config", config,
            "--db",  folder.path("d"), "--listen", "127.0.0.1:0"};
  }
  [[nodiscard]] std::string log() const { return folder.read("log"); }
  // Ends with the test if it never comes: the time limit of ctest.
  void wait_for(const std::string& words) const {
    while (!contains(log(), words)) std::this_thread::yield();
  }

  TemporaryFolder folder{};
  std::string config{};
};

std::string add_text(std::string_view installation, std::string_view token, std::int64_t inv) {
  return request_text("POST", "/v1/installations/" + std::string(installation) + "/hosts", token,
                      R"({"hosts":[{"inv":)" + std::to_string(inv) + "}]}");
}

TEST_CASE("The program says what is wrong with how it is called, and exits with 2") {
  const Home home;
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    int code;
    const char* expected;
  };
  const std::string bad = home.folder.write("bad.yaml", "installations: 5\n");
  const Row rows[] = {
      {"nothing", {}, 2, "A subcommand is required"},
      {"a misspelt command",
       {"serv"},
       2,
       "coordinator: unknown command 'serv'; did you mean serve?"},
      {"help", {"--help"}, 0, "keeps each host in one installation"},
      {"help on serving", {"serve", "--help"}, 0, "SIGHUP reads the configuration"},
      {"no configuration", {"serve", "--db", "x"}, 2, "--config is required"},
      {"no database", {"serve", "--config", home.config}, 2, "--db is required"},
      {"a configuration that is not there",
       {"check", "--config", "/nowhere.yaml"},
       2,
       "/nowhere.yaml: No such file or directory"},
      {"a bad configuration", {"check", "--config", bad}, 2, "bad.yaml:1:16: "},
      {"a good one", {"check", "--config", home.config}, 0, "2 installations, 2 tokens, 11 checks"},
      {"no port",
       {"serve", "--config", home.config, "--db", "x", "--listen", "127.0.0.1"},
       2,
       "expected ADDRESS:PORT"},
      {"a port too large",
       {"serve", "--config", home.config, "--db", "x", "--listen", "127.0.0.1:65536"},
       2,
       "expected ADDRESS:PORT"},
      {"a network that is none",
       {"serve", "--config", home.config, "--db", "x", "--allow", "10.0.0.1/8"},
       2,
       "has bits set behind its prefix"},
      {"a certificate alone",
       {"serve", "--config", home.config, "--db", "x", "--tls-certificate", "x"},
       2,
       "belong together"},
      {"a database in no folder",
       {"serve", "--config", home.config, "--db", "/nowhere/x"},
       2,
       "/nowhere/x"},
      {"no such kind of database",
       {"serve", "--config", home.config, "--db", "mysql://x/y"},
       2,
       "mysql"},
      {"letting nobody shrink",
       {"let-shrink", "--config", home.config, "--db", home.folder.path("s"), "none"},
       2,
       "none"},
      {"letting one shrink",
       {"let-shrink", "--config", home.config, "--db", home.folder.path("s"), "rtc"},
       0,
       "may lose any number of hosts"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::string line = "exec " + shell_quoted(program);
      for (const std::string& argument : row.arguments) line += " " + shell_quoted(argument);
      const Ran ran = run_shell(line);
      INFO(ran.out << ran.err);
      CHECK(ran.exit_code == row.code);
      CHECK(contains(row.code == 0 ? ran.out : ran.err, row.expected));
      CHECK((row.code == 0 ? ran.err : ran.out).empty());
    }
  }
}

TEST_CASE(
    "SIGHUP takes up another configuration, a bad one changes nothing, SIGTERM ends it well") {
  const Home home;
  Running running(home.serve(), home.folder.path("log"));
  REQUIRE(running.port() != 0);
  home.folder.write("coordinator.yaml", "installations: [\n");
  running.signal(SIGHUP);
  home.wait_for("the configuration stays as it was");
  CHECK(contains(home.log(), "coordinator.yaml:"));
  RawClient client(running.port());
  CHECK(client.ask(add_text("rtc", rtc_token, 1)).status == 200);
  home.folder.write("coordinator.yaml", "monitor_only: true" + std::string(two_installations));
  running.signal(SIGHUP);
  home.wait_for("the configuration was read anew");
  CHECK(client.ask(add_text("rtc", rtc_token, 2)).status == 403);
  CHECK(running.end(SIGTERM) == 0);
  CHECK(client.is_closed());
}

TEST_CASE("What was answered before the end is there after a new start") {
  const Home home;
  for (std::int64_t inv = 1; inv <= 3; ++inv) {
    Running running(home.serve(), home.folder.path("log"));
    RawClient client(running.port());
    CHECK(client.ask(add_text("rtc", rtc_token, inv)).status == 200);
    CHECK(client.ask(add_text("yc", yc_token, inv)).status == 409);
    const RawResponse all = client.ask(request_text("GET", "/v1/hosts"));
    for (std::int64_t before = 1; before <= inv; ++before) {
      CHECK(contains(all.body, "\"inv\":" + std::to_string(before) + ","));
    }
    CHECK(running.end(inv == 2 ? SIGINT : SIGTERM) == 0);
  }
}

TEST_CASE("TLS is served with a certificate, and the client believes none that it does not know") {
  const Home home;
  const std::string key = home.folder.path("key.pem");
  const std::string certificate = home.folder.path("certificate.pem");
  const Ran made = run_shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
      "-days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 "
      "-keyout " +
      shell_quoted(key) + " -out " + shell_quoted(certificate));
  REQUIRE(made.exit_code == 0);
  std::vector<std::string> command = home.serve();
  command.insert(command.end(), {"--tls-certificate", certificate, "--tls-key", key});
  Running running(command, home.folder.path("log"));
  CHECK(running.line().starts_with("https://127.0.0.1:"));
  const std::string url = running.line() + "healthz";
  HttpClient trusting({.ca_file = certificate});
  for (int i = 0; i < 3; ++i) {
    const auto fetched = trusting.get(url, "");
    INFO(fetched.status().message());
    REQUIRE(fetched.ok());
    CHECK(fetched->body == "{\"status\":\"alive\"}\n");
  }
  HttpClient other;
  CHECK(absl::IsUnavailable(other.get(url, "").status()));
  RawClient plain(running.port());
  plain.send(request_text("GET", "/healthz"));
  CHECK(plain.is_closed());
  CHECK(running.end(SIGTERM) == 0);
}

// Asks until the connection ends; which numbers were allowed to whom, as far as it was told.
class Asker {
 public:
  Asker(std::uint16_t port, const char* installation, const char* token, std::uint64_t seed,
        std::map<std::int64_t, std::string>& allowed)
      : thread_([=, &allowed] {
          std::mt19937_64 random(seed);
          RawClient client(port);
          for (;;) {
            const auto inv = std::uniform_int_distribution<std::int64_t>(1, 3000)(random);
            const RawResponse answer = client.ask(add_text(installation, token, inv));
            if (answer.status == 0) return;
            if (answer.status == 200) allowed[inv] = installation;
          }
        }) {}

 private:
  std::jthread thread_;
};

TEST_CASE("A process that is killed under load has lost no answer and invented none") {
  const char* const wanted = std::getenv("VITALS_KILLS");
  const int kills = wanted == nullptr ? 5 : std::atoi(wanted);
  const char* const given = std::getenv("VITALS_SEED");
  const std::uint64_t seed =
      given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
  INFO("VITALS_SEED=" << seed);
  std::mt19937_64 random(seed);
  const Home home;
  std::map<std::int64_t, std::string> owners;  // by all that was ever told
  for (int kill = 0; kill < kills; ++kill) {
    Running running(home.serve(), home.folder.path("log"));
    REQUIRE(running.port() != 0);
    std::map<std::int64_t, std::string> allowed[4];
    {
      std::list<Asker> askers;
      for (std::size_t i = 0; i < 4; ++i) {
        const bool rtc = i % 2 == 0;
        askers.emplace_back(running.port(), rtc ? "rtc" : "yc", rtc ? rtc_token : yc_token,
                            random(), allowed[i]);
      }
      // The moment is as random as the machine: whatever of so many requests was answered by then.
      std::this_thread::sleep_for(
          std::chrono::milliseconds(std::uniform_int_distribution<>(5, 200)(random)));
      running.end(SIGKILL);
    }
    for (const auto& told : allowed) {
      for (const auto& [inv, installation] : told) {
        INFO("kill " << kill << ", inventory number " << inv);
        CHECK(owners.emplace(inv, installation).first->second == installation);
      }
    }
  }
  Running running(home.serve(), home.folder.path("log"));
  RawClient client(running.port());
  for (const auto& [inv, installation] : owners) {
    const RawResponse found =
        client.ask(request_text("GET", "/v1/hosts?inv=" + std::to_string(inv)));
    INFO("inventory number " << inv);
    CHECK(contains(found.body, "\"installation\":\"" + installation + "\""));
    const bool rtc = installation == "rtc";
    CHECK(client.ask(add_text(rtc ? "yc" : "rtc", rtc ? yc_token : rtc_token, inv)).status == 409);
  }
  CHECK(!owners.empty());
}

}  // namespace
}  // namespace vitals
