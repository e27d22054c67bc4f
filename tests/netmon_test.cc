// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/netmon.h"

#include <catch2/catch.hpp>

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

constexpr ModelTime start{1'700'000'000'000ms};

TEST_CASE("A window holds 1 to 64 probes") {
  CHECK(NetmonModel{}.probes() == 10);
  CHECK(NetmonModel{.probe_period = 1ms}.probes() == 64);
  CHECK(NetmonModel{.probe_period = 1h}.probes() == 1);
  CHECK(NetmonModel{.probe_period = 0ms}.probes() == 64);
}

TEST_CASE("A switch is CRIT from the probe on that makes half of its window fail") {
  NetmonSwitch of(start - 24h);
  CHECK(of.since() == start - 24h);
  for (int i = 1; i <= 4; ++i) of.probe(false, start + i * 30s, 10);
  CHECK(of.status() == Status::ok);
  of.probe(false, start + 150s, 10);
  CHECK(of.status() == Status::crit);
  CHECK(of.since() == start + 150s);
}

TEST_CASE("It is well again when fewer than half of the probes that the window holds failed") {
  NetmonSwitch of(start);
  for (int i = 1; i <= 10; ++i) of.probe(false, start + i * 30s, 10);
  for (int i = 11; i <= 15; ++i) of.probe(true, start + i * 30s, 10);
  CHECK(of.status() == Status::crit);
  CHECK(of.since() == start + 150s);
  of.probe(true, start + 480s, 10);
  CHECK(of.status() == Status::ok);
  CHECK(of.since() == start + 480s);
}

TEST_CASE("A window may hold one probe, or 64") {
  NetmonSwitch one(start);
  one.probe(false, start + 1s, 1);
  CHECK(one.status() == Status::crit);
  one.probe(true, start + 2s, 1);
  CHECK(one.status() == Status::ok);
  NetmonSwitch many(start);
  for (int i = 1; i < 32; ++i) many.probe(false, start + i * 1s, 64);
  CHECK(many.status() == Status::ok);
  many.probe(false, start + 32s, 64);
  CHECK(many.status() == Status::crit);
}

}  // namespace
}  // namespace vitals::model
