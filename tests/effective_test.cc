// SPDX-License-Identifier: Apache-2.0
#include "vitals/effective.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "generators.h"
#include "second_opinion.h"
#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;
constexpr CheckPolicy unreachable{.kind = Kind::active, .period = 1min};
constexpr CheckPolicy ssh{.kind = Kind::active, .period = 2min};
constexpr CheckPolicy passive{.kind = Kind::passive, .period = 5min};
constexpr CheckPolicy hw_watcher{.kind = Kind::hw_watcher, .period = 5min};

constexpr Observation observed(Timestamp status_mtime, Timestamp receive_time,
                               std::optional<Timestamp> measured = std::nullopt) {
  return {
      .status_mtime = status_mtime, .receive_time = receive_time, .metadata_timestamp = measured};
}

// The lags that the header names.
static_assert(receipt_lag(unreachable, policy) == 12min);
static_assert(receipt_lag(ssh, policy) == 14min);
static_assert(receipt_lag(passive, policy) == 20min);
static_assert(status_lag(unreachable, policy) == 5min && status_lag(passive, policy) == 5min);

// The example of the header: unchanged for long, ssh is proven by its receipt.
static_assert(effective_by(observed(t(0), t(10'000)), ssh, policy)->formula == Formula::receipt);

TEST_CASE("An effective timestamp comes from the formula of its kind, the later of two") {
  struct Row {
    const char* why;
    CheckPolicy check;
    Observation seen;
    Effective expected;
  };
  const Row rows[] = {
      {"UNREACHABLE, unchanged: 12 min before its receipt",
       unreachable,
       observed(t(0), t(10'000)),
       {t(9280), Formula::receipt}},
      {"ssh, unchanged: 14 min before its receipt",
       ssh,
       observed(t(0), t(10'000)),
       {t(9160), Formula::receipt}},
      {"passive, unchanged: 20 min before its receipt",
       passive,
       observed(t(0), t(10'000)),
       {t(8800), Formula::receipt}},
      {"UNREACHABLE, just changed: 5 min before the change",
       unreachable,
       observed(t(10'000), t(10'000)),
       {t(9700), Formula::status}},
      {"passive, just changed: 5 min before the change",
       passive,
       observed(t(10'000), t(10'000)),
       {t(9700), Formula::status}},
      {"passive, changed 1 s less than 15 min ago",
       passive,
       observed(t(9101), t(10'000)),
       {t(8801), Formula::status}},
      {"passive, changed 15 min ago: both agree, the certain one is named",
       passive,
       observed(t(9100), t(10'000)),
       {t(8800), Formula::status}},
      {"passive, changed 1 s more than 15 min ago",
       passive,
       observed(t(9099), t(10'000)),
       {t(8800), Formula::receipt}},
      {"hw_watcher: 1 min before its measurement",
       hw_watcher,
       observed(t(0), t(10'000), t(9500)),
       {t(9440), Formula::metadata}},
      {"hw_watcher: a change proves nothing beside a measurement",
       hw_watcher,
       observed(t(10'000), t(10'000), t(1000)),
       {t(940), Formula::metadata}},
      {"hw_watcher without a measurement: the passive formula, by receipt",
       hw_watcher,
       observed(t(0), t(10'000)),
       {t(8800), Formula::receipt}},
      {"hw_watcher without a measurement: the passive formula, by status",
       hw_watcher,
       observed(t(10'000), t(10'000)),
       {t(9700), Formula::status}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const std::optional<Effective> found = effective_by(row.seen, row.check, policy);
      REQUIRE(found);
      CHECK(text(found->at) == text(row.expected.at));
      CHECK(static_cast<int>(found->formula) == static_cast<int>(row.expected.formula));
      CHECK(effective(row.seen, row.check, policy) == row.expected.at);
    }
  }
}

TEST_CASE("Each formula is public by itself") {
  const Observation seen = observed(t(7000), t(10'000), t(9000));
  CHECK(by_status(seen, ssh, policy) == t(6700));
  CHECK(by_receipt(seen, ssh, policy) == t(9160));
  CHECK(by_metadata(t(9000), hw_watcher) == t(8940));
}

TEST_CASE("An hw-watcher check uses its own period and accuracy in the passive formulas") {
  const CheckPolicy own{.kind = Kind::hw_watcher, .period = 7min, .accuracy = 10s};
  const Observation silent = observed(t(0), t(10'000));
  CHECK(effective(silent, own, policy) == t(10'000) - 4min - 5min - 14min - 10s);
  CHECK(effective(observed(t(0), t(10'000), t(9000)), own, policy) == t(8990));
}

TEST_CASE("Infrastructure has no effective timestamp and proves nothing") {
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    const Observation seen = observed(t(10'000), t(10'000));
    CHECK(effective_by(seen, {.kind = kind}, policy) == std::nullopt);
    CHECK(effective(seen, {.kind = kind}, policy) == distant_past);
  }
}

TEST_CASE("The detection delay of the lazy variant is a term of the effective timestamp") {
  const Observation seen = observed(t(0), t(100'000));
  CHECK(effective_lazily(seen, ssh, policy, 0s) == effective(seen, ssh, policy));
  CHECK(effective_lazily(seen, ssh, policy, 3h) == t(100'000) - 14min - 3h);
}

TEST_CASE("An effective timestamp before the beginning of time is the beginning of time") {
  Policy endless;
  endless.juggler.overhead = Seconds::max();
  endless.juggler.push_period = Seconds::max();
  const CheckPolicy inexact{.kind = Kind::hw_watcher, .period = 5min, .accuracy = Seconds::max()};
  const Observation seen = observed(t(-10), t(-10), t(-10));
  CHECK(by_status(seen, ssh, endless) == distant_past);
  CHECK(by_receipt(seen, ssh, endless) == distant_past);
  CHECK(by_metadata(*seen.metadata_timestamp, inexact) == distant_past);
  CHECK(effective_lazily(seen, ssh, policy, Seconds::max()) == distant_past);
}

TEST_CASE("Effective timestamps agree with a second reading of the rules") {
  rc::prop("for random facts", [] {
    const auto scale = *rc::gen::element(generate::Scale::seconds, generate::Scale::accepted);
    const Policy random = generate::policy(scale);
    CheckPolicy check = generate::check(scale);
    RC_PRE(!is_infrastructure(check.kind));
    const Observation seen = receive(generate::report(scale), check.kind, check.accuracy);
    const Timestamp bound = effective(seen, check, random);
    RC_ASSERT(plain(bound) == plain_effective(seen, check, random));
    RC_ASSERT(bound <= seen.receive_time);
    RC_ASSERT(effective_by(seen, check, random)->at == bound);

    const Timestamp renamed = generate::moment(scale);
    const bool lazily = effective_lazily(seen, check, random, random.rename.detection) > renamed;
    RC_ASSERT(lazily == (bound > add(renamed, random.rename.detection)));
  });
}

TEST_CASE("A later observation never proves less, a wider margin never proves more") {
  rc::prop("for random facts", [] {
    const auto scale = *rc::gen::element(generate::Scale::seconds, generate::Scale::accepted);
    const Policy random = generate::policy(scale);
    const CheckPolicy check = generate::check(scale);
    const Observation seen = receive(generate::report(scale), check.kind, check.accuracy);
    const Timestamp bound = effective(seen, check, random);

    Observation later = seen;
    later.receive_time += 1s;
    RC_ASSERT(effective(later, check, random) >= bound);
    later.status_mtime += 1s;
    RC_ASSERT(effective(later, check, random) >= bound);
    if (later.metadata_timestamp) *later.metadata_timestamp += 1s;
    RC_ASSERT(effective(later, check, random) ==
              (is_infrastructure(check.kind) ? bound : bound + 1s));

    CheckPolicy less_exact = check;
    less_exact.accuracy += 1s;
    RC_ASSERT(effective(seen, less_exact, random) ==
              (is_infrastructure(check.kind) ? bound : bound - 1s));
  });
}

}  // namespace
}  // namespace vitals
