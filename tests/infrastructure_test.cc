// SPDX-License-Identifier: Apache-2.0
#include "vitals/infrastructure.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "generators.h"
#include "random_dependency.h"
#include "second_opinion.h"
#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;

constexpr Policy with(Settling settling) {
  Policy changed;
  changed.infrastructure.settling = settling;
  return changed;
}

// An active check that changed long ago and is proven from 9000 on.
constexpr ActiveEvidence long_ago{.status_mtime = t(0), .effective = t(9000)};

// Infrastructure that has been OK since the beginning, received at 10000.
constexpr Observation fine{.status_mtime = t(0), .receive_time = t(10'000)};

constexpr Reasons reasons_of(Kind kind, const Observation& seen, const ActiveEvidence& check,
                             Timestamp now, const Policy& rules = policy) {
  return infrastructure_reasons({.kind = kind, .observation = &seen}, check, rules, now);
}

static_assert(reasons_of(Kind::netmon, fine, long_ago, t(10'000)).empty());
static_assert(reasons_of(Kind::rack, fine, long_ago, t(10'000)).empty());

TEST_CASE("Infrastructure that was never observed is unknown for ever, and gives no other reason") {
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    for (const Timestamp now : {distant_past, t(0), t(10'000), latest_accepted, distant_future}) {
      CHECK(text(infrastructure_reasons({.kind = kind}, long_ago, policy, now)) ==
            "infrastructure_unknown");
    }
  }
}

TEST_CASE("Infrastructure is unknown from its staleness deadline on") {
  struct Row {
    const char* why;
    Kind kind;
    Timestamp now;
    const char* expected;
  };
  const Row rows[] = {
      {"switch: one second before two fetches", Kind::netmon, t(10'119), "counts"},
      {"switch: two fetches after its receipt", Kind::netmon, t(10'120), "infrastructure_unknown"},
      {"switch: one second later", Kind::netmon, t(10'121), "infrastructure_unknown"},
      {"rack: one second before two pushes", Kind::rack, t(10'599), "counts"},
      {"rack: two pushes after its receipt", Kind::rack, t(10'600), "infrastructure_unknown"},
      {"rack: one second later", Kind::rack, t(10'601), "infrastructure_unknown"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(text(reasons_of(row.kind, fine, long_ago, row.now)) == row.expected);
    }
  }
}

TEST_CASE("Implausible infrastructure is unknown, and so hides what else it would say") {
  Observation seen = fine;
  seen.implausible = true;
  seen.status = Status::crit;
  seen.status_mtime = t(10'000);
  CHECK(text(reasons_of(Kind::rack, seen, long_ago, t(10'000))) == "infrastructure_unknown");
  seen.implausible = false;
  CHECK(text(reasons_of(Kind::rack, seen, long_ago, t(10'000))) ==
        "infrastructure_not_ok precedes_infrastructure_change");
  CHECK(text(reasons_of(Kind::rack, seen, long_ago, t(10'600))) == "infrastructure_unknown");
}

TEST_CASE("Only OK is OK for infrastructure") {
  for (const Status status : {Status::warn, Status::crit, Status::nodata, Status::info}) {
    for (const Kind kind : {Kind::netmon, Kind::rack}) {
      DYNAMIC_SECTION(name(status) << " of a " << name(kind)) {
        Observation seen = fine;
        seen.status = status;
        CHECK(text(reasons_of(kind, seen, long_ago, t(10'000))) == "infrastructure_not_ok");
      }
    }
  }
}

TEST_CASE("A check is proven after a change of infrastructure when it is effective later") {
  struct Row {
    const char* why;
    Timestamp changed;
    const char* expected;
  };
  const Row rows[] = {
      {"effective one second after the change", t(8999), "counts"},
      {"effective at the change", t(9000), "precedes_infrastructure_change"},
      {"effective one second before the change", t(9001), "precedes_infrastructure_change"},
  };
  for (const Row& row : rows) {
    for (const Kind kind : {Kind::netmon, Kind::rack}) {
      DYNAMIC_SECTION(row.why << ", " << name(kind)) {
        Observation seen = fine;
        seen.status_mtime = row.changed;
        CHECK(text(reasons_of(kind, seen, long_ago, t(10'000))) == row.expected);
      }
    }
  }
}

TEST_CASE("By the clock, infrastructure settles until more than its lag has passed") {
  struct Row {
    const char* why;
    Kind kind;
    Timestamp changed;
    const char* expected;
  };
  const Row rows[] = {
      {"switch: one second less than 6 min ago", Kind::netmon, t(9641), "infrastructure_settling"},
      {"switch: exactly 6 min ago", Kind::netmon, t(9640), "infrastructure_settling"},
      {"switch: one second more than 6 min ago", Kind::netmon, t(9639), "counts"},
      {"rack: one second less than 9 min ago", Kind::rack, t(9461), "infrastructure_settling"},
      {"rack: exactly 9 min ago", Kind::rack, t(9460), "infrastructure_settling"},
      {"rack: one second more than 9 min ago", Kind::rack, t(9459), "counts"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const ActiveEvidence check{.status_mtime = row.changed, .effective = t(9000)};
      CHECK(text(reasons_of(row.kind, fine, check, t(10'000))) == row.expected);
      CHECK(settled_from(row.changed, lag(row.kind, policy)) ==
            row.changed + lag(row.kind, policy) + 1s);
    }
  }
}

TEST_CASE("By receipt, infrastructure settles until it is received more than its lag later") {
  struct Row {
    const char* why;
    Kind kind;
    Timestamp received;
    const char* expected;
  };
  // The active check changed at 9000.
  const Row rows[] = {
      {"switch: received one second less than 6 min later", Kind::netmon, t(9359),
       "infrastructure_settling"},
      {"switch: received exactly 6 min later", Kind::netmon, t(9360), "infrastructure_settling"},
      {"switch: received one second more than 6 min later", Kind::netmon, t(9361), "counts"},
      {"rack: received one second less than 9 min later", Kind::rack, t(9539),
       "infrastructure_settling"},
      {"rack: received exactly 9 min later", Kind::rack, t(9540), "infrastructure_settling"},
      {"rack: received one second more than 9 min later", Kind::rack, t(9541), "counts"},
  };
  constexpr ActiveEvidence check{.status_mtime = t(9000), .effective = t(8700)};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Observation seen = fine;
      seen.receive_time = row.received;
      const Timestamp last_fresh = stale_at_by_receipt(row.received, row.kind, policy) - 1s;
      for (const Timestamp now : {row.received, last_fresh}) {
        CHECK(text(reasons_of(row.kind, seen, check, now, with(Settling::receipt))) ==
              row.expected);
      }
    }
  }
}

TEST_CASE("When a fetch of netmon is lost, the clock accuses the host and the receipt does not") {
  // The check of the host turned CRIT at 10000; the last fetch of its switch came at 10300 and the
  // one of 10360 was lost. At 10361 the clock is satisfied, but nobody has seen the switch since.
  constexpr ActiveEvidence turned_crit{.status_mtime = t(10'000), .effective = t(9700)};
  Observation seen = fine;
  seen.receive_time = t(10'300);
  const auto reasons = [&](Settling settling, Timestamp now) {
    return text(reasons_of(Kind::netmon, seen, turned_crit, now, with(settling)));
  };
  CHECK(reasons(Settling::clock, t(10'361)) == "counts");
  CHECK(reasons(Settling::receipt, t(10'361)) == "infrastructure_settling");
  CHECK(reasons(Settling::receipt, t(10'419)) == "infrastructure_settling");
  CHECK(reasons(Settling::receipt, t(10'420)) == "infrastructure_unknown");
  // The next fetch, of 10420, brings the proof.
  seen.receive_time = t(10'420);
  CHECK(reasons(Settling::receipt, t(10'420)) == "counts");
}

TEST_CASE("A lag past the end of time never settles") {
  Policy endless;
  endless.netmon.window = Seconds::max();
  CHECK(settled_from(t(0), lag(Kind::netmon, endless)) == distant_future);
  CHECK(reasons_of(Kind::netmon, fine, long_ago, t(10'000), endless)
            .has(Reason::infrastructure_settling));
  endless.infrastructure.settling = Settling::receipt;
  CHECK(reasons_of(Kind::netmon, fine, long_ago, t(10'000), endless)
            .has(Reason::infrastructure_settling));
}

TEST_CASE("Whatever is settled by receipt is settled by the clock, once it was received") {
  rc::prop("for random facts", [] {
    const RandomDependency pair;
    Policy by_clock = pair.policy;
    Policy by_receipt = pair.policy;
    by_clock.infrastructure.settling = Settling::clock;
    by_receipt.infrastructure.settling = Settling::receipt;
    const auto settles = [&](const Policy& rules, Timestamp now) {
      return is_infrastructure_settling(pair.infrastructure, pair.kind, pair.check, rules, now);
    };
    const Timestamp received = pair.infrastructure.receive_time;
    for (Timestamp now = received; now <= generate::last_second; now += 1s) {
      RC_ASSERT(settles(by_receipt, now) || !settles(by_clock, now));
      const Reasons clock = infrastructure_reasons(pair.on(), pair.check, by_clock, now);
      const Reasons receipt = infrastructure_reasons(pair.on(), pair.check, by_receipt, now);
      RC_ASSERT((clock | receipt) == receipt);
    }
  });
}

}  // namespace
}  // namespace vitals
