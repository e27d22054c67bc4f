// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/catalogue_yaml.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <fstream>

#include "catalogues.h"
#include "text/bridge.h"
#include "vitals/audit/expansion.h"

namespace vitals::audit {
namespace {

std::string error_of(const std::string& text) {
  const auto catalogue = parse_text(text);
  return catalogue.ok() ? "no error" : std::string(to_std(catalogue.status().message()));
}

}  // namespace

TEST_CASE("How often something runs is written as people write it") {
  struct Row {
    const char* why;
    const char* text;
    std::int64_t seconds;  // 0: an error
  };
  const Row row = GENERATE(values<Row>({
      {"the text's", "30mins", 1800},
      {"the text's", "1day", 86'400},
      {"the text's", "2days", 172'800},
      {"the text's", "1hour", 3600},
      {"seconds", "45secs", 45},
      {"a week", "1week", 604'800},
      {"ours", "1h30m", 5400},
      {"ours", "90s", 90},
      {"ours, days", "366d", 31'622'400},
      {"the shortest", "1s", 1},
      {"below the shortest", "0s", 0},
      {"none", "0mins", 0},
      {"the longest", "366days", 31'622'400},
      {"above the longest", "367days", 0},
      {"beyond every number", "99999999999999999999days", 0},
      {"no unit", "30", 0},
      {"no number", "mins", 0},
      {"a blank", "30 mins", 0},
      {"negative", "-30mins", 0},
      {"a fraction", "1.5hours", 0},
      {"an unknown unit", "3fortnights", 0},
      {"nothing", "", 0},
      {"capitals", "30Mins", 0},
  }));
  DYNAMIC_SECTION(row.why << ": " << row.text) {
    const auto period = parse_run_every(row.text);
    REQUIRE(period.ok() == (row.seconds != 0));
    if (period.ok()) CHECK(period->count() == row.seconds);
  }
}

TEST_CASE("Everything that a catalogue may say is read") {
  const Catalogue catalogue = catalogue_of(full_catalogue);
  REQUIRE(catalogue.hosts.size() == 3);
  CHECK(catalogue.hosts[0].name == "api.example.net");
  CHECK_FALSE(catalogue.hosts[0].on_switch.has_value());
  CHECK(catalogue.hosts[1].on_switch == "s1");
  CHECK(catalogue.hosts[2].on_switch == "");
  CHECK_FALSE(catalogue.hosts[2].in_rack.has_value());
  REQUIRE(catalogue.groups.size() == 2);
  CHECK(catalogue.groups[0].repairs_at_once == RepairLimit{.number = 50, .is_percent = true});
  using Needs = std::vector<ClassNeed>;
  CHECK(catalogue.groups[0].needs ==
        Needs{{.of_class = "dns"}, {.of_class = "runtime", .members = {"{host}"}}});
  CHECK(catalogue.hosts[0].needs ==
        Needs{{.of_class = "\"dns\""},
              {.of_class = "storage", .members = {"s1.example.net", "s2.example.net"}}});
  CHECK(catalogue.hosts[0].needs[1].origin.text == "a.yaml:5:29");
  CHECK(catalogue.hosts[1].needs.empty());
  REQUIRE(catalogue.audits.size() == 3);
  const Audit& boot = catalogue.audits[0];
  CHECK(boot.owner == "api.example.net");
  REQUIRE(boot.repair);
  CHECK(*boot.repair == Repair{.command = {"fix", "{host}"},
                               .timeout = Seconds{600},
                               .again_after = Seconds{172'800},
                               .enabled = true});
  const Audit& disk = catalogue.audits[1];
  CHECK_FALSE(disk.enabled);
  CHECK(disk.disabled_reason == "moving: \"tomorrow\"");
  const Audit& logs = catalogue.audits[2];
  CHECK(logs.run_every == Seconds{1800});
  CHECK(logs.timeout == Seconds{30});
  CHECK(logs.command[3] == "a \"b\" \\ \t\x01 {x}");
  CHECK(logs.origin.text == "a.yaml:13:5");
}

TEST_CASE("The files of the text that asked for it are a catalogue once their hosts are told") {
  const std::vector<CatalogueFile> files{
      {"compute_audits.yaml",
       "---\ncompute:\n    audits:\n       check_nova_config_exists:\n           run_every: 1day\n"
       "       check_nova_compute_log_file_exists:\n           run_every: 30mins\n"},
      {"hypervisor_audits.yaml",
       "---\nhypervisor:\n    audits:\n        vm_count:\n            run_every: 2days\n"},
      {"other_audits.yaml",
       "---\nnova-api.mydomain.com:\n    audits:\n        vmbooter:\n            run_every: 1hour\n"
       "        api_availability:\n            run_every: 30mins\n"},
      {"hosts.yaml",
       "hosts:\n  c1: {groups: [compute]}\n  c2: {groups: [compute, hypervisor]}\n"
       "  nova-api.mydomain.com: {}\n"
       "audits:\n  check_nova_config_exists: {command: [a]}\n"
       "  check_nova_compute_log_file_exists: {command: [b]}\n  vm_count: {command: [c]}\n"
       "  vmbooter: {command: [d]}\n  api_availability: {command: [e]}\n"}};
  const auto catalogue = parse_catalogue(files);
  INFO(catalogue.status());
  REQUIRE(catalogue.ok());
  const auto tasks = expand(*catalogue);
  REQUIRE(tasks.ok());
  CHECK(tasks->size() == 2 + 3 + 2);
}

TEST_CASE("What is wrong with a catalogue is told with its place") {
  struct Row {
    const char* why;
    const char* text;
    const char* expected;
  };
  const std::string hosts = "hosts: {h1: {groups: [g]}}\n";
  const Row row = GENERATE(values<Row>({
      {"a typo at the top", "g: {}\nhots: {x: {}}\n",
       "a.yaml:1:1: g: neither hosts, groups or audits"},
      {"a near miss", "hosts: {h1: {}}\nhosst: {}\n", "did you mean hosts?"},
      {"an unknown key of a host", "hosts: {h1: {adress: 192.0.2.1}}\n",
       "a.yaml:1:14: hosts.h1.adress: unknown key, expected one of address, groups, switch, rack, "
       "needs; did you mean address?"},
      {"a bad address", "hosts: {h1: {address: 192.0.2.256}}\n",
       "a.yaml:1:23: hosts.h1.address: '192.0.2.256', expected an IPv4 or IPv6 address"},
      {"a host twice in a map", "hosts: {h1: {}, h1: {}}\n", "a.yaml:1:17: hosts.h1: given twice"},
      {"a reserved name", "hosts: {groups: {}}\n", "a.yaml:1:9: hosts.groups: this word"},
      {"a blank in a name", "hosts: {\"h 1\": {}}\n", "without blanks"},
      {"an unknown group", "hosts: {h1: {groups: [compte]}}\ngroups: {compute: {}}\n",
       "a.yaml:1:23: hosts.h1.groups[0]: the group 'compte' is unknown, expected one of `groups`, "
       "or one that has audits; did you mean compute?"},
      {"an unknown member", "hosts: {h10: {}}\ngroups: {g: {hosts: [h11]}}\n",
       "a.yaml:2:22: groups.g.hosts[0]: the host 'h11' is unknown; did you mean h10?"},
      {"a share of nothing", "groups: {g: {repairs_at_once: 0%}}\n",
       "a.yaml:1:31: groups.g.repairs_at_once: '0%', expected 1 host or more, or a share"},
      {"too large a share", "groups: {g: {repairs_at_once: 101%}}\n", "'101%', expected"},
      {"no limit", "groups: {g: {repairs_at_once: 0}}\n", "'0', expected 1 host or more"},
      {"a group twice", "hosts: {h1: {groups: [g, g]}}\ngroups: {g: {}}\n",
       "a.yaml:1:26: hosts.h1.groups[1]: the host 'h1' is in this group twice, first at "
       "a.yaml:1:23, expected once"},
      {"a host of a group twice", "hosts: {h1: {}}\ngroups: {g: {hosts: [h1, h1]}}\n",
       "a.yaml:2:26: groups.g.hosts[1]: the host 'h1' is in this group twice, first at "
       "a.yaml:2:22"},
      {"a group by the host and by itself",
       "hosts: {h1: {groups: [g]}}\ngroups: {g: {hosts: [h1]}}\n",
       "a.yaml:1:23: hosts.h1.groups[0]: the host 'h1' is in this group twice, first at "
       "a.yaml:2:22"},
      {"an unknown key of a group", "groups: {g: {need: {s: [a]}}}\n",
       "a.yaml:1:14: groups.g.need: unknown key, expected one of hosts, repairs_at_once, needs; "
       "did "
       "you mean needs?"},
      {"needs without classes", "hosts: {h1: {needs: [a]}}\n",
       "a.yaml:1:21: hosts.h1.needs: a sequence, expected a map"},
      {"a member that is no list", "hosts: {h1: {needs: {s: a}}}\n",
       "a.yaml:1:25: hosts.h1.needs.s: a plain value, expected a sequence"},
      {"nothing, which does not say that there is none", "hosts: {h1: {needs: {s: }}}\n",
       "hosts.h1.needs.s: nothing, expected a sequence"},
      {"a map as a member", "groups: {g: {needs: {s: [{a: b}]}}}\n",
       "a.yaml:1:26: groups.g.needs.s[0]: a map, expected the name of a host"},
      {"a blank in a member", "groups: {g: {needs: {s: [a, \"{host} b\"]}}}\n",
       "a.yaml:1:29: groups.g.needs.s[1]: the name '{host} b', expected 1 to 255 bytes"},
      {"a class without a name", "hosts: {h1: {needs: {\"\": [a]}}}\n", "the name ''"},
      {"a class twice", "hosts: {h1: {needs: {s: [a], s: [b]}}}\n",
       "a.yaml:1:30: hosts.h1.needs.s: "},
      {"a class that is built in", "hosts: {h1: {needs: {switch: [s1]}}}\n",
       "a.yaml:1:22: what 'h1' needs: the class switch is built in, expected it beside the needs"},
      {"a misspelt placeholder of a member", "groups: {g: {needs: {s: [\"{hots}\"]}}}\n",
       "a.yaml:1:26: groups.g.needs.s[0]: the name '{hots}', expected no braces but {host}"},
      {"a misspelt placeholder", "audits: {a: {command: [check, \"{hots}\"]}}\n",
       "a.yaml:1:31: audits.a.command[1]: unknown placeholder {hots}; did you mean host?"},
      {"a member twice", "hosts: {h1: {needs: {s: [a, b, a]}}}\n",
       "a.yaml:1:22: what 'h1' needs: 'a' stands twice in 's', expected it once"},
      {"a member twice, of a group without hosts", "groups: {g: {needs: {s: [a, a]}}}\n",
       "a.yaml:1:22: what 'g' needs: 'a' stands twice in 's', expected it once"},
      {"an unknown key of an owner", "hosts: {h1: {}}\nh1: {audit: {}}\n",
       "a.yaml:2:6: h1.audit: unknown key, expected one of audits; did you mean audits?"},
      {"no command", "hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1h}}}\n",
       "a.yaml:2:15: h1.audits.a: no command, expected one here or of that name in `audits`"},
      {"no run_every", "hosts: {h1: {}}\nh1: {audits: {a: {command: [x]}}}\n",
       "a.yaml:2:15: h1.audits.a: no run_every"},
      {"a bad period", "hosts: {h1: {}}\nh1: {audits: {a: {command: [x], run_every: 30}}}\n",
       "a.yaml:2:44: h1.audits.a.run_every: '30' is no period, expected one such as 30mins"},
      {"a command that is a text", "audits: {a: {command: check -H x}}\n",
       "a.yaml:1:23: audits.a.command: a plain value, expected a sequence"},
      {"an empty command", "audits: {a: {command: []}}\n", "0 words, expected a program"},
      {"an empty program", "audits: {a: {command: [\"\"]}}\n", "empty, expected a program"},
      {"a zero in an argument", "audits: {a: {command: [a, \"x\\0y\"]}}\n", "without a zero"},
      {"a map as an argument", "audits: {a: {command: [a, {b: c}]}}\n", "expected an argument"},
      {"too long a time-out", "audits: {a: {timeout: 25h}}\n",
       "a.yaml:1:23: audits.a.timeout: '25h', expected at most 24h"},
      {"a flag that is none", "audits: {a: {enabled: yes}}\n", "'yes', expected true or false"},
      {"a reason without need",
       "hosts: {h1: {}}\nh1: {audits: {a: {command: [x], run_every: 1h, disabled_reason: y}}}\n",
       "a disabled_reason, but it is enabled"},
      {"a repair without command",
       "hosts: {h1: {}}\nh1: {audits: {a: {command: [x], run_every: 1h, repair: {enabled: "
       "true}}}}\n",
       "a repair without command"},
      {"an unknown key of a repair", "audits: {a: {repair: {comand: [x]}}}\n",
       "did you mean command?"},
      {"a tag", "hosts: !x {h1: {}}\n", "a tag, expected a map"},
      {"no YAML", "hosts: {h1: {}\n", "a.yaml:2:1: not YAML"},
      {"a sequence", "- a\n", "a sequence, expected a map"},
      {"a second document", "hosts: {}\n---\nhosts: {}\n", "expected one document"},
  }));
  DYNAMIC_SECTION(row.why) {
    const std::string error = error_of(row.text);
    INFO(error);
    CHECK(error.find(row.expected) != std::string::npos);
  }
}

TEST_CASE("All errors are told in one go, of all files") {
  const std::vector<CatalogueFile> files{{"a.yaml", "hosts: {h1: {x: 1}, h2: {y: 2}}\n"},
                                         {"b.yaml", "groups: {g: {z: 3}}\n"}};
  const auto catalogue = parse_catalogue(files);
  REQUIRE_FALSE(catalogue.ok());
  const std::string text(to_std(catalogue.status().message()));
  CHECK(text.find("a.yaml:1:14: ") != std::string::npos);
  CHECK(text.find("a.yaml:1:26: ") != std::string::npos);
  CHECK(text.find("b.yaml:1:14: ") != std::string::npos);
}

TEST_CASE("What is said twice in two files is told with both places") {
  const std::string uses = "h1: {audits: {a: {command: [x], run_every: 1h}}}\n";
  const std::vector<CatalogueFile> files{{"a.yaml", "hosts: {h1: {}}\n" + uses}, {"b.yaml", uses}};
  const auto catalogue = parse_catalogue(files);
  REQUIRE_FALSE(catalogue.ok());
  CHECK(to_std(catalogue.status().message()) ==
        "b.yaml:1:15: h1.audits.a: given twice, first at a.yaml:2:15, expected once");
}

TEST_CASE("A catalogue that is written reads back to the same") {
  const Catalogue catalogue = catalogue_of(full_catalogue);
  const auto files = to_yaml(catalogue);
  const auto again = parse_catalogue(files);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK(*again == catalogue);
}

TEST_CASE("A long catalogue is written into files that can be read") {
  const Catalogue catalogue = big_catalogue(30'000, 3, Seconds{3600});
  const auto files = to_yaml(catalogue);
  CHECK(files.size() > 3);
  const auto again = parse_catalogue(files);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK(*again == catalogue);
}

TEST_CASE("Aliases do not make much of little") {
  std::string hosts = "hosts:\n  h0: {groups: &g [";
  for (int i = 0; i < 2000; ++i) hosts += (i == 0 ? "g" : ", g") + std::to_string(i);
  hosts += "]}\n";
  for (int i = 1; i < 2000; ++i) hosts += "  h" + std::to_string(i) + ": {groups: *g}\n";
  CHECK(error_of(hosts).find("more than 1000000 memberships in groups") != std::string::npos);
  std::string audits = "hosts:\n";
  for (int i = 0; i < 300; ++i) audits += "  h" + std::to_string(i) + ": {}\n";
  audits += "audits: {a: {run_every: 1h, command: [";
  for (int i = 0; i < 200; ++i) audits += (i == 0 ? "" : ", ") + std::string(4000, 'x');
  audits += "]}}\n";
  for (int i = 0; i < 300; ++i) audits += "h" + std::to_string(i) + ": {audits: {a: {}}}\n";
  CHECK(error_of(audits).find("more than 67108864 bytes of commands") != std::string::npos);
  std::string needs = "hosts:\n  h0: {needs: &n {s: [";
  for (int i = 0; i < 1000; ++i) needs += (i == 0 ? "m" : ", m") + std::to_string(i);
  needs += "]}}\n";
  for (int i = 1; i < 1000; ++i) needs += "  h" + std::to_string(i) + ": {needs: *n}\n";
  CHECK(error_of(needs).find("more than 1000000 members of classes") != std::string::npos);
}

TEST_CASE("No text makes the reader fall") {
  const std::string whole = full_catalogue;
  CHECK(rc::check("a catalogue with bytes changed", [&] {
    std::string text = whole;
    const auto changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      text[at] =
          *rc::gen::element('{', '}', '[', ']', ':', ',', ' ', '\n', 'x', '0', '"', '&', '*');
    }
    const auto catalogue = parse_text(text);
    if (!catalogue.ok()) {
      RC_ASSERT(to_std(catalogue.status().message()).starts_with("a.yaml"));
      return;
    }
    const auto again = parse_catalogue(to_yaml(*catalogue));
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == *catalogue);
  }));
}

}  // namespace vitals::audit
