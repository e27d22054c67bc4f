// SPDX-License-Identifier: Apache-2.0
#include "vitals/icinga2.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "program.h"
#include "test_time.h"
#include "vitals/recording.h"

namespace vitals {
namespace {

// What differs between the check results of these tests; the rest is as Icinga 2.13 sends it.
struct Sent {
  std::string receive_time = "1000.5";
  std::string state = "0";
  std::string before = R"({"attempt":1,"reachable":true,"state":0,"state_type":1})";
  std::string execution_end = "999.75";
  std::string schedule_end = execution_end;
  std::string active = "true";
  std::string command = R"(["/usr/lib/nagios/plugins/check_tcp","-p","22"])";
  std::string type = "CheckResult";
  std::string host = "h1";
  std::string service = R"("ssh")";
};

std::string event_of(const Sent& sent) {
  const std::string service = sent.service.empty() ? "" : ",\"service\":" + sent.service;
  return R"({"check_result":{"active":)" + sent.active + R"(,"check_source":"icinga","command":)" +
         sent.command + R"(,"execution_end":)" + sent.execution_end + R"(,"schedule_end":)" +
         sent.schedule_end + R"(,"state":)" + sent.state + R"(,"vars_before":)" + sent.before +
         R"(},"downtime_depth":0,"host":")" + sent.host + "\"" + service +
         R"(,"timestamp":1000.25,"type":")" + sent.type + R"("})";
}

std::string line_of(const Sent& sent) {
  return "{\"receive_time\":" + sent.receive_time + ",\"event\":" + event_of(sent) + "}\n";
}

std::string object_line(const std::string& receive_time, const std::string& type,
                        const std::string& name, const std::string& of = "Host") {
  return "{\"receive_time\":" + receive_time + R"(,"event":{"object_name":")" + name +
         R"(","object_type":")" + of + R"(","timestamp":1.5,"type":")" + type + "\"}}\n";
}

Icinga2Map map_of(std::string_view yaml) {
  absl::StatusOr<Icinga2Map> map = parse_icinga2_map(yaml, "map.yaml");
  INFO(map.status());
  REQUIRE(map.ok());
  return *std::move(map);
}

// The recording, with the error that ends it as its last line.
std::string converted(const std::string& stream, const Icinga2Map& map = {},
                      Icinga2Counters* counters = nullptr) {
  Icinga2Reader reader = Icinga2Reader::from_text(stream, "events", map);
  std::string recording;
  while (const Event* event = reader.next()) append_event(recording, *event);
  REQUIRE(reader.next() == nullptr);
  if (counters != nullptr) *counters = reader.counters();
  if (!reader.status().ok()) recording += std::string(reader.status().message()) + "\n";
  return recording;
}

// The checks that a stream makes.
std::vector<Report> reports_of(const std::string& stream, const Icinga2Map& map = {}) {
  Icinga2Reader reader = Icinga2Reader::from_text(stream, "events", map);
  std::vector<Report> reports;
  while (const Event* event = reader.next()) {
    if (event->type == EventType::check) reports.push_back(event->report);
  }
  INFO(reader.status());
  REQUIRE(reader.status().ok());
  return reports;
}

}  // namespace

TEST_CASE("a check result of Icinga is a check of the recording, and its host is declared once") {
  const Icinga2Map map = map_of("topology: {h1: {switch: s1, rack: null}}");
  CHECK(converted(line_of({}) + line_of({.receive_time = "1009.1", .execution_end = "1008.9"}),
                  map) ==
        R"({"event":"host","time":1000,"host":"h1","switch":"s1","rack":null}
{"event":"check","receive_time":1000,"host":"h1","service":"ssh","status":"OK","status_mtime":999}
{"event":"check","receive_time":1009,"host":"h1","service":"ssh","status":"OK","status_mtime":999}
)");
}

TEST_CASE("a bare line is received when Icinga says that it sent it") {
  CHECK(converted(event_of({}) + "\n") ==
        R"({"event":"host","time":1000,"host":"h1"}
{"event":"check","receive_time":1000,"host":"h1","service":"ssh","status":"OK","status_mtime":999}
)");
  CHECK(reports_of(event_of({})).front().receive_time == t(1000));  // timestamp is 1000.25
}

