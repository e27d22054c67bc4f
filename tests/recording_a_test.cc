// SPDX-License-Identifier: Apache-2.0
// A real Icinga 2 with faults that were injected and written down: what the rules make of its
// results is held against what was done to the hosts. Moments are seconds since the recording
// began; `counts` ends a verdict that counts, other words are the reasons against it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recording_a.h"
#include "vitals/effective.h"
#include "vitals/fleet.h"
#include "vitals/icinga2.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"

namespace vitals {

using namespace recording_a;

namespace {

using CheckOfHost = std::pair<std::string, std::string>;

// From some second on.
template <class What>
struct Since {
  std::int64_t second;
  What what;
};

template <class What>
const What* at(const std::vector<Since<What>>& story, std::int64_t second) {
  const What* found = nullptr;
  for (const Since<What>& step : story) {
    if (step.second <= second) found = &step.what;
  }
  return found;
}

struct Verdicts {
  std::string says;  // status and reasons
  std::vector<std::string> blocked_by;
};

struct HostSays {
  HostState state;
  std::vector<std::string> failing;
  std::vector<std::string> silent;
};

std::vector<std::string> owned(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

// The whole recording, converted and judged.
struct Story {
  PolicySet policy;
  Icinga2Counters counters;
  std::map<CheckOfHost, std::vector<Report>> received;
  std::map<std::string, std::pair<std::string, std::string>> places;
  std::map<CheckOfHost, std::vector<Since<Verdicts>>> checks;
  std::map<std::string, std::vector<Since<HostSays>>> hosts;

  // `STATUS reasons`, `-` for a status that nobody may see.
  [[nodiscard]] std::string says(const std::string& host, const std::string& check,
                                 std::int64_t second) const {
    const auto found = checks.find({host, check});
    const Verdicts* verdict = found == checks.end() ? nullptr : at(found->second, second);
    return verdict == nullptr ? "no verdict" : verdict->says;
  }
};

// Takes the verdicts of both fleets, one a check and one a host, up to a moment.
void listen(Story& story, Fleet& of_checks, Fleet& of_hosts, Timestamp until) {
  of_checks.advance(until, [&](const VerdictLine& line) {
    const std::string status = line.status ? std::string(name(*line.status)) : "-";
    story.checks[{std::string(line.host), std::string(line.check)}].push_back(
        {second_of(line.time),
         {status + " " + text(line.verdict.excluded_by), owned(line.blocked_by)}});
  });
  of_hosts.advance_hosts(until, [&](const HostLine& line) {
    story.hosts[std::string(line.host)].push_back(
        {second_of(line.time), {line.state, owned(line.failing), owned(line.silent)}});
  });
}

void remember(Story& story, const Event& event) {
  if (event.type == EventType::check) {
    story.received[{std::string(event.host), std::string(event.service)}].push_back(event.report);
  } else if (event.type == EventType::host) {
    story.places[std::string(event.host)] = {std::string(event.on_switch.name),
                                             std::string(event.in_rack.name)};
  }
}

Story tell() {
  Story story;
  story.policy = need(read_policy(file("policy.yaml")));
  Icinga2Reader icinga = need(
      Icinga2Reader::open({file("events.ndjson.zst")}, need(read_icinga2_map(file("map.yaml")))));
  RecordingReader operations = need(RecordingReader::open({file("operations.ndjson")}));
  Fleet of_checks(story.policy);
  Fleet of_hosts(story.policy);
  const Event* received = icinga.next();
  const Event* done = operations.next();
  Timestamp now = distant_past;
  while (received != nullptr || done != nullptr) {
    const bool next_is_ours =
        received == nullptr || (done != nullptr && done->time < received->time);
    const Event& event = next_is_ours ? *done : *received;
    if (event.time > now) listen(story, of_checks, of_hosts, event.time - Seconds{1});
    now = event.time;
    remember(story, event);
    REQUIRE(of_checks.apply(event).ok());
    REQUIRE(of_hosts.apply(event).ok());
    (next_is_ours ? done : received) = next_is_ours ? operations.next() : icinga.next();
  }
  listen(story, of_checks, of_hosts, now);
  REQUIRE(icinga.status().ok());
  REQUIRE(operations.status().ok());
  REQUIRE(second_of(now) == last_second);
  story.counters = icinga.counters();
  return story;
}

const Story& story() {
  static const Story told = tell();
  return told;
}

// The stretches, [from, until), in which a host is in some state.
std::vector<std::pair<std::int64_t, std::int64_t>> stretches(const std::string& host,
                                                             HostState state) {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  const auto found = story().hosts.find(host);
  if (found == story().hosts.end()) return all;
  bool inside = false;
  for (const auto& [second, what] : found->second) {
    const bool now = what.state == state;
    if (now && !inside) all.emplace_back(second, last_second + 1);
    if (!now && inside) all.back().second = second;
    inside = now;
  }
  return all;
}

const std::vector<std::string> active_checks{"UNREACHABLE", "ssh"};

std::vector<std::string> hosts_behind(std::string_view name_of_switch) {
  std::vector<std::string> hosts;
  for (const auto& [host, place] : story().places) {
    if (place.first == name_of_switch) hosts.push_back(host);
  }
  return hosts;
}

// The second in which a verdict changes, and what it was in the second before.
struct Turn {
  const char* why;
  const char* host;
  const char* check;
  std::int64_t second;
  const char* before;
  const char* after;
};

void check_turns(const std::vector<Turn>& turns) {
  for (const Turn& turn : turns) {
    DYNAMIC_SECTION(turn.host << " " << turn.check << " at " << turn.second << ": " << turn.why) {
      CHECK(story().says(turn.host, turn.check, turn.second - 1) == turn.before);
      CHECK(story().says(turn.host, turn.check, turn.second) == turn.after);
    }
  }
}

const HostSays& host_at(std::string_view host, std::int64_t second) {
  const auto found = story().hosts.find(std::string(host));
  REQUIRE(found != story().hosts.end());
  const HostSays* says = at(found->second, second);
  REQUIRE(says != nullptr);
  return *says;
}

}  // namespace

TEST_CASE("recording A: every line becomes something or is counted") {
  const Icinga2Counters& counters = story().counters;
  CHECK(counters.lines == 6090);
  CHECK(counters.checks == 4808);
  CHECK(counters.hosts == 26);  // 24 at the beginning, one added, one under its new name
  CHECK(counters.hosts_without_place == 0);
  CHECK(counters.assigned == 2);  // node-a11 and node-a25 were made while it ran
  CHECK(counters.renamed == 1);
  CHECK(counters.removed == 0);
  CHECK(counters.repeated == 305);
  CHECK(counters.unmapped == 830 + 118);  // host checks, and state changes of hosts
  CHECK(counters.deleted == 0);
  CHECK(counters.ignored == std::map<std::string, std::uint64_t, std::less<>>{
                                {"Flapping", 5}, {"ObjectCreated", 15}, {"ObjectDeleted", 5}});
}

TEST_CASE("recording A: the map says of each host what the topology says") {
  std::ifstream in(file("topology.json"));
  const std::string json{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto value_behind = [&](std::size_t from, std::string_view key) {
    const std::size_t begin = json.find('"', json.find(':', json.find(key, from))) + 1;
    return json.substr(begin, json.find('"', begin) - begin);
  };
  REQUIRE(story().places.size() == 26);
  for (const auto& [host, place] : story().places) {
    const std::size_t found = json.find("\"" + (host == "gpu-a11" ? "node-a11" : host) + "\": {");
    REQUIRE(found != std::string::npos);
    CHECK(place.first == value_behind(found, "\"switch\""));
    CHECK(place.second == value_behind(found, "\"rack\""));
  }
}

TEST_CASE("recording A: the operations are what the script makes of the ground truth") {
  const std::string command = "python3 " + file("make_operations.py") + " < " +
                              file("ground-truth.ndjson") + " | cmp - " + file("operations.ndjson");
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("recording A: its policy draws one warning, of what cannot happen there") {
  // Its watchers run on every node before the node is made known.
  const std::vector<std::string> found = warnings(story().policy);
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("memory: the longest way of its first measurement") == 0);
}

TEST_CASE("recording A: the seconds in this file are those of the ground truth") {
  CHECK(truth("host_down", "node-a02", "end") == 68);
  CHECK(truth("clock_ahead", "node-a18") == 91);
  CHECK(truth("agent_stop", "node-a12") == 117);
  CHECK(truth("watcher_stop", "node-a22") == 143);
  CHECK(truth("host_repair", "node-a02", "begin") == 163);
  CHECK(truth("host_repair", "node-a02", "end") == 183);
  CHECK(truth("switch_down", "sw-a1", "begin") == 201);
  CHECK(truth("switch_repair", "sw-a1", "begin") == 297);
  CHECK(truth("flap", "node-a23", "begin") == 307);
  CHECK(truth("agent_start", "node-a12") == 337);
  CHECK(truth("host_add", "node-a25", "end") == 349);
  CHECK(truth("host_rename", "node-a11", "begin") == 382);
  CHECK(truth("clock_fixed", "node-a18") == 401);
  CHECK(truth("watcher_start", "node-a22") == 469);
  CHECK(truth("host_down", "node-a01", "end") == 471);
  CHECK(truth("flap", "node-a23", "end") == 475);
  CHECK(truth("icinga_stop", "", "begin") == 506);
  CHECK(truth("host_down", "node-a16", "end") == 541);
  CHECK(truth("host_repair", "node-a01", "end") == 590);
  CHECK(truth("agent_stop", "node-a10") == 601);
  CHECK(truth("icinga_start", "", "end") == 688);
  CHECK(truth("host_down", "node-a03", "end") == 721);
  CHECK(truth("watcher_stop", "node-a19") == 746);
  CHECK(truth("host_repair", "node-a16", "end") == 786);
  CHECK(truth("host_repair", "node-a03", "end") == 818);
}

TEST_CASE("recording A: dead hosts are accused, all of them, and nobody else, ever") {
  using Stretch = std::pair<std::int64_t, std::int64_t>;
  const std::map<std::string, Stretch> accused{
      {"node-a02", {111, 163}},  // until somebody works on it
      {"node-a01", {511, 542}},  // until the stopped Icinga's last word on the switch is stale
      {"node-a16", {729, 766}},  // it died while Icinga was stopped
      {"node-a03", {763, 798}},
  };
  for (const auto& [host, unused] : story().hosts) {
    INFO(host);
    const auto expected = accused.find(host);
    const std::vector<Stretch> failing = stretches(host, HostState::failing);
    if (expected == accused.end()) {
      CHECK(failing.empty());
    } else {
      CHECK(failing == std::vector<Stretch>{expected->second});
    }
  }
  // A dead host is seen after a check interval, a timeout and a stall of the stream at the latest,
  // and accused when the network had its time to speak up: 37 s, and one because equal settles.
  const Seconds latest =
      Seconds{9 + 2 + 5} + lag(Kind::rack, story().policy.constants) + Seconds{1};
  CHECK(lag(Kind::rack, story().policy.constants) == Seconds{37});
  for (const char* host : {"node-a02", "node-a01", "node-a03"}) {
    const std::int64_t delay = accused.at(host).first - truth("host_down", host, "end");
    CHECK(delay > 38);
    CHECK(delay <= latest.count());
  }
}

TEST_CASE("recording A: a failure settles before it counts") {
  check_turns({
      {"refused, at once seen", "node-a02", "UNREACHABLE", 77, "OK precedes_infrastructure_change",
       "CRIT infrastructure_settling"},
      {"38 s after it was measured at 73", "node-a02", "UNREACHABLE", 111,
       "CRIT infrastructure_settling", "CRIT counts"},
      {"somebody works on it", "node-a02", "UNREACHABLE", 163, "CRIT counts",
       "CRIT under_manipulation"},
      {"timeouts instead of refusals", "node-a03", "ssh", 763, "CRIT infrastructure_settling",
       "CRIT counts"},
      {"the agent died with its host: its last word is good for two periods", "node-a03", "meta",
       763, "OK counts", "OK stale"},
      {"until Icinga misses it as well", "node-a03", "meta", 793, "OK stale", "NODATA counts"},
  });
}

TEST_CASE("recording A: after a repair a check counts from the receipt that proves it") {
  check_turns({
      {"measured after the repair, which ended at 590", "node-a01", "memory", 688,
       "- expired stale precedes_manipulation", "OK counts"},
      {"the same OK as before it: 687 is not later than 590 + 103", "node-a01", "meta", 687,
       "- expired stale precedes_manipulation", "OK precedes_manipulation"},
      {"the first receipt that is", "node-a01", "meta", 719, "OK precedes_manipulation",
       "OK counts"},
      {"CRIT became OK after it: proven; but what of the switch?", "node-a01", "UNREACHABLE", 693,
       "- expired stale precedes_manipulation infrastructure_unknown", "OK infrastructure_unknown"},
      {"the switch is well; had it the time to speak up?", "node-a01", "UNREACHABLE", 709,
       "OK infrastructure_unknown", "OK infrastructure_settling"},
      {"it had", "node-a01", "UNREACHABLE", 727, "OK infrastructure_settling", "OK counts"},

      {"up while the technician is still there: that change proves nothing", "node-a16",
       "UNREACHABLE", 774, "CRIT under_manipulation",
       "OK under_manipulation infrastructure_settling"},
      {"the technician is gone", "node-a16", "UNREACHABLE", 786,
       "OK under_manipulation infrastructure_settling",
       "OK precedes_manipulation infrastructure_settling"},
      {"the first receipt later than 786 + 61", "node-a16", "UNREACHABLE", 848,
       "OK precedes_manipulation", "OK counts"},
      {"its agent spoke again after the repair: NODATA became OK", "node-a16", "meta", 809,
       "NODATA stale precedes_manipulation", "OK counts"},
      {"but sends what the watcher measured before its end", "node-a16", "memory", 809,
       "- expired stale precedes_manipulation", "OK precedes_manipulation"},

      {"the repair of a host that is cut off before it is proven well", "node-a02", "UNREACHABLE",
       183, "OK under_manipulation infrastructure_settling",
       "OK precedes_manipulation infrastructure_settling"},
      {"cut: the new CRIT is proven to be new, and is the switch's", "node-a02", "UNREACHABLE", 216,
       "CRIT infrastructure_settling",
       "CRIT infrastructure_not_ok precedes_infrastructure_change infrastructure_settling"},
      {"the agent's first word after both", "node-a02", "meta", 304, "NODATA counts", "OK counts"},
      {"proven after the switch came back, and so after the repair", "node-a02", "UNREACHABLE", 375,
       "OK precedes_infrastructure_change", "OK counts"},
  });
}

TEST_CASE(
    "recording A: what proves by receipt is the first one later than the end of the repair "
    "and the lag") {
  struct Repair {
    const char* host;
    const char* check;
    Seconds lag;
  };
  const Repair repair = GENERATE(values<Repair>({
      {"node-a01", "meta", Seconds{103}},        // 7 + 30 + 2 * 30 + 6
      {"node-a16", "UNREACHABLE", Seconds{61}},  // 7 + 30 + 2 * 9 + 6
      {"node-a16", "ssh", Seconds{61}},
  }));
  DYNAMIC_SECTION(repair.host << " " << repair.check) {
    const PolicySet& policy = story().policy;
    CHECK(receipt_lag(policy.checks.at(repair.check), policy.constants) == repair.lag);
    const Timestamp proven = start + Seconds{truth("host_repair", repair.host, "end")} + repair.lag;
    bool is_proven = false;
    for (const Report& report : story().received.at({repair.host, repair.check})) {
      const std::int64_t second = second_of(report.receive_time);
      if (second <= truth("host_repair", repair.host, "end")) continue;
      INFO(second);
      is_proven = report.receive_time > proven;
      const std::string says = story().says(repair.host, repair.check, second);
      CHECK((says.find("precedes_manipulation") == std::string::npos) == is_proven);
    }
    CHECK(is_proven);
  }
}

TEST_CASE("recording A: a repair that ended 30 s before the recording is not decided in it") {
  for (const char* check : {"UNREACHABLE", "ssh", "meta", "memory"}) {
    CHECK(story().says("node-a03", check, last_second) == "OK precedes_manipulation");
  }
  CHECK(host_at("node-a03", last_second).state == HostState::undecided);
}

TEST_CASE("recording A: a clock that is 20 minutes ahead is seen where its time reaches us") {
  check_turns({
      {"the first measurement by the wrong clock, which went wrong at 91", "node-a18", "memory",
       172, "OK counts", "OK implausible_time"},
      {"the first by the right one, which was set at 401", "node-a18", "memory", 470,
       "OK implausible_time", "OK counts"},
  });
  // Its results said the future as well, but Icinga tells only when a state changed, and it did
  // not.
  for (std::int64_t second = 91; second < 531; ++second) {
    INFO(second);
    CHECK(story().says("node-a18", "meta", second) == "OK counts");
  }
}

TEST_CASE("recording A: a silent agent is stale to us before Icinga says NODATA") {
  check_turns({
      {"60 s after its last word", "node-a12", "meta", 173, "OK counts", "OK stale"},
      {"90 s after it nobody should see it any more", "node-a12", "meta", 203, "OK stale",
       "- expired stale"},
      {"Icinga's freshness check", "node-a12", "meta", 204, "- expired stale", "NODATA counts"},
      {"which repeats itself every 90 s, too rarely to stay fresh", "node-a12", "meta", 264,
       "NODATA counts", "NODATA stale"},
      {"the next one", "node-a12", "meta", 294, "NODATA stale", "NODATA counts"},
      {"of memory every 300 s only", "node-a12", "memory", 294, "NODATA stale", "- expired stale"},
      {"the agent was started at 337", "node-a12", "meta", 349, "NODATA counts", "OK counts"},
      {"it sends both at once", "node-a12", "memory", 349, "- expired stale", "OK counts"},
      {"an agent that stopped while Icinga was", "node-a10", "meta", 724, "- expired stale",
       "NODATA counts"},
      {"and its other check", "node-a10", "memory", 719, "- expired stale", "NODATA counts"},
  });
  CHECK(host_at("node-a12", 180).state == HostState::unmonitored);
  CHECK(host_at("node-a12", 180).silent == std::vector<std::string>{"memory", "meta"});
  CHECK(host_at("node-a10", last_second).state == HostState::unmonitored);
}

TEST_CASE("recording A: a dead watcher shows though its last word is sent on and on") {
  check_turns({
      {"132 s after its last measurement at 142", "node-a22", "memory", 274, "OK counts",
       "OK stale"},
      {"it measures again", "node-a22", "memory", 496, "OK stale", "OK counts"},
  });
  int sent = 0;
  for (const Report& report : story().received.at({"node-a22", "memory"})) {
    const std::int64_t second = second_of(report.receive_time);
    if (second < truth("watcher_stop", "node-a22") || second > 469) continue;
    ++sent;
    CHECK(report.status == Status::ok);
    CHECK(second_of(report.metadata_timestamp.value()) == 142);
  }
  CHECK(sent == 11);
  CHECK(host_at("node-a22", 400).silent == std::vector<std::string>{"memory"});
  // The other one died 102 s before the end: too late to show.
  CHECK(story().says("node-a19", "memory", last_second) == "OK counts");
}

TEST_CASE("recording A: nearly half of what agents submit is the same measurement again") {
  int submitted = 0;
  int repeated = 0;
  for (const auto& [check, reports] : story().received) {
    std::optional<Timestamp> before;
    for (const Report& report : reports) {
      if (!report.metadata_timestamp) continue;
      ++submitted;
      if (report.metadata_timestamp == before) ++repeated;
      before = report.metadata_timestamp;
    }
  }
  CHECK(submitted == 445);
  CHECK(repeated == 208);
}

TEST_CASE("recording A: no host behind a dead switch is accused of it") {
  const std::vector<std::string> cut_off = hosts_behind("sw-a1");
  REQUIRE(cut_off.size() == 12 + 1);  // node-a11 under both of its names
  int failures = 0;
  std::int64_t first_failure = last_second;
  for (const std::string& host : cut_off) {
    for (const std::string& check : active_checks) {
      for (const Report& report : story().received.at({host, check})) {
        const std::int64_t second = second_of(report.receive_time);
        if (second < 201 || second >= 304 || report.status != Status::crit) continue;
        ++failures;
        first_failure = std::min(first_failure, second);
      }
      if (host == "gpu-a11") continue;
      for (std::int64_t second = 201; second < 304; ++second) {
        INFO(host << " " << check << " at " << second);
        const std::string says = story().says(host, check, second);
        CHECK(says != "CRIT counts");
        // The switch itself is CRIT from 223 to 304.
        const bool blocked = says.find("infrastructure_not_ok") != std::string::npos;
        if (second >= 223) CHECK(blocked);
      }
      const Verdicts* verdict = at(story().checks.at({host, check}), 250);
      CHECK(verdict->blocked_by ==
            std::vector<std::string>{story().places.at(host).second, "sw-a1"});
    }
  }
  CHECK(failures == 219);
  CHECK(first_failure == 204);
  check_turns({
      {"19 s after the first host", "sw-a1", "uplink", 223, "OK counts", "CRIT counts"},
      {"repaired at 297", "sw-a1", "uplink", 304, "CRIT counts", "OK counts"},
  });
}

TEST_CASE("recording A: hosts behind the other switch count on through the cut") {
  for (const std::string& host : hosts_behind("sw-a2")) {
    if (host == "node-a25") continue;  // not there yet
    for (const std::string& check : active_checks) {
      INFO(host << " " << check);
      CHECK(story().says(host, check, 250) == "OK counts");
    }
  }
}

TEST_CASE("recording A: the course of a cut as one host sees it") {
  check_turns({
      {"the host is gone, the network may speak up yet", "node-a05", "ssh", 210, "OK counts",
       "CRIT infrastructure_settling"},
      {"the rack's check fails", "node-a05", "ssh", 216, "CRIT infrastructure_settling",
       "CRIT infrastructure_not_ok precedes_infrastructure_change infrastructure_settling"},
      {"passive checks depend on no switch: what is not sent is stale", "node-a05", "meta", 249,
       "OK counts", "OK stale"},
      {"the failure is proven to be from after the switch's own", "node-a05", "ssh", 288,
       "CRIT infrastructure_not_ok precedes_infrastructure_change", "CRIT infrastructure_not_ok"},
      {"switch and host are back, says the same stall of the stream", "node-a05", "ssh", 304,
       "CRIT infrastructure_not_ok precedes_infrastructure_change",
       "OK precedes_infrastructure_change infrastructure_settling"},
      {"proven to be from after the switch came back", "node-a05", "ssh", 375,
       "OK precedes_infrastructure_change", "OK counts"},
  });
  CHECK(host_at("node-a05", 290).state == HostState::undecided);
}

TEST_CASE("recording A: a flapping host is neither believed nor accused until it is quiet") {
  for (std::int64_t second = 316; second < 504; ++second) {
    for (const std::string& check : active_checks) {
      INFO(check << " at " << second);
      const std::string says = story().says("node-a23", check, second);
      CHECK(says.find("infrastructure_settling") != std::string::npos);
    }
  }
  check_turns({
      {"down for the first time", "node-a23", "UNREACHABLE", 311, "OK counts",
       "CRIT infrastructure_settling"},
      {"38 s after it last came up", "node-a23", "UNREACHABLE", 509, "OK infrastructure_settling",
       "OK counts"},
  });
  int changes = 0;
  const std::vector<Report>& reports = story().received.at({"node-a23", "UNREACHABLE"});
  for (std::size_t i = 1; i < reports.size(); ++i) {
    if (reports[i].status != reports[i - 1].status) ++changes;
  }
  CHECK(changes == 16);  // eight cycles
  CHECK(host_at("node-a23", 310).state == HostState::healthy);
  CHECK(host_at("node-a23", 400).state == HostState::undecided);
  CHECK(host_at("node-a23", 509).state == HostState::healthy);
}

TEST_CASE("recording A: a new host is awaited, and its owner is told of what does not come") {
  check_turns({
      {"created, and already checked", "node-a25", "UNREACHABLE", 354, "no verdict",
       "OK infrastructure_settling"},
      {"it has no agent", "node-a25", "memory", 354, "no verdict", "- unobserved"},
      {"Icinga's freshness check is less patient than appear_by, 421", "node-a25", "memory", 359,
       "- unobserved", "NODATA counts"},
      {"and of the other check", "node-a25", "meta", 364, "- unobserved", "NODATA counts"},
      {"settled", "node-a25", "UNREACHABLE", 388, "OK infrastructure_settling", "OK counts"},
      {"NODATA every 300 s", "node-a25", "memory", 419, "NODATA counts", "NODATA stale"},
      {"and nothing to see between them", "node-a25", "memory", 449, "NODATA stale",
       "- expired stale"},
  });
  CHECK(stretches("node-a25", HostState::healthy).empty());
  for (const std::int64_t second : {400, 520, 720, 848}) {
    CHECK(host_at("node-a25", second).state == HostState::unmonitored);
    CHECK(host_at("node-a25", second).silent == std::vector<std::string>{"memory", "meta"});
  }
  // So Icinga never leaves a check without any observation for long enough to be missing.
  for (const auto& [check, steps] : story().checks) {
    for (const auto& step : steps) CHECK(step.what.says.find("missing") == std::string::npos);
  }
}

TEST_CASE("recording A: a renamed host is the same host, and proves itself anew") {
  check_turns({
      {"nothing observed under the new name", "gpu-a11", "UNREACHABLE", 385, "no verdict",
       "- unobserved"},
      {"first measured after we heard of the rename", "gpu-a11", "UNREACHABLE", 391, "- unobserved",
       "OK infrastructure_settling"},
      {"settled", "gpu-a11", "UNREACHABLE", 428, "OK infrastructure_settling", "OK counts"},
      {"first measured after the rename, but in the stall that brought it", "gpu-a11", "ssh", 385,
       "no verdict", "OK precedes_rename infrastructure_settling"},
      {"so it has to wait for the receipt that proves it", "gpu-a11", "ssh", 455,
       "OK precedes_rename", "OK counts"},
      {"the agent knows its new name from 402 on: NODATA became OK", "gpu-a11", "meta", 412,
       "NODATA counts", "OK counts"},
      {"what it sends was measured before the rename", "gpu-a11", "memory", 412, "- unobserved",
       "OK precedes_rename"},
      {"measured anew", "gpu-a11", "memory", 444, "OK precedes_rename", "OK counts"},
  });
  for (const auto& [check, steps] : story().checks) {
    if (check.first == "node-a11") CHECK(steps.back().second < 385);
  }
}

TEST_CASE("recording A: while Icinga is stopped all goes stale and nobody is accused") {
  check_turns({
      {"a switch is believed for two of its periods", "node-a13", "UNREACHABLE", 531, "OK counts",
       "OK infrastructure_unknown"},
      {"its own result for two pushes", "node-a13", "UNREACHABLE", 556, "OK infrastructure_unknown",
       "OK stale infrastructure_unknown"},
      {"old health disappears", "node-a13", "UNREACHABLE", 586, "OK stale infrastructure_unknown",
       "- expired stale infrastructure_unknown"},
      {"Icinga is back; it has yet to look at the switch", "node-a13", "UNREACHABLE", 693,
       "- expired stale infrastructure_unknown", "OK infrastructure_unknown"},
      {"the state is the one from before: nothing to settle", "node-a13", "UNREACHABLE", 709,
       "OK infrastructure_unknown", "OK counts"},
      {"its agent sends every 30 s", "node-a13", "meta", 719, "- expired stale", "OK counts"},
  });
  for (const auto& [check, steps] : story().checks) {
    if (check.first == "node-a11") continue;  // has another name now
    for (const std::int64_t second : {592, 640, 686}) {
      INFO(check.first << " " << check.second << " at " << second);
      CHECK(at(steps, second)->says.rfind("- expired stale", 0) == 0);
    }
  }
  for (const auto& [host, steps] : story().hosts) {
    if (host != "node-a11") CHECK(at(steps, 600)->state == HostState::unmonitored);
  }
}

TEST_CASE("recording A: Icinga's false NODATA after its restart makes hosts silent, not failing") {
  check_turns({
      {"its agent had nobody to send to for 181 s", "node-a04", "memory", 693, "- expired stale",
       "NODATA counts"},
      {"the agent sends, but Icinga takes nothing older than its own NODATA", "node-a04", "memory",
       753, "NODATA counts", "NODATA stale"},
      {"until the watcher measured anew", "node-a04", "memory", 759, "NODATA stale", "OK counts"},
  });
  int results = 0;
  std::set<std::string> silenced;
  for (const auto& [check, reports] : story().received) {
    // node-a16 is dead, node-a10 has a stopped agent, node-a25 never had one.
    if (check.first == "node-a16" || check.first == "node-a10" || check.first == "node-a25")
      continue;
    for (const Report& report : reports) {
      const std::int64_t second = second_of(report.receive_time);
      if (second < 687 || second > 788 || report.status != Status::nodata) continue;
      ++results;
      silenced.insert(check.first);
    }
  }
  CHECK(results == 6);
  CHECK(silenced ==
        std::set<std::string>{"gpu-a11", "node-a04", "node-a06", "node-a22", "node-a23"});
}

TEST_CASE("recording A: hosts with nothing wrong are healthy between the faults of others") {
  struct Calm {
    const char* why;
    std::vector<std::string> hosts;
    std::int64_t from;
    std::int64_t until;
  };
  const Calm calm = GENERATE(values<Calm>({
      {"from the first proofs to the cut of their switch",
       {"node-a01", "node-a03", "node-a04", "node-a05", "node-a06", "node-a07", "node-a08",
        "node-a09", "node-a10", "node-a11"},
       102,
       204},
      {"to the end of Icinga",
       {"node-a13", "node-a14", "node-a15", "node-a16", "node-a17", "node-a19", "node-a20",
        "node-a21", "node-a24"},
       102,
       531},
      {"to the measurement by a wrong clock", {"node-a18"}, 87, 172},
      {"after it was set right", {"node-a18"}, 470, 531},
      {"to the staleness of what a dead watcher said", {"node-a22"}, 82, 274},
      {"after it was started", {"node-a22"}, 496, 531},
      {"to the first flap", {"node-a23"}, 113, 311},
      {"from the proofs that the cut is over to the end of Icinga",
       {"node-a02", "node-a03", "node-a04", "node-a05", "node-a06", "node-a07", "node-a08",
        "node-a09", "node-a10", "node-a12"},
       385,
       542},
      {"to its own death", {"node-a01"}, 385, 475},
      {"from Icinga's new beginning to the end",
       {"node-a02", "node-a05", "node-a06", "node-a07", "node-a08", "node-a09", "node-a12",
        "node-a13", "node-a14", "node-a15", "node-a17", "node-a18", "node-a19", "node-a20",
        "node-a21", "node-a23", "node-a24"},
       719,
       last_second + 1},
      {"and where Icinga had said NODATA for nothing",
       {"node-a04", "gpu-a11", "node-a22"},
       759,
       last_second + 1},
      {"and repaired", {"node-a01"}, 731, last_second + 1},
  }));
  DYNAMIC_SECTION(calm.why << ", " << calm.from << " to " << calm.until) {
    for (const std::string& host : calm.hosts) {
      INFO(host);
      const auto healthy = stretches(host, HostState::healthy);
      CHECK(std::any_of(healthy.begin(), healthy.end(), [&](const auto& stretch) {
        return stretch.first <= calm.from && calm.until <= stretch.second;
      }));
    }
  }
}

}  // namespace vitals
