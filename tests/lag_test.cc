// SPDX-License-Identifier: Apache-2.0
#include "vitals/lag.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "vitals/fleet.h"
#include "vitals/model/simulation.h"
#include "vitals/recording.h"
#include "vitals/replay.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using model::Delay;
using model::Happens;
using model::Millis;
using model::Scenario;

// One check of that kind, and nothing else to depend on.
PolicySet policy_of(const std::string& name, Kind kind, Seconds period) {
  PolicySet policy;
  policy.checks = {{name, {.kind = kind, .period = period}}};
  return policy;
}

// Sources that measure and push every second, and no delay at all: what remains of a lag is what
// the rules ask for.
Scenario every_second(const PolicySet& policy) {
  Scenario scenario;
  scenario.hosts = 3;
  scenario.lasts = 1h;
  scenario.checks = policy.checks;
  for (auto& [name, check] : scenario.checks) check.period = 1s;
  scenario.juggler.push_period = 1s;
  scenario.juggler.propagation = Delay();
  scenario.juggler.delivery = Delay();
  scenario.juggler.passive_ttl_periods = 1000;
  scenario.pongers.jitter = Delay();
  scenario.agent = {.boot = Delay(), .jitter = Delay()};
  scenario.hw_watcher = {.period = 1s, .writing = Delay()};
  // At a whole second, for two minutes: no status changes by it.
  scenario.happenings = {
      {.what = Happens::repair, .at = 10min, .count = 3, .first = 0, .lasts = Delay::fixed(2min)}};
  return scenario;
}

Distribution all_of(Seconds length, std::uint64_t times) {
  Distribution lengths;
  lengths.add(length, times);
  return lengths;
}

const Distribution& by(const CheckLag& check, Formula formula) {
  return check.proven_by[static_cast<std::size_t>(formula)];
}

TEST_CASE("Received every second, an unchanged state counts one second after its receipt lag") {
  struct Row {
    const char* check;
    Kind kind;
    Seconds period;
    Seconds lag;
  };
  // overhead 4 + push 5 + two periods + accuracy 1, and the second that makes it later.
  const Row rows[] = {{"UNREACHABLE", Kind::active, 1min, 12min + 1s},
                      {"ssh", Kind::active, 2min, 14min + 1s},
                      {"meta", Kind::passive, 5min, 20min + 1s}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.check) {
      const PolicySet policy = policy_of(row.check, row.kind, row.period);
      const auto report = measure_lag(every_second(policy), policy, {.seeds = 4});
      REQUIRE(report.ok());
      CHECK(report->manipulations == 12);
      REQUIRE(report->checks.size() == 1);
      CHECK(report->checks[0].check == row.check);
      CHECK(report->checks[0].kind == row.kind);
      CHECK(by(report->checks[0], Formula::receipt) == all_of(row.lag, 12));
      CHECK(report->checks[0].lag().size() == 12);
      CHECK(report->checks[0].never == 0);
      CHECK(report->checks[0].nodata == 0);
    }
  }
}

TEST_CASE("Measured every second, hw-watcher's word counts one second after its accuracy") {
  const PolicySet policy = policy_of("memory", Kind::hw_watcher, 5min);
  const auto report = measure_lag(every_second(policy), policy, {.seeds = 4});
  REQUIRE(report.ok());
  const Distribution& lag = by(report->checks[0], Formula::metadata);
  CHECK(lag.size() == 12);
  // Measured in [61 s, 62 s), read within a second, pushed within another.
  CHECK(lag.shortest() >= 61s);
  CHECK(lag.longest() <= 63s);
}

TEST_CASE(
    "A change that is stamped later than its status lag counts in the second of its receipt") {
  const PolicySet policy = policy_of("meta", Kind::passive, 5min);
  struct Row {
    const char* why;
    Seconds propagation;
    bool is_lucky;
  };
  // The first run after the repair is within a second of its end, so that is when Juggler has it,
  // in whole seconds. overhead 4 + accuracy 1.
  const Row rows[] = {{"a second before", 5min - 1s, false},
                      {"in the last second that proves nothing", 5min, false},
                      {"a second later", 5min + 1s, true},
                      {"later", 6min, true}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION("stamped " << row.why) {
      Scenario scenario = every_second(policy);
      scenario.juggler.propagation = Delay::fixed(row.propagation);
      scenario.happenings.push_back(
          {.what = Happens::fault, .count = 3, .first = 0, .component = "meta"});
      const auto report = measure_lag(scenario, policy, {.seeds = 4});
      REQUIRE(report.ok());
      const Seconds lag = row.is_lucky ? row.propagation : 20min + 1s;
      const Formula formula = row.is_lucky ? Formula::status : Formula::receipt;
      CHECK(by(report->checks[0], formula) == all_of(lag, 12));
      CHECK(report->checks[0].lag().size() == 12);
    }
  }
}