TEST_CASE("the state of a plugin is a status; silence is NODATA whatever its state") {
  struct Row {
    const char* why;
    std::string state;
    std::string active;
    std::string command;
    Status status;
  };
  const Row row = GENERATE(values<Row>({
      {"0 is OK", "0", "true", "[\"p\"]", Status::ok},
      {"1 is a warning", "1", "true", "[\"p\"]", Status::warn},
      {"2 is critical", "2", "true", "[\"p\"]", Status::crit},
      {"3, the plugin could not tell: nothing is known, nobody is accused", "3", "true", "[\"p\"]",
       Status::nodata},
      {"a submitted state counts alike", "2", "false", "null", Status::crit},
      {"an old Icinga writes 2.0", "2.0", "true", "[\"p\"]", Status::crit},
      {"no passive result came in time", "3", "true", "\"passive\"", Status::nodata},
      {"the same with dummy_state 2: it measured nothing", "2", "true", "\"passive\"",
       Status::nodata},
      {"a submitted result is no silence", "2", "false", "\"passive\"", Status::crit},
  }));
  DYNAMIC_SECTION(row.why) {
    const std::vector<Report> reports =
        reports_of(line_of({.state = row.state, .active = row.active, .command = row.command}));
    REQUIRE(reports.size() == 1);
    CHECK(name(reports.front().status) == name(row.status));
  }
}

TEST_CASE("status_mtime is the execution end since which all that is known has the same status") {
  struct Step {
    std::string state;
    std::string before;  // of vars_before; empty: null
    std::string execution_end;
    std::int64_t status_mtime;
  };
  struct Row {
    const char* why;
    std::vector<Step> steps;
  };
  const Row row = GENERATE(values<Row>({
      {"the object's first result ever", {{"0", "", "900", 900}}},
      {"the first that we see: when it became so is not known, that it is so now is measured",
       {{"0", "0", "900", 900}}},
      {"it lasts", {{"0", "", "900", 900}, {"0", "0", "909", 900}, {"0", "0", "918", 900}}},
      {"it changes", {{"0", "", "900", 900}, {"2", "0", "909", 909}, {"0", "2", "918", 918}}},
      {"a change in results that were lost: some time before this one",
       {{"0", "", "900", 900}, {"2", "2", "918", 918}, {"2", "2", "927", 918}}},
      {"there and back in results that were lost: back with this one",
       {{"0", "", "900", 900}, {"0", "2", "918", 918}}},
      {"the object was made anew under the same name",
       {{"0", "", "900", 900}, {"0", "", "918", 918}}},
      {"the clock of the change was ahead, says an older result that confirms it",
       {{"0", "", "900", 900}, {"2", "0", "2109", 2109}, {"2", "2", "918", 918}}},
      {"and what confirms it later changes nothing",
       {{"2", "", "2109", 2109}, {"2", "2", "918", 918}, {"2", "2", "927", 918}}},
      {"fractions are floored", {{"0", "", "900.999", 900}}},
  }));
  DYNAMIC_SECTION(row.why) {
    std::string stream;
    for (const Step& step : row.steps) {
      stream += line_of({.state = step.state,
                         .before = step.before.empty() ? "null" : "{\"state\":" + step.before + "}",
                         .execution_end = step.execution_end});
    }
    const std::vector<Report> reports = reports_of(stream);
    REQUIRE(reports.size() == row.steps.size());
    for (std::size_t i = 0; i < reports.size(); ++i) {
      INFO("step " << i);
      CHECK(text(reports[i].status_mtime) == text(t(row.steps[i].status_mtime)));
    }
  }
}

TEST_CASE("silence and a plugin that could not tell are the same NODATA") {
  const std::vector<Report> reports =
      reports_of(line_of({.state = "3", .before = "null", .execution_end = "900"}) +
                 line_of({.state = "3",
                          .before = "{\"state\":3}",
                          .execution_end = "990",
                          .command = "\"passive\""}));
  REQUIRE(reports.size() == 2);
  CHECK(reports[1].status_mtime == t(900));
}

