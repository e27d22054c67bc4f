// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/simulation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "vitals/recording.h"

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

struct Seen {
  Event event;
  std::optional<ModelTime> measured;
};

// Everything that one run tells, and the bytes of both of its files.
struct Run {
  Run(const Scenario& scenario, std::uint64_t seed) : simulation(scenario, seed) {
    simulation.run(
        [&](const SimulatedEvent& each) {
          events.push_back({each.event, each.measured});
          append_event(recording, each.event);
        },
        [&](const TruthChange& change) {
          truths.push_back(change);
          append_truth(truth, change);
        });
  }

  // What was received of one check, in order.
  [[nodiscard]] std::vector<Seen> of(std::string_view host, std::string_view check) const {
    std::vector<Seen> found;
    for (const Seen& each : events) {
      if (each.event.host == host && each.event.service == check) found.push_back(each);
    }
    return found;
  }
  // The first of them that says `status`.
  [[nodiscard]] const Report* first(std::string_view host, std::string_view check,
                                    Status status) const {
    for (const Seen& each : events) {
      if (each.event.host == host && each.event.service == check &&
          each.event.report.status == status) {
        return &each.event.report;
      }
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<Event> of_type(EventType type) const {
    std::vector<Event> found;
    for (const Seen& each : events) {
      if (each.event.type == type) found.push_back(each.event);
    }
    return found;
  }

  Simulation simulation;
  std::vector<Seen> events;
  std::vector<TruthChange> truths;
  std::string recording;
  std::string truth;
};

constexpr ModelTime start{1'700'000'000s};
constexpr Timestamp begin{1'700'000'000s};

Scenario small() {
  Scenario scenario;
  scenario.hosts = 4;
  scenario.lasts = 2h;
  return scenario;
}

// The status of a check in truth at a moment.
Status truth_at(const Run& run, std::string_view host, std::string_view check, ModelTime when) {
  Status status = Status::info;
  for (const TruthChange& each : run.truths) {
    if (each.host == host && each.check == check && each.time <= when) status = each.status;
  }
  return status;
}

std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char each : bytes) hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3;
  return hash;
}

TEST_CASE("On a quiet day everything is OK, arrives in order, and every push period") {
  const Run run(small(), 1);
  std::map<std::pair<std::string_view, std::string_view>, Timestamp> last;
  Timestamp now = begin;
  for (const auto& [event, measured] : run.events) {
    CHECK(event.time >= now);
    now = event.time;
    if (event.type != EventType::check) continue;
    REQUIRE(measured.has_value());
    CHECK(event.report.status == Status::ok);
    CHECK(std::chrono::floor<Seconds>(*measured) <= event.report.receive_time);
    CHECK(event.report.status_mtime <= begin);
    const auto [at, is_first] = last.try_emplace({event.host, event.service}, begin);
    const Seconds limit = event.service == "netmon" ? 63s : 303s;
    CHECK(event.time - at->second <= limit);
    at->second = event.time;
  }
  CHECK(last.size() == 4 * 9 + 2);
  CHECK(run.truths.size() == last.size());
  CHECK(run.of_type(EventType::host).size() == 4);
}

TEST_CASE("One seed gives the same bytes on every machine, another seed others") {
  Scenario scenario = small();
  scenario.agent.boot = Delay::normal(30s, 5s);
  scenario.juggler.delivery = Delay::lognormal(200ms, 3s);
  scenario.happenings = {
      {.what = Happens::fault, .at = 5min, .spread = 10min, .count = 2, .component = "memory"},
      {.what = Happens::repair, .at = 20min, .spread = 30min, .every = 40min, .count = 2},
      {.what = Happens::switch_fault, .at = 50min, .lasts = Delay::fixed(10min)},
      {.what = Happens::master_move, .at = 70min},
      {.what = Happens::rename, .at = 80min},
      {.what = Happens::add, .at = 30min, .count = 2}};
  const Run run(scenario, 7);
  CHECK(hash_of(run.recording) == 0x0307c76e235e8d44);
  CHECK(hash_of(run.truth) == 0xcecc8430a903b227);
  CHECK(Run(scenario, 7).recording == run.recording);
  CHECK(Run(scenario, 8).recording != run.recording);
}

TEST_CASE("More hosts leave what the first ones do as it was") {
  Scenario scenario = small();
  scenario.hosts_a_switch = scenario.hosts_a_rack = 2;
  const Run few(scenario, 3);
  scenario.hosts = 6;
  const Run more(scenario, 3);
  for (const char* const check : {"ssh", "memory", "meta"}) {
    const std::vector<Seen> a = few.of("host-000001", check);
    const std::vector<Seen> b = more.of("host-000001", check);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].event.report == b[i].event.report);
  }
}

