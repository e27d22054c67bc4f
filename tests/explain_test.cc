// SPDX-License-Identifier: Apache-2.0
#include "vitals/explain.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "explain_story.h"
#include "generators.h"
#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using generate::Scale;
using namespace story;

Reasons shut_out_by(const Explanation& check) {
  Reasons reasons;
  for (const RuleExplanation& rule : check.rules) {
    reasons.set(rule.reason, rule.state == RuleState::shuts_out);
  }
  return reasons;
}

TEST_CASE("The rules that shut a check out are judge()'s reasons at every second") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Asked asked(facts);
    for (Timestamp moment = generate::first_second; moment <= generate::last_second; moment += 1s) {
      const Explanation told = explain_facts(facts, moment);
      const std::optional<Verdict> verdict = judge(asked.question(), facts.policy, moment);
      RC_ASSERT(told.verdict == verdict);
      RC_ASSERT(shut_out_by(told) == verdict.value_or(Verdict{}).excluded_by);
      for (const RuleExplanation& rule : told.rules) {
        RC_ASSERT(!rule.sentence.empty());
        RC_ASSERT(rule.remedy.empty() == (rule.state != RuleState::shuts_out));
      }
    }
  });
}

TEST_CASE("A forecast has the reasons of each later second") {
  rc::prop("for random facts", [] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Asked asked(facts);
    const Explanation told = explain_facts(facts, generate::first_second);
    if (!told.verdict) return;
    RC_ASSERT((told.forecast.empty() ? std::nullopt : std::optional(told.forecast.front().from)) ==
              told.verdict->next_change);
    Reasons expected = told.verdict->excluded_by;
    auto next = told.forecast.begin();
    for (Timestamp moment = generate::first_second; moment <= generate::last_second; moment += 1s) {
      if (next != told.forecast.end() && next->from == moment) expected = (next++)->excluded_by;
      RC_ASSERT(reasons_at(asked.question(), facts.policy, moment) == expected);
    }
    RC_ASSERT(next == told.forecast.end());
  });
}

// Reasons that ask for a proof.
constexpr Reasons unproven_reasons{Reason::precedes_manipulation, Reason::precedes_rename,
                                   Reason::precedes_infrastructure_change};

TEST_CASE("What a decision awaits proves, and one second earlier does not") {
  int receipts = 0;
  int changes = 0;
  int measurements = 0;
  rc::prop("for random facts", [&] {
    const Facts facts = *generate::facts(Scale::seconds);
    const Timestamp moment = generate::first_second + Seconds{*rc::gen::inRange(0, 60)};
    const Explanation told = explain_facts(facts, moment);
    // Of infrastructure that is unknown or not OK no proof is asked for yet.
    constexpr Reasons not_yet{Reason::infrastructure_unknown, Reason::infrastructure_not_ok};
    if (!told.verdict || told.verdict->excluded_by.has_any(not_yet)) return;
    const auto still_unproven = [&](const Observation& next) {
      Facts later = facts;
      later.observation = next;
      const Asked asked(later);
      return reasons_at(asked.question(), later.policy, moment).has_any(unproven_reasons);
    };
    if (const auto after = told.decision.receipt_after) {
      ++receipts;
      Observation next = *facts.observation;
      next.receive_time = *after;
      RC_ASSERT(still_unproven(next));
      next.receive_time += 1s;
      RC_ASSERT(!still_unproven(next));
    }
    if (const auto after = told.decision.change_after) {
      ++changes;
      Observation next = *facts.observation;
      next.status_mtime = *after;
      next.receive_time = std::max(*after, next.receive_time);
      RC_ASSERT(still_unproven(next));
      next.status_mtime += 1s;
      RC_ASSERT(!still_unproven(next));
    }
    if (const auto after = told.decision.measured_after) {
      ++measurements;
      Observation next = *facts.observation;
      next.status = Status::ok;
      next.metadata_timestamp = *after;
      RC_ASSERT(still_unproven(next));
      next.metadata_timestamp = *after + 1s;
      RC_ASSERT(!still_unproven(next));
    }
    if (const auto from = told.decision.at) RC_ASSERT(*from > moment);
  });
  CHECK(receipts > 0);
  CHECK(changes > 0);
  CHECK(measurements > 0);
}