TEST_CASE("What did not count before the next work, a rename, a removal or the end never did") {
  const PolicySet policy = policy_of("UNREACHABLE", Kind::active, 1min);
  struct Row {
    const char* why;
    model::Happening next;
    std::uint64_t manipulations;
    std::uint64_t lags;
    std::uint64_t never;
  };
  const auto on_all = [](Happens what, Millis at) {
    return model::Happening{.what = what, .at = at, .count = 3, .first = 0};
  };
  // Each host's check counts 12 min and a second after the repair ended at 12 min.
  const Row rows[] = {
      {"work begins in the second before", on_all(Happens::repair, 24min), 6, 3, 3},
      {"work begins after it counted", on_all(Happens::repair, 24min + 2s), 6, 6, 0},
      {"renamed before", on_all(Happens::rename, 20min), 3, 0, 3},
      {"removed before", on_all(Happens::remove, 20min), 3, 0, 3},
      {"renamed later", on_all(Happens::rename, 30min), 3, 3, 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Scenario scenario = every_second(policy);
      scenario.happenings.push_back(row.next);
      const auto report = measure_lag(scenario, policy);
      REQUIRE(report.ok());
      CHECK(report->manipulations == row.manipulations);
      CHECK(report->checks[0].lag().size() == row.lags);
      CHECK(report->checks[0].never == row.never);
    }
  }
  DYNAMIC_SECTION("the end") {
    Scenario scenario = every_second(policy);
    scenario.lasts = 24min;
    CHECK(measure_lag(scenario, policy)->checks[0].never == 3);
    scenario.lasts = 24min + 2s;  // it is received at some moment of the second before
    CHECK(measure_lag(scenario, policy)->checks[0].never == 0);
  }
}

TEST_CASE("NODATA that counts is told apart") {
  const PolicySet policy = policy_of("meta", Kind::passive, 5min);
  Scenario scenario = every_second(policy);
  scenario.juggler.passive_ttl_periods = 600;  // of a second
  scenario.happenings.push_back(
      {.what = Happens::agent_outage, .at = 12min, .count = 3, .first = 0});
  const auto report = measure_lag(scenario, policy, {.seeds = 2});
  REQUIRE(report.ok());
  // NODATA comes ten minutes after the last result, which came before the repair: 8 min after it.
  CHECK(report->checks[0].nodata == 6);
  CHECK(by(report->checks[0], Formula::status).size() == 6);
  CHECK(by(report->checks[0], Formula::status).shortest() >= 8min - 2s);
  CHECK(by(report->checks[0], Formula::status).longest() <= 8min);
}

// The same by another way: the recording of a run, judged whole at every second.
std::map<std::string, Distribution> slow_lags(const Scenario& scenario, const PolicySet& policy,
                                              std::uint64_t seed) {
  std::string recording;
  std::map<std::string, Timestamp> ended;
  model::Simulation(scenario, seed)
      .run(
          [&](const model::SimulatedEvent& is) {
            append_event(recording, is.event);
            if (is.event.type == EventType::manipulation_end) {
              ended[std::string(is.event.host)] = is.event.time;
            }
          },
          [](const TruthChange&) {});
  std::map<std::pair<std::string, std::string>, Timestamp> counted;  // first after the end
  RecordingReader reader = RecordingReader::from_text(recording, "simulated");
  Fleet fleet(policy);
  const absl::Status status = replay(
      reader, fleet, {.mode = ReplayMode::every, .every = 1s},
      [&](const VerdictLine& line) {
        const auto end = ended.find(std::string(line.host));
        if (end == ended.end() || line.time <= end->second || !line.verdict.counts()) return;
        counted.try_emplace({std::string(line.host), std::string(line.check)}, line.time);
      },
      [](const HostLine&) {});
  REQUIRE(status.ok());
  std::map<std::string, Distribution> lags;
  for (const auto& [of, first] : counted) lags[of.second].add(first - ended[of.first]);
  return lags;
}

TEST_CASE("Lags are what judging the recording at every second gives") {
  const PolicySet policy;
  Scenario scenario = *reboots(policy, 8);
  // Half of the hosts were broken, so that states change as well.
  scenario.happenings.push_back(
      {.what = Happens::fault, .at = 1min, .count = 4, .first = 0, .component = "meta"});
  scenario.happenings.push_back(
      {.what = Happens::fault, .at = 1min, .count = 4, .first = 0, .component = "memory"});
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    INFO("seed " << seed);
    const auto report = measure_lag(scenario, policy, {.first_seed = seed});
    REQUIRE(report.ok());
    CHECK(report->manipulations == 8);
    const std::map<std::string, Distribution> slow = slow_lags(scenario, policy, seed);
    for (const CheckLag& check : report->checks) {
      INFO(check.check);
      CHECK(check.never == 0);
      CHECK(check.lag() == slow.at(check.check));
    }
  }
}

