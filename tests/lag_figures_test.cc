// SPDX-License-Identifier: Apache-2.0
// The figures that people are told, out of simulations. VITALS_SEED sets the first seed.
#include "vitals/lag_figures.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lag/judged_run.h"
#include "vitals/model/scenario_of_policy.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

Runs ten_runs() {
  const char* wanted = std::getenv("VITALS_SEED");
  const std::uint64_t first = wanted == nullptr ? 1 : std::strtoull(wanted, nullptr, 10);
  return {.first_seed = first, .seeds = 10, .threads = 2};
}

std::vector<Figure> figures_of(const PolicySet& policy) {
  const auto figures = measure_figures(policy, 100, ten_runs());
  REQUIRE(figures.ok());
  return *figures;
}

const Figure& find(const std::vector<Figure>& figures, std::string_view what,
                   std::string_view check) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& it) {
    return it.what == what && it.checks.front() == check;
  });
  INFO(what << ", " << check);
  REQUIRE(found != figures.end());
  return *found;
}

struct Row {
  const char* what;
  const char* check;
  FigureSays says;
  Seconds stated;
  Seconds earliest;  // that may come
  Seconds latest;    // likewise
};

const std::string receipt = "a receipt proves an unchanged state";
const std::string nodata = "NODATA arrives";
const std::string late_nodata = "NODATA arrives, and Juggler's master moves";
const std::string belief = "an old state is believed, all pongers died";
const std::string late_belief = "an old state is believed, all pongers died, the master moves";
const std::string healthy = "the next measurement of a healthy hw-watcher";

// Everything in the default policy's minutes; of another one each of them has so many seconds.
std::vector<Row> rows_of(Seconds minute) {
  using enum FigureSays;
  const Seconds second = 1s;
  return {
      // Later than overhead 4 + push 5 + two periods + accuracy 1; the push before came in the last
      // second that proves nothing, the next comes push 5 later.
      {receipt.c_str(), "UNREACHABLE", later_than, 12 * minute, 12 * minute + second, 17 * minute},
      {receipt.c_str(), "ssh", later_than, 14 * minute, 14 * minute + second, 19 * minute},
      {receipt.c_str(), "fs_check", later_than, 20 * minute, 20 * minute + second, 25 * minute},
      // accuracy 1 + latency 2 and half of 10 + 5 + 5; none of these waits, or all of them.
      {"hw-watcher lags behind", "bmc", on_average, 13 * minute, 3 * minute + second, 23 * minute},
      // Later than overhead 4 + accuracy 1; the first run comes within period 5 after the repair,
      // and its result arrives propagation 1 later, which is before 6.
      {"a lucky change proves itself", "fs_check", later_than, 5 * minute, 5 * minute + second,
       6 * minute - second},
      // The times to live.
      {nodata.c_str(), "UNREACHABLE", exactly, 15 * minute, 15 * minute, 15 * minute},
      {nodata.c_str(), "ssh", exactly, 15 * minute, 15 * minute, 15 * minute},
      {nodata.c_str(), "fs_check", exactly, 10 * minute, 10 * minute, 10 * minute},
      // And push 5.
      {late_nodata.c_str(), "UNREACHABLE", up_to, 20 * minute, 15 * minute, 20 * minute},
      {late_nodata.c_str(), "ssh", up_to, 20 * minute, 15 * minute, 20 * minute},
      {late_nodata.c_str(), "fs_check", up_to, 15 * minute, 10 * minute, 15 * minute},
      // hw-watcher's period 10 + period 5 + latency 2 + push 5.
      {"a hung hw-watcher is noticed", "bmc", exactly, 22 * minute, 22 * minute, 22 * minute},
      // At the earliest hw-watcher's period 10 + latency 2.
      {healthy.c_str(), "bmc", up_to, 22 * minute, 12 * minute, 22 * minute},
      // The last result came within a period before the end of the repair; from the first second
      // that is believed on.
      {belief.c_str(), "UNREACHABLE", up_to, 15 * minute, 14 * minute, 15 * minute},
      {belief.c_str(), "ssh", up_to, 15 * minute, 14 * minute + 2 * second, 15 * minute},
      {late_belief.c_str(), "UNREACHABLE", up_to, 20 * minute, 14 * minute, 20 * minute},
      {late_belief.c_str(), "ssh", up_to, 20 * minute, 14 * minute + 2 * second, 20 * minute},
  };
}

void check_all(const std::vector<Figure>& figures, Seconds minute) {
  for (const Row& row : rows_of(minute)) {
    INFO(row.what << ", " << row.check);
    const Figure& figure = find(figures, row.what, row.check);
    CHECK(figure.says == row.says);
    CHECK(figure.stated == row.stated);
    CHECK(figure.measured.shortest() >= row.earliest);
    CHECK(figure.measured.longest() <= row.latest);
    INFO(figure.note);
    CHECK(figure.agrees);
  }
}

