// SPDX-License-Identifier: Apache-2.0
// The installation of examples/cocaine: its catalogue, its policy, and its day as they are
// judged together.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "picture_reader.h"
#include "program.h"
#include "vitals/audit/catalogue_yaml.h"
#include "vitals/audit/expansion.h"
#include "vitals/audit/recorder.h"
#include "vitals/fleet.h"
#include "vitals/replay.h"
#include "vitals/text_time.h"
#include "vitals/truth.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

using Lines = std::vector<std::string>;

const std::string folder = VITALS_COCAINE;
constexpr Timestamp midnight{Seconds{1'772'409'600}};  // 2026-03-02T00:00:00Z

audit::Catalogue catalogue() { return audit::read_catalogue(folder + "/catalogue").value(); }
PolicySet policy() { return read_policy(folder + "/policy.yaml").value(); }

// The recording and the truth of the day, as files.
class Day {
 public:
  Day() {
    for (const char* what : {"recording", "truth"}) {
      const Ran ran = run_shell(shell_quoted(VITALS_COCAINE_DAY) + " " + what + " " +
                                shell_quoted(folder + "/catalogue") + " > " +
                                shell_quoted(temporary_.path(what)));
      REQUIRE(ran.exit_code == 0);
    }
  }

  [[nodiscard]] std::string path(const std::string& what) const { return temporary_.path(what); }

  void replay(const PolicySet& policy, const ReplayOptions& options,
              Fleet::CheckVisitor visit) const {
    auto reader = RecordingReader::open({path("recording")}).value();
    Fleet fleet(policy);
    REQUIRE(vitals::replay(reader, fleet, options, visit, [](const HostLine&) {}).ok());
  }

 private:
  TemporaryFolder temporary_;
};

std::string name_of(const VerdictLine& line) {
  return std::string(line.host) + " " + std::string(line.check);
}

// `host check: reasons by blockers`
std::string excluded(const VerdictLine& line) {
  std::string text = name_of(line) + ":";
  line.verdict.excluded_by.for_each(
      [&](Reason reason) { text += " " + std::string(name(reason)); });
  text += " by";
  for (const std::string_view blocker : line.blocked_by) text += " " + std::string(blocker);
  return text;
}

// The line of each Node, whose name stands before it, and within it as NODE.
Lines of_nodes(const std::string& line) {
  const audit::Catalogue all = catalogue();
  Lines lines;
  for (const std::string& node : find_group(all, "node")->hosts) {
    std::string text = node + line;
    if (const auto at = text.find("NODE"); at != std::string::npos) text.replace(at, 4, node);
    lines.push_back(std::move(text));
  }
  return lines;
}

Lines sorted(const std::vector<Lines>& parts) {
  Lines all;
  for (const Lines& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

// What truth has of each check: what is true of its own machine.
class Faults {
 public:
  Faults(const std::string& path, const PolicySet& policy) : policy_(policy) {
    auto reader = TruthReader::open(path).value();
    while (const TruthChange* change = reader.next()) {
      const auto time = std::chrono::floor<std::chrono::seconds>(change->time);
      changes_[std::string(change->host) + " " + std::string(change->check)][time] = change->status;
    }
    REQUIRE(reader.status().ok());
  }

  // Whether the machine has the fault of which it is accused, or had it when the audit was run.
  [[nodiscard]] bool explain(const VerdictLine& line) const {
    const Seconds period = policy_.checks.find(line.check)->second.period;
    const auto& changes = changes_.at(name_of(line));
    const auto now = std::prev(changes.upper_bound(line.time));
    const auto then = std::prev(changes.upper_bound(line.time - period));
    return now->second == Status::crit || then->second == Status::crit;
  }

 private:
  const PolicySet policy_;
  std::map<std::string, std::map<Timestamp, Status>> changes_;
};

}  // namespace

TEST_CASE("each role has its checks") {
  const audit::Catalogue all = catalogue();
  std::map<std::string, std::string> audits_of;  // of each host
  const auto tasks = audit::expand(all).value();
  for (const audit::Task& task : tasks) {
    audits_of[all.hosts[task.host].name] += " " + all.audits[task.audit].name;
  }
  const std::map<std::string, std::string> expected{
      {"elliptics", " blobs ping"},
      {"elasticsearch", " index ping"},
      {"docker_repository", " ping registry"},
      {"dockerbuild", " build docker ping"},
      {"node", " app_start docker logging ping runtime storage"},
      {"load_balancer", " announcements http_proxy nginx ping routes runtime"},
  };
  for (const auto& [role, audits] : expected) {
    INFO(role);
    const audit::Group* group = find_group(all, role);
    REQUIRE(group != nullptr);
    REQUIRE(!group->hosts.empty());
    for (const std::string& host : group->hosts) CHECK(audits_of[host] == audits);
  }
  CHECK(find_group(all, "machine")->hosts.size() == all.hosts.size());
}

TEST_CASE("the policy has the audits of the catalogue, with their periods") {
  const audit::Catalogue all = catalogue();
  const PolicySet judged = policy();
  CHECK(audit::audit_policy(all, judged).checks == judged.checks);
  CHECK(audit::audit_policy(all, judged).classes == judged.classes);

  std::map<std::string, Seconds> speaks_within;
  for (const audit::Audit& audit : all.audits) {
    INFO(audit.owner << " " << audit.name);
    CHECK(audit.timeout <= judged.constants.juggler.overhead);
    CHECK(audit.run_every + audit.timeout <= judged.constants.juggler.active_ttl);
    speaks_within[audit.name] = audit.run_every + audit.timeout;
  }
  for (const auto& [name, one] : judged.classes) {
    INFO(name);
    for (const std::string& check : one.checks) CHECK(*one.lag >= speaks_within[check]);
  }
  CHECK(warnings(judged).empty());
}

TEST_CASE("who is accused, and who is not because of whom") {
  struct Row {
    const char* why;
    Seconds at;
    Lines accused;
    Lines excluded;
  };
  const std::string by = ": infrastructure_not_ok by ";
  const std::string all = "el1 el2 el3";
  const std::vector<Row> rows{
      {"nothing happened", 1h + 30min, {}, {}},
      {"one node of elliptics is lost", 2h + 30min, {"el1 blobs"}, {}},
      {"all of elliptics",
       3h + 30min,
       {"el1 blobs", "el2 blobs", "el3 blobs"},
       sorted({of_nodes(" app_start" + by + all + " NODE repo1"),
               of_nodes(" storage" + by + all),
               {"build1 build" + by + all + " repo1", "repo1 registry" + by + all}})},
      {"two are back", 4h + 4min, {}, {}},
      {"the repository hangs",
       7h + 30min,
       {"repo1 registry"},
       sorted({of_nodes(" app_start" + by + "repo1"), {"build1 build" + by + "repo1"}})},
      {"it is back", 8h + 2min, {}, {}},
      {"a Node is dead",
       10h + 30min,
       {"node3 docker", "node3 ping", "node3 runtime"},
       {"lb1 routes" + by + "node3", "lb2 routes" + by + "node3", "node3 app_start" + by + "node3",
        "node3 logging" + by + "node3", "node3 storage" + by + "node3"}},
      {"it is back", 11h + 24min, {}, {}},
      {"a balancer hears no Node", 13h + 30min, {"lb1 announcements"}, {"lb1 routes" + by + "lb1"}},
      {"it hears them again", 13h + 47min, {}, {}},
      {"ElasticSearch is stopped",
       16h + 30min,
       {"es1 index", "es2 index", "es3 index"},
       of_nodes(" logging" + by + "es1 es2 es3")},
      {"it is started", 17h + 3min, {}, {}},
      {"what one Node does to itself", 19h + 30min, {"node5 app_start", "node5 docker"}, {}},
      {"it is well again", 19h + 45min, {}, {}},
  };
  const Day day;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why << " at " << format_timestamp(midnight + row.at)) {
      Lines accused;
      Lines not_counted;
      day.replay(policy(), {.mode = ReplayMode::at, .at = {midnight + row.at}},
                 [&](const VerdictLine& line) {
                   if (!line.verdict.counts()) {
                     not_counted.push_back(excluded(line));
                   } else if (line.status != Status::ok) {
                     accused.push_back(name_of(line));
                   }
                 });
      CHECK(accused == row.accused);
      CHECK(not_counted == row.excluded);
    }
  }
}

TEST_CASE("a lost node of elliptics is in nobody's way") {
  const Day day;
  std::size_t judged = 0;
  day.replay(
      policy(),
      {.mode = ReplayMode::every, .every = 10s, .from = midnight + 1h, .until = midnight + 3h - 1s},
      [&](const VerdictLine& line) {
        ++judged;
        if (!line.verdict.counts()) FAIL_CHECK(excluded(line));
      });
  CHECK(judged == 720 * audit::expand(catalogue())->size());
}

TEST_CASE("no machine is accused of what another one did") {
  const Day day;
  const audit::Catalogue all = catalogue();
  // By the truth, and once more until the audit was run again.
  const Faults faults(day.path("truth"), policy());
  const auto accused_wrongly = [&](const PolicySet& policy) {
    Lines lines;
    day.replay(policy, {.mode = ReplayMode::every, .every = 10s}, [&](const VerdictLine& line) {
      if (!line.verdict.counts() || line.status != Status::crit) return;
      if (!faults.explain(line)) lines.push_back(format_timestamp(line.time) + name_of(line));
    });
    return lines;
  };
  CHECK(accused_wrongly(policy()) == Lines{});
  CHECK(accused_wrongly(audit::audit_policy(all, PolicySet{})).size() > 1000);
}

TEST_CASE("the explanation of an application start tells the way to elliptics") {
  const Day day;
  const Ran ran = run_shell("cd " + shell_quoted(folder) +
                            " && $VITALS explain --policy policy.yaml --host node1 "
                            "--check app_start --at 2026-03-02T03:30:00Z " +
                            shell_quoted(day.path("recording")));
  REQUIRE(ran.exit_code == 0);
  CHECK_THAT(ran.out, Catch::Contains("elliptics el2 (blobs), one is enough, behind repository "
                                      "repo1"));
  check_golden("explain/cocaine.txt", ran.out);
}

TEST_CASE("what nobody stated is needed by nobody's guess") {
  const Day day;
  const std::string unstated = day.path("unstated");
  REQUIRE(run_shell("sed 's/,\"needs\":.*/}/' " + shell_quoted(day.path("recording")) + " > " +
                    shell_quoted(unstated))
              .exit_code == 0);
  auto reader = RecordingReader::open({unstated}).value();
  Fleet fleet(policy());
  std::map<std::string, bool> counts;  // by name of check
  REQUIRE(
      vitals::replay(
          reader, fleet, {.mode = ReplayMode::at, .at = {midnight + 1h}},
          [&](const VerdictLine& line) { counts[std::string(line.check)] = line.verdict.counts(); },
          [](const HostLine&) {})
          .ok());
  for (const char* check : {"app_start", "build", "logging", "registry", "routes", "storage"}) {
    INFO(check);
    CHECK(!counts.at(check));
  }
  for (const char* check : {"blobs", "docker", "index", "ping", "runtime"}) {
    INFO(check);
    CHECK(counts.at(check));
  }
}

}  // namespace vitals