TEST_CASE("One range of seeds gives one report, in one run after the other or side by side") {
  const PolicySet policy;
  const Scenario scenario = *reboots(policy, 10);
  const auto alone = measure_lag(scenario, policy, {.first_seed = 3, .seeds = 4});
  REQUIRE(alone.ok());
  CHECK(measure_lag(scenario, policy, {.first_seed = 3, .seeds = 4}) == alone);
  CHECK(measure_lag(scenario, policy, {.first_seed = 3, .seeds = 4, .threads = 3}) == alone);
  CHECK(measure_lag(scenario, policy, {.first_seed = 3, .seeds = 4, .threads = 99}) == alone);
  CHECK(*measure_lag(scenario, policy, {.first_seed = 4, .seeds = 4}) != *alone);
  CHECK(alone->manipulations == 40);
}

TEST_CASE("Progress goes up to all there is, on the thread that asked") {
  const PolicySet policy = policy_of("UNREACHABLE", Kind::active, 1min);
  const Scenario scenario = every_second(policy);
  const auto caller = std::this_thread::get_id();
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  bool is_ours = true;
  bool is_rising = true;
  Runs runs{.seeds = 3, .threads = 2};
  runs.on_progress = [&](std::uint64_t done, std::uint64_t of) {
    is_ours = is_ours && std::this_thread::get_id() == caller;
    is_rising = is_rising && done > last;
    last = done;
    total = of;
  };
  REQUIRE(measure_lag(scenario, policy, runs).ok());
  CHECK(is_ours);
  CHECK(is_rising);
  CHECK(total == 3 * 3600);
  CHECK(last > 0);
  CHECK(last <= total);
}

TEST_CASE("No seed is no run") {
  const auto report = measure_lag(*reboots({}, 1), {}, {.seeds = 0});
  REQUIRE(report.ok());
  CHECK(report->manipulations == 0);
}

TEST_CASE("A scenario beyond 2106 is an error") {
  Scenario scenario = *reboots({}, 1);
  scenario.begin = model::ModelTime{std::chrono::seconds{4'294'967'295 - 600}};
  CHECK(absl::IsOutOfRange(measure_lag(scenario, {}).status()));
}

TEST_CASE("Lags as a table, as JSON and as a picture") {
  LagReport report{.manipulations = 3};
  CheckLag ssh{.check = "ssh", .kind = Kind::active, .never = 1, .nodata = 2};
  ssh.proven_by[static_cast<std::size_t>(Formula::receipt)] = all_of(841s, 2);
  ssh.proven_by[static_cast<std::size_t>(Formula::status)] = all_of(301s, 1);
  report.checks = {ssh, {.check = "<odd>\x1b\"", .kind = Kind::passive, .never = 3}};
  CHECK(to_table(report) ==
        "CHECK       KIND     N   MIN    P50    P99    MAX  NEVER  NODATA  PROVEN BY\n"
        "ssh         active   3  5m1s  14m1s  14m1s  14m1s      1       2  2 receipt, 1 status\n"
        "<odd>\\x1b\"  passive  0     -      -      -      -      3       0\n");
  CHECK(to_json_lines(report) ==
        R"({"check":"ssh","kind":"active","n":3,"min":301,"p50":841,"p99":841,"max":841,)"
        R"("mean":661.0,"never":1,"nodata":2,"proven_by":{"status":1,"receipt":2,"metadata":0}})"
        "\n"
        R"({"check":"<odd>\u001b\"","kind":"passive","n":0,"min":null,"p50":null,"p99":null,)"
        R"("max":null,"mean":null,"never":3,"nodata":0,)"
        R"("proven_by":{"status":0,"receipt":0,"metadata":0}})"
        "\n");
  const std::string picture = to_svg(report);
  CHECK_THAT(picture, Catch::StartsWith("<svg ") && Catch::EndsWith("</svg>\n"));
  CHECK_THAT(picture, Catch::Contains("p50 14m1s, p99 14m1s, never 1"));
  CHECK_THAT(picture, Catch::Contains("&lt;odd&gt;") && !Catch::Contains("\x1b"));
  CHECK_THAT(to_svg({}), Catch::StartsWith("<svg ") && Catch::EndsWith("</svg>\n"));
}

}  // namespace
}  // namespace vitals