TEST_CASE("A host under repair answers nobody, and its silence becomes NODATA") {
  Scenario scenario = small();
  scenario.happenings = {
      {.what = Happens::repair, .at = 30min, .first = 1, .lasts = Delay::fixed(40min)}};
  const Run run(scenario, 1);
  const auto begins = run.of_type(EventType::manipulation_begin);
  const auto ends = run.of_type(EventType::manipulation_end);
  REQUIRE(begins.size() == 1);
  REQUIRE(ends.size() == 1);
  CHECK(begins[0].host == "host-000001");
  CHECK(begins[0].time == begin + 30min);
  CHECK(ends[0].time == begin + 70min);
  // The first probe that fails, the flap delay, the next probe behind it, propagation, delivery.
  const Report* const crit = run.first("host-000001", "UNREACHABLE", Status::crit);
  REQUIRE(crit != nullptr);
  CHECK(crit->status_mtime > begin + 33min);
  CHECK(crit->status_mtime <= begin + 36min + 5s);
  // Two periods from the last result, which may have been measured five minutes before.
  const Report* const nodata = run.first("host-000001", "meta", Status::nodata);
  REQUIRE(nodata != nullptr);
  CHECK(nodata->status_mtime > begin + 35min);
  CHECK(nodata->status_mtime <= begin + 41min);
  CHECK(run.first("host-000002", "meta", Status::nodata) == nullptr);
  CHECK(truth_at(run, "host-000001", "ssh", start + 30min - 1ms) == Status::ok);
  CHECK(truth_at(run, "host-000001", "ssh", start + 30min) == Status::crit);
  CHECK(truth_at(run, "host-000001", "meta", start + 30min) == Status::nodata);
  CHECK(truth_at(run, "host-000001", "meta", start + 70min) == Status::ok);
}

TEST_CASE("A fault ends by itself, by a repair that fixes, and not by one that does not") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::fault, .at = 10min, .first = 0, .component = "memory"},
                         {.what = Happens::fault, .at = 10min, .first = 1, .component = "memory"},
                         {.what = Happens::fault,
                          .at = 10min,
                          .first = 2,
                          .lasts = Delay::fixed(20min),
                          .component = "memory"},
                         {.what = Happens::repair, .at = 40min, .first = 0},
                         {.what = Happens::repair, .at = 40min, .first = 1, .fixes = false}};
  const Run run(scenario, 1);
  CHECK(truth_at(run, "host-000000", "memory", start + 10min) == Status::crit);
  CHECK(truth_at(run, "host-000002", "memory", start + 30min) == Status::ok);
  CHECK(truth_at(run, "host-000000", "memory", start + 50min) == Status::ok);
  CHECK(truth_at(run, "host-000001", "memory", start + 50min) == Status::crit);
  CHECK(run.of("host-000000", "memory").back().event.report.status == Status::ok);
  CHECK(run.of("host-000001", "memory").back().event.report.status == Status::crit);
  CHECK(run.first("host-000003", "memory", Status::crit) == nullptr);
}

TEST_CASE("A hung hw-watcher is still reported, with the time of what it measured last") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::hang, .at = 30min, .first = 0}};
  const Run run(scenario, 1);
  const std::vector<Seen> seen = run.of("host-000000", "disk");
  CHECK(seen.back().event.time > begin + 110min);
  REQUIRE(seen.back().event.report.metadata_timestamp.has_value());
  CHECK(*seen.back().event.report.metadata_timestamp <= begin + 30min);
  CHECK(*seen.back().event.report.metadata_timestamp > begin + 20min);
  CHECK(*seen.back().measured < start + 30min);
  CHECK(*run.of("host-000001", "disk").back().event.report.metadata_timestamp > begin + 90min);
}