TEST_CASE("only a submitted result of a service that the map calls measured has a metadata time") {
  const Icinga2Map map = map_of(
      "hosts: {match: '*', services: {ssh: {check: memory, measured: execution_end}, "
      "meta: meta}}");
  struct Row {
    const char* why;
    Sent sent;
    std::optional<Timestamp> metadata;
  };
  const Row row = GENERATE(values<Row>({
      {"submitted", {.active = "false", .command = "null"}, t(999)},
      {"run by Icinga: when the plugin read a file says nothing about what is in it",
       {},
       std::nullopt},
      {"silence", {.state = "3", .command = "\"passive\""}, std::nullopt},
      {"a service of which the map does not say so",
       {.active = "false", .command = "null", .service = "\"meta\""},
       std::nullopt},
      {"a clock that is ahead is told as it is",
       {.execution_end = "2200.5", .active = "false", .command = "null"},
       t(2200)},
      {"a clock beyond all that a recording can say is held at its end",
       {.execution_end = "1e15", .active = "false", .command = "null"},
       latest_accepted},
      {"or at its beginning",
       {.execution_end = "-5", .active = "false", .command = "null"},
       earliest_accepted},
  }));
  DYNAMIC_SECTION(row.why) {
    const std::vector<Report> reports = reports_of(line_of(row.sent), map);
    REQUIRE(reports.size() == 1);
    CHECK(text(reports.front().metadata_timestamp) == text(row.metadata));
  }
}

TEST_CASE("a StateChange repeats the result before it; where that was lost it speaks for it") {
  const std::string change = line_of({.state = "2", .type = "StateChange"});
  Icinga2Counters counters;
  const std::string once = converted(line_of({.state = "2"}), {}, &counters);
  CHECK(counters.repeated == 0);
  CHECK(converted(line_of({.state = "2"}) + change, {}, &counters) == once);
  CHECK(counters.repeated == 1);
  CHECK(converted(change, {}, &counters) == once);
  CHECK(counters.repeated == 0);
  CHECK(reports_of(line_of({.schedule_end = "990.5"}) + change).size() == 2);
}

TEST_CASE("re-sent results are no repeats: each is a receipt") {
  const Sent sent{.execution_end = "900", .schedule_end = "999", .active = "false"};
  Sent again = sent;
  again.schedule_end = "999.5";
  CHECK(reports_of(line_of(sent) + line_of(again)).size() == 2);
}

TEST_CASE("a host that is created is assigned, one that was there is only declared") {
  const std::string check = R"(,"host":"h1","service":"ssh","status":"OK","status_mtime":999})"
                            "\n";
  const std::string received = R"({"event":"check","receive_time":1000)" + check;
  const std::string host = R"({"event":"host","time":1000,"host":"h1"})"
                           "\n";
  const std::string assigned = R"({"event":"assign","time":1000,"host":"h1"})"
                               "\n";
  const std::string removed = R"({"event":"remove","time":1000,"host":"h1"})"
                              "\n";
  const std::string created = object_line("1000", "ObjectCreated", "h1");
  const std::string deleted = object_line("1000", "ObjectDeleted", "h1");
  const std::string result = line_of({});
  struct Row {
    const char* why;
    std::string stream;
    std::string recording;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"there before we looked", result, host + received},
      {"created", created + result, host + assigned + received},
      {"created though we know it: nothing new", result + created, host + received},
      {"deleted: what is still on its way speaks of nobody", result + deleted + result,
       host + received + removed},
      {"deleted before we heard of it: the recording never knew it", deleted + result, ""},
      {"created again", result + deleted + created + result,
       host + received + removed + host + assigned + received},
      {"its services come and go unseen", object_line("1000", "ObjectCreated", "h1!ssh", "Service"),
       ""},
  }));
  DYNAMIC_SECTION(row.why) { CHECK(converted(row.stream) == row.recording); }
}

TEST_CASE("what the map calls a rename keeps the host, in whichever order Icinga tells it") {
  const Icinga2Map map = map_of("renames: {h1: g1}\ntopology: {'?1': {switch: s1, rack: r1}}");
  const std::string known = R"({"event":"host","time":1000,"host":"h1","switch":"s1","rack":"r1"}
{"event":"check","receive_time":1000,"host":"h1","service":"ssh","status":"OK","status_mtime":999}
)";
  const std::string renamed = R"({"event":"rename","time":1001,"host":"h1","to":"g1"}
{"event":"host","time":1001,"host":"g1","switch":"s1","rack":"r1"}
)";
  const std::string afterwards =
      R"({"event":"check","receive_time":1009,"host":"g1","service":"ssh","status":"OK",)"
      R"("status_mtime":1008})"
      "\n";
  const std::string created = object_line("1001", "ObjectCreated", "g1");
  const std::string deleted = object_line("1001", "ObjectDeleted", "h1");
  const std::string result =
      line_of({.receive_time = "1009", .before = "null", .execution_end = "1008", .host = "g1"});
  const std::string late = line_of({.receive_time = "1002"});  // of the old name
  struct Row {
    const char* why;
    std::string stream;
    std::string recording;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"deleted, then created", line_of({}) + deleted + created + late + result,
       known + renamed + afterwards},
      {"created, then deleted", line_of({}) + created + deleted + late + result,
       known + renamed + afterwards},
      {"the creation was lost", line_of({}) + deleted + result, known + renamed + afterwards},
      {"we never heard of the old name: a new host", deleted + created,
       R"({"event":"host","time":1001,"host":"g1","switch":"s1","rack":"r1"}
{"event":"assign","time":1001,"host":"g1"}
)"},
  }));
  DYNAMIC_SECTION(row.why) { CHECK(converted(row.stream, map) == row.recording); }
}

