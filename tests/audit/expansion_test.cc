// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/expansion.h"

#include <catch2/catch.hpp>
#include <set>

#include "catalogues.h"
#include "text/bridge.h"

namespace vitals::audit {

TEST_CASE("Each audit of a group comes to each of its hosts, and a host has its own") {
  const Catalogue catalogue = catalogue_of(full_catalogue);
  const auto tasks = expand(catalogue);
  REQUIRE(tasks.ok());
  std::vector<std::string> names;
  for (const Task& task : *tasks) {
    names.push_back(catalogue.hosts[task.host].name + " " + catalogue.audits[task.audit].name);
  }
  CHECK(names == std::vector<std::string>{"api.example.net vmbooter", "n1.example.net disk",
                                          "n1.example.net logs", "n2.example.net disk",
                                          "n2.example.net logs"});
}

TEST_CASE("What comes to a host from two places is an error that names both") {
  struct Row {
    const char* why;
    const char* g2;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"a duplicate", "{command: [x], run_every: 1h}",
       "a.yaml:3:15: the host 'h1' has the audit 'a' twice, at first from 'g1' (a.yaml:2:15) and "
       "here from 'g2', expected one of them"},
      {"another period", "{command: [x], run_every: 2h}",
       "a.yaml:3:15: the host 'h1' has the audit 'a' in two ways that contradict, from 'g1' "
       "(a.yaml:2:15) and here from 'g2', expected one of them"},
      {"another command", "{command: [y], run_every: 1h}", "in two ways that contradict"},
      {"one of them disabled", "{command: [x], run_every: 1h, enabled: false}",
       "in two ways that contradict"},
  }));
  DYNAMIC_SECTION(row.why) {
    const auto catalogue = parse_text(std::string("hosts: {h1: {groups: [g1, g2]}}\n") +
                                      "g1: {audits: {a: {command: [x], run_every: 1h}}}\n" +
                                      "g2: {audits: {a: " + row.g2 + "}}\n");
    REQUIRE_FALSE(catalogue.ok());
    INFO(catalogue.status());
    CHECK(to_std(catalogue.status().message()).find(row.expected) != std::string::npos);
  }
}

TEST_CASE("What a host needs of a class is said in one place") {
  struct Row {
    const char* why;
    std::string needs;  // of the host
    std::string of_g1;
    std::string of_g2;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"different classes", "{a: [x]}", "{b: [x]}", "{c: null}", ""},
      {"by the host and a group", "{a: [x]}", "{a: [y]}", "{}",
       "a.yaml:2:23: what the host 'h1' needs of 'a' is said twice, at first by 'h1' "
       "(a.yaml:1:36) and here by 'g1', expected one of them"},
      {"by two groups, the same", "{}", "{a: [x]}", "{a: [x]}",
       "a.yaml:3:16: what the host 'h1' needs of 'a' is said twice, at first by 'g1' "
       "(a.yaml:2:23) and here by 'g2', expected one of them"},
      {"by two, one of whom says none", "{}", "{a: [x]}", "{a: null}", "is said twice"},
      {"a member that is the host itself", "{}", "{a: [h1, \"{host}\"]}", "{}",
       "a.yaml:2:23: what 'h1' needs: 'h1' stands twice in 'a', expected it once"},
  }));
  DYNAMIC_SECTION(row.why) {
    const auto catalogue = parse_text("hosts: {h1: {groups: [g1], needs: " + row.needs +
                                      "}}\ngroups: {g1: {needs: " + row.of_g1 +
                                      "},\n  g2: {needs: " + row.of_g2 + ", hosts: [h1]}}\n");
    INFO(catalogue.status());
    REQUIRE(catalogue.ok() == std::string(row.expected).empty());
    CHECK(to_std(catalogue.status().message()).find(row.expected) != std::string::npos);
  }
}