TEST_CASE("hw-watcher ran regularly before a simulation began, for all checks of a host at once") {
  Scenario scenario = small();
  scenario.hosts = 40;
  // Where nothing varies, each measurement is pushed once or twice, and none is skipped.
  scenario.agent.jitter = scenario.juggler.delivery = Delay();
  scenario.juggler.propagation = scenario.hw_watcher.writing = Delay::fixed(1min);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Run run(scenario, seed);
    for (const TruthChange& told : run.truths) {
      std::set<Timestamp> measured;
      for (const Seen& each : run.of(told.host, told.check)) {
        if (const auto when = each.event.report.metadata_timestamp) measured.insert(*when);
      }
      if (measured.empty()) continue;  // no check of hw-watcher
      INFO("seed " << seed << ", " << told.host << " " << told.check);
      CHECK(*measured.begin() < begin + 10min);
      CHECK(std::adjacent_find(measured.begin(), measured.end(), [](Timestamp a, Timestamp b) {
              return b - a != 10min;
            }) == measured.end());
      const auto of_another_check = run.of(told.host, "memory").front();
      CHECK((*of_another_check.event.report.metadata_timestamp - *measured.begin()) % 10min == 0s);
    }
  }
}

TEST_CASE("A clock that is ahead stamps what hw-watcher measures, and nothing else") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::clock_ahead, .at = 0s, .first = 0, .ahead = 90s}};
  const Run run(scenario, 1);
  const Seen disk = run.of("host-000000", "disk").back();
  CHECK(*disk.event.report.metadata_timestamp == std::chrono::floor<Seconds>(*disk.measured + 90s));
  CHECK(run.of("host-000000", "ssh").back().event.report.status_mtime <= begin);
}

TEST_CASE("A switch that fails cuts its hosts off, and is not their fault") {
  Scenario scenario = small();
  scenario.hosts_a_switch = scenario.hosts_a_rack = 2;
  scenario.happenings = {
      {.what = Happens::switch_fault, .at = 30min, .first = 0, .lasts = Delay::fixed(30min)}};
  const Run run(scenario, 1);
  const Report* const found = run.first("switch-00000", "netmon", Status::crit);
  REQUIRE(found != nullptr);
  // Half of a window of ten probes, 30 seconds apart, and the fetch.
  CHECK(found->status_mtime >= begin + 32min);
  CHECK(found->status_mtime <= begin + 32min + 30s);
  CHECK(found->receive_time <= begin + 33min + 33s);
  CHECK(run.first("host-000000", "ssh", Status::crit) != nullptr);
  CHECK(run.first("host-000001", "meta", Status::nodata) != nullptr);
  CHECK(run.first("host-000002", "ssh", Status::crit) == nullptr);
  CHECK(run.first("switch-00001", "netmon", Status::crit) == nullptr);
  CHECK(truth_at(run, "host-000000", "ssh", start + 45min) == Status::ok);
  CHECK(truth_at(run, "switch-00000", "netmon", start + 45min) == Status::crit);
  CHECK(truth_at(run, "rack-00000", "rack", start + 45min) == Status::crit);  // none answers
  CHECK(truth_at(run, "switch-00000", "netmon", start + 60min) == Status::ok);
}

TEST_CASE("A rack without power takes its hosts down, which boot when it is back") {
  Scenario scenario = small();
  scenario.hosts_a_rack = 2;
  scenario.happenings = {
      {.what = Happens::rack_fault, .at = 30min, .first = 1, .lasts = Delay::fixed(30min)}};
  const Run run(scenario, 1);
  const Report* const found = run.first("rack-00001", "rack", Status::crit);
  REQUIRE(found != nullptr);
  CHECK(found->status_mtime > begin + 33min);
  CHECK(found->status_mtime <= begin + 36min + 5s);
  CHECK(run.first("switch-00000", "netmon", Status::crit) == nullptr);
  CHECK(run.first("host-000003", "meta", Status::nodata) != nullptr);
  CHECK(run.first("host-000001", "meta", Status::nodata) == nullptr);
  CHECK(run.of("host-000003", "meta").back().event.report.status == Status::ok);
}