TEST_CASE(
    "objects are hosts, switches or racks by their names, and what the map omits is left out") {
  const Icinga2Map map = map_of(
      "switches: {match: 'sw-*', services: {uplink: netmon}, host_check: switch_ping}\n"
      "racks: {match: 'rack-*'}\n"
      "hosts: {match: 'node-* sw-*', services: {ssh: ssh, disk: {check: fs_check}}}\n");
  struct Row {
    const char* why;
    std::string host;
    std::string service;  // empty: the host's own check
    std::string check;    // in the recording; empty: left out
    bool declares;
  };
  const Row row = GENERATE(values<Row>({
      {"a service under its own name", "node-1", "ssh", "ssh", true},
      {"under another", "node-1", "disk", "fs_check", true},
      {"a service that the map does not name", "node-1", "load", "", false},
      {"the host's own check, which the map does not name", "node-1", "", "", false},
      {"switches come before hosts, and are not declared", "sw-1", "uplink", "netmon", false},
      {"a switch's own check", "sw-1", "", "switch_ping", false},
      {"a host's service is none of a switch", "sw-1", "ssh", "", false},
      {"without a list every service is taken", "rack-1", "power", "power", false},
      {"but not the object's own check", "rack-1", "", "", false},
      {"an object that no pattern matches", "printer", "ssh", "", false},
  }));
  DYNAMIC_SECTION(row.why) {
    Sent sent{.host = row.host};
    sent.service = row.service.empty() ? "" : "\"" + row.service + "\"";
    Icinga2Counters counters;
    const std::string recording = converted(line_of(sent), map, &counters);
    CHECK(counters.unmapped == (row.check.empty() ? 1 : 0));
    CHECK(counters.hosts == (row.declares ? 1 : 0));
    const std::string named = R"("host":")" + row.host + R"(","service":")" + row.check + "\"";
    CHECK((recording.find(named) != std::string::npos) == !row.check.empty());
  }
}

TEST_CASE("hosts without a stated place and events that mean nothing to us are counted") {
  const Icinga2Map map = map_of("topology: {h1: {switch: s1}, h2: {switch: null, rack: null}}");
  Icinga2Counters counters;
  const std::string flapping = R"({"timestamp":1000,"type":"Flapping","host":"h1"})"
                               "\n";
  converted(line_of({}) + line_of({.host = "h2"}) + line_of({.host = "h3"}) + flapping + flapping,
            map, &counters);
  CHECK(counters.lines == 5);
  CHECK(counters.checks == 3);
  CHECK(counters.hosts == 3);
  CHECK(counters.hosts_without_place == 2);
  CHECK(counters.ignored.at("Flapping") == 2);
}

TEST_CASE("a line may be late by less than a second, and counts with the one before it") {
  struct Row {
    const char* why;
    std::string second;
    std::optional<Timestamp> received;  // none: an error
  };
  const Row row = GENERATE(values<Row>({
      {"in order", "1000.5", t(1000)},
      {"neighbours swapped over the edge of a second", "999.998", t(1000)},
      {"one tick below a second late", "999.001", t(1000)},
      {"a full second late", "999.0", std::nullopt},
      {"more than a second late", "998.999", std::nullopt},
  }));
  DYNAMIC_SECTION(row.why) {
    const std::string stream = line_of({.receive_time = "1000.0"}) +
                               line_of({.receive_time = row.second, .execution_end = "900"});
    if (row.received) {
      const std::vector<Report> reports = reports_of(stream);
      REQUIRE(reports.size() == 2);
      CHECK(text(reports[1].receive_time) == text(*row.received));
    } else {
      CHECK_THAT(converted(stream), Catch::Contains("events:2: time runs backwards"));
    }
  }
}

