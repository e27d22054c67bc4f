// SPDX-License-Identifier: Apache-2.0
// What a recording shows of each constant: small recordings whose lengths are counted by hand.
#include "vitals/calibrate.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <simdjson.h>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "program.h"
#include "tape.h"

namespace vitals {
namespace {

constexpr const char* push = "juggler.push_period";
constexpr const char* receipts = "between two receipts";

// Samples enough to conclude something without a target.
constexpr int enough = 59;

// So many intervals of one length, and then one of another.
Tape with_last_interval(int intervals, std::int64_t usual, std::int64_t last,
                        std::string_view host = "h1", std::string_view service = "meta") {
  Tape tape;
  tape.repeat(0, intervals * usual, usual, host, service);
  tape.report(intervals * usual + last, host, service);
  return tape;
}

std::string lengths(const Measured& row) {
  const auto text = [](Seconds length) { return std::to_string(length.count()); };
  return std::to_string(row.samples) + ": " + text(row.shortest) + " " + text(row.p50) + " " +
         text(row.p99) + " " + text(row.p999) + " " + text(row.longest);
}

TEST_CASE("intervals of receipt are those of an unchanged status that speaks", "[calibrate]") {
  Tape tape;
  tape.report(100, "h1", "meta")
      .report(400, "h1", "meta")                         // 300
      .report(400, "h1", "meta")                         // a copy
      .report(701, "h1", "meta")                         // 301
      .report(710, "h1", "meta", Status::crit, 709)      // changed
      .report(1000, "h1", "meta", Status::crit, 709)     // 290
      .report(1300, "h1", "meta", Status::nodata, 1299)  // silent
      .report(1600, "h1", "meta", Status::nodata, 1299)  // still
      .report(1700, "h1", "meta", Status::ok, 1699)      // speaks again
      .report(1800, "h1", "meta", Status::ok, 1750)      // changed twice between
      .report(1850, "h1", "meta", Status::ok, 1750)      // 50
      .add(fact(EventType::manipulation_begin, 1860, "h1"))
      .report(1900, "h1", "meta", Status::ok, 1750)  // somebody works on it
      .report(1950, "h1", "meta", Status::ok, 1750)  // and goes on
      .add(fact(EventType::manipulation_end, 1960, "h1"))
      .report(2000, "h1", "meta", Status::ok, 1750)   // begun before the end
      .report(2007, "h1", "meta", Status::ok, 1750)   // 7
      .report(2100, "h2", "meta", Status::ok, 1750);  // another host
  const Measured row = row_of(tape.calibrate(), push, receipts, "meta");
  CHECK(lengths(row) == "5: 7 290 301 301 301");
  CHECK(row.allowed == Seconds{600});
  CHECK(row.formula == "2 * juggler.push_period");
  CHECK(row.exceeded == 0);
  CHECK(row.left_out == 0);
}

TEST_CASE("what is allowed may be reached and not exceeded", "[calibrate]") {
  struct Row {
    std::int64_t longest;
    std::uint64_t exceeded;
    Fit fit;
  };
  for (const Row& row :
       {Row{599, 0, Fit::fits}, Row{600, 0, Fit::fits}, Row{601, 1, Fit::too_tight}}) {
    INFO(row.longest);
    const Measured found = row_of(with_last_interval(enough - 1, 300, row.longest).calibrate(),
                                  push, receipts, "meta");
    CHECK(found.longest == Seconds{row.longest});
    CHECK(found.exceeded == row.exceeded);
    CHECK(found.fit == row.fit);
  }
}

TEST_CASE("with a target, a share may exceed what is allowed", "[calibrate]") {
  struct Row {
    double target;
    Fit fit;
  };
  // One of 100 exceeds it.
  for (const Row& row :
       {Row{0.009, Fit::too_tight}, Row{0.01, Fit::too_few}, Row{0.1, Fit::fits}}) {
    INFO(row.target);
    CHECK(row_of(with_last_interval(99, 300, 601).calibrate({}, row.target), push, receipts, "meta")
              .fit == row.fit);
  }
}

TEST_CASE("less than half of what is allowed is generous", "[calibrate]") {
  struct Row {
    std::int64_t longest;
    Fit fit;
  };
  for (const Row& row : {Row{299, Fit::generous}, Row{300, Fit::fits}, Row{301, Fit::fits}}) {
    INFO(row.longest);
    CHECK(
        row_of(with_last_interval(enough - 1, 299, row.longest).calibrate(), push, receipts, "meta")
            .fit == row.fit);
  }
}

TEST_CASE("few samples say only that too little is allowed", "[calibrate]") {
  struct Row {
    int samples;
    std::int64_t last;
    Fit fit;
  };
  for (const Row& row : {Row{58, 300, Fit::too_few}, Row{59, 300, Fit::fits},
                         Row{60, 300, Fit::fits}, Row{2, 601, Fit::too_tight}}) {
    INFO(row.samples << " " << row.last);
    CHECK(row_of(with_last_interval(row.samples - 1, 300, row.last).calibrate(), push, receipts,
                 "meta")
              .fit == row.fit);
  }
}

TEST_CASE("a period that is typically exceeded is too tight, whatever the deadline says",
          "[calibrate]") {
  struct Row {
    std::int64_t typical;
    Fit fit;
  };
  // 5 % are the jitter of a source.
  for (const Row& row : {Row{314, Fit::fits}, Row{315, Fit::fits}, Row{316, Fit::too_tight}}) {
    INFO(row.typical);
    const Measured found = row_of(with_last_interval(enough, row.typical, row.typical).calibrate(),
                                  push, receipts, "meta");
    CHECK(found.exceeded == 0);
    CHECK(found.fit == row.fit);
  }
}

TEST_CASE("a pause of everything is none of a source, if there is enough to pause", "[calibrate]") {
  struct Row {
    const char* why;
    int hosts;
    std::int64_t silence;
    std::uint64_t left_out;
  };
  const Row rows[] = {{"as long as may be", 10, 450, 0},
                      {"a second longer", 10, 451, 10},
                      {"with less than ten checks it may be chance", 9, 451, 0}};
  const std::vector<std::string> names{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Tape tape;
      for (int i = 0; i < row.hosts; ++i) {
        const std::string& host = names[static_cast<std::size_t>(i)];
        tape.repeat(0, 3000, 300, host, "meta");
        tape.repeat(3000 + row.silence, 6000 + row.silence, 300, host, "meta");
      }
      const Calibration found = tape.calibrate();
      const Measured measured = row_of(found, push, receipts, "meta");
      CHECK(measured.left_out == row.left_out);
      CHECK(found.silence == Seconds{row.silence});
      CHECK(found.has_silences == (row.left_out > 0));
      CHECK(measured.samples + row.left_out == static_cast<std::uint64_t>(21 * row.hosts));
    }
  }
}

TEST_CASE("a change has a delay, and without its own push it comes with a regular one",
          "[calibrate]") {
  Tape tape;
  tape.repeat(0, 3000, 300, "h1", "meta")
      .report(3010, "h1", "meta", Status::crit, 3009)  // at once
      .report(3300, "h1", "meta", Status::crit, 3009)
      .report(3600, "h1", "meta", Status::ok, 3540)    // a minute
      .report(3900, "h1", "meta", Status::crit, 3839)  // a minute and a second: lost
      .report(4200, "h1", "meta", Status::crit, 4300)  // stamped ahead of its receipt
      .report(4500, "h1", "meta", Status::nodata, 4490);
  const Measured row =
      row_of(tape.calibrate(), "juggler.propagation", "from a change to its receipt", "meta");
  CHECK(lengths(row) == "5: 0 10 61 61 61");
  CHECK(row.allowed == Seconds{360});
  CHECK(row.note == "1 of 5 later than juggler.propagation: they came with a regular push only");
}

TEST_CASE("a report that was overtaken by a change changes nothing back", "[calibrate]") {
  struct Row {
    std::int64_t second;  // of the late report
    std::uint64_t changes;
  };
  for (const Row& row : {Row{1060, 1}, Row{1061, 3}}) {
    INFO(row.second);
    Tape tape;
    tape.repeat(0, 900, 300, "h1", "meta")
        .report(1000, "h1", "meta", Status::crit, 990)
        .report(row.second, "h1", "meta", Status::ok, 0)
        .report(1200, "h1", "meta", Status::crit, 990);
    CHECK(row_of(tape.calibrate(), "juggler.propagation", "from a change to its receipt", "meta")
              .samples == row.changes);
  }
}

TEST_CASE("silence before NODATA is from the last word to its stamp", "[calibrate]") {
  struct Row {
    std::int64_t stamp;
    std::uint64_t exceeded;
  };
  for (const Row& row : {Row{1599, 0}, Row{1600, 0}, Row{1601, 1}}) {
    INFO(row.stamp);
    Tape tape;
    tape.report(700, "h1", "meta").report(1000, "h1", "meta");
    tape.report(1700, "h1", "meta", Status::nodata, row.stamp);
    const Measured found =
        row_of(tape.calibrate(), "juggler.passive_ttl_periods", "silence before NODATA", "meta");
    CHECK(found.longest == Seconds{row.stamp - 1000});
    CHECK(found.allowed == Seconds{600});
    CHECK(found.exceeded == row.exceeded);
  }
  Tape active;
  active.report(0, "h1", "ssh").report(2000, "h1", "ssh", Status::nodata, 901);
  const Measured found =
      row_of(active.calibrate(), "juggler.active_ttl", "silence before NODATA", "ssh");
  CHECK(found.allowed == Seconds{900});
  CHECK(found.exceeded == 1);
}

TEST_CASE("what is repeated until NODATA comes hides the silence", "[calibrate]") {
  struct Row {
    std::int64_t silence;
    Fit fit;
  };
  for (const Row& row : {Row{330, Fit::not_measured}, Row{331, Fit::too_few}}) {
    Tape tape;
    tape.repeat(0, 3000, 300, "h1", "meta");
    tape.report(3400, "h1", "meta", Status::nodata, 3000 + row.silence);
    CHECK(row_of(tape.calibrate(), "juggler.passive_ttl_periods", "silence before NODATA", "meta")
              .fit == row.fit);
  }
}

TEST_CASE("measurements of hw-watcher have a distance, and an age at both ends", "[calibrate]") {
  Tape tape;
  tape.measured(700, "h1", "memory", 600)
      .measured(1000, "h1", "memory", 600)   // repeated
      .measured(1300, "h1", "memory", 1200)  // 600 after it, 700 old was it, 100 is this
      .measured(1900, "h1", "memory", 1801)  // 601, 700, 99
      .measured(1950, "h1", "memory", 1700)  // older than what is known
      .report(2000, "h1", "memory", Status::nodata, 1999)
      .measured(2500, "h1", "memory", 2401, Status::ok, 2499)
      .measured(2600, "h1", "memory", 2661, Status::ok, 2499)   // implausible
      .measured(3100, "h1", "memory", 3000, Status::ok, 2499);  // nothing to compare with
  const Calibration found = tape.calibrate();
  const auto lengths_of = [&](const char* constant, const char* what) {
    return lengths(row_of(found, constant, what, "memory"));
  };
  CHECK(lengths_of("hw_watcher.period", "between two measurements") == "2: 600 600 601 601 601");
  CHECK(lengths_of("hw_watcher.latency", "age of a measurement, first received") ==
        "2: 99 99 100 100 100");
  CHECK(lengths_of("hw_watcher.latency", "age of a measurement, when replaced") ==
        "2: 700 700 700 700 700");
}

TEST_CASE("what goes stale while a measurement is missed is meant to", "[calibrate]") {
  struct Row {
    std::int64_t gap;
    std::uint64_t samples;
  };
  for (const Row& row : {Row{900, 10}, Row{901, 9}}) {
    INFO(row.gap);
    Tape tape;
    std::int64_t at = 600;
    for (int i = 0; i < 10; ++i, at += 600) tape.measured(at + 50, "h1", "memory", at);
    tape.measured(at - 600 + row.gap + 50, "h1", "memory", at - 600 + row.gap);
    const Measured found = row_of(tape.calibrate(), "hw_watcher.latency",
                                  "age of a measurement, when replaced", "memory");
    CHECK(found.samples == row.samples);
    CHECK(found.left_out == 10 - row.samples);
    CHECK(found.allowed == Seconds{22 * 60});
  }
}

TEST_CASE("fetches of netmon are held against their own period", "[calibrate]") {
  struct Row {
    std::int64_t last;
    std::uint64_t exceeded;
  };
  for (const Row& row : {Row{119, 0}, Row{120, 0}, Row{121, 1}}) {
    const Calibration found = with_last_interval(60, 60, row.last, "s1", "netmon").calibrate();
    const Measured netmon = row_of(found, "netmon.fetch_period", receipts, "netmon");
    CHECK(netmon.exceeded == row.exceeded);
    CHECK(netmon.allowed == Seconds{120});
    CHECK(find_row(found, push, receipts, "netmon") == nullptr);
  }
}

// Hosts behind a switch and in a rack, whose ssh failed at such seconds; then the check of the
// switch or the rack.
Tape cut(const std::vector<std::int64_t>& failed_at, std::int64_t blamed_at,
         std::string_view service) {
  static const std::vector<std::string> names{"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                              "j", "k", "l", "m", "n", "o", "p", "q", "r",
                                              "s", "t", "u", "v", "w", "x", "y", "z"};
  const std::string_view place = service == "rack" ? "r1" : "s1";
  Tape tape;
  tape.report(0, place, service).report(blamed_at, place, service, Status::crit, blamed_at - 1);
  for (std::size_t i = 0; i < failed_at.size(); ++i) {
    tape.add(placed(0, names[i], "s1", "r1")).report(0, names[i], "ssh");
    tape.report(failed_at[i] + 1, names[i], "ssh", Status::crit, failed_at[i]);
  }
  return tape;
}

TEST_CASE("a switch is blamed so long after a failure of its hosts, but for the first of ten",
          "[calibrate]") {
  struct Row {
    const char* why;
    std::vector<std::int64_t> failed_at;
    std::string lengths;  // empty: no row
  };
  std::vector<std::int64_t> twenty(20, 1000);
  twenty[0] = 900;
  twenty[1] = 950;
  twenty[2] = 990;
  const Row rows[] = {
      {"one host may fail by itself", {900}, ""},
      {"of two the first may", {900, 950}, "1: 250 250 250 250 250"},
      {"of twenty the first two", twenty, "1: 210 210 210 210 210"},
      {"a failure of long ago is another", {100, 900, 950}, "1: 250 250 250 250 250"},
      {"the switch was first", {1205, 1206}, "1: 0 0 0 0 0"},
      {"nothing fails at all", {}, ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Calibration found = cut(row.failed_at, 1200, "netmon").calibrate();
      const Measured* lag =
          find_row(found, "netmon.window", "a failing check of a host waits for it", "netmon");
      CHECK((lag == nullptr ? "" : lengths(*lag)) == row.lengths);
      if (lag != nullptr) CHECK(lag->allowed == Seconds{360});
    }
  }
}

TEST_CASE("how long is long ago: twice the lag, from stamp to stamp", "[calibrate]") {
  struct Row {
    std::int64_t failed_at;
    bool is_same;
  };
  // The switch is stamped at 1999; its lag is 360.
  for (const Row& row : {Row{1278, false}, Row{1279, true}}) {
    INFO(row.failed_at);
    const Calibration found = cut({row.failed_at, row.failed_at}, 2000, "netmon").calibrate();
    CHECK((find_row(found, "netmon.window", "a failing check of a host waits for it", "netmon") !=
           nullptr) == row.is_same);
  }
}

TEST_CASE("a rack has a lag of its own, and each failure is one sample", "[calibrate]") {
  Tape tape = cut({900, 950}, 1441, "rack");
  tape.report(2000, "r1", "rack", Status::ok, 1999)
      .report(2000, "a", "ssh", Status::ok, 1999)
      .report(2000, "b", "ssh", Status::ok, 1999)
      .report(2500, "a", "ssh", Status::crit, 2490)
      .report(2500, "b", "ssh", Status::crit, 2491)
      .report(2600, "r1", "rack", Status::crit, 2599);
  const Measured row = row_of(tape.calibrate(), "pongerd.flap_delay",
                              "a failing check of a host waits for it", "rack");
  CHECK(lengths(row) == "2: 109 109 491 491 491");
  CHECK(row.allowed == Seconds{540});
  CHECK(row.fit == Fit::too_few);
}

TEST_CASE("a host that moved away waits for its new switch only", "[calibrate]") {
  Tape tape = cut({900, 950}, 1200, "netmon");
  tape.add(placed(10, "a", "s2", "r1"));
  CHECK(find_row(tape.calibrate(), "netmon.window", "a failing check of a host waits for it",
                 "netmon") == nullptr);
}

TEST_CASE("two changes in a row were held back for no longer than lies between them",
          "[calibrate]") {
  struct Row {
    const char* why;
    std::int64_t second_change;
    Fit fit;
  };
  // Stamps may differ by propagation, 60 s; flap_delay is 180 s.
  for (const Row& row :
       {Row{"a second less", 1119, Fit::generous}, Row{"as long", 1120, Fit::fits}}) {
    DYNAMIC_SECTION(row.why) {
      Tape tape;
      tape.repeat(0, 900, 300, "h1", "ssh")
          .report(1001, "h1", "ssh", Status::crit, 1000)
          .report(1200, "h1", "ssh", Status::ok, row.second_change);
      const Measured found =
          row_of(tape.calibrate(), "pongerd.flap_delay", "between two changes", "ssh");
      CHECK(found.shortest == Seconds{row.second_change - 1000});
      CHECK(found.fit == row.fit);
    }
  }
}

// Receipts every ten seconds, each a measurement: so are those of changes.
Tape with_beat(std::string_view host, std::string_view service, std::int64_t until,
               std::int64_t flips_every) {
  Tape tape;
  bool is_ok = true;
  std::int64_t since = 0;
  for (std::int64_t second = 0; second <= until; second += 10) {
    if (second > 0 && second % flips_every == 0) {
      is_ok = !is_ok;
      since = second - 1;
    }
    tape.report(second, host, service, is_ok ? Status::ok : Status::crit, since);
  }
  return tape;
}

TEST_CASE("changes that keep the beat show that each receipt is a measurement", "[calibrate]") {
  const Calibration found = with_beat("h1", "ssh", 3000, 100).calibrate();
  const Measured period = row_of(found, "checks.ssh.period", "between two measurements", "ssh");
  CHECK(period.p50 == Seconds{10});
  CHECK(period.fit == Fit::generous);
  const Measured delay =
      row_of(found, "juggler.propagation", "from a change to its receipt", "ssh");
  CHECK(delay.allowed == Seconds{60});
  CHECK(lengths(delay) == "30: 1 1 1 1 1");
  // A change is told at 100, the next receipt at 110 may begin the one that is told at 200.
  CHECK(row_of(found, "pongerd.flap_delay", "between two changes", "ssh").shortest == Seconds{90});
}

TEST_CASE("two changes in two measurements in a row were not held back at all", "[calibrate]") {
  Tape tape = with_beat("h1", "ssh", 1000, 100);
  tape.report(1010, "h1", "ssh", Status::crit, 1009).report(1020, "h1", "ssh", Status::ok, 1019);
  const Measured row = row_of(tape.calibrate(), "pongerd.flap_delay", "between two changes", "ssh");
  CHECK(row.shortest == Seconds{0});
  CHECK(row.fit == Fit::generous);
  CHECK(row.note == "nothing is held back for longer than 0s");
}

TEST_CASE("changes that are sent at once show that receipts repeat", "[calibrate]") {
  Tape tape;
  Status status = Status::ok;
  std::int64_t since = 0;
  for (std::int64_t second = 0; second <= 9000; second += 300) {
    tape.report(second, "h1", "ssh", status, since);
    if (second % 900 != 0 || second == 0) continue;
    status = status == Status::ok ? Status::crit : Status::ok;
    since = second + 30 + second / 90;
    tape.report(since + 1, "h1", "ssh", status, since);
  }
  const Calibration found = tape.calibrate();
  CHECK(find_row(found, "checks.ssh.period", "between two measurements", "ssh") == nullptr);
  CHECK(row_of(found, "checks.ssh.period", "", "").note ==
        "a receipt may repeat an old measurement: too few changes keep the beat");
}

TEST_CASE("how many changes it takes to show a beat", "[calibrate]") {
  // One comes as late by chance in one case of five: two in one of 25.
  for (const int changes : {1, 2}) {
    INFO(changes);
    Tape tape;
    tape.repeat(0, 1000, 100, "h1", "ssh");
    std::int64_t since = 0;
    for (int i = 1; i <= changes; ++i) {
      since = 1000 + 100 * i;
      tape.report(since, "h1", "ssh", i % 2 == 1 ? Status::crit : Status::ok, since);
    }
    CHECK((find_row(tape.calibrate(), "checks.ssh.period", "between two measurements", "ssh") !=
           nullptr) == (changes == 2));
  }
}

TEST_CASE("a new host's checks have so long to appear", "[calibrate]") {
  Tape tape;
  tape.report(0, "h0", "meta")  // neither assigned nor renamed
      .add(fact(EventType::assign, 100, "h1"))
      .report(1540, "h1", "meta")
      .report(1541, "h1", "ssh")
      .add(fact(EventType::rename, 2000, "h1", "h2"))
      .report(2010, "h2", "meta")
      .add(fact(EventType::assign, 3000, "h2"))  // what was observed stays
      .report(3500, "h2", "meta")
      .add(fact(EventType::remove, 4000, "h2"))
      .report(4100, "h2", "meta");  // nobody's any more
  const Calibration found = tape.calibrate();
  const auto row = [&](const char* check) {
    return row_of(found, "appearance.cron_duration", "until a new host's first receipt", check);
  };
  CHECK(lengths(row("meta")) == "2: 10 10 1440 1440 1440");
  CHECK(row("meta").allowed == Seconds{1440});
  CHECK(row("meta").exceeded == 0);
  CHECK(lengths(row("ssh")) == "1: 1441 1441 1441 1441 1441");
  CHECK(row("ssh").exceeded == 1);
}

TEST_CASE("a clock is one sample, however often it is ahead", "[calibrate]") {
  struct Row {
    std::int64_t ahead;
    std::uint64_t exceeded;
    Fit fit;
  };
  for (const Row& row :
       {Row{59, 0, Fit::too_few}, Row{60, 0, Fit::too_few}, Row{61, 1, Fit::too_tight}}) {
    INFO(row.ahead);
    Tape tape;
    tape.report(100, "h1", "meta", Status::ok, 100 + row.ahead)
        .report(400, "h1", "meta", Status::ok, 401)
        .measured(400, "h1", "memory", 400 + row.ahead)
        .report(400, "h2", "meta");
    const Calibration found = tape.calibrate();
    for (const char* check : {"meta", "memory"}) {
      const Measured ahead = row_of(found, std::string("checks.") + check + ".accuracy",
                                    "a time ahead of its receipt, of a host", check);
      CHECK(ahead.samples == (check == std::string("meta") ? 2U : 1U));
      CHECK(ahead.longest == Seconds{row.ahead});
      CHECK(ahead.exceeded == row.exceeded);
      CHECK(ahead.fit == row.fit);
    }
  }
}

TEST_CASE("what the policy does not name is counted", "[calibrate]") {
  Tape tape;
  tape.report(0, "h1", "meta").report(0, "h1", "uptime").report(1, "h1", "uptime");
  const Calibration found = tape.calibrate();
  CHECK(found.reports == 1);
  CHECK(found.checks == 1);
  CHECK(found.unnamed == std::map<std::string, std::uint64_t, std::less<>>{{"uptime", 2}});
  CHECK(found.first == t(0));
  CHECK(found.last == t(1));
  CHECK(row_of(found, "checks.ssh.kind", "", "").note == "it was never received");
}

TEST_CASE("an empty recording shows nothing, and says so of every constant", "[calibrate]") {
  const Calibration found = Tape().calibrate({}, 0.01);
  CHECK_FALSE(found.first);
  CHECK(found.scale.compared == 0);
  CHECK_FALSE(found.scale.is_common);
  for (const Measured& row : found.measured) {
    INFO(row.constant);
    CHECK(row.fit == Fit::not_measured);
    CHECK_FALSE(row.note.empty());
    CHECK(value_of(PolicySet{}, row.constant));
  }
  REQUIRE(found.suggested);
  CHECK(found.suggested->checks == PolicySet{}.checks);
  for (const std::string& path : value_paths(PolicySet{})) {
    CHECK(suggested(found, path) == value_of(PolicySet{}, path));
  }
}

TEST_CASE("the common scale is what half of the periods agree on", "[calibrate]") {
  struct Row {
    const char* why;
    std::int64_t push, measured, fetched;
    double factor;
    bool is_common;
  };
  const Row rows[] = {
      {"all a tenth", 30, 60, 6, 0.1, true},
      {"two of three", 30, 60, 60, 0.1, true},
      {"near enough, to a factor of 1.1", 30, 66, 60, 0.11, true},
      {"not near enough", 30, 67, 60, 0.1, false},
      {"all as the policy says", 300, 600, 60, 1, false},
      {"hardly different", 375, 750, 75, 1.2, false},
      {"different", 378, 756, 76, 1.3, true},
      {"twenty times as slow", 6000, 12000, 60, 20, true},
      {"each another", 30, 600, 600, 0.1, false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Tape tape;
      for (std::int64_t i = 0; i < 10; ++i) tape.report(row.fetched * i, "s1", "netmon");
      // Pushed as regularly as everything else, whenever it was measured.
      for (std::int64_t i = 0; i < 200; ++i) {
        const std::int64_t second = row.push * i;
        tape.measured(second, "h1", "memory", second / row.measured * row.measured);
      }
      const PeriodScale scale = tape.calibrate().scale;
      CHECK(scale.compared == 3);
      CHECK(scale.is_common == row.is_common);
      if (row.is_common) CHECK(scale.factor == Approx(row.factor));
    }
  }
}

}  // namespace
}  // namespace vitals
