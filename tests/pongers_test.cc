// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/pongers.h"

#include <catch2/catch.hpp>

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

constexpr ModelTime start{1'700'000'000'000ms};
constexpr Millis flap_delay = 3min;

TEST_CASE("The first probe is reported as it is") {
  CHECK(FlapFilter().probe(Status::crit, start, flap_delay) == Status::crit);
  CHECK(FlapFilter().probe(Status::ok, start, flap_delay) == Status::ok);
}

TEST_CASE("A change is reported once it lasted for the flap delay") {
  FlapFilter filter;
  filter.probe(Status::ok, start, flap_delay);
  CHECK(filter.probe(Status::crit, start + 1min, flap_delay) == Status::ok);
  CHECK(filter.probe(Status::crit, start + 4min - 1ms, flap_delay) == Status::ok);
  CHECK(filter.probe(Status::crit, start + 4min, flap_delay) == Status::crit);
  CHECK(filter.probe(Status::ok, start + 5min, flap_delay) == Status::crit);
  CHECK(filter.probe(Status::ok, start + 8min, flap_delay) == Status::ok);
}

TEST_CASE("A flap begins the delay anew, as does another status") {
  FlapFilter filter;
  filter.probe(Status::ok, start, flap_delay);
  filter.probe(Status::crit, start + 1min, flap_delay);
  filter.probe(Status::ok, start + 2min, flap_delay);
  CHECK(filter.probe(Status::crit, start + 3min, flap_delay) == Status::ok);
  CHECK(filter.probe(Status::warn, start + 5min, flap_delay) == Status::ok);
  CHECK(filter.probe(Status::warn, start + 6min, flap_delay) == Status::ok);
  CHECK(filter.probe(Status::warn, start + 8min, flap_delay) == Status::warn);
}

TEST_CASE("Without a flap delay every probe is reported, and what is forgotten is new") {
  FlapFilter filter;
  filter.probe(Status::ok, start, 0ms);
  CHECK(filter.probe(Status::crit, start + 1min, 0ms) == Status::crit);
  filter.forget();
  CHECK(filter.probe(Status::ok, start + 2min, flap_delay) == Status::ok);
}

}  // namespace
}  // namespace vitals::model