TEST_CASE("a line that cannot be meant ends the recording, and says where and what") {
  struct Row {
    const char* why;
    std::string line;
    std::string error;
  };
  const Row row = GENERATE(values<Row>({
      {"no JSON", "hello\n", "no JSON object"},
      {"a list", "[]\n", "expected one JSON object a line"},
      {"bad UTF-8", "{\"type\":\"\xff\"}\n", "no JSON object"},
      {"a bare line without its time",
       R"({"type":"CheckResult"})"
       "\n",
       "missing 'timestamp', expected a number"},
      {"an envelope without one",
       R"({"event":{"type":"CheckResult"}})"
       "\n",
       "missing 'receive_time', expected a number"},
      {"an envelope of something else",
       R"({"receive_time":1,"event":7})"
       "\n",
       "'event' must be an object"},
      {"no type",
       R"({"receive_time":1,"event":{}})"
       "\n",
       "missing 'event.type', expected a string"},
      {"no check result",
       R"({"timestamp":1,"type":"CheckResult","host":"h1"})"
       "\n",
       "missing 'check_result', expected an object"},
      {"no host",
       R"({"timestamp":1,"type":"CheckResult"})"
       "\n",
       "missing 'host', expected a string"},
      {"an empty name", line_of({.host = ""}), "'event.host' has 0 bytes, a name has 1 to 255"},
      {"a name that is too long", line_of({.host = std::string(256, 'x')}),
       "'event.host' has 256 bytes, a name has 1 to 255"},
      {"a service that is no name", line_of({.service = "5"}), "'event.service' must be a string"},
      {"a state that Icinga does not have", line_of({.state = "4"}),
       "'event.check_result.state' is 4, expected 0, 1, 2 or 3"},
      {"a broken state", line_of({.state = "1.5"}), "'event.check_result.state' is 1.5"},
      {"a state before that is none", line_of({.before = "{\"state\":-1}"}),
       "'event.check_result.vars_before.state' is -1"},
      {"a time that is text", line_of({.execution_end = "\"now\"", .schedule_end = "1"}),
       "'event.check_result.execution_end' must be a number"},
      {"active is a word", line_of({.active = "\"yes\""}),
       "'event.check_result.active' must be true or false"},
      {"received before 1970", line_of({.receive_time = "-1"}), "its time is outside 1970"},
      {"received after 2106", line_of({.receive_time = "4294967296"}), "its time is outside 1970"},
      {"a deleted object without a name",
       R"({"timestamp":1,"type":"ObjectDeleted","object_type":"Host"})"
       "\n",
       "missing 'object_name', expected a string"},
  }));
  DYNAMIC_SECTION(row.why) {
    const std::string good =
        "\r\n" + line_of({.receive_time = "0", .execution_end = "0", .host = "good"});
    const std::string recording = converted(good + row.line + good);
    INFO(recording);
    CHECK(recording.find(R"("host":"good","service":"ssh")") != std::string::npos);
    const std::size_t error = recording.find("events:3: " + row.error);
    REQUIRE(error != std::string::npos);
    CHECK(recording.find('\n', error) == recording.size() - 1);  // nothing behind it
  }
}

TEST_CASE("the last second of 2106 is accepted") {
  CHECK(reports_of(line_of({.receive_time = "4294967295.9"})).front().receive_time ==
        latest_accepted);
}

TEST_CASE("a stream may be cut anywhere: whole lines or an error, never a crash") {
  const std::string stream = line_of({}) + object_line("1001", "ObjectDeleted", "h1");
  const std::string whole = converted(stream);
  CHECK(converted(stream.substr(0, 90)).rfind("events:1: the last line is truncated: ", 0) == 0);
  for (std::size_t size = 0; size < stream.size(); ++size) {
    const std::string cut = converted(stream.substr(0, size));
    const std::size_t error = cut.find("events:");
    INFO(size << ": " << cut);
    CHECK(whole.compare(0, std::min(error, cut.size()), cut, 0, error) == 0);
  }
}