TEST_CASE("Without pongers active checks keep their state until NODATA, and passive ones go on") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::pongers_outage, .at = 30min}};
  const Run run(scenario, 1);
  const Report* const found = run.first("host-000000", "UNREACHABLE", Status::nodata);
  REQUIRE(found != nullptr);
  CHECK(found->status_mtime > begin + 44min);
  CHECK(found->status_mtime <= begin + 46min);
  CHECK(run.of("host-000000", "meta").back().event.report.status == Status::ok);
}

TEST_CASE("Pongers that come back hold back what they reported before, or begin anew") {
  // The network breaks while nobody probes.
  Scenario scenario = small();
  scenario.happenings = {
      {.what = Happens::pongers_outage, .at = 20min, .lasts = Delay::fixed(10min)},
      {.what = Happens::fault, .at = 25min, .first = 1, .component = "network"}};
  for (const bool remember : {true, false}) {
    DYNAMIC_SECTION("remember " << remember) {
      scenario.pongers.remember = remember;
      const Run run(scenario, 1);
      const Report* const failed = run.first("host-000001", "UNREACHABLE", Status::crit);
      REQUIRE(failed != nullptr);
      const Seconds since_return = failed->status_mtime - (begin + 30min);
      CHECK((since_return > 3min) == remember);
      CHECK(since_return <= (remember ? 6min : 123s));  // a period, jitter and propagation
      // What is held back was found before the outage.
      bool is_held_back = false;
      for (const Seen& each : run.of("host-000001", "UNREACHABLE")) {
        if (each.event.time < begin + 31min || each.event.report.status == Status::crit) continue;
        is_held_back = is_held_back || *each.measured < start + 20min;
      }
      CHECK(is_held_back == remember);
    }
  }
}

TEST_CASE("While Juggler is out nothing is received, and while netmon is out nothing of switches") {
  Scenario scenario = small();
  scenario.happenings = {
      {.what = Happens::juggler_outage, .at = 30min, .lasts = Delay::fixed(20min)},
      {.what = Happens::netmon_outage, .at = 80min, .lasts = Delay::fixed(20min)}};
  const Run run(scenario, 1);
  for (const auto& [event, measured] : run.events) {
    if (event.type != EventType::check) continue;
    if (event.service == "netmon") {
      CHECK((event.time <= begin + 80min + 3s || event.time >= begin + 100min));
    } else {
      CHECK((event.time <= begin + 30min + 3s || event.time >= begin + 50min));
    }
  }
  CHECK(run.of("switch-00000", "netmon").size() > 90);
  CHECK(run.of("host-000000", "ssh").back().event.time > begin + 110min);
}

TEST_CASE(
    "When the master moves, changes are lost until it is there, and come with a regular push") {
  Scenario scenario = small();
  scenario.checks = {{"ssh", {.kind = Kind::active, .period = 10s}}};
  scenario.pongers = {.jitter = Delay::fixed(0s), .flap_delay = 0s};
  scenario.juggler.propagation = Delay::fixed(1s);
  scenario.juggler.delivery = Delay::fixed(0s);
  scenario.happenings = {{.what = Happens::fault, .at = 30min, .first = 0, .component = "ssh"}};
  const Report prompt = *Run(scenario, 5).first("host-000000", "ssh", Status::crit);
  CHECK(prompt.receive_time - prompt.status_mtime <= 1s);
  scenario.happenings.push_back({.what = Happens::master_move, .at = 30min});
  const Run run(scenario, 5);
  const Report* const late = run.first("host-000000", "ssh", Status::crit);
  REQUIRE(late != nullptr);
  CHECK(late->status_mtime == prompt.status_mtime);
  CHECK(late->receive_time > prompt.receive_time + 5s);
  CHECK(late->receive_time <= begin + 35min);
}

