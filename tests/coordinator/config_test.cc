// SPDX-License-Identifier: Apache-2.0
#include "vitals/coordinator/config.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace vitals::coordinator {
namespace {

TEST_CASE("a configuration states installations, and leaves the rest at its defaults") {
  const auto config = parse_config(R"(
on_stale: allow
reading: open
policy: policies/our.yaml
installations:
  rtc:
    type: calls
    bot: main
    url: "https://rtc.example/v1/hosts"
    tokens: tokens/rtc
    networks: [10.0.0.0/8, "fd00::/8"]
    poll_period: 2m
    stale_after: 11m
    poll_timeout: 30s
    max_loss: 3
    act_within: 2h
    on_stale: refuse
  il: {type: polled, bot: il, url: "http://il/hosts"}
  old: {type: retired, bot: main}
)",
                                   "/etc/coordinator/config.yaml");
  INFO(config.status());
  REQUIRE(config.ok());
  REQUIRE(config->installations.size() == 3);
  CHECK(config->reading == Reading::open);
  CHECK_FALSE(config->monitor_only);
  CHECK(config->policy == "/etc/coordinator/policies/our.yaml");
  const Installation& rtc = config->installations[0];
  CHECK(rtc.id == "rtc");
  CHECK(rtc.type == InstallationType::calls);
  CHECK(rtc.bot == "main");
  CHECK(rtc.tokens == "/etc/coordinator/tokens/rtc");
  CHECK(rtc.networks == std::vector<std::string>{"10.0.0.0/8", "fd00::/8"});
  CHECK(rtc.poll_period == Seconds{120});
  CHECK(rtc.stale_after == Seconds{660});
  CHECK(rtc.poll_timeout == Seconds{30});
  CHECK(rtc.max_loss == 3);
  CHECK(rtc.act_within == Seconds{7200});
  CHECK(rtc.on_stale == OnStale::refuse);
  const Installation& il = config->installations[1];
  CHECK(il.on_stale == OnStale::allow);
  CHECK(il.poll_period == Seconds{300});
  CHECK(il.max_loss == 10);
  CHECK(il.act_within == Seconds{3600});
  CHECK_FALSE(il.stale_after);
  CHECK(config->find("old") == &config->installations[2]);
  CHECK(config->find("nobody") == nullptr);
}

TEST_CASE("what is wrong with a configuration is told with its place and what was expected") {
  const std::string well = "installations:\n  rtc: {type: polled, bot: main, url: u";
  struct Row {
    const char* why;
    std::string yaml;
    const char* expected;
  };
  const std::vector<Row> rows{
      {"nothing", "", "c.yaml:1:1: no installations, expected at least one"},
      {"no installation", "installations: {}", "no installations, expected at least one"},
      {"an unknown key", "on_stall: refuse\n" + well + "}", "c.yaml:1:1: on_stall: unknown key"},
      {"with a near one", "on_stall: refuse\n" + well + "}", "did you mean on_stale?"},
      {"an unknown key of an installation", well + ", tokns: x}", "did you mean tokens?"},
      {"an unknown type", "installations:\n  a: {type: calling, bot: b}",
       "c.yaml:2:13: installations.a.type: 'calling' is unknown, expected calls, polled"},
      {"no type", "installations:\n  a: {bot: b, url: u, tokens: t}", "no type, expected type:"},
      {"no BOT", "installations:\n  a: {type: polled, url: u}", "no bot, expected the name"},
      {"no url", "installations:\n  a: {type: polled, bot: b}", "no url, expected where"},
      {"no tokens", "installations:\n  a: {type: calls, bot: b, url: u}", "no tokens, expected"},
      {"a bare number", well + ", poll_period: 300}", "installations.rtc.poll_period:"},
      {"no period at all", well + ", poll_period: 0s}", "'0s', expected 1s or more"},
      {"a share above 100", well + ", max_loss: 101}", "expected a whole number from 0 to 100"},
      {"a deadline before the next poll", well + ", poll_period: 5m, stale_after: 5m}",
       "stale_after is not longer than poll_period"},
      {"a name that is no word", "installations:\n  'a b': {type: polled, bot: b, url: u}",
       "'a b', expected a word"},
      {"an installation twice", well + "}\n  rtc: {type: polled, bot: b, url: u}",
       "given twice, first in line 2"},
      {"networks that are no sequence", well + ", networks: 10.0.0.0/8}",
       "a plain value, expected a sequence"},
      {"a flag that is none", "monitor_only: yes\n" + well + "}", "'yes', expected true or false"},
      {"an empty url", "installations:\n  a: {type: polled, bot: b, url: ''}",
       "empty, expected text"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto config = parse_config(row.yaml, "c.yaml");
      REQUIRE(absl::IsInvalidArgument(config.status()));
      CHECK_THAT(std::string(config.status().message()), Catch::Contains(row.expected));
    }
  }
  SECTION("all at once") {
    const auto config = parse_config("a: 1\nb: 2\n" + well + "}", "c.yaml");
    CHECK_THAT(std::string(config.status().message()),
               Catch::Contains("c.yaml:1:1: a:") && Catch::Contains("c.yaml:2:1: b:"));
  }
  SECTION("one second more than the period is well") {
    CHECK(parse_config(well + ", poll_period: 5m, stale_after: 5m1s}", "c.yaml").ok());
  }
  SECTION("on a test stand nobody needs tokens") {
    CHECK(parse_config("monitor_only: true\ninstallations:\n  a: {type: calls, bot: b, url: u}",
                       "c.yaml")
              .ok());
  }
}

TEST_CASE("a configuration that is not there is an error with its name") {
  const auto config = read_config("/not/there.yaml");
  CHECK(absl::IsNotFound(config.status()));
  CHECK_THAT(std::string(config.status().message()), Catch::Contains("/not/there.yaml"));
}

}  // namespace
}  // namespace vitals::coordinator