TEST_CASE("streams that follow each other are read as one") {
  const std::string directory = std::string(std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp");
  const std::string first = directory + "/vitals_icinga2_test.1.ndjson";
  const std::string second = directory + "/vitals_icinga2_test.2.ndjson";
  std::ofstream(first) << line_of({.before = "null"});
  std::ofstream(second) << line_of({.receive_time = "1009", .execution_end = "1008"});
  absl::StatusOr<Icinga2Reader> reader = Icinga2Reader::open({first, second}, {});
  REQUIRE(reader.ok());
  std::vector<Report> reports;
  while (const Event* event = reader->next()) {
    if (event->type == EventType::check) reports.push_back(event->report);
  }
  REQUIRE(reports.size() == 2);
  CHECK(reports[1].status_mtime == t(999));
  std::remove(first.c_str());
  std::remove(second.c_str());

  CHECK(absl::IsNotFound(Icinga2Reader::open({"/nowhere"}, {}).status()));
  CHECK_FALSE(Icinga2Reader::open({}, {}).ok());
  CHECK_FALSE(Icinga2Reader::open({"-", "-"}, {}).ok());
}

TEST_CASE("a pattern matches a whole name") {
  struct Row {
    const char* pattern;
    const char* name;
    bool matches;
  };
  const Row row = GENERATE(values<Row>({
      {"node-a01", "node-a01", true},
      {"node-a01", "node-a011", false},
      {"node-a01", "node-a0", false},
      {"*", "anything", true},
      {"*", "", true},
      {"", "", true},
      {"", "x", false},
      {"node-*", "node-", true},
      {"node-*", "Node-1", false},
      {"*-rack*-*", "sas1-rack7-ups", true},
      {"*-rack*-*", "sas1-rack7", false},
      {"a*b*c", "abbcbc", true},
      {"a*b*c", "abbcb", false},
      {"**a", "aaa", true},
      {"n?de", "node", true},
      {"n?de", "nde", false},
      {"a0[1-6]", "a03", true},
      {"a0[1-6]", "a07", false},
      {"a0[!1-6]", "a07", true},
      {"a0[!1-6]", "a06", false},
      {"[ab-]", "-", true},
      {"[]x]", "]", true},
      {"[!]x]", "]", false},
      {"[ac]", "b", false},
      {"[a-]", "b", false},
      {"*[0-9]", "node-a1", true},
      {"*[0-9]", "node-1a", false},
      {"x.y", "xzy", false},
      {"\xc3\xa4*",
       "\xc3\xa4"
       "b",
       true},
  }));
  DYNAMIC_SECTION(row.pattern << " and '" << row.name << "'") {
    CHECK(matches_pattern(row.pattern, row.name) == row.matches);
  }
}

TEST_CASE("many stars cost no more than the product of the lengths") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  CHECK_FALSE(matches_pattern(pattern + "b", std::string(20000, 'a')));
}

TEST_CASE("a map says what objects are") {
  const Icinga2Map map = map_of(R"(
switches: {match: "sw-*", services: {uplink: uplink}}
racks: {match: "rack-* pdu-[1-9]", host_check: {check: power}}
hosts:
  match: "*"
  services:
    memory: {check: memory, measured: execution_end}
topology:
  "a1 a2": {switch: s1, rack: ~}
  "*": {rack: "null"}
renames: {a1: b1, a2: b2}
)");
  CHECK(map.switches.match == std::vector<std::string>{"sw-*"});
  CHECK(map.switches.services->at("uplink") == Icinga2Check{.name = "uplink"});
  CHECK_FALSE(map.switches.host_check.has_value());
  CHECK(map.racks.match == std::vector<std::string>{"rack-*", "pdu-[1-9]"});
  CHECK_FALSE(map.racks.services.has_value());
  CHECK(map.racks.host_check == Icinga2Check{.name = "power"});
  CHECK(map.hosts.services->at("memory") ==
        Icinga2Check{.name = "memory", .measured_at_execution_end = true});
  REQUIRE(map.topology.size() == 2);
  CHECK(map.topology[0].hosts == std::vector<std::string>{"a1", "a2"});
  CHECK(map.topology[0].on_switch.view() == Place{Place::Says::name, "s1"});
  CHECK(map.topology[0].in_rack.view() == Place{Place::Says::none, ""});
  CHECK(map.topology[1].on_switch.view() == Place{Place::Says::nothing, ""});
  CHECK(map.topology[1].in_rack.view() == Place{Place::Says::name, "null"});
  CHECK(map.renames.at("a2") == "b2");
}

TEST_CASE("without a map every object is a host; so it is with an empty one") {
  for (const Icinga2Map& map : {Icinga2Map{}, map_of(""), map_of("# nothing\n"), map_of("{}")}) {
    CHECK(class_of(map, "sw-1") == &map.hosts);
    CHECK_FALSE(map.hosts.services.has_value());
  }
}

