// SPDX-License-Identifier: Apache-2.0
#include "vitals/appearance.h"

#include <catch2/catch.hpp>
#include <limits>

#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;

// The example of the header: 5 + 5 + 0 + 3 + 5 + 1 + 5 minutes.
static_assert(appear_by(t(0), 1, Policy{}) == t(1440));
static_assert(appear_by(t(0), 1, Policy{}) == t(0) + 24min);

TEST_CASE("A host's checks are awaited from its assignment or renaming, whichever is later") {
  struct Row {
    const char* why;
    HostFacts host;
    std::optional<Timestamp> expected;
  };
  const Row rows[] = {
      {"neither", {}, std::nullopt},
      {"assigned", {.assigned = t(100)}, t(100)},
      {"renamed", {.renamed = t(200)}, t(200)},
      {"assigned, then renamed", {.assigned = t(100), .renamed = t(200)}, t(200)},
      {"renamed, then assigned", {.assigned = t(200), .renamed = t(100)}, t(200)},
      {"both in one second", {.assigned = t(100), .renamed = t(100)}, t(100)},
      {"work on it does not matter",
       {.manipulation_ended = t(300), .under_manipulation = true},
       std::nullopt},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(text(appearance_base(row.host)) == text(row.expected)); }
  }
}

TEST_CASE("New hosts are those of the last ten minutes, their own second included") {
  const Window window = new_hosts_window(t(10'000), policy);
  struct Row {
    const char* why;
    Timestamp moment;
    bool inside;
  };
  const Row rows[] = {
      {"one second before base - 10 min", t(9399), false},
      {"at base - 10 min", t(9400), false},
      {"one second after base - 10 min", t(9401), true},
      {"one second before base", t(9999), true},
      {"at base", t(10'000), true},
      {"one second after base", t(10'001), false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(window.contains(row.moment) == row.inside); }
  }
}

TEST_CASE("The cron job takes its time for each new host, by default none") {
  CHECK(appear_by(t(0), 1000, policy) == t(1440));
  Policy slow;
  slow.appearance.cron_per_host = 2s;
  CHECK(appear_by(t(0), 0, slow) == t(1440));
  CHECK(appear_by(t(0), 1, slow) == t(1442));
  CHECK(appear_by(t(0), 50, slow) == t(1540));
}

TEST_CASE("Each term of the time to appear is its own setting and counts once") {
  struct Row {
    const char* why;
    void (*change)(Policy&);
  };
  const Row rows[] = {
      {"cron_delay", [](Policy& p) { p.appearance.cron_delay += 1s; }},
      {"cron_duration", [](Policy& p) { p.appearance.cron_duration += 1s; }},
      {"flap_delay", [](Policy& p) { p.pongerd.flap_delay += 1s; }},
      {"passive_period", [](Policy& p) { p.appearance.passive_period += 1s; }},
      {"propagation", [](Policy& p) { p.juggler.propagation += 1s; }},
      {"push_period", [](Policy& p) { p.juggler.push_period += 1s; }},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Policy changed;
      row.change(changed);
      CHECK(appear_by(t(0), 1, changed) == t(1441));
    }
  }
  Policy other;
  other.juggler.overhead += 1h;
  CHECK(appear_by(t(0), 1, other) == t(1440));
}

TEST_CASE("The cron job's delay and duration are the time in which hosts are new together") {
  Policy changed;
  changed.appearance.cron_delay = 100s;
  changed.appearance.cron_duration = 20s;
  CHECK(new_hosts_window(t(1000), changed) == Window{.from = t(881), .until = t(1001)});
}

TEST_CASE("A time to appear past the end of time is the end of time") {
  Policy slow;
  slow.appearance.cron_per_host = 366 * 24h;
  CHECK(appear_by(latest_accepted, std::numeric_limits<std::int64_t>::max(), slow) ==
        distant_future);
}

}  // namespace
}  // namespace vitals