// The first rule of the reason; a switch comes before a rack.
const RuleExplanation& rule_of(const Explanation& told, Reason reason) {
  const auto found =
      std::find_if(told.rules.begin(), told.rules.end(),
                   [&](const RuleExplanation& rule) { return rule.reason == reason; });
  REQUIRE(found != told.rules.end());
  return *found;
}

TEST_CASE("Each rule tells its numbers, and what would change it") {
  struct Row {
    const char* why;
    void (*change)(Story&);
    Reason reason;
    const char* sentence;
    const char* remedy;  // empty: the rule permits
  };
  const std::vector<Row> rows{
      {"nothing received, and it may take longer", make_unobserved, Reason::unobserved,
       "assigned 14:00:00 + cron 5m + its run 5m + flap delay 3m + passive period 5m + "
       "propagation 1m + push 5m \u2192 missing from 14:24:00, in 17m 51s",
       "the first report; it may still be on its way"},
      {"many new hosts lengthen the cron job",
       [](Story& story) {
         make_unobserved(story);
         story.policy.appearance.cron_per_host = 10s;
         story.host.renamed = at(14, 1);
         story.appear_by = appear_by(at(14, 1), 3, story.policy);
       },
       Reason::unobserved,
       "renamed 14:01:00 + cron 5m + its run 5m + new hosts 30s + flap delay 3m + passive period "
       "5m + propagation 1m + push 5m \u2192 missing from 14:25:30, in 19m 21s",
       "the first report; it may still be on its way"},
      {"nothing received, and it took too long",
       [](Story& story) {
         make_unobserved(story);
         story.host.assigned = at(13, 0);
         story.appear_by = appear_by(at(13, 0), 1, story.policy);
       },
       Reason::missing,
       "assigned 13:00:00 + cron 5m + its run 5m + flap delay 3m + passive period 5m + "
       "propagation 1m + push 5m \u2192 missing since 13:24:00, 42m 9s ago",
       "the first report; tell the owner of the host"},
      {"times that can be", [](Story&) {}, Reason::implausible_time,
       "received 14:03:31 + accuracy 1m: no time of the report is later", ""},
      {"times that cannot be", [](Story& story) { story.seen->implausible = true; },
       Reason::implausible_time,
       "received 14:03:31 + accuracy 1m: a time of the report is later, so its clock cannot be "
       "right",
       "a report with plausible times; look at the clock of its source"},
      {"measured", make_hw_watcher, Reason::unmeasured, "measured 13:59:00, 7m 9s ago", ""},
      {"not measured",
       [](Story& story) {
         make_hw_watcher(story);
         story.seen->metadata_timestamp.reset();
       },
       Reason::unmeasured, "OK came without the time of its measurement",
       "a report with metadata.timestamp; look whether hw-watcher runs"},
      {"NODATA of an hw_watcher check",
       [](Story& story) {
         make_hw_watcher(story);
         story.seen->metadata_timestamp.reset();
         story.seen->status = Status::nodata;
       },
       Reason::unmeasured, "NODATA is Juggler's own word and needs no time of measurement", ""},
      {"not expired", [](Story&) {}, Reason::expired,
       "received 14:03:31 + 3 \u00d7 push 5m \u2192 expired from 14:18:31, in 12m 22s", ""},
      {"expires at this very second",
       [](Story& story) { story.seen->receive_time = at(13, 51, 9); }, Reason::expired,
       "received 13:51:09 + 3 \u00d7 push 5m \u2192 expired since 14:06:09, now",
       "the next receipt, due 13:56:09, 10m ago"},
      {"fresh", [](Story&) {}, Reason::stale,
       "received 14:03:31 + 2 \u00d7 push 5m \u2192 stale from 14:13:31, in 7m 22s", ""},
      {"stale", [](Story& story) { story.seen->receive_time = at(13, 55); }, Reason::stale,
       "received 13:55:00 + 2 \u00d7 push 5m \u2192 stale since 14:05:00, 1m 9s ago",
       "the next receipt, due 14:00:00, 6m 9s ago"},
      {"a check of a switch is fetched",
       [](Story& story) {
         story.check = {.kind = Kind::netmon};
         story.seen->receive_time = at(14, 5, 9);
       },
       Reason::stale, "received 14:05:09 + 2 \u00d7 fetch 1m \u2192 stale from 14:07:09, in 1m",
       ""},
      {"an hw_watcher check has two deadlines", make_hw_watcher, Reason::stale,
       "the earlier of 14:13:31 (received 14:03:31 + 2 \u00d7 push 5m) and 14:21:00 (measured "
       "13:59:00 + hw-watcher 10m + check 5m + latency 2m + push 5m) \u2192 stale from 14:13:31, "
       "in "
       "7m 22s",
       ""},
      {"reports arrive, but hw-watcher hangs",
       [](Story& story) {
         make_hw_watcher(story);
         story.seen->metadata_timestamp = at(13, 44);
       },
       Reason::stale,
       "the earlier of 14:13:31 (received 14:03:31 + 2 \u00d7 push 5m) and 14:06:00 (measured "
       "13:44:00 + hw-watcher 10m + check 5m + latency 2m + push 5m) \u2192 stale since 14:06:00, "
       "9s ago",
       "a new measurement: reports arrive, but hw-watcher seems to hang"},
      {"nobody ever worked on the host", [](Story&) {}, Reason::under_manipulation,
       "no work on the host is known", ""},
      {"work that ended", end_work, Reason::under_manipulation,
       "the last work ended 13:56:00, 10m 9s ago", ""},
      {"work that goes on", begin_work, Reason::under_manipulation,
       "work on the host began 14:00:00, 6m 9s ago; it has not ended", "the end of the work"},
      {"work that goes on since nobody knows when",
       [](Story& story) { story.host.under_manipulation = true; }, Reason::under_manipulation,
       "work on the host goes on; it has not ended", "the end of the work"},
      {"no work to be proven over", [](Story&) {}, Reason::precedes_manipulation,
       "no work on the host has ended", ""},
      {"not proven after work", end_work, Reason::precedes_manipulation,
       "work ended 13:56:00, 10m 9s ago; the state is from 13:49:31 or later, by receipt, not "
       "surely later than 13:56:00 \u2192 not proven",
       "an unchanged OK is proven by the first receipt later than 14:10:00, in 3m 51s, expected by "
       "14:15:00, in 8m 51s; a change of status proves at once if it is stamped later than "
       "14:01:00, 5m 9s ago, but then settles for 9m"},
      {"not proven at the very moment",
       [](Story& story) { story.host.manipulation_ended = at(13, 49, 31); },
       Reason::precedes_manipulation,
       "work ended 13:49:31, 16m 38s ago; the state is from 13:49:31 or later, by receipt, not "
       "surely later than 13:49:31 \u2192 not proven",
       "an unchanged OK is proven by the next receipt, expected by 14:08:31, in 2m 22s; a change "
       "of status proves at once if it is stamped later than 13:54:31, 11m 38s ago, but then "
       "settles for 9m"},
      {"the receipt that proves is overdue",
       [](Story& story) {
         make_passive(story);
         story.seen->receive_time = at(13, 59);
         story.host.manipulation_ended = at(13, 40);
       },
       Reason::precedes_manipulation,
       "work ended 13:40:00, 26m 9s ago; the state is from 13:39:00 or later, by receipt, not "
       "surely later than 13:40:00 \u2192 not proven",
       "an unchanged OK is proven by the next receipt, overdue: it was expected by 14:05:00, 1m 9s "
       "ago; a change of status proves at once if it is stamped later than 13:45:00, 21m 9s ago"},
      {"proven by a receipt", [](Story& story) { story.host.manipulation_ended = at(13, 49, 30); },
       Reason::precedes_manipulation,
       "work ended 13:49:30, 16m 39s ago; the state is from 13:49:31 or later, by receipt \u2192 "
       "proven",
       ""},
      {"proven by a change",
       [](Story& story) {
         end_work(story);
         change_status(story);
       },
       Reason::precedes_manipulation,
       "work ended 13:56:00, 10m 9s ago; the state is from 13:57:11 or later, by status \u2192 "
       "proven",
       ""},
      {"not proven by its measurement",
       [](Story& story) {
         make_hw_watcher(story);
         story.host.manipulation_ended = at(14, 0);
       },
       Reason::precedes_manipulation,
       "work ended 14:00:00, 6m 9s ago; the state is from 13:58:00 or later, by metadata, not "
       "surely later than 14:00:00 \u2192 not proven",
       "a measurement later than 14:01:00, 5m 9s ago proves, expected by 14:23:00, in 16m 51s"},
      {"Juggler's NODATA is proven by receipts",
       [](Story& story) {
         make_hw_watcher(story);
         story.seen->metadata_timestamp.reset();
         story.seen->status = Status::nodata;
         story.host.manipulation_ended = at(14, 0);
       },
       Reason::precedes_manipulation,
       "work ended 14:00:00, 6m 9s ago; the state is from 13:43:31 or later, by receipt, not "
       "surely later than 14:00:00 \u2192 not proven",
       "an unchanged NODATA is proven by the first receipt later than 14:20:00, in 13m 51s, "
       "expected by 14:25:00, in 18m 51s; a measurement later than 14:01:00, 5m 9s ago proves"},
      {"never renamed", [](Story&) {}, Reason::precedes_rename, "the host was never renamed", ""},
      {"not proven after a rename", [](Story& story) { story.host.renamed = at(13, 0); },
       Reason::precedes_rename,
       "renamed 13:00:00, 1h 6m 9s ago; the status changed 2023-11-12 14:00:00, not later; the "
       "state is from 13:49:31 or later, by receipt, not surely later than 16:00:00 (detection "
       "3h) \u2192 not proven",
       "an unchanged OK is proven by the first receipt later than 16:14:00, in 2h 7m 51s, expected "
       "by 16:19:00, in 2h 12m 51s; a change of status proves at once if it is stamped later than "
       "13:00:00, 1h 6m 9s ago, but then settles for 9m"},
      {"proven after a rename by a change",
       [](Story& story) {
         change_status(story);
         story.host.renamed = at(14, 2, 10);
       },
       Reason::precedes_rename,
       "renamed 14:02:10, 3m 59s ago; the status changed 14:02:11, later \u2192 proven", ""},
      {"proven long after a rename", [](Story& story) { story.host.renamed = at(10, 49, 30); },
       Reason::precedes_rename,
       "renamed 10:49:30, 3h 16m 39s ago; the status changed 2023-11-12 14:00:00, not later; the "
       "state is from 13:49:31 or later, by receipt \u2192 proven",
       ""},
      {"infrastructure is known", [](Story&) {}, Reason::infrastructure_unknown,
       "switch sas1-s1 received 14:05:49 + 2 \u00d7 fetch 1m \u2192 unknown from 14:07:49, in 1m "
       "40s",
       ""},
      {"infrastructure is stale",
       [](Story& story) { story.on_switch->receive_time = at(14, 4, 9); },
       Reason::infrastructure_unknown,
       "switch sas1-s1 received 14:04:09 + 2 \u00d7 fetch 1m \u2192 unknown since 14:06:09, now",
       "a report of switch sas1-s1, due 14:05:09, 1m ago"},
      {"infrastructure was never observed", [](Story& story) { story.on_switch.reset(); },
       Reason::infrastructure_unknown, "switch sas1-s1 was never observed",
       "a report of switch sas1-s1"},
      {"infrastructure with times that cannot be",
       [](Story& story) { story.on_switch->implausible = true; }, Reason::infrastructure_unknown,
       "a time in the report of switch sas1-s1, received 14:05:49, lies too far ahead of that",
       "a report of switch sas1-s1 with plausible times"},
      {"infrastructure that nobody stated",
       [](Story& story) {
         story.switch_name.clear();
         story.on_switch.reset();
       },
       Reason::infrastructure_unknown, "nobody stated which switch the host has",
       "a host event that states its switch (null: it has none); or set infrastructure.unstated: "
       "none in the policy"},
      {"one of two checks of a switch", [](Story& story) { story.switch_check = "netmon-v6"; },
       Reason::infrastructure_not_ok,
       "switch sas1-s1 (netmon-v6) is OK since 2023-11-12 14:00:00, 2d 6m 9s ago", ""},
      {"infrastructure is not OK",
       [](Story& story) {
         story.on_switch->status = Status::crit;
         story.on_switch->status_mtime = at(14, 5, 9);
       },
       Reason::infrastructure_not_ok, "switch sas1-s1 is CRIT since 14:05:09, 1m ago",
       "an OK from switch sas1-s1, and then a proof that the check is from after that"},
      {"not proven after infrastructure became OK",
       [](Story& story) { story.on_switch->status_mtime = at(14, 0); },
       Reason::precedes_infrastructure_change,
       "switch sas1-s1 changed to OK 14:00:00, 6m 9s ago; the state is from 13:49:31 or later, by "
       "receipt, not surely later than 14:00:00 \u2192 not proven",
       "an unchanged OK is proven by the first receipt later than 14:14:00, in 7m 51s, expected by "
       "14:19:00, in 12m 51s; a change of status proves at once if it is stamped later than "
       "14:05:00, 1m 9s ago, but then settles for 9m"},
      {"no proof is asked for while infrastructure is not OK",
       [](Story& story) {
         story.on_switch->status = Status::warn;
         story.on_switch->status_mtime = at(14, 0);
       },
       Reason::precedes_infrastructure_change,
       "switch sas1-s1 changed to WARN 14:00:00, 6m 9s ago; the state is from 13:49:31 or later, "
       "by receipt, not surely later than 14:00:00 \u2192 not proven",
       "an OK from switch sas1-s1, and then a proof that the check is from after that"},
      {"infrastructure settles", change_status, Reason::infrastructure_settling,
       "changed 14:02:11, switch lag 6m \u2192 counts from 14:08:12, in 2m 3s (lag: window 5m + "
       "fetch 1m)",
       "time, until 14:08:12, in 2m 3s"},
      {"infrastructure has settled", [](Story&) {}, Reason::infrastructure_settling,
       "changed 2023-11-12 14:00:00, switch lag 6m \u2192 counts since 2023-11-12 14:06:01, 2d 8s "
       "ago (lag: window 5m + fetch 1m)",
       ""},
      {"settling that asks for a receipt",
       [](Story& story) {
         change_status(story);
         story.policy.infrastructure.settling = Settling::receipt;
       },
       Reason::infrastructure_settling,
       "changed 14:02:11, switch lag 6m; switch sas1-s1 received 14:05:49, not later than 14:08:11 "
       "\u2192 settling (lag: window 5m + fetch 1m)",
       "a report of switch sas1-s1 received later than 14:08:11, in 2m 2s"},
      {"settling that has its receipt",
       [](Story& story) { story.policy.infrastructure.settling = Settling::receipt; },
       Reason::infrastructure_settling,
       "changed 2023-11-12 14:00:00, switch lag 6m; switch sas1-s1 received 14:05:49, later than "
       "2023-11-12 14:06:00 \u2192 counts (lag: window 5m + fetch 1m)",
       ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Story story;
      row.change(story);
      const Explanation told = story.explain();
      const RuleExplanation& rule = rule_of(told, row.reason);
      CHECK(rule.sentence == row.sentence);
      CHECK(rule.remedy == row.remedy);
      CHECK((rule.state == RuleState::shuts_out) == (*row.remedy != '\0'));
    }
  }
}

