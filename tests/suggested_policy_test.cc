// SPDX-License-Identifier: Apache-2.0
// The truth beside a recording, and the policy that is suggested.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <simdjson.h>
#include <catch2/catch.hpp>
#include <string>

#include "calibrate/suggest.h"
#include "tape.h"
#include "vitals/policy_sums.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

std::string lengths(const Measured& row) {
  return std::to_string(row.samples) + ": " + std::to_string(row.shortest.count()) + " to " +
         std::to_string(row.longest.count());
}

TEST_CASE("from a truth to its stamp and its receipt", "[calibrate]") {
  Tape tape;
  tape.was_true(0, "h1", "ssh", Status::ok)
      .was_true(1000, "h1", "ssh", Status::crit)
      .was_true(2000, "h1", "ssh", Status::ok)    // never told
      .was_true(2010, "h1", "ssh", Status::crit)  // as is said still
      .was_true(2020, "h1", "ssh", Status::ok)
      .was_true(3000, "h1", "ssh", Status::warn)  // never told either
      .was_true(3100, "h1", "ssh", Status::crit);
  tape.repeat(0, 900, 300, "h1", "ssh")
      .report(1361, "h1", "ssh", Status::crit, 1360)
      .report(2100, "h1", "ssh", Status::ok, 2050)
      .report(3300, "h1", "ssh", Status::crit, 3250);
  const Calibration found = tape.calibrate();
  const Measured stamp = row_of(found, "juggler.overhead", "from the truth to its stamp", "ssh");
  CHECK(lengths(stamp) == "3: 30 to 360");
  CHECK(stamp.allowed == Seconds{2 * 120 + 240 + 60});
  CHECK(stamp.exceeded == 0);
  const Measured receipt =
      row_of(found, "juggler.overhead", "from the truth to its receipt", "ssh");
  CHECK(lengths(receipt) == "3: 80 to 361");
  CHECK(receipt.allowed == Seconds{2 * 120 + 240 + 60 + 300});
  CHECK(found.untold == 2);
  CHECK(found.untrue == 0);
}

TEST_CASE("a stamp may be late by the overhead, and not later", "[calibrate]") {
  struct Row {
    std::int64_t stamp;
    std::uint64_t exceeded;
  };
  for (const Row& row : {Row{1539, 0}, Row{1540, 0}, Row{1541, 1}}) {
    INFO(row.stamp);
    Tape tape;
    tape.was_true(0, "h1", "ssh", Status::ok).was_true(1000, "h1", "ssh", Status::crit);
    tape.repeat(0, 900, 300, "h1", "ssh");
    tape.report(1600, "h1", "ssh", Status::crit, row.stamp);
    CHECK(row_of(tape.calibrate(), "juggler.overhead", "from the truth to its stamp", "ssh")
              .exceeded == row.exceeded);
  }
}

TEST_CASE("a status may be stamped and received that is no longer true", "[calibrate]") {
  struct Row {
    std::int64_t stamp;
    std::uint64_t late_stamps;
    std::int64_t last_receipt;
    std::uint64_t late_receipts;
  };
  // CRIT was true up to 1100. overhead + accuracy is 300; with push_period + 2 * period 840.
  for (const Row& row : {Row{1399, 0, 1939, 0}, Row{1400, 0, 1940, 0}, Row{1401, 1, 1941, 1}}) {
    INFO(row.stamp);
    Tape tape;
    tape.was_true(0, "h1", "ssh", Status::ok)
        .was_true(1000, "h1", "ssh", Status::crit)
        .was_true(1100, "h1", "ssh", Status::ok);
    tape.repeat(0, 900, 300, "h1", "ssh")
        .report(1402, "h1", "ssh", Status::crit, row.stamp)
        .report(row.last_receipt, "h1", "ssh", Status::crit, row.stamp);
    const Calibration found = tape.calibrate();
    const Measured stamped =
        row_of(found, "juggler.overhead", "a change is stamped, and no longer true for", "ssh");
    CHECK(stamped.longest == Seconds{row.stamp - 1100});
    CHECK(stamped.exceeded == row.late_stamps);
    const Measured received =
        row_of(found, "juggler.overhead", "a status is received, and no longer true for", "ssh");
    CHECK(received.longest == Seconds{row.last_receipt - 1100});
    CHECK(received.exceeded == row.late_receipts);
    CHECK(received.samples == 6);
  }
}