TEST_CASE("the first entry of the topology that matches speaks alone") {
  const Icinga2Map map = map_of("topology: {'h?': {switch: s1}, 'h*': {switch: s2, rack: r2}}");
  CHECK_THAT(converted(line_of({})), !Catch::Contains("switch"));
  CHECK_THAT(converted(line_of({}), map),
             Catch::StartsWith(R"({"event":"host","time":1000,"host":"h1","switch":"s1"})"));
  CHECK_THAT(converted(line_of({.host = "h12"}), map), Catch::Contains(R"("rack":"r2")"));
}

TEST_CASE("a null is one wherever it is written") {
  struct Row {
    const char* why;
    std::string yaml;
  };
  const Row rows[] = {
      {"in the first line", "topology: {h1: {switch: null}}"},
      {"behind a byte order mark", "\xef\xbb\xbftopology: {h1: {switch: null}}"},
      {"a line behind a byte order mark", "\xef\xbb\xbftopology:\n  h1: {switch: ~}"},
      {"behind characters of several bytes", "topology: {h1: {rack: \"\xd1\x8f\", switch: ~}}"},
      {"behind escapes", "topology: {h1: {rack: \"\\xe4\\u20ac\", switch: Null}}"},
      {"where lines end as on Windows", "# what\r\ntopology:\r\n  h1:\r\n    switch: NULL\r\n"},
      {"behind a tab and a comment", "#\t\xd1\x8f\ntopology:\n  h1:\n    switch:\tnull  # none\n"},
      {"in a document with a head", "%YAML 1.2\n---\ntopology: {h1: {switch: null}}\n...\n"},
      {"as the last byte", "topology:\n  h1:\n    switch: ~"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Icinga2Map map = map_of(row.yaml);
      REQUIRE(map.topology.size() == 1);
      CHECK(map.topology[0].on_switch.view() == Place{Place::Says::none, ""});
    }
  }
}

TEST_CASE("many nulls are told from many values that are missing") {
  std::string yaml = "topology:\n";
  constexpr int hosts = 5000;
  for (int i = 0; i < hosts; ++i) yaml += "  h" + std::to_string(i) + ": {switch: null, rack: ~}\n";
  const Icinga2Map map = map_of(yaml);
  CHECK(map.topology.size() == hosts);
  CHECK(std::all_of(map.topology.begin(), map.topology.end(), [](const Icinga2Topology& entry) {
    return entry.on_switch.says == Place::Says::none && entry.in_rack.says == Place::Says::none;
  }));
  yaml += "  last: {switch: , rack: ~}\n";
  const absl::Status status = parse_icinga2_map(yaml, "map.yaml").status();
  CHECK(status.message() == "map.yaml:5002:18: switch has no value, expected a name or null");
}

