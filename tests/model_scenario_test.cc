// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/scenario.h"

#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <tuple>

#include "model/scenario_schema.h"
#include "program.h"
#include "text/bridge.h"
#include "texts.h"

namespace vitals::model {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const std::filesystem::path root = std::filesystem::path(VITALS_TESTS_DIR).parent_path();

// All errors of a text; empty if it can be read.
std::string errors_of(std::string_view yaml, std::string_view source = "s") {
  const auto scenario = parse_scenario(yaml, source);
  if (scenario.ok()) return "";
  CHECK(absl::IsInvalidArgument(scenario.status()));
  return message_of(scenario.status());
}

Scenario scenario_of(std::string_view yaml) {
  auto scenario = parse_scenario(yaml, "s");
  INFO(scenario.status());
  REQUIRE(scenario.ok());
  return *std::move(scenario);
}

// A delay has no face but its samples.
bool same(const Delay& a, const Delay& b) {
  Random of_a(1);
  Random of_b(1);
  for (int i = 0; i < 100; ++i) {
    if (a.sample(of_a) != b.sample(of_b)) return false;
  }
  return a.longest() == b.longest();
}

Delay fixed(Millis length) { return Delay::fixed(length); }

// Every value but the delays, the checks and the happenings, so that a comparison leaves none out.
auto plain_values_of(const Scenario& s) {
  return std::tie(s.begin, s.lasts, s.hosts, s.hosts_a_switch, s.hosts_a_rack,
                  s.juggler.push_period, s.juggler.active_ttl, s.juggler.passive_ttl_periods,
                  s.juggler.election, s.pongers.rack_period, s.pongers.flap_delay,
                  s.pongers.lost_per_million, s.pongers.retries, s.pongers.remember,
                  s.agent.defaults_to_ok, s.names.old_address_answers, s.names.cron_per_host,
                  s.hw_watcher.period, s.netmon.probe_period, s.netmon.window,
                  s.netmon.fetch_period);
}

std::vector<Delay> delays_of(const Scenario& s) {
  return {s.juggler.propagation, s.juggler.delivery, s.pongers.jitter,   s.agent.boot,
          s.agent.jitter,        s.names.dns,        s.names.cron_delay, s.names.cron_duration,
          s.hw_watcher.writing,  s.netmon.fetching};
}

std::vector<std::tuple<std::string, Kind, Seconds>> checks_of(const Scenario& s) {
  std::vector<std::tuple<std::string, Kind, Seconds>> checks;
  for (const auto& [name, check] : s.checks) checks.emplace_back(name, check.kind, check.period);
  return checks;
}

void check_is_default(const Scenario& scenario) {
  const Scenario expected;
  CHECK(plain_values_of(scenario) == plain_values_of(expected));
  const std::vector<Delay> delays = delays_of(scenario);
  const std::vector<Delay> expected_delays = delays_of(expected);
  CHECK(std::equal(delays.begin(), delays.end(), expected_delays.begin(), expected_delays.end(),
                   same));
  CHECK(checks_of(scenario) == checks_of(expected));
  CHECK(scenario.happenings.empty());
}

TEST_CASE("A scenario that says nothing is the default one") {
  for (const char* yaml : {"", "# nothing yet\n", "---\n", "~", "{}", "happenings: []",
                           "juggler: {}", "\xef\xbb\xbf"}) {
    DYNAMIC_SECTION(yaml) { check_is_default(scenario_of(yaml)); }
  }
}

// Null where the map has no such key.
const YamlNode* value_of(const YamlNode* map, std::string_view key) {
  if (map == nullptr) return nullptr;
  for (const YamlEntry& entry : map->entries) {
    if (entry.key->text == key) return entry.value;
  }
  return nullptr;
}

TEST_CASE("The documented defaults are those of a scenario that says nothing") {
  const std::string page = content_of(root / "docs/simulations.md");
  const std::string mark = "<!-- save defaults.yaml -->\n```yaml\n";
  REQUIRE(page.find(mark) != std::string::npos);
  const std::size_t begin = page.find(mark) + mark.size();
  const std::string yaml = page.substr(begin, page.find("\n```", begin) + 1 - begin);
  check_is_default(scenario_of(yaml));
  YamlTree tree;
  REQUIRE_FALSE(parse_yaml(yaml, tree));
  for (const ScenarioField& field : scenario_fields()) {
    INFO(field.path);
    const std::size_t dot = field.path.find('.');
    const YamlNode* section = value_of(tree.root, field.path.substr(0, dot));
    CHECK(section != nullptr);
    if (dot != std::string_view::npos) CHECK(value_of(section, field.path.substr(dot + 1)));
  }
  for (const HappeningField& field : happening_fields()) {
    CHECK_THAT(page, Catch::Contains(cat("\n| `", field.path, "` |")));
  }
  for (const std::string_view what : happens_names) {
    CHECK_THAT(page, Catch::Contains(cat("\n| `", what, "` |")));
  }
  for (const std::string_view component : component_names) {
    CHECK_THAT(page, Catch::Contains(cat("`", component, "`")));
  }
  CHECK_THAT(page, Catch::Contains(cat("At most ", most_components, " are checks of hosts")));
  CHECK_THAT(page, Catch::Contains(cat("At most ", most_happenings, ".")));
}

TEST_CASE("Each key of a scenario sets the value of that name and no other") {
  const Scenario s = scenario_of(R"(
begin: 1700000001
lasts: 2h1ms
hosts: 3
hosts_a_switch: 4
hosts_a_rack: 5
juggler: {push_period: 6s, propagation: 7ms, delivery: 8ms, active_ttl: 9ms,
          passive_ttl_periods: 10, election: 11ms}
pongers: {jitter: 12ms, rack_period: 13s, flap_delay: 14ms, lost_per_million: 15, retries: 16,
          remember: false}
agent: {boot: 17ms, defaults_to_ok: 18ms, jitter: 19ms}
names: {dns: 20ms, old_address_answers: false, cron_delay: 21ms, cron_duration: 22ms,
        cron_per_host: 23ms}
hw_watcher: {period: 24s, writing: 25ms}
netmon: {probe_period: 26s, window: 27s, fetch_period: 28s, fetching: 29ms}
)");
  CHECK(plain_values_of(s) == std::tuple(ModelTime{1'700'000'001s}, 2h + 1ms, 3, 4, 5, 6s, 9ms, 10,
                                         11ms, 13s, 14ms, 15, 16, false, 18ms, false, 23ms, 24s,
                                         26s, 27s, 28s));
  const std::vector<Delay> delays = delays_of(s);
  const Millis expected[] = {7ms, 8ms, 12ms, 17ms, 19ms, 20ms, 21ms, 22ms, 25ms, 29ms};
  REQUIRE(delays.size() == std::size(expected));
  for (std::size_t i = 0; i < delays.size(); ++i) CHECK(same(delays[i], fixed(expected[i])));
  CHECK(checks_of(s) == checks_of(Scenario{}));
}

TEST_CASE("Each key of a happening sets the value of that name and no other") {
  const auto values_of = [](const Happening& h) {
    return std::tuple(h.what, h.at, h.spread, h.every, h.count, h.first, h.component, h.fixes,
                      h.ahead);
  };
  using First = std::optional<std::uint32_t>;
  using Every = std::optional<Millis>;
  const Scenario s = scenario_of(R"(
happenings:
  - {what: fault, component: memory}
  - what: repair
    at: 1ms
    spread: 2ms
    every: 3s
    count: 4
    first: 5
    lasts: 6ms
    fixes: false
  - {what: clock_ahead, ahead: -90s}
  - {ahead: 1h, what: clock_ahead}
  - &one {what: rename}
  - *one
)");
  REQUIRE(s.happenings.size() == 6);
  CHECK(values_of(s.happenings[0]) ==
        std::tuple(Happens::fault, 0ms, 0ms, Every{}, 1, First{}, "memory", true, 0ms));
  CHECK_FALSE(s.happenings[0].lasts);
  CHECK(values_of(s.happenings[1]) ==
        std::tuple(Happens::repair, 1ms, 2ms, Every{3s}, 4, First{5}, "", false, 0ms));
  REQUIRE(s.happenings[1].lasts);
  CHECK(same(*s.happenings[1].lasts, fixed(6ms)));
  CHECK(values_of(s.happenings[2]) ==
        std::tuple(Happens::clock_ahead, 0ms, 0ms, Every{}, 1, First{}, "", true, -90s));
  CHECK(s.happenings[3].ahead == 1h);
  CHECK(s.happenings[5].what == Happens::rename);
}

TEST_CASE("What can happen is known by the word of that name") {
  for (std::size_t i = 0; i < happens_names.size(); ++i) {
    std::string yaml = cat("happenings: [{what: ", happens_names[i]);
    if (happens_names[i] == "fault") yaml += ", component: agent";
    if (happens_names[i] == "clock_ahead") yaml += ", ahead: 1s";
    CHECK(scenario_of(yaml + "}]").happenings.at(0).what == static_cast<Happens>(i));
  }
  CHECK(happens_names[static_cast<std::size_t>(Happens::pongers_outage)] == "pongers_outage");
}

TEST_CASE("A delay is a length or one of four distributions") {
  struct Row {
    const char* yaml;
    Delay delay;
  };
  const Row rows[] = {
      {"0s", Delay{}},
      {"'1m30s'", fixed(90s)},
      {"366d", fixed(longest_delay)},
      {"{uniform: {from: 1s, to: 60s}}", Delay::uniform(1s, 60s)},
      {"{uniform: {to: 60s, from: 60s}}", Delay::uniform(60s, 60s)},
      {"{normal: {mean: 30s, deviation: 5s}}", Delay::normal(30s, 5s)},
      {"{normal: {mean: 0s, deviation: 0s}}", Delay::normal(0s, 0s)},
      {"{lognormal: {median: 10m, p99: 2h}}", Delay::lognormal(10min, 2h)},
      {"{lognormal: {median: 1ms, p99: 1ms}}", Delay::lognormal(1ms, 1ms)},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.yaml) {
      CHECK(same(scenario_of(cat("agent: {boot: ", row.yaml, "}")).agent.boot, row.delay));
    }
  }
  CHECK_FALSE(same(Delay::normal(30s, 5s), Delay::normal(30s, 6s)));
}

TEST_CASE("Measured delays lie in a file beside the scenario or below") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("below"));
  folder.write("delays.txt", "# measured\n1s\n 250ms\t# fast\n\n1m30s\r\n0s");
  folder.write("below/one", "5m");
  const std::string path = folder.write("s.yaml", R"(
agent: {boot: {empirical: delays.txt}, jitter: {empirical: ./delays.txt}}
names: {dns: {empirical: below/one}, cron_delay: {empirical: "below//one"}}
)");
  const auto scenario = read_scenario(path);
  INFO(scenario.status());
  REQUIRE(scenario.ok());
  const Delay expected = Delay::empirical({1s, 250ms, 90s, 0s});
  CHECK(same(scenario->agent.boot, expected));
  CHECK(same(scenario->agent.jitter, expected));
  CHECK(same(scenario->names.dns, fixed(5min)));
  CHECK(same(scenario->names.cron_delay, fixed(5min)));
}

