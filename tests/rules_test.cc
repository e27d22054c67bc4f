// SPDX-License-Identifier: Apache-2.0
#include "vitals/rules.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "second_opinion.h"
#include "test_time.h"
#include "usual_facts.h"
#include "vitals/verdict.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

struct ReasonsRow {
  const char* why;
  void (*change)(Facts&);
  Timestamp now;
  const char* expected;
};

// Compares the reasons of each row: the predicates', the verdict's and those of the second opinion.
template <std::size_t count>
void check_rows(const Facts& base, const ReasonsRow (&rows)[count]) {
  for (const ReasonsRow& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Facts facts = base;
      row.change(facts);
      const Asked asked(facts);
      const std::optional<Verdict> verdict = judge(asked.question(), facts.policy, row.now);
      REQUIRE(verdict);
      CHECK(text(reasons_at(asked.question(), facts.policy, row.now)) == row.expected);
      CHECK(text(verdict->excluded_by) == row.expected);
      CHECK(verdict->counts() == (row.expected == std::string("counts")));
      CHECK(text(plain_reasons(asked.question(), facts.policy, row.now)) == row.expected);
    }
  }
}

TEST_CASE("A check of a host counts until it is stale, and disappears when it has expired") {
  constexpr auto nothing = [](Facts&) {};
  const ReasonsRow rows[] = {
      {"on receipt", nothing, t(100'000), "counts"},
      {"one second before two pushes", nothing, t(100'599), "counts"},
      {"two pushes after its receipt", nothing, t(100'600), "stale"},
      {"one second later", nothing, t(100'601), "stale"},
      {"one second before three pushes", nothing, t(100'899), "stale"},
      {"three pushes after its receipt", nothing, t(100'900), "expired stale"},
      {"one second after that", nothing, t(100'901), "expired stale"},
      {"asked about the past", nothing, t(99'999), "counts"},
      {"kept for less than it is fresh",
       [](Facts& facts) { facts.policy.retention.push_periods = 1; }, t(100'300), "expired"},
      {"a second earlier", [](Facts& facts) { facts.policy.retention.push_periods = 1; },
       t(100'299), "counts"},
  };
  check_rows(unchanged(Kind::passive), rows);
}

TEST_CASE("A check counts after work on the host when it is proven to be later") {
  // By its receipt it is effective at 100000 - 20 min = 98800.
  const ReasonsRow rows[] = {
      {"the work ended one second before", [](Facts& f) { f.host.manipulation_ended = t(98'799); },
       t(100'000), "counts"},
      {"the work ended at the effective moment",
       [](Facts& f) { f.host.manipulation_ended = t(98'800); }, t(100'000),
       "precedes_manipulation"},
      {"the work ended one second after", [](Facts& f) { f.host.manipulation_ended = t(98'801); },
       t(100'000), "precedes_manipulation"},
      {"the work goes on", [](Facts& f) { f.host.under_manipulation = true; }, t(100'000),
       "under_manipulation"},
      {"begun, and ended since",
       [](Facts& f) {
         f.host.manipulation_began = t(99'000);
         f.host.manipulation_ended = t(98'799);
       },
       t(100'000), "counts"},
      {"ended once, and begun again",
       [](Facts& f) {
         f.host.under_manipulation = true;
         f.host.manipulation_ended = t(98'800);
       },
       t(100'000), "under_manipulation precedes_manipulation"},
  };
  check_rows(unchanged(Kind::passive), rows);
}

TEST_CASE("A change of status proves more than a receipt") {
  // Changed at 100000, it is effective at 100000 - 5 min = 99700.
  Facts changed = unchanged(Kind::passive);
  changed.observation->status_mtime = t(100'000);
  const ReasonsRow rows[] = {
      {"the work ended one second before", [](Facts& f) { f.host.manipulation_ended = t(99'699); },
       t(100'000), "counts"},
      {"the work ended at the effective moment",
       [](Facts& f) { f.host.manipulation_ended = t(99'700); }, t(100'000),
       "precedes_manipulation"},
      {"the work ended one second after", [](Facts& f) { f.host.manipulation_ended = t(99'701); },
       t(100'000), "precedes_manipulation"},
  };
  check_rows(changed, rows);
}

TEST_CASE("After a rename a change of status proves at once, an old status after three hours") {
  // Changed at 99000; effective, by the receipt, at 98800.
  Facts changed = unchanged(Kind::passive);
  changed.observation->status_mtime = t(99'000);
  const ReasonsRow by_status[] = {
      {"renamed one second before the change", [](Facts& f) { f.host.renamed = t(98'999); },
       t(100'000), "counts"},
      {"renamed in the second of the change", [](Facts& f) { f.host.renamed = t(99'000); },
       t(100'000), "precedes_rename"},
      {"renamed one second after the change", [](Facts& f) { f.host.renamed = t(99'001); },
       t(100'000), "precedes_rename"},
  };
  check_rows(changed, by_status);
  // 98800 is 3 h after 88000.
  const ReasonsRow by_effective[] = {
      {"proven one second more than 3 h later", [](Facts& f) { f.host.renamed = t(87'999); },
       t(100'000), "counts"},
      {"proven exactly 3 h later", [](Facts& f) { f.host.renamed = t(88'000); }, t(100'000),
       "precedes_rename"},
      {"proven one second less than 3 h later", [](Facts& f) { f.host.renamed = t(88'001); },
       t(100'000), "precedes_rename"},
      {"another detection delay",
       [](Facts& f) {
         f.host.renamed = t(98'000);
         f.policy.rename.detection = 799s;
       },
       t(100'000), "counts"},
      {"an assignment is no rename", [](Facts& f) { f.host.assigned = t(99'999); }, t(100'000),
       "counts"},
  };
  check_rows(unchanged(Kind::passive), by_effective);
}

TEST_CASE("An hw-watcher check proves by its measurement, and counts only with one") {
  // Measured at 99900, it is effective at 99840 and stale at 100600, or 22 min after measured.
  const ReasonsRow rows[] = {
      {"the work ended one second before", [](Facts& f) { f.host.manipulation_ended = t(99'839); },
       t(100'000), "counts"},
      {"the work ended at the effective moment",
       [](Facts& f) { f.host.manipulation_ended = t(99'840); }, t(100'000),
       "precedes_manipulation"},
      {"the work ended one second after", [](Facts& f) { f.host.manipulation_ended = t(99'841); },
       t(100'000), "precedes_manipulation"},
      {"no measurement", [](Facts& f) { f.observation->metadata_timestamp.reset(); }, t(100'000),
       "unmeasured"},
      {"no measurement, and work that the passive formula would prove",
       [](Facts& f) {
         f.observation->metadata_timestamp.reset();
         f.host.manipulation_ended = t(98'799);
       },
       t(100'000), "unmeasured"},
      {"no measurement, and work that it would not prove",
       [](Facts& f) {
         f.observation->metadata_timestamp.reset();
         f.host.manipulation_ended = t(98'800);
       },
       t(100'000), "unmeasured precedes_manipulation"},
      {"the daemon hangs: one second before 22 min",
       [](Facts& f) { f.observation->metadata_timestamp = t(98'900); }, t(100'219), "counts"},
      {"the daemon hangs: after 22 min",
       [](Facts& f) { f.observation->metadata_timestamp = t(98'900); }, t(100'220), "stale"},
      {"the daemon hangs: one second later",
       [](Facts& f) { f.observation->metadata_timestamp = t(98'900); }, t(100'221), "stale"},
  };
  check_rows(unchanged(Kind::hw_watcher), rows);
}

TEST_CASE("NODATA of an hw-watcher check is Juggler's own and follows the passive formulas") {
  Facts nodata = unchanged(Kind::hw_watcher);
  nodata.observation = receive({.status = Status::nodata,
                                .status_mtime = t(0),
                                .receive_time = t(100'000),
                                .metadata_timestamp = t(1)},
                               Kind::hw_watcher, 60s);
  const ReasonsRow rows[] = {
      {"it counts without a measurement", [](Facts&) {}, t(100'000), "counts"},
      {"it is stale by its receipt alone: before", [](Facts&) {}, t(100'599), "counts"},
      {"it is stale by its receipt alone: at", [](Facts&) {}, t(100'600), "stale"},
      {"work proven by receipt", [](Facts& f) { f.host.manipulation_ended = t(98'799); },
       t(100'000), "counts"},
      {"work not proven by receipt", [](Facts& f) { f.host.manipulation_ended = t(98'800); },
       t(100'000), "precedes_manipulation"},
  };
  check_rows(nodata, rows);
}

TEST_CASE("An implausible time shuts a check of any kind out") {
  const ReasonsRow rows[] = {
      {"at once", [](Facts& f) { f.observation->implausible = true; }, t(100'000),
       "implausible_time"},
      {"and beside other reasons", [](Facts& f) { f.observation->implausible = true; }, t(100'900),
       "implausible_time expired stale"},
  };
  for (const Kind kind :
       {Kind::active, Kind::passive, Kind::hw_watcher, Kind::netmon, Kind::rack}) {
    DYNAMIC_SECTION(name(kind)) { check_rows(unchanged(kind), rows); }
  }
}

TEST_CASE("An active check is gated by its switch and its rack, each for itself") {
  // Effective at 100000 - 12 min = 99280.
  const ReasonsRow rows[] = {
      {"both fine", [](Facts&) {}, t(100'119), "counts"},
      {"the switch was silent for two fetches", [](Facts&) {}, t(100'120),
       "infrastructure_unknown"},
      {"the switch was never observed", [](Facts& f) { f.infrastructure[0].observation.reset(); },
       t(100'000), "infrastructure_unknown"},
      {"the rack was never observed", [](Facts& f) { f.infrastructure[1].observation.reset(); },
       t(100'000), "infrastructure_unknown"},
      {"the rack is broken",
       [](Facts& f) { f.infrastructure[1].observation->status = Status::crit; }, t(100'000),
       "infrastructure_not_ok"},
      {"the switch changed one second before the check is proven",
       [](Facts& f) { f.infrastructure[0].observation->status_mtime = t(99'279); }, t(100'000),
       "counts"},
      {"the switch changed when the check is proven",
       [](Facts& f) { f.infrastructure[0].observation->status_mtime = t(99'280); }, t(100'000),
       "precedes_infrastructure_change"},
      {"the rack changed one second after the check is proven",
       [](Facts& f) { f.infrastructure[1].observation->status_mtime = t(99'281); }, t(100'000),
       "precedes_infrastructure_change"},
      {"the check changed 6 min ago: both may still speak up",
       [](Facts& f) { f.observation->status_mtime = t(99'640); }, t(100'000),
       "infrastructure_settling"},
      {"the check changed 9 min ago: the rack may still speak up",
       [](Facts& f) { f.observation->status_mtime = t(99'460); }, t(100'000),
       "infrastructure_settling"},
      {"the check changed one second more than 9 min ago",
       [](Facts& f) { f.observation->status_mtime = t(99'459); }, t(100'000), "counts"},
      {"one unknown, the other broken and just changed",
       [](Facts& f) {
         f.infrastructure[0].observation.reset();
         f.infrastructure[1].observation->status = Status::nodata;
         f.infrastructure[1].observation->status_mtime = t(100'000);
       },
       t(100'000), "infrastructure_unknown infrastructure_not_ok precedes_infrastructure_change"},
      {"no switch, no rack", [](Facts& f) { f.infrastructure.clear(); }, t(100'599), "counts"},
  };
  check_rows(behind_switch_and_rack(), rows);
}

TEST_CASE("Only active checks of a host look at its switch and rack") {
  for (const Kind kind : {Kind::passive, Kind::hw_watcher, Kind::netmon, Kind::rack}) {
    DYNAMIC_SECTION(name(kind)) {
      Facts facts = unchanged(kind);
      facts.infrastructure.push_back({.kind = Kind::netmon, .observation = std::nullopt});
      const Asked asked(facts);
      CHECK(judge(asked.question(), facts.policy, t(100'000))->counts());
    }
  }
}

TEST_CASE("Checks of infrastructure can only be implausible, expired or stale") {
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    DYNAMIC_SECTION(name(kind)) {
      Facts facts = unchanged(kind);
      facts.host = {
          .renamed = t(200'000), .manipulation_ended = t(200'000), .under_manipulation = true};
      const Asked asked(facts);
      const Timestamp deadline = t(100'000) + (kind == Kind::netmon ? 2min : 10min);
      const auto reasons = [&](Timestamp now) {
        return text(judge(asked.question(), facts.policy, now)->excluded_by);
      };
      CHECK(reasons(deadline - 1s) == "counts");
      CHECK(reasons(deadline) == "stale");
      CHECK(reasons(deadline + 1s) == "stale");
      CHECK(reasons(t(100'899)) == "stale");
      CHECK(reasons(t(100'900)) == "expired stale");
    }
  }
}

TEST_CASE("A check that was never received is unobserved before its time to appear, then missing") {
  Facts facts;
  facts.check = {.kind = Kind::active, .period = 1min, .required = true};
  facts.appear_by = t(1440);
  facts.host.under_manipulation = true;  // with nothing received no other reason can hold
  facts.infrastructure.push_back({.kind = Kind::rack, .observation = std::nullopt});
  const Asked asked(facts);
  struct Row {
    Timestamp now;
    Verdict expected;
  };
  const Row rows[] = {
      {t(1439), {{Reason::unobserved}, Window::never(), t(1440)}},
      {t(1440), {{Reason::missing}, Window::never(), std::nullopt}},
      {t(1441), {{Reason::missing}, Window::never(), std::nullopt}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION("at " << text(row.now)) {
      CHECK(judge(asked.question(), facts.policy, row.now) == row.expected);
      CHECK_FALSE(visible_status(asked.question(), facts.policy, row.now));
    }
  }
}

}  // namespace
}  // namespace vitals