TEST_CASE("The rack's settling tells the rack's lag") {
  Story story;
  change_status(story);
  const Explanation told = story.explain();
  const RuleExplanation& rule = told.rules.back();
  CHECK(rule.object == "sas1-r1");
  CHECK(rule.object_check == "rack");
  CHECK(rule.infrastructure == Kind::rack);
  CHECK(rule.sentence ==
        "changed 14:02:11, rack lag 9m \u2192 counts from 14:11:12, in 5m 3s (lag: flap delay 3m + "
        "propagation 1m + push 5m)");
}

TEST_CASE("Of an unknown switch nothing else is asked, and its rack is") {
  Story story;
  story.on_switch->receive_time = at(14, 0);
  story.on_switch->status = Status::crit;
  story.in_rack->status = Status::warn;
  const Explanation told = story.explain();
  for (const RuleExplanation& rule : told.rules) {
    if (rule.object != "sas1-s1" || rule.reason == Reason::infrastructure_unknown) continue;
    CHECK(rule.state == RuleState::not_asked);
  }
  CHECK(told.verdict->excluded_by ==
        Reasons{Reason::infrastructure_unknown, Reason::infrastructure_not_ok});
  CHECK(told.blocked_by == std::vector<std::string>{"sas1-r1", "sas1-s1"});
}