TEST_CASE("A file of delays that cannot be read is told with the place of its name or its lines") {
  const TemporaryFolder folder;
  folder.write("bad", "1s\n5\n# 6\nsoon # 7s\n-1s\n");
  folder.write("empty", "# nothing\n\n");
  folder.write("binary", std::string("\0\x1b[31m", 6));
  folder.write("long", std::string((1U << 20U) + 1, '#'));
  folder.write("long_enough", "1s\n" + std::string((1U << 20U) - 3, '#'));
  std::filesystem::create_directory(folder.path("folder"));
  const std::string s = folder.path("s");
  struct Row {
    const char* file;
    std::string errors;
  };
  const auto at = [&](const std::string& what) {
    return s + ":1:27: agent.boot.empirical: " + what;
  };
  const std::string expected = ", expected a file with one duration a line";
  const std::string below = ", expected the name of a file in the folder of the scenario or below";
  const Row rows[] = {
      {"bad", folder.path("bad") + ":2: '5' has no unit, expected a duration such as 90s or 5m\n" +
                  folder.path("bad") +
                  ":4: 'soon' is no duration, expected whole numbers with units such as 250ms, "
                  "90s, 5m, 1h30m\n" +
                  folder.path("bad") + ":5: '-1s' is negative, expected a duration of 0s or more"},
      {"binary", folder.path("binary") +
                     ":1: '\\x00\\x1b[31m' is no duration, expected whole numbers with units such "
                     "as 250ms, 90s, 5m, 1h30m"},
      {"empty", at(folder.path("empty") + ": no duration" + expected)},
      {"long", at(folder.path("long") + ": longer than 1048576 bytes" + expected)},
      {"long_enough", ""},
      {"none", at(folder.path("none") + ": No such file or directory" + expected)},
      {"folder", at(folder.path("folder") + ": no regular file" + expected)},
      {".", at(folder.path(".") + ": no regular file" + expected)},
      {"/etc/hostname", at("'/etc/hostname'" + below)},
      {"../bad", at("'../bad'" + below)},
      {"folder/../bad", at("'folder/../bad'" + below)},
      {"''", at("''" + below)},
      {"\"bad\\0\"", at("'bad\\x00'" + below)},
      {"{}", at("a map" + below)},
      {"!!str bad",
       s + ":1:27: agent.boot.empirical: the tag 'tag:yaml.org,2002:str'" + below + " alone"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.file) {
      CHECK(errors_of(cat("agent: {boot: {empirical: ", row.file, "}}"), s) == row.errors);
    }
  }
}