TEST_CASE("what never was true is counted", "[calibrate]") {
  Tape tape;
  tape.was_true(0, "h1", "ssh", Status::ok);
  tape.report(10, "h1", "ssh").report(100, "h1", "ssh", Status::crit, 90);
  CHECK(tape.calibrate().untrue == 1);
}

TEST_CASE("a time to live is from when there was nothing to measure", "[calibrate]") {
  struct Row {
    std::int64_t stamp;
    std::uint64_t exceeded;
  };
  for (const Row& row : {Row{1659, 0}, Row{1660, 0}, Row{1661, 1}}) {
    Tape tape;
    tape.was_true(0, "h1", "meta", Status::ok).was_true(1000, "h1", "meta", Status::nodata);
    tape.repeat(0, 1500, 300, "h1", "meta");
    tape.report(1700, "h1", "meta", Status::nodata, row.stamp);
    const Calibration found = tape.calibrate();
    const Measured measured = row_of(found, "juggler.passive_ttl_periods",
                                     "from the truth of NODATA to its stamp", "meta");
    CHECK(lengths(measured) ==
          "1: " + std::to_string(row.stamp - 1000) + " to " + std::to_string(row.stamp - 1000));
    CHECK(measured.exceeded == row.exceeded);
    // Intervals in which there was nothing to measure say nothing of a source.
    CHECK(lengths(row_of(found, "juggler.push_period", "between two receipts", "meta")) ==
          "3: 300 to 300");
  }
}

TEST_CASE("a measurement of hw-watcher was true when it was taken, to the accuracy",
          "[calibrate]") {
  struct Row {
    std::int64_t at;
    std::uint64_t exceeded;
  };
  for (const Row& row : {Row{1059, 0}, Row{1060, 0}, Row{1061, 1}}) {
    Tape tape;
    tape.was_true(0, "h1", "memory", Status::ok).was_true(1000, "h1", "memory", Status::crit);
    tape.measured(1100, "h1", "memory", row.at);
    CHECK(row_of(tape.calibrate(), "checks.memory.accuracy", "measured, and no longer true for",
                 "memory")
              .exceeded == row.exceeded);
  }
}

TEST_CASE("a switch speaks up so long after its truth, and a rack", "[calibrate]") {
  Tape tape;
  tape.was_true(0, "s1", "netmon", Status::ok)
      .was_true(0, "r1", "rack", Status::ok)
      .was_true(1000, "r1", "rack", Status::crit)
      .was_true(1000, "s1", "netmon", Status::crit);
  tape.report(900, "s1", "netmon")
      .report(900, "r1", "rack")
      .report(1361, "s1", "netmon", Status::crit, 1300)
      .report(1541, "r1", "rack", Status::crit, 1540);
  const Calibration found = tape.calibrate();
  const Measured of_switch =
      row_of(found, "netmon.window", "from the truth to its receipt", "netmon");
  CHECK(of_switch.longest == Seconds{361});
  CHECK(of_switch.exceeded == 1);
  const Measured of_rack =
      row_of(found, "pongerd.flap_delay", "from the truth to its receipt", "rack");
  CHECK(of_rack.longest == Seconds{541});
  CHECK(of_rack.exceeded == 1);
}

TEST_CASE("what failed before its switch did truly, failed by itself", "[calibrate]") {
  for (const bool has_truth : {false, true}) {
    Tape tape;
    if (has_truth) {
      tape.was_true(0, "s1", "netmon", Status::ok).was_true(1000, "s1", "netmon", Status::crit);
    }
    tape.report(0, "s1", "netmon").report(1300, "s1", "netmon", Status::crit, 1250);
    for (const char* host : {"a", "b", "c", "d"}) {
      const bool is_first = std::string_view(host) < "c";
      tape.add(placed(0, host, "s1", "r1")).report(0, host, "ssh");
      tape.report(1200, host, "ssh", Status::crit, is_first ? 999 : 1000);
    }
    CHECK(row_of(tape.calibrate(), "netmon.window", "a failing check of a host waits for it",
                 "netmon")
              .longest == Seconds{has_truth ? 300 : 301});
  }
}

