// SPDX-License-Identifier: Apache-2.0
#include "vitals/observation.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "generators.h"
#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

static_assert(name(Status::ok) == "OK" && name(Status::warn) == "WARN");
static_assert(name(Status::crit) == "CRIT" && name(Status::nodata) == "NODATA");
static_assert(name(Status::info) == "INFO");
static_assert(name(Kind::active) == "active" && name(Kind::passive) == "passive");
static_assert(name(Kind::hw_watcher) == "hw_watcher" && name(Kind::netmon) == "netmon");
static_assert(name(Kind::rack) == "rack");

static_assert(!is_infrastructure(Kind::active) && !is_infrastructure(Kind::passive));
static_assert(!is_infrastructure(Kind::hw_watcher));
static_assert(is_infrastructure(Kind::netmon) && is_infrastructure(Kind::rack));

// The example of the header.
static_assert(
    receive({.status_mtime = t(161), .receive_time = t(100)}, Kind::active, 60s).implausible);

TEST_CASE("A status is read from its word alone, NODATA in three spellings") {
  struct Row {
    const char* word;
    std::optional<Status> expected;
  };
  const Row rows[] = {
      {"OK", Status::ok},         {"WARN", Status::warn},      {"CRIT", Status::crit},
      {"NODATA", Status::nodata}, {"NO DATA", Status::nodata}, {"NO_DATA", Status::nodata},
      {"INFO", Status::info},     {"ok", std::nullopt},        {"NO-DATA", std::nullopt},
      {"NO  DATA", std::nullopt}, {" OK", std::nullopt},       {"OK ", std::nullopt},
      {"CRITICAL", std::nullopt}, {"UNKNOWN", std::nullopt},   {"", std::nullopt},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION('"' << row.word << '"') { CHECK(parse_status(row.word) == row.expected); }
  }
}

TEST_CASE("A kind is read from its word alone") {
  for (const Kind kind :
       {Kind::active, Kind::passive, Kind::hw_watcher, Kind::netmon, Kind::rack}) {
    CHECK(parse_kind(name(kind)) == kind);
  }
  for (const char* word : {"", "Active", "hw-watcher", "switch", "rack "}) {
    CHECK(parse_kind(word) == std::nullopt);
  }
}

// Received at 1000 with an accuracy of 60 s.
Observation received_at_1000(Status status, Kind kind, Timestamp status_mtime,
                             std::optional<Timestamp> metadata_timestamp = std::nullopt) {
  return receive({.status = status,
                  .status_mtime = status_mtime,
                  .receive_time = t(1000),
                  .metadata_timestamp = metadata_timestamp},
                 kind, 60s);
}

TEST_CASE("A change of status ahead of its receipt is lowered, and implausible past accuracy") {
  struct Row {
    const char* why;
    Timestamp status_mtime;
    Timestamp kept;
    bool implausible;
  };
  const Row rows[] = {
      {"long before the receipt", t(0), t(0), false},
      {"one second before the receipt", t(999), t(999), false},
      {"at the receipt", t(1000), t(1000), false},
      {"one second ahead of the receipt", t(1001), t(1000), false},
      {"one second less than accuracy ahead", t(1059), t(1000), false},
      {"ahead by exactly accuracy", t(1060), t(1000), false},
      {"one second more than accuracy ahead", t(1061), t(1000), true},
      {"at the end of the accepted range", latest_accepted, t(1000), true},
  };
  for (const Row& row : rows) {
    for (const Kind kind :
         {Kind::active, Kind::passive, Kind::hw_watcher, Kind::netmon, Kind::rack}) {
      DYNAMIC_SECTION(row.why << ", " << name(kind)) {
        const Observation seen = received_at_1000(Status::ok, kind, row.status_mtime);
        CHECK(seen.status_mtime == row.kept);
        CHECK(seen.implausible == row.implausible);
        CHECK(seen.receive_time == t(1000));
        CHECK(seen.metadata_timestamp == std::nullopt);
      }
    }
  }
}

TEST_CASE("A measurement ahead of its receipt is lowered, and implausible past accuracy") {
  struct Row {
    const char* why;
    Timestamp metadata_timestamp;
    Timestamp kept;
    bool implausible;
  };
  const Row rows[] = {
      {"one second before the receipt", t(999), t(999), false},
      {"at the receipt", t(1000), t(1000), false},
      {"one second ahead of the receipt", t(1001), t(1000), false},
      {"one second less than accuracy ahead", t(1059), t(1000), false},
      {"ahead by exactly accuracy", t(1060), t(1000), false},
      {"one second more than accuracy ahead", t(1061), t(1000), true},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Observation seen =
          received_at_1000(Status::crit, Kind::hw_watcher, t(500), row.metadata_timestamp);
      CHECK(seen.status == Status::crit);
      CHECK(seen.status_mtime == t(500));
      CHECK(seen.metadata_timestamp == row.kept);
      CHECK(seen.implausible == row.implausible);
    }
  }
}

TEST_CASE("Either time alone makes an observation implausible") {
  CHECK(received_at_1000(Status::ok, Kind::hw_watcher, t(1061), t(900)).implausible);
  CHECK(received_at_1000(Status::ok, Kind::hw_watcher, t(900), t(1061)).implausible);
  CHECK(received_at_1000(Status::ok, Kind::hw_watcher, t(1061), t(1061)).implausible);
  CHECK_FALSE(received_at_1000(Status::ok, Kind::hw_watcher, t(1060), t(1060)).implausible);
}

TEST_CASE("A metadata timestamp is ignored, however absurd, where no hw-watcher speaks") {
  struct Row {
    const char* why;
    Status status;
    Kind kind;
  };
  const Row rows[] = {
      {"a NODATA of hw-watcher is Juggler's own word", Status::nodata, Kind::hw_watcher},
      {"an active check has none", Status::ok, Kind::active},
      {"a passive check has none", Status::ok, Kind::passive},
      {"a netmon check has none", Status::ok, Kind::netmon},
      {"a rack check has none", Status::ok, Kind::rack},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Observation seen = received_at_1000(row.status, row.kind, t(900), latest_accepted);
      CHECK(seen.metadata_timestamp == std::nullopt);
      CHECK_FALSE(seen.implausible);
    }
  }
}

TEST_CASE("An accuracy that would leave the range of time never makes a time implausible") {
  const Observation seen = receive({.status_mtime = distant_future, .receive_time = t(1000)},
                                   Kind::active, Seconds::max());
  CHECK_FALSE(seen.implausible);
  CHECK(seen.status_mtime == t(1000));
}

TEST_CASE("What a report becomes never lies ahead of its receipt") {
  rc::prop("and a greater accuracy never makes it less plausible", [] {
    const Report report = generate::report(generate::Scale::seconds);
    const Kind kind = *rc::gen::element(Kind::active, Kind::hw_watcher, Kind::rack);
    const Seconds accuracy = generate::length(generate::Scale::seconds, 0s);
    const Observation seen = receive(report, kind, accuracy);
    RC_ASSERT(seen.receive_time == report.receive_time && seen.status == report.status);
    RC_ASSERT(seen.status_mtime <= seen.receive_time);
    RC_ASSERT(seen.status_mtime <= report.status_mtime);
    RC_ASSERT(seen.metadata_timestamp.value_or(seen.receive_time) <= seen.receive_time);
    const bool wider = receive(report, kind, accuracy + 1s).implausible;
    RC_ASSERT(seen.implausible || !wider);
  });
}

}  // namespace
}  // namespace vitals