TEST_CASE("a map that cannot be meant is refused, with the place of each error") {
  struct Row {
    const char* why;
    const char* yaml;
    const char* error;
  };
  const Row row = GENERATE(values<Row>({
      {"no map", "[a]", "1:1: the map must be a map"},
      {"no YAML", "hosts: {", ": not YAML"},
      {"an unknown key", "host: {match: a}",
       "1:1: unknown key 'host', expected hosts, switches, racks, topology, renames; did you mean "
       "hosts?"},
      {"a key twice", "racks: {match: a}\nracks: {match: b}",
       "2:1: 'racks' stands twice in the map"},
      {"an unknown key of a class", "hosts: {match: a, service: {}}",
       "1:19: unknown key 'service', expected match, services, host_check; did you mean services?"},
      {"a class without a pattern", "switches: {services: {a: b}}",
       "1:11: switches has no match, expected patterns"},
      {"no pattern at all", "racks: {match: ' '}", "1:16: match must be patterns of names"},
      {"a list of patterns", "racks: {match: [a, b]}", "1:16: match must be patterns of names"},
      {"an open set", "racks: {match: 'a b[1-6'}",
       "1:16: the pattern 'b[1-6' has a [ that no ] closes"},
      {"an empty set", "racks: {match: 'b[]'}", "the pattern 'b[]' has a [ that no ] closes"},
      {"a service without a name", "hosts: {services: {ssh: }}", "'ssh' must be a name"},
      {"a service twice", "hosts: {services: {ssh: a, ssh: b}}", "'ssh' stands twice in services"},
      {"no check", "hosts: {services: {ssh: {measured: execution_end}}}",
       "1:25: 'ssh' has no check"},
      {"another time", "hosts: {services: {m: {check: m, measured: schedule_end}}}",
       "1:44: measured must be execution_end"},
      {"a topology that is a list", "topology: [a]", "1:11: topology must be a map"},
      {"a place that states nothing", "topology: {a: {}}",
       "1:15: 'a' states neither switch nor rack"},
      {"a place that is no map", "topology: {a: s1}", "1:15: 'a' must be a map"},
      {"a switch that is a list", "topology: {a: {switch: [b]}}",
       "1:24: switch, if not null, must be a name of 1 to 255 bytes"},
      {"a switch without a value", "topology: {h: {switch: , rack: r}}",
       "1:24: switch has no value, expected a name or null"},
      {"a rack without a value", "topology:\n  h:\n    switch: null\n    rack:\n",
       "rack has no value, expected a name or null"},
      {"an unknown place", "topology: {a: {swich: b}}",
       "1:16: unknown key 'swich', expected switch, rack; did you mean switch?"},
      {"a broken pattern of hosts", "topology: {'a[': {switch: b}}",
       "1:12: the pattern 'a[' has a [ that no ] closes"},
      {"the rename of a switch", "switches: {match: 's*'}\nrenames: {h1: s1}",
       "2:15: 's1' is no host by this map"},
      {"the same with the switches further down", "renames: {h1: s1}\nswitches: {match: 's*'}",
       "1:15: 's1' is no host by this map"},
      {"two hosts under one name", "renames: {a: c, b: c}", "1:20: two hosts become 'c'"},
      {"control characters do not reach a terminal", "\"a\\x1b\": 1", "unknown key 'a\\x1b'"},
  }));
  DYNAMIC_SECTION(row.why) {
    const absl::StatusOr<Icinga2Map> map = parse_icinga2_map(row.yaml, "map.yaml");
    REQUIRE_FALSE(map.ok());
    CHECK_THAT(std::string(map.status().message()),
               Catch::StartsWith("map.yaml:") && Catch::Contains(row.error));
  }
}

TEST_CASE("all errors of a map come in one go, but not more than a hundred") {
  const absl::StatusOr<Icinga2Map> two = parse_icinga2_map("a: 1\nb: 2\n", "map.yaml");
  CHECK_THAT(std::string(two.status().message()),
             Catch::Contains("map.yaml:1:1: ") && Catch::Contains("\nmap.yaml:2:1: "));
  std::string many = "x: &x {";
  for (int i = 0; i < 2000; ++i) many += "k" + std::to_string(i) + ": 1, ";
  many += "z: 1}\ntopology: {";
  for (int i = 0; i < 2000; ++i) many += "h" + std::to_string(i) + ": *x, ";
  many += "z: *x}\n";
  const absl::StatusOr<Icinga2Map> flood = parse_icinga2_map(many, "map.yaml");
  const std::string message(flood.status().message());
  CHECK(std::count(message.begin(), message.end(), '\n') == 99);
}

TEST_CASE("a map that cannot be read is told by its name") {
  const absl::Status status = read_icinga2_map("/nowhere/map.yaml").status();
  CHECK(absl::IsNotFound(status));
  CHECK_THAT(std::string(status.message()), Catch::StartsWith("/nowhere/map.yaml: "));
  CHECK_FALSE(read_icinga2_map("/").ok());
}

TEST_CASE("the program converts, and tells bad input by its exit code behind the good lines") {
  const TemporaryFolder folder;
  const std::string file = folder.write("events.ndjson", line_of({}));
  const Ran good = run_program({"convert", "--from", "icinga2", file});
  CHECK(good.exit_code == 0);
  CHECK(good.out == converted(line_of({})));

  const std::string broken = line_of({}) + "{\n";
  folder.write("events.ndjson", broken);
  const Ran bad = run_program({"convert", "--from", "icinga2", file});
  CHECK(bad.exit_code == 2);
  CHECK(bad.out == good.out);
  const Ran piped = run_program({"convert", "--from", "icinga2", "-"}, broken);
  CHECK(piped.exit_code == 2);
  CHECK_THAT(piped.err, Catch::Contains("<stdin>:2: no JSON object"));

  const std::string map = folder.write("map.yaml", "hosts: 5\n");
  const Ran mapped = run_program({"convert", "--from", "icinga2", "--map", map, "-"});
  CHECK(mapped.exit_code == 2);
  CHECK(mapped.err == map + ":1:8: hosts must be a map\n");
}

}  // namespace vitals
