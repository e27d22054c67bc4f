// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/catalogue.h"

#include <catch2/catch.hpp>

#include "catalogues.h"

namespace vitals::audit {

static_assert(at_most({.number = 1}, 0) == 1);
static_assert(at_most({.number = 10, .is_percent = true}, 9) == 0);
static_assert(at_most({.number = 10, .is_percent = true}, 10) == 1);
static_assert(at_most({.number = 10, .is_percent = true}, 19) == 1);
static_assert(at_most({.number = 10, .is_percent = true}, 20) == 2);
static_assert(at_most({.number = 100, .is_percent = true}, 7) == 7);

TEST_CASE("A sorted catalogue finds its hosts and groups, and nothing else") {
  const Catalogue catalogue = catalogue_of(full_catalogue);
  REQUIRE(find_host(catalogue, "n1.example.net") != nullptr);
  CHECK(find_host(catalogue, "n1.example.net")->address == "192.0.2.1");
  CHECK(find_host(catalogue, "n1.example.nets") == nullptr);
  CHECK(find_host(catalogue, "") == nullptr);
  REQUIRE(find_group(catalogue, "compute") != nullptr);
  CHECK(find_group(catalogue, "compute")->hosts ==
        std::vector<std::string>{"n1.example.net", "n2.example.net"});
  CHECK(find_group(catalogue, "n1.example.net") == nullptr);
}

TEST_CASE("Catalogues are compared by what they say, not by where they say it") {
  Catalogue a = catalogue_of(full_catalogue);
  Catalogue b = a;
  b.hosts[0].origin.text = "elsewhere";
  CHECK(a == b);
  b.hosts[0].address = "192.0.2.99";
  CHECK_FALSE(a == b);
  b = a;
  b.audits[0].run_every += Seconds{1};
  CHECK_FALSE(a == b);
}

TEST_CASE("To sort puts the members of a group in order, each once") {
  Catalogue catalogue;
  catalogue.groups.push_back({.name = "g", .hosts = {"b", "a", "b"}});
  sort(catalogue);
  CHECK(catalogue.groups[0].hosts == std::vector<std::string>{"a", "b"});
}

}  // namespace vitals::audit