TEST_CASE("A file of delays that many name is read once, and its errors are told once") {
  const TemporaryFolder folder;
  folder.write("bad", "1s\n2\n");
  std::string yaml = "happenings:\n";
  for (int i = 0; i < 1000; ++i) yaml += "  - {what: repair, lasts: {empirical: bad}}\n";
  CHECK(errors_of(yaml, folder.path("s")) ==
        folder.path("bad") + ":2: '2' has no unit, expected a duration such as 90s or 5m");
}

// Long texts of errors, by the name that stands for them in braces.
std::string filled(std::string text) {
  static constexpr std::pair<std::string_view, std::string_view> texts[] = {
      {"{keys}",
       "begin, lasts, hosts, hosts_a_switch, hosts_a_rack, juggler, pongers, agent, names, "
       "hw_watcher, netmon, checks, happenings"},
      {"{delay}", "{length}, or a map with one of uniform, normal, lognormal and empirical"},
      {"{length}", "a duration such as 250ms, 90s, 5m, 1h30m"},
      {"{units}", "whole numbers with units such as 250ms, 90s, 5m, 1h30m"},
      {"{times}", "1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"},
      {"{what}",
       "fault, repair, agent_outage, hang, clock_ahead, add, rename, remove, switch_fault, "
       "rack_fault, netmon_outage, juggler_outage, master_move or pongers_outage"}};
  for (const auto& [name, meaning] : texts) {
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;) {
      text.replace(at, name.size(), meaning);
    }
  }
  return text;
}