TEST_CASE("A new host is declared and assigned, and its checks appear once they were made") {
  Scenario scenario = small();
  scenario.names.cron_delay = Delay::fixed(4min);
  scenario.names.cron_duration = Delay::fixed(3min);
  scenario.names.cron_per_host = 10s;
  scenario.happenings = {{.what = Happens::add, .at = 30min, .count = 3}};
  const Run run(scenario, 1);
  const auto assigned = run.of_type(EventType::assign);
  REQUIRE(assigned.size() == 3);
  CHECK(assigned[2].time == begin + 30min);
  CHECK(run.of_type(EventType::host).size() == 7);
  for (const char* const check : {"UNREACHABLE", "meta", "memory"}) {
    const std::vector<Seen> seen = run.of("host-000006", check);
    REQUIRE(!seen.empty());
    CHECK(seen[0].event.time > begin + 37min + 30s);
    CHECK(seen[0].event.report.status_mtime > begin + 37min + 30s);
    CHECK(seen[0].event.time < begin + 56min);
  }
}

TEST_CASE("A renamed host goes on under its new name, and its old address answers for a while") {
  Scenario scenario = small();
  scenario.names.dns = Delay::fixed(1h);
  scenario.names.old_address_answers = false;
  scenario.happenings = {{.what = Happens::rename, .at = 30min, .first = 2}};
  const Run run(scenario, 1);
  const auto renames = run.of_type(EventType::rename);
  REQUIRE(renames.size() == 1);
  CHECK(renames[0].host == "host-000002");
  const std::string_view to = renames[0].to;
  CHECK(run.of("host-000002", "ssh").back().event.time <= begin + 30min + 3s);
  const Report* const crit = run.first(to, "ssh", Status::crit);
  REQUIRE(crit != nullptr);
  CHECK(crit->status_mtime > begin + 33min);
  CHECK(run.of(to, "ssh").back().event.report.status == Status::ok);
  CHECK(run.of(to, "ssh").back().event.report.status_mtime > begin + 90min);
  CHECK(truth_at(run, to, "ssh", start + 40min) == Status::ok);
  CHECK(run.first(to, "meta", Status::crit) == nullptr);
}

TEST_CASE("Of a removed host nothing more is measured") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::remove, .at = 30min, .first = 3}};
  const Run run(scenario, 1);
  REQUIRE(run.of_type(EventType::remove).size() == 1);
  for (const char* const check : {"ssh", "meta", "memory"}) {
    CHECK(run.of("host-000003", check).back().event.time <= begin + 30min + 3s);
  }
}

TEST_CASE("A new agent that says OK before it has measured is known to have measured nothing") {
  Scenario scenario = small();
  scenario.agent.defaults_to_ok = 10min;
  scenario.happenings = {{.what = Happens::fault, .at = 10min, .first = 0, .component = "meta"},
                         {.what = Happens::repair,
                          .at = 30min,
                          .first = 0,
                          .lasts = Delay::fixed(2min),
                          .fixes = false}};
  const Run run(scenario, 1);
  std::size_t defaults = 0;
  for (const auto& [event, measured] : run.of("host-000000", "meta")) {
    if (measured.has_value()) continue;
    ++defaults;
    CHECK(event.report.status == Status::ok);
    CHECK(event.time > begin + 32min);
  }
  CHECK(defaults > 0);
  CHECK(run.of("host-000000", "meta").back().event.report.status == Status::crit);
  CHECK(truth_at(run, "host-000000", "meta", start + 40min) == Status::crit);
}

TEST_CASE("Probes that are lost fail a check only if every retry is lost, too") {
  Scenario scenario = small();
  scenario.pongers.flap_delay = 0s;
  scenario.pongers.lost_per_million = 300'000;
  scenario.pongers.retries = 60;
  CHECK(Run(scenario, 1).first("host-000000", "UNREACHABLE", Status::crit) == nullptr);
  scenario.pongers.retries = 0;
  CHECK(Run(scenario, 1).first("host-000000", "UNREACHABLE", Status::crit) != nullptr);
}

TEST_CASE("What happens again and again strikes as often as fits, and only hosts that are there") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::repair,
                          .at = 10min,
                          .every = 30min,
                          .count = 4,
                          .lasts = Delay::fixed(20min)}};
  const Run run(scenario, 1);
  CHECK(run.of_type(EventType::manipulation_begin).size() == 16);  // at 10, 40, 70 and 100 min
  std::map<std::string_view, int> under_repair;
  for (const auto& [event, measured] : run.events) {
    if (event.type == EventType::manipulation_begin) CHECK(++under_repair[event.host] == 1);
    if (event.type == EventType::manipulation_end) CHECK(--under_repair[event.host] == 0);
  }
}