TEST_CASE("a truth goes with its host to another name", "[calibrate]") {
  Tape tape;
  tape.was_true(0, "h1", "meta", Status::ok).was_true(1000, "h1", "meta", Status::crit);
  tape.report(0, "h1", "meta")
      .add(fact(EventType::rename, 1100, "h1", "h2"))
      .report(1200, "h2", "meta", Status::crit, 1150);
  CHECK(lengths(row_of(tape.calibrate(), "juggler.overhead", "from the truth to its stamp",
                       "meta")) == "1: 150 to 150");
}

// What a check said so long after the truth had changed from CRIT to OK; none where it is left out.
std::string samples_of(const Tape& tape, const char* what, const char* check) {
  const Calibration found = tape.calibrate();
  const Measured* row = find_row(found, "juggler.overhead", what, check);
  return row == nullptr ? "none" : lengths(*row);
}

TEST_CASE("what kept a check from telling the truth says nothing of the way to us", "[calibrate]") {
  struct Row {
    const char* why;
    void (*happens)(Tape& tape);
    const char* ssh;
    const char* meta;
  };
  const Row rows[] = {
      {"nothing", [](Tape&) {}, "1: 500 to 500", "1: 500 to 500"},
      {"its switch failed in between",
       [](Tape& tape) {
         tape.was_true(0, "s1", "netmon", Status::ok)
             .was_true(1100, "s1", "netmon", Status::crit)
             .was_true(1200, "s1", "netmon", Status::ok);
       },
       "none", "none"},
      {"its switch failed before",
       [](Tape& tape) {
         tape.was_true(0, "s1", "netmon", Status::crit).was_true(999, "s1", "netmon", Status::ok);
       },
       "1: 500 to 500", "1: 500 to 500"},
      {"it was not to be reached",
       [](Tape& tape) {
         tape.was_true(1100, "h1", "UNREACHABLE", Status::crit)
             .was_true(1150, "h1", "UNREACHABLE", Status::ok);
       },
       "1: 500 to 500", "none"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      Tape tape;
      tape.add(placed(0, "h1", "s1", "r1"));
      for (const char* check : {"ssh", "meta", "UNREACHABLE"})
        tape.was_true(0, "h1", check, Status::ok);
      row.happens(tape);
      for (const char* check : {"ssh", "meta"}) {
        tape.was_true(1000, "h1", check, Status::crit);
        tape.report(0, "h1", check).report(1510, "h1", check, Status::crit, 1500);
      }
      CHECK(samples_of(tape, "from the truth to its stamp", "ssh") == row.ssh);
      CHECK(samples_of(tape, "from the truth to its stamp", "meta") == row.meta);
    }
  }
}

