// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "program.h"
#include "simdjson.h"
#include "soundness_policies.h"
#include "test_time.h"

namespace vitals {
namespace {

// Little of everything, so that each number can be told from the others.
Soundness small() {
  Soundness found;
  found.sound = {.repairs = 3'000, .believed = {}, .believed_crit = {}, .nearest = {}};
  found.sound.nearest[index(Belief::status)] = 240'500ms;
  found.margins[index(Belief::status)] = 240s;
  BrokenAssumption broken{.assumption = Assumption::active_time_to_live,
                          .stated = 15min,
                          .bound = 416s,
                          .points = {{.value = 416s, .risk = {}}, {.value = 15min, .risk = {}}}};
  broken.points[0].risk.repairs = 1'000;
  broken.points[1].risk.repairs = 2'000;
  broken.points[1].risk.believed[index(Belief::active_receipt)] = 20;
  broken.points[1].risk.believed_crit[index(Belief::active_receipt)] = 15;
  broken.points[1].risk.believed[index(Belief::status)] = 1;  // which does not rest on it
  found.broken.push_back(broken);
  FailureRisk failure{
      .kind = Kind::rack, .shelter = Shelter::none, .mishap = Mishap::push_lost, .found = {}};
  failure.found.checks = 500;
  failure.found.accused[index(Settling::receipt)][index(LeftOut::nothing)] = 1;
  failure.found.accused[index(Settling::clock)][index(LeftOut::settling)] = 250;
  found.failures.push_back(failure);
  found.faults.emplace();
  found.faults->checks = 4;
  found.faults->accused[index(Settling::clock)][index(LeftOut::nothing)] = 4;
  found.faults->waited[index(Settling::clock)][index(LeftOut::nothing)] = 40min;
  return found;
}

TEST_CASE("The table has a row for each value, and cells where the assumption matters or hurts") {
  constexpr std::string_view expected =
      "Old states believed after repairs: of a million repairs, and what that leaves room "
      "for. By\n"
      "status, by receipt of active and of passive checks, by metadata, and where nobody had "
      "measured\n"
      "anything.\n"
      "\n"
      "WHAT IS TRUE             REPAIRS     STATUS        ACTIVE  PASSIVE  METADATA  UNMEASURED\n"
      "every assumption holds      3000     0 <998        0 <998   0 <998    0 <998      0 <998\n"
      "  margin on paper                        4m             -        -         -           -\n"
      "  nearest that was seen                  4m             -        -         -           -\n"
      "active time to live (pongers die about each repair): 15m stated, BROKEN: holds up to "
      "6m56s\n"
      "  6m56s                     1000                  0 <2991\n"
      "  15m                       2000  500 <2370  10000 <14498\n"
      "\n"
      "Hosts accused for their switch or rack: of 10000 active checks behind a failure, "
      "settling by\n"
      "clock and by receipt, and by clock without each condition. At the end what that "
      "costs: how\n"
      "long a host that is truly broken waits until it is accused.\n"
      "\n"
      "FAILS  SHELTER  BESIDES        CHECKS  CLOCK  RECEIPT  -STATUS  -CHANGE  -SETTLING  "
      "-UNKNOWN  -ALL\n"
      "rack   none     push lost         500      0     20.0        0        0       5000    "
      "     0     0\n"
      "host   usual    accused after       4    10m        -        -        -          -    "
      "     -     -\n";
  CHECK(to_table(small()) == expected);
}

TEST_CASE("A policy that breaks the proof by its own numbers is told so") {
  Soundness found = small();
  for (const Seconds margin : {0s, -1s}) {
    found.margins[index(Belief::status)] = margin;
    const std::string table = to_table(found);
    CHECK((table.find("every assumption holds") == std::string::npos) == (margin < 0s));
    CHECK((table.find("NOT SOUND by its own numbers") != std::string::npos) == (margin < 0s));
  }
}

TEST_CASE("JSON has every number, and null for what was not seen") {
  const std::string json = to_json(small());
  for (const char* const part :
       {R"({"sound":{"repairs":3000,"status":{"believed":0,"crit":0,"per_million":0.000,)",
        R"("nearest":240.500},"active_receipt":{)", R"("nearest":null})",
        R"("margins":{"status":240,"active_receipt":null,)",
        R"("broken":[{"assumption":"active_time_to_live","stated":900,"bound":416,"points":[)",
        R"({"value":900,"risk":{"repairs":2000,"status":{"believed":1,"crit":0,)",
        R"("active_receipt":{"believed":20,"crit":15,"per_million":10000.000,)",
        R"("at_most_per_million":14498.063)",
        R"("failures":[{"fails":"rack","shelter":"none","besides":"push_lost",)",
        R"("settling":{"accused":250,"per_10000":5000.000,"at_most_per_10000":5377.077)",
        R"("faults":{"checks":4,"clock":{"nothing":{"accused":4,)", R"("mean_wait":600})",
        R"("receipt":{"nothing":{"accused":0,"per_10000":0.000,"at_most_per_10000":5271.292)"}) {
    CHECK_THAT(json, Catch::Contains(part));
  }
  simdjson::dom::parser parser;
  simdjson::dom::element parsed;
  REQUIRE(parser.parse(json).get(parsed) == simdjson::SUCCESS);
  Soundness without = small();
  without.faults.reset();
  CHECK_THAT(to_json(without), Catch::EndsWith(R"(,"faults":null})"));
}

TEST_CASE(
    "The picture has a chart an assumption and a row a case, and marks what the policy says") {
  const std::string svg = to_svg(small());
  for (const char* const part :
       {">active time to live</text>", ">the policy: 15m, 1 %, at most 1.45 %</title>",
        ">a rack fails, push lost</text>", ">5000</text>", "class=\"always\"", "class=\"seldom\"",
        "class=\"never\"", ">10m</text>",
        "Of 3000 repairs while every assumption holds an old state was believed after 0."}) {
    CHECK_THAT(svg, Catch::Contains(part));
  }
  CHECK_THAT(svg, Catch::StartsWith("<svg ") && Catch::EndsWith("</svg>\n"));
  CHECK_THAT(svg, !Catch::Contains("nan") && !Catch::Contains("inf"));
  CHECK_THAT(to_svg(Soundness{}), Catch::EndsWith("</svg>\n"));  // of nothing at all
}

constexpr const char* one_check =
    "checks:\n  UNREACHABLE: {kind: active, required: true}\n  rack: {kind: rack}\n";

TEST_CASE("The program tells a table or JSON, and draws; one seed gives one output") {
  const TemporaryFolder folder;
  const std::string policy = folder.write("policy.yaml", one_check);
  const std::string svg = folder.path("soundness.svg");
  const std::vector<std::string> command{"soundness",  "--policy", policy,         "--repairs", "1",
                                         "--failures", "1",        "--first-seed", "7"};
  const auto run_with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), command.begin(), command.end());
    return run_program(more);
  };
  const Ran table = run_with({"--svg", svg});
  CHECK(table.exit_code == 0);
  CHECK(table.err.empty());
  CHECK_THAT(table.out, Catch::StartsWith("Old states believed after repairs"));
  CHECK_THAT(table.out, Catch::Contains("\nhost   usual    accused after "));
  CHECK_THAT(folder.read("soundness.svg"), Catch::StartsWith("<svg "));
  CHECK(run_with({"--threads", "3"}).out == table.out);
  const Ran json = run_with({"--format", "json"});
  CHECK(json.exit_code == 0);
  CHECK_THAT(json.out, Catch::StartsWith("{\"sound\":{\"repairs\":1024,"));
}