TEST_CASE("A decision tells when") {
  struct Row {
    const char* why;
    void (*change)(Story&);
    const char* sentence;
  };
  const std::vector<Row> rows{
      {"it counts", [](Story&) {},
       "it counts with OK until 14:07:49, in 1m 40s, if nothing new arrives"},
      {"nothing was received, and nothing says when it must be",
       [](Story& story) { story.seen.reset(); },
       "nothing was received, and the host was neither assigned nor renamed: nothing says by when "
       "this check must appear"},
      {"nothing was received, and nobody asks",
       [](Story& story) {
         story.seen.reset();
         story.check.required = false;
       },
       "nothing was received, and the policy does not require this check"},
      {"time alone",
       [](Story& story) {
         change_status(story);
         story.on_switch->receive_time = at(14, 6, 9);
         story.in_rack->receive_time = at(14, 6);
         story.policy.netmon = {.fetch_period = 3min, .window = 3min};
         story.policy.pongerd.flap_delay = 0s;
       },
       "by time alone: it counts from 14:08:12, in 2m 3s until 14:12:09, if nothing new arrives"},
      {"time, but the switch goes stale before", change_status,
       "by time, as long as reports keep saying the same: it counts from 14:11:12, in 5m 3s"},
      {"work goes on", begin_work,
       "the work on the host must end first; then an unchanged OK is proven by the first receipt "
       "later than its end + 14m, expected by its end + 19m; a change of status at once if it is "
       "stamped later than its end + 5m, but then settles for 9m"},
      {"work goes on, and the check is measured",
       [](Story& story) {
         make_hw_watcher(story);
         begin_work(story);
       },
       "the work on the host must end first; then a measurement later than its end + 1m proves"},
      {"several proofs are told as one",
       [](Story& story) {
         end_work(story);
         story.on_switch->status_mtime = at(14, 0);
       },
       "an unchanged OK is proven by the first receipt later than 14:14:00, in 7m 51s, expected by "
       "14:19:00, in 12m 51s; a change of status proves at once if it is stamped later than "
       "14:05:00, 1m 9s ago, but then settles for 9m"},
      {"a switch that is not OK is no proof's business yet",
       [](Story& story) {
         end_work(story);
         story.on_switch->status = Status::crit;
         story.on_switch->status_mtime = at(14, 5);
       },
       "an unchanged OK is proven by the first receipt later than 14:10:00, in 3m 51s, expected by "
       "14:15:00, in 8m 51s; a change of status proves at once if it is stamped later than "
       "14:01:00, 5m 9s ago, but then settles for 9m. Besides, it takes an OK from switch sas1-s1, "
       "and then a proof that the check is from after that"},
      {"a receipt at this very second would not prove",
       [](Story& story) { story.host.manipulation_ended = now - 14min; },
       "an unchanged OK is proven by the first receipt later than 14:06:09, now, expected by "
       "14:11:09, in 5m; a change of status proves at once if it is stamped later than 13:57:09, "
       "9m ago, but then settles for 9m"},
      {"the slower of the two settles last",
       [](Story& story) {
         change_status(story);
         story.policy.netmon.window = 20min;
       },
       "by time, as long as reports keep saying the same: it counts from 14:23:12, in 17m 3s"},
      {"a proof, and more",
       [](Story& story) {
         change_status(story);
         story.host.manipulation_ended = at(14, 0);
         story.in_rack->status = Status::crit;
       },
       "an unchanged CRIT is proven by the first receipt later than 14:14:00, in 7m 51s, expected "
       "by 14:19:00, in 12m 51s; a change of status proves at once if it is stamped later than "
       "14:05:00, 1m 9s ago, but then settles for 9m. Besides, it takes an OK from rack sas1-r1, "
       "and then a proof that the check is from after that; and it settles until 14:11:12, in 5m "
       "3s"},
      {"stale and expired wait for the same",
       [](Story& story) { story.seen->receive_time = at(13, 0); },
       "it takes the next receipt, due 13:05:00, 1h 1m 9s ago"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Story story;
      row.change(story);
      CHECK(story.explain().decision.sentence == row.sentence);
    }
  }
}