TEST_CASE("What is wrong with a scenario is told, with its place and what was expected") {
  struct Row {
    const char* why;
    const char* yaml;
    const char* errors;  // without the source in front of each
  };
  const Row rows[] = {
      {"no YAML", "hosts: {", "1:1: not YAML: end of map flow not found"},
      {"a list", "- hosts: 5", "1:1: a sequence, expected a map"},
      {"a value", "5", "1:1: a plain value, expected a map"},
      {"an unknown key", "host: 5",
       "1:1: host: unknown key, expected one of {keys}; did you mean hosts?"},
      {"a key in capitals", "Hosts: 5",
       "1:1: Hosts: unknown key, expected one of {keys}; did you mean hosts?"},
      {"a strange key", "\"a b\": 5", "1:1: 'a b': unknown key, expected one of {keys}"},
      {"a dotted key", "\"juggler.push_period\": 5m",
       "1:1: 'juggler.push_period': unknown key, expected one of {keys}"},
      {"a key twice",
       "hosts: 5\n"
       "lasts: 1h\n"
       "hosts: 5",
       "3:1: hosts: given twice, first in line 1, expected once"},
      {"a second document",
       "hosts: 5\n"
       "---\n"
       "hosts: 6",
       "2:1: something behind the end of the document, expected one document"},
      {"a key that is no name",
       "? [a]\n"
       ": 5",
       "1:3: a sequence as a key, expected a name"},
      {"a value that is not there",
       "hosts:\n"
       "lasts: ~",
       "1:1: hosts: nothing, expected a whole number from 1 to 10000000\n"
       "2:1: lasts: nothing, expected {length}"},
      {"a map for a number", "hosts: {}",
       "1:8: hosts: a map, expected a whole number from 1 to 10000000"},
      {"a list for a number", "hosts: [5]",
       "1:8: hosts: a sequence, expected a whole number from 1 to 10000000"},
      {"a tag", "hosts: !!int 5",
       "1:8: hosts: the tag 'tag:yaml.org,2002:int', expected a whole number from 1 to 10000000 "
       "alone"},
      {"no whole number", "hosts: 1e3",
       "1:8: hosts: '1e3', expected a whole number from 1 to 10000000"},
      {"a quoted number", "hosts: '5'",
       "1:8: hosts: '5', expected a whole number from 1 to 10000000"},
      {"an octal number", "hosts: 010",
       "1:8: hosts: '010', expected a whole number from 1 to 10000000"},
      {"no hosts", "hosts: 0", "1:8: hosts: '0', expected a whole number from 1 to 10000000"},
      {"a host too many", "hosts: 10000001",
       "1:8: hosts: '10000001', expected a whole number from 1 to 10000000"},
      {"no hosts a switch and no hosts a rack",
       "hosts_a_switch: 0\n"
       "hosts_a_rack: 0",
       "1:17: hosts_a_switch: '0', expected a whole number from 1 to 10000000\n"
       "2:15: hosts_a_rack: '0', expected a whole number from 1 to 10000000"},
      {"a beginning without an offset", "begin: 2023-11-14T22:13:20",
       "1:8: begin: '2023-11-14T22:13:20' is no moment, expected Unix seconds such as 1700000000 "
       "or RFC 3339 such as 2023-11-14T22:13:20Z"},
      {"a beginning that is no moment", "begin: yesterday",
       "1:8: begin: 'yesterday' is no moment, expected Unix seconds such as 1700000000 or RFC 3339 "
       "such as 2023-11-14T22:13:20Z"},
      {"a beginning before 1970", "begin: -1", "1:8: begin: '-1' is outside {times}"},
      {"a beginning before which nothing can have lasted", "begin: 2678399.9",
       "1:8: begin: '2678399.9', expected 1970-02-01T00:00:00Z or later"},
      {"no length", "lasts: 0s", "1:8: lasts: '0s', expected 1ms or more"},
      {"a length without a unit", "lasts: 7200",
       "1:8: lasts: '7200' has no unit, expected a duration such as 90s or 5m"},
      {"a length too long", "lasts: 366d1ms",
       "1:8: lasts: '366d1ms' is longer than 366 days, the longest duration there is"},
      {"an end after 2106",
       "begin: 2106-02-07T00:00:00Z\n"
       "lasts: 12h",
       "2:8: lasts: the scenario ends behind 2106-02-07T06:28:15Z, expected an end up to then"},
      {"an end after 2106 of which only the beginning is stated", "begin: 2106-02-07T05:00:00Z",
       "1:8: begin: the scenario ends behind 2106-02-07T06:28:15Z, expected an end up to then"},
      {"a section that is a value", "juggler: 5m", "1:10: juggler: a plain value, expected a map"},
      {"a section that is a list", "pongers: [retries, 2]",
       "1:10: pongers: a sequence, expected a map"},
      {"a section that is not there", "agent:", "1:1: agent: nothing, expected a map"},
      {"unknown keys of sections",
       "juggler: {propogation: 1s, overhead: 4m}\n"
       "netmon: {windows: 5m}",
       "1:11: juggler.propogation: unknown key, expected one of push_period, propagation, "
       "delivery, active_ttl, passive_ttl_periods, election; did you mean propagation?\n"
       "1:28: juggler.overhead: unknown key, expected one of push_period, propagation, delivery, "
       "active_ttl, passive_ttl_periods, election\n"
       "2:10: netmon.windows: unknown key, expected one of probe_period, window, fetch_period, "
       "fetching; did you mean window?"},
      {"a key of another section", "hw_watcher: {window: 5m}",
       "1:14: hw_watcher.window: unknown key, expected one of period, writing"},
      {"a key of a section twice", "names: {dns: 1s, \"dns\": 2s}",
       "1:18: names.dns: given twice, first in line 1, expected once"},
      {"periods below a second",
       "juggler: {push_period: 0s}\n"
       "pongers: {rack_period: 999ms}\n"
       "hw_watcher: {period: 0m}\n"
       "netmon: {probe_period: 0h, fetch_period: 1ms}",
       "1:24: juggler.push_period: '0s', expected 1s or more\n"
       "2:24: pongers.rack_period: '999ms', expected 1s or more\n"
       "3:22: hw_watcher.period: '0m', expected 1s or more\n"
       "4:24: netmon.probe_period: '0h', expected 1s or more\n"
       "4:42: netmon.fetch_period: '1ms', expected 1s or more"},
      {"lengths that are none",
       "juggler: {active_ttl: 15, election: -1s}\n"
       "pongers: {flap_delay: 3 m}\n"
       "agent: {defaults_to_ok: never}",
       "1:23: juggler.active_ttl: '15' has no unit, expected a duration such as 90s or 5m\n"
       "1:37: juggler.election: '-1s' is negative, expected a duration of 0s or more\n"
       "2:23: pongers.flap_delay: '3 m' is no duration, expected {units}\n"
       "3:25: agent.defaults_to_ok: 'never' is no duration, expected {units}"},
      {"counts beyond their ends",
       "juggler: {passive_ttl_periods: 0}\n"
       "pongers: {lost_per_million: 1000001, retries: 1001}",
       "1:32: juggler.passive_ttl_periods: '0', expected a whole number from 1 to 1000\n"
       "2:29: pongers.lost_per_million: '1000001', expected a whole number from 0 to 1000000\n"
       "2:47: pongers.retries: '1001', expected a whole number from 0 to 1000"},
      {"a flag that is a word", "names: {old_address_answers: yes}",
       "1:30: names.old_address_answers: 'yes', expected true or false"},
      {"a window that is shorter than a probe takes", "netmon: {window: 29s}",
       "1:18: netmon.window: a window of 29s has no probes, one every 30s, expected 1 to 64"},
      {"a window of 65 probes", "netmon: {probe_period: 1s, window: 65s}",
       "1:36: netmon.window: a window of 1m5s has 65 probes, one every 1s, expected 1 to 64"},
      {"a window that is not stated", "netmon: {probe_period: 1s}",
       "1:24: netmon.probe_period: a window of 5m has 300 probes, one every 1s, expected 1 to 64"},
      {"a delay that is nothing, a list and a tagged map",
       "agent: {boot: , jitter: [1s]}\n"
       "names: {dns: !!map {uniform: {from: 0s, to: 0s}}}",
       "1:9: agent.boot: nothing, expected {delay}\n"
       "1:25: agent.jitter: a sequence, expected {delay}\n"
       "2:14: names.dns: a tag, expected a map"},
      {"a delay that is no length", "agent: {boot: fast}",
       "1:15: agent.boot: 'fast' is no duration, expected {units}"},
      {"no distribution", "agent: {boot: {}}",
       "1:15: agent.boot: an empty map, expected one of uniform, normal, lognormal, empirical"},
      {"an unknown distribution", "agent: {boot: {lognormale: {median: 1s, p99: 2s}}}",
       "1:16: agent.boot.lognormale: unknown key, expected one of uniform, normal, lognormal, "
       "empirical; did you mean lognormal?"},
      {"two distributions",
       "agent: {boot: {uniform: {from: 1s, to: 2s}, normal: {mean: 1s, deviation: 1s}}}",
       "1:45: agent.boot.normal: a second distribution, expected one"},
      {"a distribution that is a value", "agent: {boot: {uniform: 1s}}",
       "1:25: agent.boot.uniform: a plain value, expected a map"},
      {"no parameters", "agent: {boot: {uniform: {}}}",
       "1:25: agent.boot.uniform: no from, expected from and to\n"
       "1:25: agent.boot.uniform: no to, expected from and to"},
      {"a missing parameter", "agent: {boot: {normal: {mean: 1s}}}",
       "1:24: agent.boot.normal: no deviation, expected mean and deviation"},
      {"parameters of another distribution",
       "agent: {boot: {lognormal: {mean: 1s, deviation: 1s}}}",
       "1:27: agent.boot.lognormal: no median, expected median and p99\n"
       "1:27: agent.boot.lognormal: no p99, expected median and p99\n"
       "1:28: agent.boot.lognormal.mean: unknown key, expected one of median, p99\n"
       "1:38: agent.boot.lognormal.deviation: unknown key, expected one of median, p99"},
      {"a parameter without a unit", "agent: {boot: {uniform: {from: 1, to: 2s}}}",
       "1:32: agent.boot.uniform.from: '1' has no unit, expected a duration such as 90s or 5m"},
      {"to is shorter than from", "agent: {boot: {uniform: {from: 2s, to: 1999ms}}}",
       "1:40: agent.boot.uniform.to: 1s999ms is shorter than from, expected 2s or more"},
      {"p99 is shorter than the median", "agent: {boot: {lognormal: {p99: 1m, median: 61s}}}",
       "1:33: agent.boot.lognormal.p99: 1m is shorter than median, expected 1m1s or more"},
      {"a median of zero", "agent: {boot: {lognormal: {median: 0s, p99: 1s}}}",
       "1:36: agent.boot.lognormal.median: 0s, expected 1ms or more"},
      {"a negative deviation", "agent: {boot: {normal: {mean: 1s, deviation: -1s}}}",
       "1:46: agent.boot.normal.deviation: '-1s' is negative, expected a duration of 0s or more"},
      {"checks that are a list", "checks: [ssh]", "1:9: checks: a sequence, expected a map"},
      {"a check that is a word", "checks: {ssh: active}",
       "1:15: checks.ssh: a plain value, expected a map"},
      {"a check without a kind", "checks: {ssh: {period: 1m}}",
       "1:10: checks.ssh: no kind, expected kind: active, passive, hw_watcher, netmon or rack"},
      {"an unknown kind", "checks: {ssh: {kind: actve}}",
       "1:22: checks.ssh.kind: 'actve' is unknown, expected active, passive, hw_watcher, netmon or "
       "rack; did you mean active?"},
      {"what only a policy says of a check",
       "checks: {ssh: {kind: active, accuracy: 60s, required: true}}",
       "1:30: checks.ssh.accuracy: unknown key, expected one of kind, period\n"
       "1:45: checks.ssh.required: unknown key, expected one of kind, period"},
      {"periods of checks",
       "checks: {a: {kind: active, period: 0s}, b: {kind: active, period: 500ms}, r: {kind: rack, "
       "period: 1m}}",
       "1:36: checks.a.period: '0s' is no period, expected 1s or more\n"
       "1:67: checks.b.period: '500ms' is no duration, expected whole numbers with units such as "
       "90s, 5m, 3h, 1h30m\n"
       "1:91: checks.r.period: a check of kind rack has no period, expected none"},
      {"a check without a name", "checks: {'': {kind: active}}",
       "1:10: checks.'': a name of 0 bytes, expected one of 1 to 255 bytes"},
      {"checks with names of components",
       "checks: {network: {kind: active}, agent: {kind: passive}}",
       "1:19: checks.network: the name of a component that is no check, expected another\n"
       "1:42: checks.agent: the name of a component that is no check, expected another"},
      {"two of netmon, three of racks",
       "checks: {n1: {kind: netmon}, r1: {kind: rack}, n2: {kind: netmon}, r2: {kind: rack}, r3: "
       "{kind: rack}}",
       "1:52: checks.n2: another check of kind netmon, expected one\n"
       "1:72: checks.r2: another check of kind rack, expected one\n"
       "1:90: checks.r3: another check of kind rack, expected one"},
      {"happenings that are a map", "happenings: {what: fault}",
       "1:13: happenings: a map, expected a sequence"},
      {"happenings that are not there",
       "happenings:", "1:1: happenings: nothing, expected a sequence"},
      {"happenings that are words, lists and nothing",
       "happenings:\n"
       "  - fault\n"
       "  - [fault]\n"
       "  -\n"
       "  - ~",
       "2:3: happenings[2]: nothing, expected a map\n"
       "2:5: happenings[0]: a plain value, expected a map\n"
       "3:5: happenings[1]: a sequence, expected a map\n"
       "5:5: happenings[3]: nothing, expected a map"},
      {"nothing happens", "happenings: [{}]",
       "1:14: happenings[0]: no what, expected what: {what}"},
      {"nothing happens at some time", "happenings: [{at: 5m, ahead: 1s}]",
       "1:14: happenings[0]: no what, expected what: {what}"},
      {"something unknown happens", "happenings: [{what: repairs, at: 5m, cuont: 3}]",
       "1:21: happenings[0].what: 'repairs' is unknown, expected {what}; did you mean repair?\n"
       "1:38: happenings[0].cuont: unknown key, expected one of what, at, spread, every, count, "
       "first, lasts, component, fixes, ahead; did you mean count?"},
      {"an unknown key of a happening", "happenings: [{what: add, counts: 5}]",
       "1:26: happenings[0].counts: unknown key, expected one of what, at, spread, every, count; "
       "did you mean count?"},
      {"keys of a happening twice", "happenings: [{what: hang, at: 1m, at: 2m, what: fault}]",
       "1:35: happenings[0].at: given twice, first in line 1, expected once\n"
       "1:43: happenings[0].what: given twice, first in line 1, expected once"},
      {"a fault without a component", "happenings: [{what: fault, at: 1m}]",
       "1:14: happenings[0]: no component, expected component: network, agent or a check of hosts"},
      {"a wrong clock that is not wrong by anything", "happenings: [{what: clock_ahead}]",
       "1:14: happenings[0]: no ahead, expected ahead: a duration such as 90s or -90s"},
      {"a component that is not there", "happenings: [{what: fault, component: memry}]",
       "1:39: happenings[0].component: 'memry', expected network, agent or a check of hosts; did "
       "you mean memory?"},
      {"a component that is a switch's", "happenings: [{what: fault, component: netmon}]",
       "1:39: happenings[0].component: 'netmon', expected network, agent or a check of hosts"},
      {"a component that breaks by hanging", "happenings: [{what: fault, component: hw_watcher}]",
       "1:39: happenings[0].component: 'hw_watcher', expected network, agent or a check of hosts"},
      {"a component of checks that were replaced",
       "checks: {ssh: {kind: active}}\n"
       "happenings: [{what: fault, component: memory}]",
       "2:39: happenings[0].component: 'memory', expected network, agent or a check of hosts"},
      {"a component without a name", "happenings: [{what: fault, component: ''}]",
       "1:39: happenings[0].component: '', expected network, agent or a check of hosts"},
      {"keys that are a fault's, a repair's and a clock's",
       "happenings: [{what: repair, component: ssh}, {what: fault, component: ssh, fixes: true}, "
       "{what: hang, ahead: 1s}]",
       "1:29: happenings[0].component: repair has no component, expected one of what, at, spread, "
       "every, count, first, lasts, fixes\n"
       "1:76: happenings[1].fixes: fault has no fixes, expected one of what, at, spread, every, "
       "count, first, lasts, component\n"
       "1:103: happenings[2].ahead: hang has no ahead, expected one of what, at, spread, every, "
       "count, first, lasts"},
      {"lengths of what has none",
       "happenings: [{what: add, lasts: 1s}, {what: rename, lasts: 1s}, {what: remove, lasts: 1s}, "
       "{what: master_move, lasts: 1s}]",
       "1:26: happenings[0].lasts: add has no lasts, expected one of what, at, spread, every, "
       "count\n"
       "1:53: happenings[1].lasts: rename has no lasts, expected one of what, at, spread, every, "
       "count, first\n"
       "1:80: happenings[2].lasts: remove has no lasts, expected one of what, at, spread, every, "
       "count, first\n"
       "1:112: happenings[3].lasts: master_move has no lasts, expected one of what, at, spread, "
       "every"},
      {"numbers of what there is one of",
       "happenings:\n"
       "  - {what: netmon_outage, count: 1}\n"
       "  - {what: juggler_outage, first: 0}\n"
       "  - {what: master_move, count: 1}\n"
       "  - {what: pongers_outage, first: 1, count: 1}\n"
       "  - {what: add, first: 100}",
       "2:27: happenings[0].count: netmon_outage has no count, expected one of what, at, spread, "
       "every, lasts\n"
       "3:28: happenings[1].first: juggler_outage has no first, expected one of what, at, spread, "
       "every, lasts\n"
       "4:25: happenings[2].count: master_move has no count, expected one of what, at, spread, "
       "every\n"
       "5:28: happenings[3].first: pongers_outage has no first, expected one of what, at, spread, "
       "every, lasts\n"
       "5:38: happenings[3].count: pongers_outage has no count, expected one of what, at, spread, "
       "every, lasts\n"
       "6:17: happenings[4].first: add has no first, expected one of what, at, spread, every, "
       "count"},
      {"counts and numbers that are none", "happenings: [{what: hang, count: 0, first: -1}]",
       "1:34: happenings[0].count: '0', expected a whole number from 1 to 10000000\n"
       "1:44: happenings[0].first: '-1', expected a whole number from 0 to 9999999"},
      {"something happens again at once", "happenings: [{what: hang, every: 0s}]",
       "1:34: happenings[0].every: '0s', expected 1s or more"},
      {"something happens behind the end",
       "lasts: 1m\n"
       "happenings: [{what: hang, at: 1m1ms}]",
       "2:31: happenings[0].at: 1m1ms, expected at most 1m, when the scenario ends"},
      {"a clock that is no length", "happenings: [{what: clock_ahead, ahead: fast}]",
       "1:41: happenings[0].ahead: 'fast', expected a duration such as 90s or -90s"},
      {"a clock that is ahead by two minuses", "happenings: [{what: clock_ahead, ahead: --1s}]",
       "1:41: happenings[0].ahead: '--1s', expected a duration such as 90s or -90s"},
      {"a clock that is behind 1970",
       "begin: 2678400\n"
       "happenings: [{what: clock_ahead, at: 30s, ahead: -31d30s1ms}]",
       "2:50: happenings[0].ahead: such a clock leaves the time from {times}, expected within"},
      {"a clock that is ahead of 2106",
       "begin: 2106-02-07T00:00:00Z\n"
       "happenings: [{what: clock_ahead, ahead: 4h28m16s}]",
       "2:41: happenings[0].ahead: such a clock leaves the time from {times}, expected within"},
      {"more hosts than there are",
       "hosts: 10\n"
       "happenings: [{what: hang, count: 11}]",
       "2:34: happenings[0].count: 11 hosts, expected at most 10, as many as there are"},
      {"hosts behind the last",
       "hosts: 10\n"
       "happenings: [{what: hang, count: 5, first: 6}]",
       "2:44: happenings[0].first: the last of these hosts is 10, expected at most 9"},
      {"the host behind the last",
       "hosts: 10\n"
       "happenings: [{what: hang, first: 10}]",
       "2:34: happenings[0].first: the last of these hosts is 10, expected at most 9"},
      {"hosts that are added later",
       "hosts: 10\n"
       "happenings: [{what: add, at: 1h, count: 5}, {what: hang, at: 30m, first: 10}]",
       "2:74: happenings[1].first: the last of these hosts is 10, expected at most 9"},
      {"more switches than there are",
       "hosts: 97\n"
       "happenings: [{what: switch_fault, count: 4}]",
       "2:42: happenings[0].count: 4 switches, expected at most 3, as many as there are"},
      {"a switch behind the last",
       "hosts: 96\n"
       "happenings: [{what: switch_fault, first: 2}]",
       "2:42: happenings[0].first: the last of these switches is 2, expected at most 1"},
      {"a rack behind the last",
       "hosts: 16\n"
       "happenings: [{what: rack_fault, first: 1}]",
       "2:40: happenings[0].first: the last of these racks is 1, expected at most 0"},
      {"hosts to be added beyond the most",
       "hosts: 9999999\n"
       "happenings: [{what: add}, {what: add}, {what: add}]",
       "2:27: happenings[1]: with these there are more than 10000000 hosts, expected at most so "
       "many"},
      {"hosts to be added again and again",
       "lasts: 366d\n"
       "happenings: [{what: add, every: 1s, count: 10000000}]",
       "2:44: happenings[0].count: with these there are more than 10000000 hosts, expected at most "
       "so many"},
      {"what cannot be known of switches is not told",
       "hosts_a_switch: x\n"
       "happenings: [{what: switch_fault, first: 50}, {what: rack_fault, first: 7}]",
       "1:17: hosts_a_switch: 'x', expected a whole number from 1 to 10000000\n"
       "2:73: happenings[1].first: the last of these racks is 7, expected at most 6"},
      {"what cannot be known of components is not told",
       "checks: {memory: {kind: x}}\n"
       "happenings: [{what: fault, component: memory}]",
       "1:25: checks.memory.kind: 'x' is unknown, expected active, passive, hw_watcher, netmon or "
       "rack"},
      {"what cannot be known of the window is not told", "netmon: {probe_period: x, window: 20s}",
       "1:24: netmon.probe_period: 'x' is no duration, expected {units}"},
      {"what cannot be known of the end is not told",
       "lasts: x\nhosts: 9999999\n"
       "happenings: [{what: add, every: 1h}, {what: hang, at: 3h}]",
       "1:8: lasts: 'x' is no duration, expected {units}"},
      {"a component that is near a strange name",
       "checks: {'a b c e': {kind: active}}\n"
       "happenings: [{what: fault, component: a b c d}]",
       "2:39: happenings[0].component: 'a b c d', expected network, agent or a check of hosts"},
      {"several errors, in the order of the file",
       "happenings: [{what: hang, first: 100}]\n"
       "hosts: 1O0\n"
       "lasts: 1m\n"
       "juggler:\n"
       "  push_period: 5\n"
       "host: 5",
       "2:8: hosts: '1O0', expected a whole number from 1 to 10000000\n"
       "5:16: juggler.push_period: '5' has no unit, expected a duration such as 90s or 5m\n"
       "6:1: host: unknown key, expected one of {keys}; did you mean hosts?"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::string expected;
      for (const std::string& line : lines_of(filled(row.errors))) {
        expected += (expected.empty() ? "s:" : "\ns:") + line;
      }
      CHECK(errors_of(row.yaml) == expected);
    }
  }
}

