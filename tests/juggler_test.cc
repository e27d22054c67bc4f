// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/juggler.h"

#include <catch2/catch.hpp>

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

constexpr ModelTime start{1'700'000'000'000ms};

Result measured(Status status, ModelTime when) { return {.measured = when, .status = status}; }

TEST_CASE("A status is stamped when a result with another one arrives, and kept while they agree") {
  JugglerCheck check;
  CHECK_FALSE(check.is_known());
  CHECK(check.take(measured(Status::ok, start), start + 10s));
  CHECK(check.is_known());
  CHECK(check.status_mtime() == start + 10s);
  CHECK_FALSE(check.take(measured(Status::ok, start + 1min), start + 70s));
  CHECK(check.status_mtime() == start + 10s);
  CHECK(check.newest().measured == start + 1min);
  CHECK(check.take(measured(Status::crit, start + 2min), start + 140s));
  CHECK(check.status_mtime() == start + 140s);
}

TEST_CASE("A result that was overtaken by a newer one is ignored") {
  JugglerCheck check;
  check.take(measured(Status::ok, start + 1min), start + 65s);
  CHECK_FALSE(check.take(measured(Status::crit, start), start + 70s));
  CHECK(check.newest().status == Status::ok);
  CHECK(check.runs_out_at(15min) == start + 65s + 15min);
}

TEST_CASE("What an agent said by default overtakes no measurement, however old that one is") {
  JugglerCheck check;
  check.take({.measured = start + 5min, .status = Status::ok, .is_default = true}, start + 5min);
  // A passive check reads what hw-watcher measured before the host was rebooted.
  CHECK(check.take(measured(Status::crit, start), start + 10min));
  CHECK(check.newest().status == Status::crit);
  CHECK(check.runs_out_at(10min) == start + 20min);
}

TEST_CASE("NODATA comes once, when nothing arrived for the time to live") {
  JugglerCheck check;
  CHECK_FALSE(check.run_out(start));  // of what was never known nothing is said
  check.take(measured(Status::ok, start), start + 5s);
  CHECK(check.runs_out_at(15min) == start + 15min + 5s);
  CHECK(check.run_out(start + 15min + 5s));
  CHECK(check.newest().status == Status::nodata);
  CHECK_FALSE(check.newest().has_metadata);
  CHECK(check.status_mtime() == start + 15min + 5s);
  CHECK_FALSE(check.run_out(start + 16min));
  // Whatever arrives then is news, however old the measurement is.
  CHECK(check.take(measured(Status::ok, start + 14min), start + 20min));
  CHECK(check.status_mtime() == start + 20min);
}

}  // namespace
}  // namespace vitals::model
