// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_value.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

namespace vitals {
namespace {

TEST_CASE("a value of a policy is told as a policy file would state it", "[policy]") {
  const PolicySet policy;
  CHECK(value_of(policy, "juggler.overhead") == "4m");
  CHECK(value_of(policy, "retention.push_periods") == "3");
  CHECK(value_of(policy, "infrastructure.settling") == "clock");
  CHECK(value_of(policy, "checks.ssh.period") == "2m");
  CHECK(value_of(policy, "checks.ssh.required") == "true");
  CHECK(value_of(policy, "checks.netmon.kind") == "netmon");
  for (const char* none : {"", "juggler", "juggler.", "overhead", "checks", "checks.", "checks.ssh",
                           "checks.ssh.", "checks..period", "checks.shs.period",
                           "checks.netmon.period", "checks.ssh.colour", "Juggler.overhead"}) {
    CAPTURE(none);
    CHECK(value_of(policy, none) == std::nullopt);
  }
}

TEST_CASE("every path of a policy has a value, which sets it to what it was", "[policy]") {
  PolicySet policy;
  policy.checks.emplace("a.b", CheckPolicy{.kind = Kind::passive, .period = Seconds{60}});
  const auto paths = value_paths(policy);
  CHECK(std::count(paths.begin(), paths.end(), "checks.a.b.period") == 1);
  for (const std::string& path : paths) {
    CAPTURE(path);
    const auto value = value_of(policy, path);
    REQUIRE(value.has_value());
    PolicySet same = policy;
    CHECK(set_value(same, path, *value).ok());
    CHECK(differing_values(policy, same).empty());
  }
}

TEST_CASE("a value that is set is that of the policy, and no line of a file says it any more",
          "[policy]") {
  PolicySet policy = *parse_policy("juggler: {overhead: 3m, push_period: 1m}\n", "p.yaml");
  REQUIRE(set_value(policy, "juggler.overhead", "90s").ok());
  CHECK(policy.constants.juggler.overhead == Seconds{90});
  CHECK(policy.constants.juggler.push_period == Seconds{60});
  CHECK_FALSE(policy.origins.contains("juggler.overhead"));
  CHECK(policy.origins.at("juggler.push_period") == "p.yaml:1");
  REQUIRE(set_value(policy, "checks.memory.kind", "passive").ok());
  CHECK(policy.checks.at("memory").kind == Kind::passive);
}

TEST_CASE("what is no value of a policy is refused, and the policy is as it was", "[policy]") {
  struct Row {
    const char* path;
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"juggler.overhed", "1m",
       "'juggler.overhed': the policy has no such value; did you mean juggler.overhead?"},
      {"x", "1m", "expected a path such as juggler.overhead"},
      {"checks.shs.period", "1m", "did you mean checks.ssh.period?"},
      {"checks.netmon.period", "1m", "the policy has no such value"},
      {"juggler.overhead", "60", "juggler.overhead: '60' has no unit"},
      {"juggler.overhead", "-1s", "juggler.overhead: "},
      {"juggler.push_period", "0s", "is no period, expected 1s or more"},
      {"retention.push_periods", "0", "expected a whole number from 1 to 1000"},
      {"retention.push_periods", "1001", "expected a whole number from 1 to 1000"},
      {"infrastructure.settling", "clok", "did you mean clock?"},
      {"checks.ssh.required", "yes", "expected true or false"},
      {"checks.netmon.required", "true", "cannot be required"},
      {"checks.ssh.kind", "rack", "one is of hosts, the other of infrastructure"},
      {"checks.rack.kind", "active", "one is of hosts, the other of infrastructure"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.path << " " << row.text) {
      PolicySet policy;
      const absl::Status status = set_value(policy, row.path, row.text);
      CHECK(status.code() == absl::StatusCode::kInvalidArgument);
      CHECK_THAT(std::string(status.message()), Catch::Contains(row.message));
      CHECK(differing_values(PolicySet{}, policy).empty());
    }
  }
  PolicySet policy;
  CHECK(set_value(policy, "retention.push_periods", "1000").ok());
  CHECK(set_value(policy, "juggler.overhead", "0s").ok());
  CHECK(set_value(policy, "juggler.push_period", "1s").ok());
}

TEST_CASE("policies differ where one states another value, or none", "[policy]") {
  PolicySet first;
  PolicySet second;
  REQUIRE(set_value(second, "checks.ssh.accuracy", "30s").ok());
  REQUIRE(set_value(second, "juggler.overhead", "2m").ok());
  first.checks.erase("rack");
  second.checks.erase("netmon");
  using Differences = std::vector<ValueDifference>;
  CHECK(differing_values(first, second) ==
        Differences{{"juggler.overhead", "4m", "2m"},
                    {"checks.netmon.kind", "netmon", std::nullopt},
                    {"checks.netmon.accuracy", "1m", std::nullopt},
                    {"checks.netmon.required", "false", std::nullopt},
                    {"checks.ssh.accuracy", "1m", "30s"},
                    {"checks.rack.kind", std::nullopt, "rack"},
                    {"checks.rack.accuracy", std::nullopt, "1m"},
                    {"checks.rack.required", std::nullopt, "false"}});
}

}  // namespace
}  // namespace vitals
