// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;

// SPEC 2, row by row.
static_assert(policy.juggler.push_period == 5min);
static_assert(policy.juggler.propagation == 1min);
static_assert(policy.juggler.overhead == 4min);
static_assert(policy.juggler.active_ttl == 15min);
static_assert(policy.juggler.passive_ttl_periods == 2);
static_assert(policy.hw_watcher.period == 10min);
static_assert(policy.hw_watcher.latency == 2min);
static_assert(policy.netmon.fetch_period == 1min);
static_assert(policy.netmon.window == 5min);
static_assert(policy.pongerd.flap_delay == 3min);
static_assert(policy.rename.detection == 3h);
static_assert(policy.appearance.cron_delay == 5min);
static_assert(policy.appearance.cron_duration == 5min);
static_assert(policy.appearance.passive_period == 5min);
static_assert(policy.appearance.cron_per_host == 0s);
static_assert(policy.retention.push_periods == 3);
static_assert(policy.infrastructure.settling == Settling::clock);
static_assert(policy.infrastructure.unstated == Unstated::unknown);

// The way from the origin of one default to another.
static_assert(policy.juggler.overhead == policy.pongerd.flap_delay + policy.juggler.propagation);

static_assert(default_period(Kind::active) == 1min);
static_assert(default_period(Kind::passive) == 5min);
static_assert(default_period(Kind::hw_watcher) == 5min);
static_assert(default_period(Kind::netmon) == 0s && default_period(Kind::rack) == 0s);
static_assert(CheckPolicy{}.accuracy == 60s && !CheckPolicy{}.required);

static_assert(settling_names[static_cast<std::size_t>(Settling::clock)] == "clock");
static_assert(settling_names[static_cast<std::size_t>(Settling::receipt)] == "receipt");
static_assert(unstated_names[static_cast<std::size_t>(Unstated::unknown)] == "unknown");
static_assert(unstated_names[static_cast<std::size_t>(Unstated::none)] == "none");

TEST_CASE("The default checks are those of SPEC 2, each as it says") {
  struct Row {
    const char* name;
    Kind kind;
    Seconds period;
    bool required;
  };
  const Row rows[] = {
      {"UNREACHABLE", Kind::active, 1min, true}, {"ssh", Kind::active, 2min, true},
      {"meta", Kind::passive, 5min, true},       {"fs_check", Kind::passive, 5min, false},
      {"link", Kind::passive, 5min, false},      {"memory", Kind::hw_watcher, 5min, true},
      {"disk", Kind::hw_watcher, 5min, true},    {"cpu", Kind::hw_watcher, 5min, false},
      {"bmc", Kind::hw_watcher, 5min, false},    {"netmon", Kind::netmon, 0s, false},
      {"rack", Kind::rack, 0s, false},
  };
  CHECK(default_checks.size() == std::size(rows));
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto found = std::find_if(default_checks.begin(), default_checks.end(),
                                      [&](const NamedCheck& it) { return it.name == row.name; });
      REQUIRE(found != default_checks.end());
      CHECK(found->policy ==
            CheckPolicy{
                .kind = row.kind, .period = row.period, .accuracy = 60s, .required = row.required});
    }
  }
}

TEST_CASE("The default checks are sorted by name, bytewise, each once") {
  const auto not_before = [](const NamedCheck& a, const NamedCheck& b) { return a.name >= b.name; };
  CHECK(std::adjacent_find(default_checks.begin(), default_checks.end(), not_before) ==
        default_checks.end());
}

}  // namespace
}  // namespace vitals