TEST_CASE("The figures of the default policy come out, exact to the second") {
  INFO("VITALS_SEED=" << ten_runs().first_seed);
  const std::vector<Figure> figures = figures_of({});
  CHECK(figures.size() == rows_of(1min).size() + 2);  // and two that never come
  check_all(figures, 1min);
  CHECK(all_agree(figures));

  // 1000 hosts, each with a phase of its own: the ends are reached nearly.
  const auto near = [](Seconds a, Seconds b, Seconds apart = 10s) {
    return std::chrono::abs(a - b) <= apart;
  };
  for (const char* check : {"UNREACHABLE", "ssh", "fs_check"}) {
    const Figure& figure = find(figures, receipt, check);
    INFO(check);
    CHECK(near(figure.measured.shortest(), figure.stated + 1s));
    CHECK(near(figure.measured.longest(), figure.stated + 5min));
    CHECK(figure.measured.size() == figure.of);
    // Known to 5 s: 300 over twice the root of 1000.
    CHECK(near(figure.measured.quantile(500), figure.stated + 2min + 30s, 25s));
  }
  // Of 1000 hosts the average is known to 7 s: a standard deviation of 212 s over the root of 1000.
  const Figure& average = find(figures, "hw-watcher lags behind", "bmc");
  CHECK(std::abs(average.measured.mean() - 780) <= 4 * 7);
  CHECK(average.measured.size() == average.of);
  // Stamped within the last 59 of the 300 seconds in which the first run may come.
  const Figure& lucky = find(figures, "a lucky change proves itself", "fs_check");
  CHECK(lucky.measured.size() * 100 > lucky.of * 14);
  CHECK(lucky.measured.size() * 100 < lucky.of * 25);
  CHECK(find(figures, "a hung hw-watcher is noticed", "bmc").measured.size() == 4000);
  CHECK(find(figures, healthy, "bmc").measured.size() == find(figures, healthy, "bmc").of);
}

TEST_CASE("An old state is believed where a push falls between the receipt lag and NODATA") {
  INFO("VITALS_SEED=" << ten_runs().first_seed);
  const std::vector<Figure> figures = figures_of({});
  // UNREACHABLE: pushed once in 300 s, and NODATA comes 120 to 180 s behind the receipt lag: half
  // of the hosts.
  const Figure& often = find(figures, belief, "UNREACHABLE");
  CHECK(often.measured.size() * 100 > often.of * 42);
  CHECK(often.measured.size() * 100 < often.of * 58);
  // ssh: up to 60 s, if the last probe came in the last 60 of 120 s: one in twenty.
  const Figure& seldom = find(figures, belief, "ssh");
  CHECK(seldom.measured.size() * 100 > seldom.of * 2);
  CHECK(seldom.measured.size() * 100 < seldom.of * 9);
  // Passive checks never: 10 min, or 15 if the master moves, are less than 20.
  for (const char* what : {"an old state is believed, the agents died",
                           "an old state is believed, the agents died, the master moves"}) {
    const Figure& never = find(figures, what, "fs_check");
    CHECK(never.says == FigureSays::never);
    CHECK(never.measured.empty());
    CHECK(never.agrees);
  }
}

TEST_CASE("A policy of a tenth gives figures of a tenth") {
  INFO("VITALS_SEED=" << ten_runs().first_seed);
  PolicySet policy;
  Policy& all = policy.constants;
  all.juggler = {.push_period = 30s, .propagation = 6s, .overhead = 24s, .active_ttl = 90s};
  all.hw_watcher = {.period = 60s, .latency = 12s};
  all.pongerd = {.flap_delay = 18s};
  for (auto& [name, check] : policy.checks) {
    check.period /= 10;
    check.accuracy /= 10;
  }
  const std::vector<Figure> figures = figures_of(policy);
  check_all(figures, 6s);
  CHECK(all_agree(figures));
}

TEST_CASE("With delays drawn as they are by default no healthy host is ever stale for hw-watcher") {
  model::Scenario scenario = *model::scenario_of({}, model::Delays::drawn);
  scenario.hosts = 30;
  scenario.lasts = 6h;
  JudgedRun run(scenario, {}, ten_runs().first_seed);
  INFO("VITALS_SEED=" << ten_runs().first_seed);
  int stale = 0;
  int judged = 0;
  REQUIRE(run.run([](const model::SimulatedEvent&) {},
                  [&](const CheckChange& change) {
                    ++judged;
                    if (change.after.reasons().has(Reason::stale)) ++stale;
                  })
              .ok());
  CHECK(judged > 0);
  CHECK(stale == 0);
}

