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
