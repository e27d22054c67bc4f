// SPDX-License-Identifier: Apache-2.0
#include "vitals/staleness.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "generators.h"
#include "second_opinion.h"
#include "test_time.h"
#include "vitals/verdict.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;
constexpr CheckPolicy active{.kind = Kind::active, .period = 1min};
constexpr CheckPolicy passive{.kind = Kind::passive, .period = 5min};
constexpr CheckPolicy hw_watcher{.kind = Kind::hw_watcher, .period = 5min};
constexpr CheckPolicy netmon{.kind = Kind::netmon};
constexpr CheckPolicy rack{.kind = Kind::rack};

constexpr Observation received_at_1000(std::optional<Timestamp> measured = std::nullopt) {
  return {.receive_time = t(1000), .metadata_timestamp = measured};
}

// The example of the header: fresh up to and including 1599.
static_assert(stale_at(received_at_1000(), {.kind = Kind::active}, policy) == t(1600));
static_assert(!is_stale(received_at_1000(), {.kind = Kind::active}, policy, t(1599)));

TEST_CASE("A check is stale from its deadline on, which each kind sets in its own way") {
  struct Row {
    const char* why;
    CheckPolicy check;
    Observation seen;
    Timestamp deadline;
  };
  const Row rows[] = {
      {"active: two pushes of 5 min", active, received_at_1000(), t(1600)},
      {"passive: two pushes of 5 min", passive, received_at_1000(), t(1600)},
      {"rack: two pushes of 5 min", rack, received_at_1000(), t(1600)},
      {"netmon: two fetches of 1 min", netmon, received_at_1000(), t(1120)},
      {"hw_watcher without a measurement: two pushes", hw_watcher, received_at_1000(), t(1600)},
      {"hw_watcher, just measured: the silence is noticed first", hw_watcher,
       received_at_1000(t(1000)), t(1600)},
      {"hw_watcher: the hung daemon would be noticed one second later", hw_watcher,
       received_at_1000(t(281)), t(1600)},
      {"hw_watcher: both are noticed in the same second", hw_watcher, received_at_1000(t(280)),
       t(1600)},
      {"hw_watcher: the hung daemon is noticed one second earlier", hw_watcher,
       received_at_1000(t(279)), t(1599)},
      {"hw_watcher, measured long ago: stale on receipt", hw_watcher, received_at_1000(t(-320)),
       t(1000)},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(stale_at(row.seen, row.check, policy) == row.deadline);
      CHECK_FALSE(is_stale(row.seen, row.check, policy, row.deadline - 1s));
      CHECK(is_stale(row.seen, row.check, policy, row.deadline));
      CHECK(is_stale(row.seen, row.check, policy, row.deadline + 1s));
    }
  }
}

TEST_CASE("The two deadlines of an hw-watcher check stand alone, too") {
  CHECK(stale_at_by_metadata(t(1000), hw_watcher, policy) == t(1000) + 22min);
  CHECK(stale_at_by_receipt(t(1000), Kind::hw_watcher, policy) == t(1000) + 10min);
  CHECK(stale_at_by_receipt(t(1000), Kind::netmon, policy) == t(1000) + 2min);
}

TEST_CASE("Each term of a deadline is its own setting") {
  struct Row {
    const char* why;
    void (*change)(Policy&, CheckPolicy&);
    CheckPolicy check;
    Seconds later;
  };
  const Row rows[] = {
      {"the push period counts twice", [](Policy& p, CheckPolicy&) { p.juggler.push_period += 1s; },
       active, 2s},
      {"the fetch period counts twice",
       [](Policy& p, CheckPolicy&) { p.netmon.fetch_period += 1s; }, netmon, 2s},
      {"the fetch period is netmon's alone",
       [](Policy& p, CheckPolicy&) { p.netmon.fetch_period += 1s; }, rack, 0s},
      {"the push period is not netmon's",
       [](Policy& p, CheckPolicy&) { p.juggler.push_period += 1s; }, netmon, 0s},
      {"the push period counts once after a measurement",
       [](Policy& p, CheckPolicy&) { p.juggler.push_period += 1s; }, hw_watcher, 1s},
      {"the daemon's period", [](Policy& p, CheckPolicy&) { p.hw_watcher.period += 1s; },
       hw_watcher, 1s},
      {"the daemon's latency", [](Policy& p, CheckPolicy&) { p.hw_watcher.latency += 1s; },
       hw_watcher, 1s},
      {"the period of the check that reads its database",
       [](Policy&, CheckPolicy& c) { c.period += 1s; }, hw_watcher, 1s},
      {"the period of a passive check has no part in it",
       [](Policy&, CheckPolicy& c) { c.period += 1s; }, passive, 0s},
      {"nor has accuracy", [](Policy&, CheckPolicy& c) { c.accuracy += 1s; }, hw_watcher, 0s},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const bool measured = row.check.kind == Kind::hw_watcher;
      const Observation seen = received_at_1000(measured ? std::optional{t(100)} : std::nullopt);
      Policy changed;
      CheckPolicy check = row.check;
      row.change(changed, check);
      CHECK(stale_at(seen, check, changed) - stale_at(seen, row.check, policy) == row.later);
    }
  }
}

TEST_CASE("Health expires three push periods after its receipt, whatever the kind") {
  for (const CheckPolicy& check : {active, passive, hw_watcher, netmon, rack}) {
    DYNAMIC_SECTION(name(check.kind)) {
      const Observation seen = received_at_1000();
      CHECK(expires_at(seen, policy) == t(1900));
      CHECK_FALSE(is_expired(seen, policy, t(1899)));
      CHECK(is_expired(seen, policy, t(1900)));
      CHECK(is_expired(seen, policy, t(1901)));
    }
  }
}

TEST_CASE("A deadline past the end of time is the end of time") {
  Policy endless;
  endless.juggler.push_period = Seconds::max();
  endless.netmon.fetch_period = Seconds::max();
  endless.hw_watcher.period = Seconds::max();
  for (const CheckPolicy& check : {active, passive, hw_watcher, netmon, rack}) {
    DYNAMIC_SECTION(name(check.kind)) {
      CHECK(stale_at(received_at_1000(t(1000)), check, endless) == distant_future);
      CHECK(expires_at(received_at_1000(), endless) == distant_future);
    }
  }
}

TEST_CASE("Deadlines agree with a second reading of the rules and never come earlier again") {
  rc::prop("for random facts", [] {
    const auto scale = *rc::gen::element(generate::Scale::seconds, generate::Scale::accepted);
    const Policy random = generate::policy(scale);
    const CheckPolicy check = generate::check(scale);
    const Observation seen = receive(generate::report(scale), check.kind, check.accuracy);
    RC_ASSERT(plain(stale_at(seen, check, random)) == plain_stale_at(seen, check, random));

    Observation later = seen;
    later.receive_time += 1s;
    RC_ASSERT(stale_at(later, check, random) >= stale_at(seen, check, random));
    RC_ASSERT(expires_at(later, random) == expires_at(seen, random) + 1s);
    if (later.metadata_timestamp) *later.metadata_timestamp += 1s;
    RC_ASSERT(stale_at(later, check, random) == stale_at(seen, check, random) + 1s);
  });
}

}  // namespace
}  // namespace vitals