TEST_CASE("A policy that contradicts itself disagrees, and says why") {
  struct Contradiction {
    const char* why;
    void (*make)(PolicySet&);
    const char* what;
    const char* check;
    const char* note;
  };
  const Contradiction rows[] = {
      {"no time for propagation", [](PolicySet& it) { it.constants.juggler.propagation = 5min; },
       "the next measurement of a healthy hw-watcher", "bmc",
       "hw_watcher.latency is shorter than juggler.propagation"},
      {"written longer than until the next is measured",
       [](PolicySet& it) { it.constants.hw_watcher.latency = 12min; }, "hw-watcher lags behind",
       "bmc", "leaves a longer time for writing than hw_watcher.period"},
      {"measured all the time", [](PolicySet& it) { it.constants.hw_watcher.period = 0s; },
       "the next measurement of a healthy hw-watcher", "bmc", "hw_watcher.period is 0s"},
      {"NODATA between any two probes",
       [](PolicySet& it) { it.constants.juggler.active_ttl = 50s; },
       "a receipt proves an unchanged state", "UNREACHABLE",
       "their time to live is not longer than their period"},
  };
  for (const Contradiction& row : rows) {
    DYNAMIC_SECTION(row.why) {
      PolicySet policy;
      row.make(policy);
      const auto figures = measure_figures(policy, 20, {.seeds = 2});
      REQUIRE(figures.ok());
      CHECK_FALSE(all_agree(*figures));
      const Figure& figure = find(*figures, row.what, row.check);
      CHECK_FALSE(figure.agrees);
      CHECK_THAT(figure.note, Catch::Contains(row.note));
    }
  }
}

TEST_CASE("A policy has the figures of its checks and no others") {
  PolicySet policy;
  policy.checks = {{"a", {.kind = Kind::passive, .period = 5min}},
                   {"b", {.kind = Kind::passive, .period = 5min}},
                   {"c", {.kind = Kind::passive, .period = 6min}},
                   {"netmon", {.kind = Kind::netmon}}};
  const auto figures = measure_figures(policy, 5);
  REQUIRE(figures.ok());
  for (const Figure& figure : *figures) {
    CHECK((figure.checks == std::vector<std::string>{"a", "b"} ||
           figure.checks == std::vector<std::string>{"c"}));
    CHECK_THAT(figure.what, !Catch::Contains("hw-watcher") && !Catch::Contains("pongers"));
  }
  policy.checks.clear();
  CHECK(measure_figures(policy, 5)->empty());
}

TEST_CASE("A policy that no simulation can hold, or that would take for ever, is refused") {
  PolicySet policy;
  policy.checks["agent"] = {.kind = Kind::passive, .period = 5min};
  CHECK(absl::IsInvalidArgument(measure_figures(policy, 5).status()));
  policy = {};
  policy.constants.juggler.push_period = 366 * 24h;
  const absl::Status status = measure_figures(policy, 100, {.seeds = 10}).status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK_THAT(std::string(status.message()), Catch::Contains("million measurements and pushes"));
}

TEST_CASE("Figures are told one by one") {
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  Runs runs;
  runs.on_progress = [&](std::uint64_t done, std::uint64_t of) {
    if (done == last + 1) last = done;
    total = of;
  };
  const auto figures = measure_figures({}, 1, runs);
  REQUIRE(figures.ok());
  CHECK(last == figures->size());
  CHECK(total == figures->size());
}

TEST_CASE("Figures as a table and as JSON: notes that are the same are told once") {
  Figure one{.what = "something comes",
             .checks = {"a", "b"},
             .says = FigureSays::later_than,
             .stated = 12min,
             .earliest = 721s,
             .latest = 17min,
             .of = 4,
             .agrees = true,
             .note = "A note."};
  one.measured.add(725s, 3);
  Figure two = one;
  two.checks = {"\x1b[31m"};
  two.says = FigureSays::never;
  two.measured = {};
  two.agrees = false;
  Figure three = one;
  three.what = "another comes";
  three.says = FigureSays::on_average;
  three.note = "";
  CHECK(to_table({one, two, three}) ==
        "FIGURE      SAYS                 N    MIN    P50    P99    MAX\n"
        "something comes\n"
        "  a, b      later than 12m  3 of 4  12m5s  12m5s  12m5s  12m5s  agrees [1]\n"
        "  \\x1b[31m  never           0 of 4      -      -      -      -  DISAGREES [1]\n"
        "another comes\n"
        "  a, b      12m on average  3 of 4  12m5s  12m5s  12m5s  12m5s  agrees\n"
        "\n"
        " [1] A note.\n");
  CHECK(to_json_lines({one, two}) ==
        R"({"figure":"something comes","checks":["a","b"],"says":"later_than","stated":720,)"
        R"("earliest":721,"latest":1020,"n":3,"of":4,"min":725,"p50":725,"p99":725,"max":725,)"
        R"("mean":725.0,"agrees":true,"note":"A note."})"
        "\n"
        R"({"figure":"something comes","checks":["\u001b[31m"],"says":"never","stated":720,)"
        R"("earliest":721,"latest":1020,"n":0,"of":4,"min":null,"p50":null,"p99":null,)"
        R"("max":null,"mean":null,"agrees":false,"note":"A note."})"
        "\n");
  CHECK(to_json_lines(std::vector<Figure>{}).empty());
}

}  // namespace
}  // namespace vitals