TEST_CASE("What may just be said is accepted") {
  struct Row {
    const char* why;
    std::string yaml;
  };
  const Row rows[] = {
      {"one host", "hosts: 1"},
      {"the most hosts", "hosts: 10000000\nhosts_a_switch: 10000000\nhosts_a_rack: 10000000"},
      {"the most hosts with one that is added", "hosts: 9999999\nhappenings: [{what: add}]"},
      {"an addition that comes too late to be one too many",
       "hosts: 9999999\nlasts: 1999ms\nhappenings: [{what: add, at: 1s, every: 1s}]"},
      {"the shortest", "lasts: 1ms"},
      {"the longest", "lasts: 366d"},
      {"the earliest", "begin: 1970-02-01T00:00:00Z"},
      {"the latest", "begin: 2106-02-07T00:00:00Z\nlasts: 6h28m15s"},
      {"the shortest periods",
       "juggler: {push_period: 1s}\npongers: {rack_period: 1s}\nhw_watcher: {period: 1s}\n"
       "netmon: {probe_period: 1s, window: 1s, fetch_period: 1s}"},
      {"the shortest lengths",
       "juggler: {active_ttl: 0s, election: 0s}\npongers: {flap_delay: 0s}"},
      {"the ends of counts",
       "juggler: {passive_ttl_periods: 1000}\npongers: {lost_per_million: 1000000, retries: 0}"},
      {"a window of one probe", "netmon: {window: 30s}"},
      {"a window of one probe, and nearly of two", "netmon: {window: 59999ms}"},
      {"a window of 64 probes", "netmon: {window: 32m}"},
      {"a window of 64 probes, and nearly of 65", "netmon: {window: 1949999ms}"},
      {"no checks", "checks: {}"},
      {"a check of a strange name that breaks",
       "checks: {'a b': {kind: passive}}\nhappenings: [{what: fault, component: 'a b'}]"},
      {"the last that happens", "happenings: [{what: hang, at: 2h, every: 1s}]"},
      {"what may happen only after the end", "happenings: [{what: hang, at: 1h, spread: 366d}]"},
      {"a clock that is right", "happenings: [{what: clock_ahead, ahead: 0s}]"},
      {"a clock that is wrong by minus nothing", "happenings: [{what: clock_ahead, ahead: -0s}]"},
      {"a clock at the beginning of 1970",
       "begin: 2678400\nhappenings: [{what: clock_ahead, at: 30s, ahead: -31d30s}]"},
      {"a clock at the end of 2106",
       "begin: 2106-02-07T00:00:00Z\nhappenings: [{what: clock_ahead, ahead: 4h28m15s}]"},
      {"all hosts", "happenings: [{what: hang, count: 100}]"},
      {"all hosts, in order", "happenings: [{what: hang, first: 0, count: 100}]"},
      {"the last host", "happenings: [{what: hang, first: 99}]"},
      {"the last switch, of four hosts", "happenings: [{what: switch_fault, first: 2}]"},
      {"the last rack, of four hosts", "happenings: [{what: rack_fault, first: 6}]"},
      {"all racks", "happenings: [{what: rack_fault, count: 7}]"},
      {"a host that was added before",
       "happenings: [{what: hang, first: 100, at: 1h}, {what: add, at: 1h}]"},
      {"a host that may have been added before",
       "happenings: [{what: hang, first: 100, spread: 1h}, {what: add, at: 1h}]"},
      {"a host that will have been added some time",
       "happenings: [{what: hang, first: 103, every: 1m}, {what: add, at: 1h, every: 15m}]"},
      {"a rack that was added before",
       "hosts: 16\nhappenings: [{what: add}, {what: rack_fault, first: 1}]"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(errors_of(row.yaml) == ""); }
  }
}

