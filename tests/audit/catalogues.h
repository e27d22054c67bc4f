// SPDX-License-Identifier: Apache-2.0
// Catalogues for tests.
#ifndef VITALS_TESTS_AUDIT_CATALOGUES_H
#define VITALS_TESTS_AUDIT_CATALOGUES_H

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "vitals/audit/catalogue.h"
#include "vitals/audit/catalogue_yaml.h"

namespace vitals::audit {

inline absl::StatusOr<Catalogue> parse_text(const std::string& text,
                                            const std::string& name = "a.yaml") {
  const std::vector<CatalogueFile> files{{name, text}};
  return parse_catalogue(files);
}

inline Catalogue catalogue_of(const std::string& text) {
  auto catalogue = parse_text(text);
  INFO(catalogue.status());
  REQUIRE(catalogue.ok());
  return *std::move(catalogue);
}

// A group of so many hosts with so many audits each.
inline Catalogue big_catalogue(std::size_t hosts, std::size_t audits, Seconds period) {
  Catalogue catalogue;
  Group group{.name = "all"};
  for (std::size_t i = 0; i < hosts; ++i) {
    catalogue.hosts.push_back({.name = "host-" + std::to_string(1'000'000 + i) + ".example.net"});
    group.hosts.push_back(catalogue.hosts.back().name);
  }
  for (std::size_t i = 0; i < audits; ++i) {
    catalogue.audits.push_back({.owner = "all",
                                .name = "audit-" + std::to_string(i),
                                .run_every = period,
                                .command = {"true"}});
  }
  catalogue.groups.push_back(std::move(group));
  sort(catalogue);
  return catalogue;
}

// What is written in the files of a whole catalogue, with everything that one may say.
inline const char* const full_catalogue = R"(
hosts:
  n1.example.net: {address: 192.0.2.1, groups: [compute], switch: s1, rack: r1}
  n2.example.net: {address: "2001:db8::2", switch: null}
  api.example.net: {needs: {storage: [s1.example.net, s2.example.net], "\"dns\"": null}}
groups:
  compute: {hosts: [n2.example.net], repairs_at_once: 50%, needs: {runtime: ["{host}"], dns: []}}
  idle: {}
audits:
  logs: {command: [check_log, -H, "{address}", "a \"b\" \\ \t\x01 {x}"], timeout: 30s}
compute:
  audits:
    logs: {run_every: 30mins}
    disk:
      run_every: 1day
      command: [check_disk]
      enabled: false
      disabled_reason: "moving: \"tomorrow\""
api.example.net:
  audits:
    vmbooter: {run_every: 1hour, command: [boot_vm],
               repair: {command: [fix, "{host}"], timeout: 10m, enabled: true, again_after: 2days}}
)";

}  // namespace vitals::audit

#endif  // VITALS_TESTS_AUDIT_CATALOGUES_H