TEST_CASE("After work that ended at M a decision has the moments of the text") {
  struct Row {
    const char* why;
    CheckPolicy check;
    Seconds receipt;
  };
  // UNREACHABLE, ssh and passive checks: 12, 14 and 20 min; a change is certain after 5.
  const std::vector<Row> rows{
      {"UNREACHABLE", {.kind = Kind::active, .period = 1min}, 12min},
      {"ssh", {.kind = Kind::active, .period = 2min}, 14min},
      {"passive", {.kind = Kind::passive, .period = 5min}, 20min},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Story story;
      end_work(story);
      story.check = row.check;
      const Decision decision = story.explain().decision;
      CHECK(decision.receipt_after == at(13, 56) + row.receipt);
      CHECK(decision.receipt_after ==
            proven_by_receipt_after(story.host, story.check, story.policy));
      CHECK(decision.proof_by == at(13, 56) + row.receipt + 5min);
      CHECK(decision.change_after == at(13, 56) + 5min);
      CHECK_FALSE(decision.measured_after);
      CHECK_FALSE(decision.at);
    }
  }
}

TEST_CASE("A proof names its formula and what that trusts") {
  struct Row {
    const char* why;
    void (*change)(Story&);
    Formula formula;
    const char* sentence;
    const char* trusts;
  };
  const std::vector<Row> rows{
      {"a change", change_status, Formula::status,
       "the state is from 13:57:11 or later, by status: status changed 14:02:11 - overhead 4m - "
       "accuracy 1m",
       "certain: a change is never stamped later than the overhead after what it tells"},
      {"a receipt of an active check, whose TTL is too long", [](Story&) {}, Formula::receipt,
       "the state is from 13:49:31 or later, by receipt: received 14:03:31 - overhead 4m - push 5m "
       "- 2 \u00d7 period 2m - accuracy 1m",
       "likely, not certain: it trusts that a dead check turns into NODATA before that, but its "
       "TTL is too long (TTL 15m, push 5m + 2 \u00d7 period 2m = 9m): if all pongers die, the old "
       "state is believed until NODATA comes after 15m, or 20m if Juggler's master moves too"},
      {"a receipt of a passive check, whose TTL is short enough", make_passive, Formula::receipt,
       "the state is from 13:43:31 or later, by receipt: received 14:03:31 - overhead 4m - push 5m "
       "- 2 \u00d7 period 5m - accuracy 1m",
       "likely, not certain: had the check died, Juggler would have said NODATA by then (TTL 10m, "
       "push 5m + 2 \u00d7 period 5m = 15m)"},
      {"a passive check whose TTL is just not shorter",
       [](Story& story) {
         make_passive(story);
         story.policy.juggler.passive_ttl_periods = 3;
       },
       Formula::receipt,
       "the state is from 13:43:31 or later, by receipt: received 14:03:31 - overhead 4m - push 5m "
       "- 2 \u00d7 period 5m - accuracy 1m",
       "likely, not certain: it trusts that a dead check turns into NODATA before that, but its "
       "TTL is too long (TTL 15m, push 5m + 2 \u00d7 period 5m = 15m): if the agent dies, the old "
       "state is believed until NODATA comes after 15m, or 20m if Juggler's master moves too"},
      {"a measurement", make_hw_watcher, Formula::metadata,
       "the state is from 13:58:00 or later, by metadata: measured 13:59:00 - accuracy 1m",
       "as good as the host's clock: one that runs ahead by less than the age of the measurement "
       "cannot be seen"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Story story;
      row.change(story);
      const std::optional<Proof> proof = story.explain().proof;
      REQUIRE(proof);
      CHECK(proof->effective.formula == row.formula);
      CHECK(proof->effective.at == effective(*story.seen, story.check, story.policy));
      CHECK(proof->sentence == row.sentence);
      CHECK(proof->trusts == row.trusts);
    }
  }
  Story infrastructure;
  infrastructure.check = {.kind = Kind::rack};
  CHECK_FALSE(infrastructure.explain().proof);
  Story unobserved;
  make_unobserved(unobserved);
  CHECK_FALSE(unobserved.explain().proof);
}

}  // namespace
}  // namespace vitals