TEST_CASE("A host needs no more than a line of a recording can say") {
  const auto error_with = [](std::size_t classes, std::size_t members, const std::string& name) {
    Catalogue catalogue;
    catalogue.hosts = {{.name = std::string(3, 'h'), .origin = {"row 1"}}};
    for (std::size_t i = 0; i < classes; ++i) {
      ClassNeed need{.of_class = "c" + std::to_string(i), .members = {}, .origin = {"row 2"}};
      for (std::size_t j = 0; j < members; ++j) need.members.push_back(name + std::to_string(j));
      catalogue.hosts[0].needs.push_back(std::move(need));
    }
    return std::string(to_std(expand(catalogue).status().message()));
  };
  CHECK(error_with(64, 10, "m").empty());
  CHECK(error_with(65, 10, "m") == "row 1: what 'hhh' needs: 65 classes, expected at most 64");
  CHECK(error_with(1, 1000, "m").empty());
  CHECK(error_with(1, 1001, "m") ==
        "row 2: what 'hhh' needs: 1001 members of 'c0', expected at most 1000");
  CHECK(error_with(1, 1, std::string(251, 'm') + "{host}").empty());
  CHECK(error_with(1, 1, std::string(252, 'm') + "{host}") ==
        "row 2: what 'hhh' needs: a name of more than 255 bytes");
  CHECK(error_with(1, 1, "").empty());
  CHECK(error_with(2, 500, std::string(120, 'm')).empty());
  CHECK(error_with(3, 500, std::string(120, 'm')) ==
        "row 2: what 'hhh' needs: more than 131072 bytes of names");
}

TEST_CASE("What a group needs does not come to more than can be told of all its hosts") {
  const auto error_with = [](std::size_t hosts) {
    Catalogue catalogue = big_catalogue(hosts, 0, Seconds{60});
    for (char of_class = 'a'; of_class <= 'z'; ++of_class) {
      ClassNeed need{.of_class = {of_class}, .members = {}};
      for (int i = 0; i < 1000; ++i) need.members.push_back(std::to_string(i));
      catalogue.groups[0].needs.push_back(std::move(need));
    }
    return std::string(to_std(expand(catalogue).status().message()));
  };
  constexpr std::size_t most = 16'000'000 / (26 * 1001);
  CHECK(error_with(most).empty());
  CHECK(error_with(most + 1) ==
        "all hosts up to here need more than 16000000 members of classes, the most that are told");
}

TEST_CASE("Catalogues of any source are held to the same rules") {
  Catalogue catalogue;
  catalogue.hosts = {{.name = "h1", .origin = {"row 1"}}};
  catalogue.groups = {{.name = "h1", .hosts = {"h9"}, .origin = {"row 2"}}};
  catalogue.audits = {{.owner = "nobody",
                       .name = "a",
                       .run_every = Seconds{60},
                       .command = {"x"},
                       .origin = {"row 3"}}};
  const auto tasks = expand(catalogue);
  REQUIRE_FALSE(tasks.ok());
  CHECK(to_std(tasks.status().message()) ==
        "row 2: 'h1' is a group, and a host at row 1, expected names that only one of them has\n"
        "row 2: the group 'h1' has the host 'h9', which is unknown\n"
        "row 3: 'nobody' is neither a group nor a host");
}

TEST_CASE("A share of a group that comes to nobody is an error where repairs are on") {
  const std::string hosts = "hosts: {h1: {groups: [g]}, h2: {groups: [g]}}\n";
  const std::string audit =
      "g: {audits: {a: {command: [x], run_every: 1h, repair: {command: [y], enabled: true}}}}\n";
  CHECK_FALSE(parse_text(hosts + "groups: {g: {repairs_at_once: 49%}}\n" + audit).ok());
  CHECK(parse_text(hosts + "groups: {g: {repairs_at_once: 50%}}\n" + audit).ok());
}

TEST_CASE("The hash of a task never changes, and spreads") {
  CHECK(stable_hash("", "") == 0x25fc6dd36ce04b20U);
  CHECK(stable_hash("h1", "a") != stable_hash("h", "1a"));
  std::set<std::uint64_t> minutes;
  for (int i = 0; i < 600; ++i) {
    minutes.insert(stable_hash("host-" + std::to_string(i), "disk") % 60);
  }
  CHECK(minutes.size() == 60);
}

}  // namespace vitals::audit