TEST_CASE("What the program is not to do is an error with the reason") {
  struct Row {
    const char* line;
    int exit_code;
    const char* error;
  };
  const Row rows[] = {
      {"$VITALS soundness --repairs 0", 2, "--repairs: Value 0 not in range"},
      {"$VITALS soundness --failures 1000001", 2, "not in range"},
      {"$VITALS soundness --first-seed -1", 2, "'-1' is no whole number of 64 bits"},
      {"$VITALS soundness --threads 0", 2, "--threads: Value 0 not in range"},
      {"$VITALS soundness --format yaml", 2, "--format: yaml not in {table,json}"},
      {"$VITALS soundness --svg -", 2, "-: expected a file, standard output has the text"},
      {"$VITALS soundness --policy /nowhere.yaml", 2, "/nowhere.yaml: No such file or directory"},
      {"$VITALS soundness day.ndjson", 2, "day.ndjson"},
      {"cd $(mktemp -d); echo 'checks: {}' > p; $VITALS soundness --policy p", 2,
       "checks: none of hosts, expected at least one whose soundness could be measured\n"},
      {"cd $(mktemp -d); echo '{}' > p; $VITALS soundness --policy p --svg p", 2,
       "--svg: 'p' is read: it would be lost"},
      {"cd $(mktemp -d); echo 'checks: {a: {kind: active}}' > p; "
       "$VITALS soundness --policy p --repairs 1 --failures 1 --svg /nowhere/s.svg",
       3, "/nowhere/s.svg"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.line) {
      const Ran ran = run_shell(row.line);
      CHECK(ran.exit_code == row.exit_code);
      CHECK(ran.out.empty());
      CHECK_THAT(ran.err, Catch::Contains(row.error));
    }
  }
}

}  // namespace
}  // namespace vitals