TEST_CASE("whether a renamed host was looked for at its old address nobody knows for so long",
          "[calibrate]") {
  // rename.detection is three hours.
  for (const std::int64_t after : {10'799, 10'800}) {
    Tape tape;
    tape.report(0, "h1", "ssh").add(fact(EventType::rename, 100, "h1", "h2"));
    const std::int64_t broke = 100 + after;
    tape.was_true(0, "h1", "ssh", Status::ok).was_true(broke, "h2", "ssh", Status::crit);
    tape.report(200, "h2", "ssh").report(broke + 510, "h2", "ssh", Status::crit, broke + 500);
    CHECK(samples_of(tape, "from the truth to its stamp", "ssh") ==
          (after < 10'800 ? "none" : "1: 500 to 500"));
  }
}

TEST_CASE("a status of long ago is wrong and not late, once the truth was told", "[calibrate]") {
  for (const bool is_told : {true, false}) {
    Tape tape;
    tape.was_true(0, "h1", "ssh", Status::crit).was_true(1000, "h1", "ssh", Status::ok);
    tape.report(0, "h1", "ssh", Status::crit, 0);
    if (is_told) tape.report(1200, "h1", "ssh", Status::ok, 1100);
    tape.report(9000, "h1", "ssh", Status::crit, 8900);
    const Calibration found = tape.calibrate();
    CHECK(found.untrue == (is_told ? 1 : 0));
    CHECK(row_of(found, "juggler.overhead", "a change is stamped, and no longer true for", "ssh")
              .longest == Seconds{is_told ? 0 : 7900});
  }
}

TEST_CASE("lengths are rounded up as people write them", "[calibrate]") {
  struct Row {
    const char* length;
    const char* rounded;
    const char* nominal;
  };
  const Row rows[] = {
      {"0s", "0s", "0s"},       {"1s", "1s", "1s"},          {"59s", "59s", "59s"},
      {"1m", "1m", "1m"},       {"1m1s", "1m5s", "1m"},      {"1m2s", "1m5s", "1m5s"},
      {"4m59s", "5m", "4m55s"}, {"5m", "5m", "5m"},          {"5m1s", "5m15s", "5m"},
      {"5m9s", "5m15s", "5m"},  {"5m10s", "5m15s", "5m15s"}, {"10m", "10m", "10m"},
      {"10m1s", "11m", "10m"},  {"1h", "1h", "1h"},          {"1h1s", "1h5m", "1h"},
      {"2h1m", "2h5m", "2h"}};
  for (const Row& row : rows) {
    INFO(row.length);
    CHECK(format_duration(rounded_up(*parse_duration(row.length))) == row.rounded);
    CHECK(format_duration(nominal(*parse_duration(row.length))) == row.nominal);
  }
}

// A fleet whose every period is `unit` times a second of the default policy's.
Tape scaled_fleet(std::int64_t percent, int periods = 400) {
  static const std::vector<std::string> hosts{"a", "b", "c"};
  const auto of = [&](std::int64_t seconds) { return seconds * percent / 100; };
  Tape tape;
  for (int i = 0; i < periods; ++i) {
    tape.report(of(60) * i, "s1", "netmon").report(of(300) * i, "r1", "rack");
    for (const std::string& host : hosts) {
      tape.report(of(300) * i, host, "meta").report(of(300) * i, host, "ssh");
      tape.measured(of(300) * i, host, "memory", of(600) * (i / 2));
    }
  }
  return tape;
}

TEST_CASE("a recording of the policy's own installation suggests the policy", "[calibrate]") {
  const Calibration found = scaled_fleet(100).calibrate({}, 0.01);
  CHECK_FALSE(found.scale.is_common);
  for (const std::string& path : value_paths(PolicySet{})) {
    INFO(path);
    CHECK(suggested(found, path) == value_of(PolicySet{}, path));
    CHECK_THAT(reason_of(found, path), Catch::StartsWith("default"));
  }
  CHECK(reason_of(found, "juggler.push_period") ==
        "default; memory: typical 5m (n = 1197); twice that is enough: memory: interval above 5m "
        "in at most 0.01 of cases (0 of 1197, longest 5m)");
}

TEST_CASE("where all periods are a tenth, defaults are; what somebody stated is not",
          "[calibrate]") {
  const PolicySet stated =
      *parse_policy("{juggler: {active_ttl: 20m}, rename: {detection: 0s}}", "mine.yaml");
  const Calibration found = scaled_fleet(10).calibrate(stated, 0.01);
  CHECK(found.scale.is_common);
  struct Row {
    const char* path;
    const char* value;
    const char* reason;
  };
  const Row rows[] = {
      {"juggler.push_period", "30s", "default 5m x 0.1; memory: typical 30s (n = 1197)"},
      {"juggler.propagation", "6s", "default 1m x 0.1; the way to Juggler is not seen"},
      {"juggler.overhead", "24s", "default 4m x 0.1; flap_delay + propagation"},
      {"juggler.active_ttl", "20m", "stated in mine.yaml:1"},
      {"juggler.passive_ttl_periods", "2", "default"},
      {"hw_watcher.period", "1m", "default 10m x 0.1; memory: typical 1m (n = 597)"},
      {"netmon.fetch_period", "6s", "default 1m x 0.1; netmon: typical 6s (n = 399)"},
      {"netmon.window", "30s", "default 5m x 0.1"},
      {"pongerd.flap_delay", "18s", "default 3m x 0.1"},
      {"rename.detection", "0s", "stated in mine.yaml:1; no recording shows it"},
      {"appearance.cron_per_host", "0s", "default"},
      {"infrastructure.settling", "clock", "default"},
      {"checks.ssh.period", "12s", "default 2m x 0.1; a receipt may repeat an old measurement"},
      {"checks.bmc.period", "30s", "default 5m x 0.1; never received"},
      {"checks.ssh.accuracy", "6s", "default 1m x 0.1; too few samples (ssh 3 of the 299 needed)"},
      {"checks.ssh.required", "true", "default"},
  };
  for (const Row& row : rows) {
    INFO(row.path);
    CHECK(suggested(found, row.path) == row.value);
    CHECK_THAT(reason_of(found, row.path), Catch::StartsWith(row.reason));
  }
}

TEST_CASE("a deadline that is exceeded too often is raised, one that is not is left",
          "[calibrate]") {
  struct Row {
    int late;
    const char* value;
  };
  // Of 500 intervals two may lie above a bound of 1 %.
  for (const Row& row : {Row{1, "5m"}, Row{2, "10m"}, Row{3, "10m"}}) {
    INFO(row.late);
    Tape tape;
    std::int64_t second = 0;
    for (int i = 0; i <= 500; ++i) {
      tape.report(second, "h1", "meta");
      second += i < row.late ? 1199 : 300;
    }
    const Calibration found = tape.calibrate({}, 0.01);
    CHECK(suggested(found, "juggler.push_period") == row.value);
    CHECK(row_of(found, "juggler.push_period", "between two receipts", "meta").fit ==
          Fit::fits);  // three of 500 are less than the target
  }
}

TEST_CASE("too few samples are told, and nothing is guessed from them", "[calibrate]") {
  Tape tape;
  for (int i = 0; i <= 298; ++i) tape.report(700 * i, "h1", "meta");
  tape.repeat(0, 5 * 300, 300, "h2", "link");
  // The typical period needs six samples, the deadline 299.
  const Calibration found = tape.calibrate({}, 0.01);
  CHECK(suggested(found, "juggler.push_period") == "12m");
  CHECK(reason_of(found, "juggler.push_period") ==
        "meta: typical 11m40s (n = 298); too few samples (link 5, meta 298 of the 299 needed)");
  const Calibration few = tape.calibrate({}, 0.009);
  CHECK(few.suggested.has_value());

  Tape five;
  five.repeat(0, 5 * 700, 700, "h1", "meta");
  const Calibration less = five.calibrate({}, 0.01);
  CHECK(suggested(less, "juggler.push_period") == "5m");
  CHECK(reason_of(less, "juggler.push_period") ==
        "default; too few samples (meta 5 of the 299 needed)");
}

TEST_CASE("a stricter target never makes a deadline shorter for want of samples", "[calibrate]") {
  // A minute apart, and the policy says five.
  Tape tape;
  tape.repeat(0, 60 * 400, 60, "h1", "meta");
  struct Row {
    double target;
    const char* value;
    const char* reason;
  };
  const Row rows[] = {
      {0.01, "1m",
       "meta: typical 1m (n = 400); twice that is enough: meta: interval above 1m in at most 0.01 "
       "of cases (0 of 400, longest 1m)"},
      {0.001, "5m",
       "default; meta: typical 1m (n = 400), too few to make it shorter; too few samples (meta 400 "
       "of "
       "the 2995 needed)"}};
  for (const Row& row : rows) {
    INFO(row.target);
    const Calibration found = tape.calibrate({}, row.target);
    CHECK(suggested(found, "juggler.push_period") == row.value);
    CHECK(reason_of(found, "juggler.push_period") == row.reason);
  }
}

TEST_CASE("the parts of overhead stay its parts", "[calibrate]") {
  struct Row {
    const char* why;
    const char* yaml;
    const char* overhead;
    const char* reason;
  };
  const Row rows[] = {
      {"their sum", "juggler: {overhead: 4m}", "1m", "flap_delay + propagation"},
      {"more than their sum", "juggler: {overhead: 6m}", "6m", "stated in p:1"},
      {"less than their sum, which a warning is about", "juggler: {overhead: 30s}", "1m",
       "flap_delay + propagation"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      // Two changes in two measurements in a row: flap_delay is nothing.
      Tape tape;
      tape.repeat(0, 1000, 10, "h1", "ssh")
          .report(1010, "h1", "ssh", Status::crit, 1009)
          .report(1020, "h1", "ssh", Status::ok, 1019)
          .report(1030, "h1", "ssh", Status::crit, 1029);
      const Calibration found = tape.calibrate(*parse_policy(row.yaml, "p"), 0.1);
      CHECK(suggested(found, "pongerd.flap_delay") == "0s");
      CHECK(suggested(found, "juggler.overhead") == row.overhead);
      CHECK_THAT(reason_of(found, "juggler.overhead"), Catch::StartsWith(row.reason));
    }
  }
}

TEST_CASE("the truth raises overhead", "[calibrate]") {
  Tape tape;
  tape.was_true(0, "h1", "ssh", Status::ok).report(0, "h1", "ssh");
  bool is_ok = true;
  for (std::int64_t i = 1; i <= 60; ++i) {
    is_ok = !is_ok;
    const Status status = is_ok ? Status::ok : Status::crit;
    tape.was_true(5000 * i, "h1", "ssh", status);
    tape.report(5000 * i + 625, "h1", "ssh", status, 5000 * i + 621);
  }
  const Calibration found = tape.calibrate({}, 0.05);
  CHECK(suggested(found, "juggler.overhead") ==
        "5m30s");  // 621 less two periods of 120 and the accuracy
  CHECK(reason_of(found, "juggler.overhead") ==
        "ssh: from the truth to its stamp above 10m21s in at most 0.05 of cases (0 of 60, longest "
        "10m21s)");
}

TEST_CASE("the truth tells the times to live", "[calibrate]") {
  Tape tape;
  for (const char* check : {"meta", "ssh"}) {
    tape.report(0, "h1", check);
  }
  tape.was_true(0, "h1", "meta", Status::ok).was_true(0, "h1", "ssh", Status::ok);
  for (std::int64_t i = 1; i <= 60; ++i) {
    const std::int64_t gone = 10'000 * i;
    for (const char* check : {"meta", "ssh"}) {
      tape.was_true(gone, "h1", check, Status::nodata);
      tape.report(gone + 1002, "h1", check, Status::nodata, gone + 1001);
    }
    for (const char* check : {"meta", "ssh"}) {
      tape.was_true(gone + 5000, "h1", check, Status::ok);
      tape.report(gone + 5002, "h1", check, Status::ok, gone + 5001);
    }
  }
  const Calibration found = tape.calibrate({}, 0.05);
  CHECK(suggested(found, "juggler.active_ttl") == "16m");
  CHECK(suggested(found, "juggler.passive_ttl_periods") == "4");
}

TEST_CASE("a switch cannot speak up before its next receipt", "[calibrate]") {
  Tape tape;
  tape.repeat(0, 60 * 100, 100, "s1", "netmon");
  // Each receipt of ssh is a measurement, and a change is here after four seconds.
  bool is_ok = true;
  for (std::int64_t i = 0; i < 800; ++i) {
    if (i % 10 == 9) is_ok = !is_ok;
    tape.report(10 * i, "h1", "ssh", is_ok ? Status::ok : Status::crit,
                i < 9 ? 0 : (i + 1) / 10 * 100 - 14);
  }
  const PolicySet stated = *parse_policy("{netmon: {fetch_period: 90s, window: 0s}}", "mine.yaml");
  struct Row {
    double target;
    const char* fetch_period;
    const char* window;
    const char* reason;
  };
  // Of what is too little to promise the target, only what was seen is told.
  const Row rows[] = {{0.05, "1m40s", "4s",
                       "not before the next receipt: netmon: interval above 1m40s in at most 0.05"},
                      {0.01, "1m40s", "4s",
                       "not before the next receipt: netmon: interval up to 1m40s, and 4s of"}};
  for (const Row& row : rows) {
    INFO(row.target);
    const Calibration found = tape.calibrate(stated, row.target);
    CHECK(suggested(found, "netmon.fetch_period") == row.fetch_period);
    CHECK(suggested(found, "netmon.window") == row.window);
    CHECK_THAT(reason_of(found, "netmon.window"), Catch::StartsWith(row.reason));
  }
}

TEST_CASE("a suggested policy is read back, and what one value includes stays in it",
          "[calibrate]") {
  rc::prop("for random recordings and policies", [] {
    const PolicySet policy = random_policy();
    RandomEvents events;
    Tape tape;
    std::int64_t now = 1000;
    for (int i = *rc::gen::inRange(0, 300); i > 0; --i) {
      now += *rc::gen::weightedElement<std::int64_t>({{5, 0}, {5, 1}, {5, 30}, {1, 500}});
      tape.add(events.next(now));
    }
    const auto target = *rc::gen::element(0.5, 0.2, 0.05, 0.0001);
    const Calibration found = tape.lenient().calibrate(policy, target);
    RC_ASSERT(found.suggested.has_value());
    const std::string yaml = to_yaml(*found.suggested);
    const auto read = parse_policy(yaml, "suggested.yaml");
    RC_ASSERT(read.ok());
    RC_ASSERT(differing_values(*read, *found.suggested).empty());
    for (const std::string& path : value_paths(*found.suggested)) {
      RC_ASSERT(!reason_of(found, path).empty());
    }
    const Policy& is = found.suggested->constants;
    RC_ASSERT(is.juggler.overhead >= is.pongerd.flap_delay + is.juggler.propagation);
    RC_ASSERT(is.hw_watcher.latency >= is.juggler.propagation);
    RC_ASSERT(retention(is) >= stale_after(Kind::netmon, is));
    for (const auto& [name, check] : found.suggested->checks) {
      RC_ASSERT(!check.required || check.period <= is.appearance.passive_period);
    }
    simdjson::dom::parser parser;
    const std::string json = to_json(found, policy);
    RC_ASSERT(parser.parse(json).error() == simdjson::SUCCESS);
    RC_ASSERT(json.find('\n') == std::string::npos);
  });
}

TEST_CASE("a target must be a share", "[calibrate]") {
  for (const double target : {0.0, -0.1, 0.51, 1.0}) {
    RecordingReader reader = RecordingReader::from_text("", "recording");
    const auto found = calibrate(reader, {}, {.target = target});
    REQUIRE_FALSE(found.ok());
    CHECK(found.status().message() ==
          "the target must be a share above 0 and at most 0.5, such as 1e-4");
  }
}

TEST_CASE("a calibration as JSON has every key", "[calibrate]") {
  Tape tape;
  tape.report(0, "h1", "meta").report(300, "h1", "meta").report(300, "h1", "up\"time");
  const std::string json = to_json(tape.calibrate({}, 0.01), {});
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  REQUIRE(parser.parse(json).get(document) == simdjson::SUCCESS);
  CHECK_THAT(json, Catch::StartsWith(
                       R"({"first":0,"last":300,"reports":2,"checks":1,"unnamed":{"up\"time":1},)"
                       R"("scale":{"factor":1,"agreeing":0,"compared":0,"is_common":false},)"
                       R"("silence":300,"has_silences":false,"untold":0,"untrue":0,"measured":[)"
                       R"({"constant":"juggler.push_period","what":"between two receipts",)"
                       R"("check":"meta","samples":1,"shortest":300,"p50":300,"p99":300,)"
                       R"("p999":300,"longest":300,"allowed":600,)"
                       R"("formula":"2 * juggler.push_period","exceeded":0,"left_out":0,)"
                       R"("fit":"too few","note":null},)"));
  CHECK_THAT(json, Catch::Contains(R"x({"value":"juggler.push_period","is":"5m","was":"5m",)x"
                                   R"x("reason":"default; too few samples (meta 1 of the 299 )x"
                                   R"x(needed)"})x"));
  CHECK_THAT(to_json(tape.calibrate(), {}), Catch::EndsWith(R"("suggested":null})"));
}

}  // namespace
}  // namespace vitals