// `start`, `item` so many times with its number for each `#`, and `end`.
std::string repeated(std::string yaml, std::string_view item, std::size_t count,
                     std::string_view end) {
  for (std::size_t i = 0; i < count; ++i) {
    for (const char c : item) yaml += c == '#' ? std::to_string(i) : std::string(1, c);
  }
  return yaml + std::string(end);
}

TEST_CASE("There is a most of everything in a scenario") {
  const auto checks = [](std::size_t count) {
    return repeated("checks: {n: {kind: netmon}, r: {kind: rack}", ", c#: {kind: passive}", count,
                    "}");
  };
  CHECK(errors_of(checks(most_components)) == "");
  CHECK(errors_of(checks(most_components + 1)) == cat("s:1:1: checks: ", most_components + 1,
                                                      " checks of hosts, expected at most ",
                                                      most_components));

  const auto happenings = [](std::size_t count) {
    return repeated("happenings: [", "{what: hang}, ", count, "]");
  };
  CHECK(scenario_of(happenings(most_happenings)).happenings.size() == 1000);
  CHECK(errors_of(happenings(most_happenings + 1)) ==
        "s:1:13: happenings: 1001 happenings, expected at most 1000");

  const std::string full_size = "hosts: 5\n#" + std::string((1U << 20U) - 10, 'x');
  CHECK(errors_of(full_size) == "");
  CHECK(errors_of(full_size + "x") == "s:1:1: longer than 1048576 bytes, the longest that is read");
}