TEST_CASE("Hosts that are added again and again are all there") {
  Scenario scenario = small();
  scenario.happenings = {{.what = Happens::add, .at = 30min, .every = 20min, .count = 2}};
  const Run run(scenario, 1);
  CHECK(run.of_type(EventType::assign).size() ==
        scenario.hosts_by(scenario.lasts) - scenario.hosts);
  CHECK(run.of_type(EventType::assign).size() > 2);
}

TEST_CASE("A result that was on its way when another status arrived is news, and pushed at once") {
  // A result is on its way for longer than a period: while CRIT travels, Juggler still has OK, and
  // so has the next result, which sets out meanwhile.
  Scenario scenario = small();
  scenario.hosts = 1;
  scenario.checks = {{"meta", {.kind = Kind::passive, .period = 5min}}};
  scenario.agent.jitter = scenario.juggler.delivery = Delay();
  scenario.juggler.propagation = Delay::fixed(7min);
  scenario.juggler.passive_ttl_periods = 4;  // so that nothing runs out
  scenario.happenings = {{.what = Happens::fault,
                          .at = 30min,
                          .first = 0,
                          .lasts = Delay::fixed(5min),  // exactly one run finds it
                          .component = "meta"}};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    std::vector<Report> changes;  // as they were told first
    for (const auto& [event, measured] : Run(scenario, seed).of("host-000000", "meta")) {
      if (changes.empty() || changes.back().status != event.report.status) {
        changes.push_back(event.report);
      }
    }
    REQUIRE(changes.size() == 3);
    CHECK(changes[1].status == Status::crit);
    CHECK(changes[1].receive_time == changes[1].status_mtime);
    CHECK(changes[2].status == Status::ok);
    CHECK(changes[2].receive_time == changes[2].status_mtime);
    CHECK(changes[2].receive_time - changes[1].receive_time == 5min);
  }
}

TEST_CASE("A check may have the name of the daemon, which breaks by hanging and by nothing else") {
  Scenario scenario = small();
  scenario.checks = {{"hw_watcher", {.kind = Kind::passive, .period = 5min}},
                     {"memory", {.kind = Kind::hw_watcher, .period = 5min}}};
  scenario.happenings = {
      {.what = Happens::fault, .at = 30min, .first = 0, .component = "hw_watcher"}};
  const Run run(scenario, 1);
  CHECK(run.first("host-000000", "hw_watcher", Status::crit) != nullptr);
  const Seen last = run.of("host-000000", "memory").back();
  CHECK(*last.event.report.metadata_timestamp > begin + 90min);
}

TEST_CASE("Periods that were forgotten are a second") {
  Scenario scenario = small();
  scenario.hosts = 1;
  scenario.lasts = 30s;
  scenario.checks = {{"ssh", {.kind = Kind::active}}, {"netmon", {.kind = Kind::netmon}}};
  scenario.juggler.push_period = scenario.netmon.probe_period = scenario.netmon.fetch_period = 0s;
  scenario.hw_watcher.period = scenario.pongers.rack_period = 0s;
  scenario.happenings = {{.what = Happens::rename, .every = 0s}};
  const Run run(scenario, 1);
  CHECK(run.of_type(EventType::rename).size() == 31);
  CHECK(run.of("switch-00000", "netmon").size() >= 25);
}

TEST_CASE("A scenario without hosts' checks, or without those of infrastructure, runs as well") {
  Scenario scenario = small();
  scenario.checks = {{"netmon", {.kind = Kind::netmon}}};
  CHECK(Run(scenario, 1).of("switch-00000", "netmon").size() > 100);
  scenario.checks = {{"meta", {.kind = Kind::passive, .period = 5min}}};
  scenario.happenings = {{.what = Happens::switch_fault, .at = 1min},
                         {.what = Happens::rack_fault, .at = 1min}};
  CHECK(Run(scenario, 1).first("host-000000", "meta", Status::nodata) != nullptr);
}

}  // namespace
}  // namespace vitals::model
