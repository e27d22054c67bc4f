// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_sums.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <limits>

#include "generators.h"
#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;

static_assert(stale_after(Kind::netmon, policy) == 2min, "two fetches");
static_assert(stale_after(Kind::rack, policy) == 10min, "two pushes");
static_assert(lag(Kind::netmon, policy) == 6min, "a window of 5 and a fetch period of 1");
static_assert(lag(Kind::rack, policy) == 9min, "flap delay 3, propagation 1, push period 5");
static_assert(status_lag({.kind = Kind::active}, policy) == 5min, "overhead 4, accuracy 1");
static_assert(receipt_lag({.period = 1min}, policy) == 12min);
static_assert(receipt_lag({.period = 2min}, policy) == 14min);
static_assert(receipt_lag({.period = 5min}, policy) == 20min);
static_assert(hung_after({.period = 5min}, policy) == 22min, "10 + 5 + 2 + 5");

TEST_CASE("Health is kept for three push periods of five minutes, as the text says") {
  CHECK(retention(policy) == 15min);
}

TEST_CASE("Retention follows its settings and does not wrap") {
  Policy other;
  other.retention.push_periods = 4;
  other.juggler.push_period = 90s;
  CHECK(retention(other) == 360s);
  other.retention.push_periods = 0;
  CHECK(retention(other) == 0s);
  other.retention.push_periods = std::numeric_limits<std::int64_t>::max();
  CHECK(retention(other) == Seconds::max());
}

TEST_CASE("Each term of a lag is its own setting, and counts for one kind") {
  struct Row {
    const char* why;
    void (*change)(Policy&);
    Seconds of_switch;
    Seconds of_rack;
  };
  const Row rows[] = {
      {"window", [](Policy& p) { p.netmon.window += 1s; }, 1s, 0s},
      {"fetch_period", [](Policy& p) { p.netmon.fetch_period += 1s; }, 1s, 0s},
      {"flap_delay", [](Policy& p) { p.pongerd.flap_delay += 1s; }, 0s, 1s},
      {"propagation", [](Policy& p) { p.juggler.propagation += 1s; }, 0s, 1s},
      {"push_period", [](Policy& p) { p.juggler.push_period += 1s; }, 0s, 1s},
      {"overhead", [](Policy& p) { p.juggler.overhead += 1s; }, 0s, 0s},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Policy changed;
      row.change(changed);
      CHECK(lag(Kind::netmon, changed) == 6min + row.of_switch);
      CHECK(lag(Kind::rack, changed) == 9min + row.of_rack);
    }
  }
}

TEST_CASE("The sums of a check are what the functions say, for any policy") {
  rc::prop("for random policies", [] {
    const Policy rules = generate::policy(generate::Scale::seconds);
    const CheckPolicy check =
        generate::facts(generate::Scale::seconds)(rc::Random(1), 10).value().check;
    const PolicySums sums = sums_of(check, rules);
    RC_ASSERT(sums.kind == check.kind);
    RC_ASSERT(sums.settling == rules.infrastructure.settling);
    RC_ASSERT(sums.accuracy == check.accuracy);
    RC_ASSERT(sums.stale_after == stale_after(check.kind, rules));
    RC_ASSERT(sums.hung_after == hung_after(check, rules));
    RC_ASSERT(sums.retention == retention(rules));
    RC_ASSERT(sums.status_lag == status_lag(check, rules));
    RC_ASSERT(sums.receipt_lag == receipt_lag(check, rules));
    RC_ASSERT(sums.detection == rules.rename.detection);
    for (const Kind kind : {Kind::netmon, Kind::rack}) {
      RC_ASSERT(sums.of(kind).stale_after == stale_after(kind, rules));
      RC_ASSERT(sums.of(kind).lag == lag(kind, rules));
    }
  });
}

}  // namespace
}  // namespace vitals