TEST_CASE("A hundred errors of a scenario are told, not more, however often a map is used") {
  const std::string wrong = repeated("", "wrong#: 1\n", 99, "");
  CHECK(lines_of(errors_of(wrong)).size() == 99);
  const Lines errors = lines_of(errors_of(wrong + "more: 1\nand_more: 1\n"));
  REQUIRE(errors.size() == 101);
  CHECK(errors[100] == "s:100:1: too many errors, the rest is not read");

  const std::string wide = repeated("agent: &wide {", "key#: 1, ", 20'000, "z: 1}\n");
  CHECK(lines_of(errors_of(wide + repeated("happenings: [", "*wide, ", 1000, "]"))).size() == 101);
  CHECK(lines_of(errors_of(repeated("happenings: &a [*a", ", *a", 900, "]"))).size() == 101);
  CHECK(lines_of(errors_of(repeated("checks: &a {c: *a", ", c#: *a", 20'000, "}"))).size() == 101);
}

TEST_CASE("A scenario that cannot be opened is told by its name") {
  const auto none = read_scenario("/nowhere/s.yaml");
  CHECK(absl::IsNotFound(none.status()));
  CHECK_THAT(message_of(none.status()), Catch::StartsWith("/nowhere/s.yaml: "));
  CHECK_FALSE(read_scenario("/").ok());
}

TEST_CASE("A happening has begun so often by a moment, that moment included") {
  struct Row {
    const char* why;
    Happening happening;
    Millis moment;
    std::int64_t times;
  };
  const Row rows[] = {
      {"a millisecond early", {.at = 10s}, 9'999ms, 0},
      {"at its moment", {.at = 10s}, 10s, 1},
      {"long after", {.at = 10s}, 1h, 1},
      {"again, a millisecond early", {.at = 10s, .every = 5s}, 14'999ms, 1},
      {"again, at its moment", {.at = 10s, .every = 5s}, 15s, 2},
      {"again, a millisecond late", {.at = 10s, .every = 5s}, 15'001ms, 2},
      {"not yet, however often then", {.at = 10s, .every = 1ms}, 0s, 0},
      {"by hand, every nothing", {.at = 10s, .every = 0ms}, 1h, 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(row.happening.times_by(row.moment) == row.times); }
  }
}

TEST_CASE("Hosts are counted with those that were added and removed by a moment") {
  Scenario scenario;
  scenario.lasts = 1h;
  scenario.hosts = 10;
  scenario.happenings = {{.what = Happens::add, .at = 10min, .every = 20min, .count = 5},
                         {.what = Happens::remove, .at = 1min, .count = 3},
                         {.what = Happens::add, .at = 1h, .count = 100},
                         {.what = Happens::add, .at = 1h + 1ms, .count = 1'000}};
  CHECK(scenario.hosts_by(0s) == 10);
  CHECK(scenario.hosts_by(10min - 1ms) == 10);
  CHECK(scenario.hosts_by(10min) == 15);
  CHECK(scenario.hosts_by(30min) == 20);
  CHECK(scenario.hosts_by(1h - 1ms) == 25);
  CHECK(scenario.hosts_by(1h) == 125);
  CHECK(scenario.hosts_by(100h) == 125);  // nothing begins behind the end
  scenario.happenings.push_back({.what = Happens::add, .every = 1ms, .count = most_hosts});
  CHECK(scenario.hosts_by(1h) == most_hosts + 1);
}

TEST_CASE("Every scenario that is shipped can be read, and says what one should see") {
  std::set<std::string> names;
  std::set<Happens> seen;
  for (const auto& entry : std::filesystem::directory_iterator(root / "examples/simulations")) {
    const std::filesystem::path& path = entry.path();
    const auto scenario = read_scenario(path.string());
    INFO(scenario.status());
    REQUIRE(scenario.ok());
    const std::string text = content_of(path);
    CHECK_THAT(text, Catch::StartsWith("# ") && Catch::Contains("\n#\n# What one should see"));
    CHECK(scenario->happenings.empty() == (path.stem() == "quiet_day"));
    for (const Happening& each : scenario->happenings) seen.insert(each.what);
    names.insert(path.filename().string());
  }
  CHECK(names.size() >= 14);
  for (const Happens what :
       {Happens::fault, Happens::repair, Happens::hang, Happens::clock_ahead, Happens::add,
        Happens::rename, Happens::switch_fault, Happens::rack_fault, Happens::netmon_outage,
        Happens::juggler_outage, Happens::master_move, Happens::pongers_outage}) {
    CHECK(seen.contains(what));
  }
}

TEST_CASE("A scenario that is damaged anywhere is read, or refused with places within it") {
  const std::string whole =
      content_of(root / "examples/simulations/rename_wave.yaml") +
      "  - &odd {what: clock_ahead, ahead: -90s, lasts: {normal: {mean: 1m, deviation: 2s}}}\n"
      "  - *odd\n"
      "checks: {\"odd name\": {kind: passive, period: 1m}, n: {kind: netmon}}\n";
  REQUIRE(errors_of(whole) == "");
  rc::prop("for random edits", [&] {
    const std::string yaml = damaged(whole);
    const auto scenario = parse_scenario(yaml, "s");
    RC_ASSERT(scenario.ok() || are_within(scenario.status(), "s", yaml));
  });
}

}  // namespace
}  // namespace vitals::model
