// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "soundness/failures.h"
#include "soundness/repairs.h"
#include "soundness_policies.h"
#include "test_time.h"

namespace vitals {
namespace {

using model::Millis;
using model::ModelTime;
using model::Scenario;

// Tells a watch of one host what happens, and of the switch and the rack that it has.
template <class Watch>
class Teller {
 public:
  explicit Teller(Watch& watch) : watch_(watch) {
    tell({.type = EventType::host,
          .time = t(0),
          .host = "h",
          .on_switch = {Place::Says::name, "s"},
          .in_rack = {Place::Says::name, "r"}});
  }

  void tell(const Event& event, std::optional<ModelTime> measured = {}) {
    watch_.see({event, measured});
  }
  void happens(EventType type, Timestamp when) { tell({.type = type, .time = when, .host = "h"}); }
  void receives(std::string_view host, std::string_view check, const Report& report,
                std::optional<ModelTime> measured = {}) {
    tell({.type = EventType::check,
          .time = report.receive_time,
          .host = host,
          .service = check,
          .report = report},
         measured);
  }

 private:
  Watch& watch_;
};

TEST_CASE("An old state is believed if it is proven, and was found in the second of the end") {
  // Repaired until 10000: UNREACHABLE is proven by a receipt later than 10720 and by a change later
  // than 10300, memory by a measurement later than 10060.
  struct Row {
    const char* why;
    const char* check;
    Report report;
    std::optional<Millis> measured;  // since 10000
    std::optional<Belief> believed;
  };
  const Timestamp since = t(500);
  const auto crit = Status::crit;
  const Row rows[] = {
      {"received when it proves nothing yet", "UNREACHABLE", {crit, since, t(10'720)}, 0ms, {}},
      {"received a second later",
       "UNREACHABLE",
       {crit, since, t(10'721)},
       0ms,
       Belief::active_receipt},
      {"found at the end of that second",
       "UNREACHABLE",
       {crit, since, t(10'721)},
       999ms,
       Belief::active_receipt},
      {"found in the next one", "UNREACHABLE", {crit, since, t(10'721)}, 1000ms, {}},
      {"passive", "meta", {crit, since, t(11'201)}, 0ms, Belief::passive_receipt},
      {"passive, not yet proven", "meta", {crit, since, t(11'200)}, 0ms, {}},
      {"changed when it proves nothing yet", "meta", {crit, t(10'300), t(10'400)}, 0ms, {}},
      {"changed a second later", "meta", {crit, t(10'301), t(10'400)}, 0ms, Belief::status},
      {"changed, and found after the end", "meta", {crit, t(10'301), t(10'400)}, 2s, {}},
      {"measured when it proves nothing yet", "disk", {crit, since, t(10'400), t(10'060)}, 0ms, {}},
      {"measured a second later",
       "disk",
       {crit, since, t(10'400), t(10'061)},
       0ms,
       Belief::metadata},
      {"a clock that is too far ahead is noticed",
       "disk",
       {crit, since, t(10'000), t(10'061)},
       0ms,
       {}},
      {"nobody measured it", "meta", {Status::ok, t(10'301), t(10'400)}, {}, Belief::unmeasured},
      {"nobody measured it, and it is not proven", "meta", {Status::ok, since, t(10'400)}, {}, {}},
      {"no word of hw-watcher's without its time",
       "disk",
       {Status::ok, t(10'301), t(10'400)},
       {},
       {}},
      {"Juggler's own word", "meta", {Status::nodata, t(10'301), t(10'400)}, 0ms, {}}};
  const PolicySet policy = few_checks();
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      RepairWatch watch(policy, 0s);
      Teller teller(watch);
      std::optional<ModelTime> measured;
      if (row.measured) measured = ModelTime{10'000s} + *row.measured;
      teller.receives("h", row.check, row.report, measured);  // no repair yet
      teller.happens(EventType::manipulation_begin, t(9'900));
      teller.receives("h", row.check, row.report, measured);  // while it goes on
      teller.happens(EventType::manipulation_end, t(10'000));
      teller.receives("h", row.check, row.report, measured);
      teller.receives("h", row.check, row.report, measured);  // counted once
      teller.happens(EventType::manipulation_begin, t(20'000));
      teller.happens(EventType::manipulation_end, t(30'000));
      teller.receives("h", row.check, row.report, measured);  // proves nothing of this one
      const RepairRisk risk = std::move(watch).finish();
      CHECK(risk.repairs == 2);
      for (std::size_t i = 0; i < belief_names.size(); ++i) {
        INFO(belief_names[i]);
        const bool is_this = row.believed && index(*row.believed) == i;
        CHECK(risk.believed[i] == (is_this ? 1 : 0));
        CHECK(risk.believed_crit[i] == (is_this && row.report.status == crit ? 1 : 0));
      }
    }
  }
}

TEST_CASE("What is nearest is how much later than its effective timestamp a state was found") {
  const PolicySet policy = few_checks();
  RepairWatch watch(policy, 0s);
  Teller teller(watch);
  teller.receives("h", "ssh", {Status::ok, t(500), t(10'000)}, ModelTime{9'300s});
  teller.receives("h", "ssh", {Status::ok, t(500), t(10'100)}, ModelTime{9'259s + 500ms});
  teller.receives("h", "ssh", {Status::ok, t(500), t(10'200)}, ModelTime{9'400s});
  const RepairRisk risk = std::move(watch).finish();
  CHECK(risk.nearest[index(Belief::active_receipt)] == -500ms);  // against 10100 - 14 min
  CHECK(risk.nearest[index(Belief::status)] == 9'259s + 500ms - 200s);
  CHECK_FALSE(risk.nearest[index(Belief::metadata)].has_value());
  CHECK(risk.repairs == 0);
}

TEST_CASE("Juggler's clock is ahead only where that is asked") {
  for (const Seconds ahead : {0s, 301s}) {
    const PolicySet policy = few_checks();
    RepairWatch watch(policy, ahead);
    Teller teller(watch);
    teller.happens(EventType::manipulation_end, t(10'000));
    teller.receives("h", "meta", {Status::ok, t(10'000), t(10'400)}, ModelTime{9'990s});
    const RepairRisk risk = std::move(watch).finish();
    CHECK(risk.believed[index(Belief::status)] == (ahead > 0s ? 1 : 0));
  }
}

TEST_CASE("A check accuses when nothing but what is left out speaks against it") {
  // ssh is CRIT since 10000; received at 10560 it is proven to be later than 9719. It settles for
  // 9 min, the lag of the rack.
  struct Row {
    const char* why;
    Report of_switch;
    Report of_rack;
    Timestamp received;  // the CRIT; judged at this second alone
    std::vector<LeftOut> by_clock;
    std::vector<LeftOut> by_receipt;
  };
  const auto ok = Status::ok;
  const auto crit = Status::crit;
  const std::vector<LeftOut> settles{LeftOut::settling, LeftOut::all};
  const std::vector<LeftOut> any{LeftOut::nothing,  LeftOut::status,  LeftOut::change,
                                 LeftOut::settling, LeftOut::unknown, LeftOut::all};
  const Row rows[] = {
      {"the last second in which it settles",
       {ok, t(5), t(10'500)},
       {ok, t(5), t(10'500)},
       t(10'540),
       settles,
       settles},
      {"the next one: by the clock it has settled",
       {ok, t(5), t(10'500)},
       {ok, t(5), t(10'500)},
       t(10'541),
       any,
       settles},
      {"the rack was received in the last second in which it settles",
       {ok, t(5), t(10'540)},
       {ok, t(5), t(10'540)},
       t(10'541),
       any,
       settles},
      {"the rack was received in the next one",
       {ok, t(5), t(10'540)},
       {ok, t(5), t(10'541)},
       t(10'541),
       any,
       any},
      {"nothing was heard of the switch for 2 min",
       {ok, t(5), t(10'440)},
       {ok, t(5), t(10'560)},
       t(10'560),
       {LeftOut::unknown, LeftOut::all},
       {LeftOut::unknown, LeftOut::all}},
      {"a second less", {ok, t(5), t(10'441)}, {ok, t(5), t(10'560)}, t(10'560), any, any},
      {"the switch is CRIT, and was before the check changed",
       {crit, t(9'000), t(10'560)},
       {ok, t(5), t(10'560)},
       t(10'560),
       {LeftOut::status, LeftOut::all},
       {LeftOut::status, LeftOut::all}},
      {"the switch changed when the check is not proven to be later",
       {ok, t(9'720), t(10'560)},
       {ok, t(5), t(10'560)},
       t(10'560),
       {LeftOut::change, LeftOut::all},
       {LeftOut::change, LeftOut::all}},
      {"a second before", {ok, t(9'719), t(10'560)}, {ok, t(5), t(10'560)}, t(10'560), any, any},
      {"the switch is CRIT since then",
       {crit, t(9'720), t(10'560)},
       {ok, t(5), t(10'560)},
       t(10'560),
       {LeftOut::all},
       {LeftOut::all}}};
  const PolicySet policy = with_places();
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      FailureWatch watch(policy, {.kind = Kind::netmon});
      Teller teller(watch);
      watch.see({ModelTime{9'900s + 700ms}, "s", "netmon", Status::crit});
      teller.receives("s", "netmon", row.of_switch);
      teller.receives("r", "rack", row.of_rack);
      teller.receives("h", "ssh", {crit, t(10'000), row.received});
      const Accusations found = std::move(watch).finish(row.received + 1s);
      CHECK(found.checks == 2);  // UNREACHABLE as well, of which nothing was heard
      for (std::size_t i = 0; i < left_out_names.size(); ++i) {
        INFO("without " << left_out_names[i]);
        const auto is_due = [&](const std::vector<LeftOut>& all) {
          return std::find(all.begin(), all.end(), static_cast<LeftOut>(i)) != all.end() ? 1U : 0U;
        };
        CHECK(found.accused[index(Settling::clock)][i] == is_due(row.by_clock));
        CHECK(found.accused[index(Settling::receipt)][i] == is_due(row.by_receipt));
      }
      const Seconds waited = row.received - t(9'900);
      CHECK(found.waited[index(Settling::clock)][index(LeftOut::all)] == waited);
    }
  }
}

TEST_CASE("Only a CRIT accuses, only after a failure, and each failure anew") {
  const PolicySet policy = with_places();
  FailureWatch watch(policy, {.kind = Kind::netmon, .shelter = Shelter::one});
  Teller teller(watch);
  const auto all_of = [](const Accusations& found) {
    return found.accused[index(Settling::clock)][index(LeftOut::all)];
  };
  teller.receives("h", "ssh", {Status::crit, t(100), t(1'000)});
  teller.receives("h", "UNREACHABLE", {Status::ok, t(100), t(1'000)});
  watch.see({ModelTime{2'000s}, "r", "rack", Status::crit});  // another kind of failure
  watch.see({ModelTime{2'000s}, "s", "netmon", Status::ok});  // no failure
  teller.receives("h", "ssh", {Status::ok, t(2'100), t(2'100)});
  watch.see({ModelTime{3'000s}, "s", "netmon", Status::crit});
  teller.receives("h", "ssh", {Status::crit, t(3'100), t(3'100)});
  teller.receives("h", "ssh", {Status::ok, t(3'200), t(3'200)});
  watch.see({ModelTime{4'000s}, "s", "netmon", Status::crit});
  teller.receives("h", "ssh", {Status::crit, t(4'100), t(4'200)});
  const Accusations found = std::move(watch).finish(t(4'300));
  CHECK(found.checks == 4);
  CHECK(all_of(found) == 2);
  CHECK(found.waited[index(Settling::clock)][index(LeftOut::all)] == 100s + 200s);
}

}  // namespace
}  // namespace vitals
