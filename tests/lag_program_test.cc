// SPDX-License-Identifier: Apache-2.0
// `vitals lag` as people meet it: exit codes, what stands on which stream, files.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "program.h"

namespace vitals {
namespace {

std::ptrdiff_t lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST_CASE("vitals lag tells every check of hosts, and how many manipulations it saw", "[program]") {
  const Ran ran = run_program({"lag", "--seeds", "2", "--hosts", "10"});
  CHECK(ran.exit_code == 0);
  CHECK(lines_of(ran.out) == 1 + 9);
  CHECK_THAT(ran.out, Catch::StartsWith("CHECK        KIND"));
  CHECK_THAT(ran.out, Catch::Contains("\nssh          active      20  "));
  CHECK(ran.err == "vitals: 20 manipulations were measured\n");
  CHECK(run_program({"lag", "--seeds", "2", "--hosts", "10"}).out == ran.out);
  CHECK(run_program({"lag", "--seeds", "2", "--hosts", "10", "--first-seed", "2"}).out != ran.out);
}

TEST_CASE("vitals lag takes a scenario, a policy, another format, and draws", "[program]") {
  const TemporaryFolder folder;
  const std::string scenario = folder.write(
      "reboots.yaml",
      "hosts: 4\n"
      "happenings:\n"
      "  - {what: repair, at: 20m, count: 4, first: 0, lasts: {uniform: {from: 1m, to: 2m}}}\n");
  const std::string policy = folder.write(
      "policy.yaml",
      "checks: {ssh: {kind: active, period: 2m}, netmon: {kind: netmon}, rack: {kind: rack}}\n");
  const std::string picture = folder.path("lag.svg");
  const Ran ran = run_program(
      {"lag", scenario, "--policy", policy, "--seeds", "3", "--format", "json", "--svg", picture});
  CHECK(ran.exit_code == 0);
  CHECK(lines_of(ran.out) == 1);
  CHECK_THAT(ran.out, Catch::StartsWith(R"({"check":"ssh","kind":"active","n":12,"min":8)"));
  CHECK_THAT(folder.read("lag.svg"), Catch::StartsWith("<svg ") && Catch::EndsWith("</svg>\n"));
  const Ran more = run_program({"lag", scenario, "--hosts", "2", "--seeds", "1"});
  CHECK(more.err == "vitals: 2 manipulations were measured\n");
}

TEST_CASE("vitals lag says so where nothing is repaired", "[program]") {
  const TemporaryFolder folder;
  const std::string quiet = folder.write("quiet.yaml", "lasts: 10m\nhosts: 1\n");
  const Ran ran = run_program({"lag", quiet, "--seeds", "1"});
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.err, Catch::Contains("no manipulation ended, so there is no lag"));
}

TEST_CASE("vitals lag --figures ends with 1 where a figure disagrees", "[program]") {
  const Ran good = run_program({"lag", "--figures", "--seeds", "5"});
  CHECK(good.exit_code == 0);
  CHECK(good.err.empty());
  CHECK_THAT(good.out, !Catch::Contains("DISAGREES"));
  CHECK_THAT(good.out, Catch::Contains("later than 12m"));
  const TemporaryFolder folder;
  const std::string policy = folder.write("policy.yaml", "juggler: {active_ttl: 50s}\n");
  const Ran bad =
      run_program({"lag", "--figures", "--policy", policy, "--seeds", "1", "--hosts", "20"});
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.out, Catch::Contains("DISAGREES"));
  CHECK_THAT(bad.err, Catch::Contains(" disagree with the policy\n"));
  const Ran json = run_program({"lag", "--figures", "--format", "json", "--seeds", "1"});
  CHECK(lines_of(json.out) == 19);
  CHECK_THAT(json.out, Catch::StartsWith(R"({"figure":"a receipt proves)"));
}

TEST_CASE("vitals lag refuses what cannot be with code 2, and says why", "[program]") {
  const TemporaryFolder folder;
  const std::string bad_scenario = folder.write("bad.yaml", "hosts: many\n");
  const std::string crowded =
      folder.write("crowded.yaml", "happenings: [{what: add, at: 1m, count: 9999999}]\nhosts: 1\n");
  const std::string policy = folder.write("policy.yaml", "juggler: {push_period: 366d}\n");
  const std::string reserved =
      folder.write("reserved.yaml", "checks: {agent: {kind: passive, required: true}}\n");
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    const char* message;
  };
  const Row rows[] = {
      {"no runs", {"--seeds", "0"}, "--seeds: "},
      {"too many runs", {"--seeds", "1000001"}, "--seeds: "},
      {"no number of runs", {"--seeds", "some"}, "--seeds"},
      {"a negative seed", {"--first-seed=-1"}, "--first-seed: '-1' is no whole number"},
      {"no hosts", {"--hosts", "0"}, "--hosts: "},
      {"too many hosts", {"--hosts", "10000001"}, "--hosts: "},
      {"too many with those that are added",
       {crowded, "--hosts", "2"},
       "with --hosts 2 and those that are added it has more than 10000000 hosts"},
      {"a scenario that is not there", {"/nonexistent/x.yaml"}, "/nonexistent/x.yaml: "},
      {"an ill-written scenario", {bad_scenario}, "bad.yaml:1:8: hosts: "},
      {"an empty name of a scenario", {""}, "must not be empty"},
      {"a policy that is not there", {"--policy", "/nonexistent/p.yaml"}, "/nonexistent/p.yaml: "},
      {"another format", {"--format", "xml"}, "--format"},
      {"a picture on standard output", {"--svg", "-"}, "expected a file"},
      {"a picture over the policy",
       {"--policy", policy, "--svg", policy},
       "is read: it would be lost"},
      {"figures of a scenario", {"--figures", crowded}, "excludes"},
      {"a picture of figures", {"--figures", "--svg", folder.path("x.svg")}, "excludes"},
      {"a policy that would take for ever",
       {"--figures", "--policy", policy},
       "million measurements and pushes, expected at most 100 million"},
      {"a check with the name of a component",
       {"--policy", reserved},
       "checks: 'agent' is a part of a simulated host"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::vector<std::string> arguments{"lag"};
      arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
      const Ran ran = run_program(arguments);
      CHECK(ran.exit_code == 2);
      CHECK_THAT(ran.err, Catch::Contains(row.message));
      CHECK(ran.err.size() < 2000);
      CHECK(ran.out.empty());
    }
  }
}

TEST_CASE("a picture of lags that cannot be written is told", "[program]") {
  const Ran ran =
      run_program({"lag", "--seeds", "1", "--hosts", "1", "--svg", "/nonexistent/folder/lag.svg"});
  CHECK(ran.exit_code == 3);
  CHECK_THAT(ran.err, Catch::Contains("/nonexistent/folder/lag.svg"));
}

}  // namespace
}  // namespace vitals
