// SPDX-License-Identifier: Apache-2.0
#include "vitals/model/hw_watcher.h"

#include <catch2/catch.hpp>

namespace vitals::model {
namespace {

using namespace std::chrono_literals;

constexpr ModelTime start{1'700'000'000'000ms};

TEST_CASE("A measurement is read once the database shows it, with the time of the host's clock") {
  HwWatcherRecord record;
  CHECK(record.read(start) == nullptr);
  record.measure(Status::crit, start, 7s, start + 30s);
  CHECK(record.read(start + 30s - 1ms) == nullptr);
  const Result* read = record.read(start + 30s);
  REQUIRE(read != nullptr);
  CHECK(read->status == Status::crit);
  CHECK(read->measured == start);
  CHECK(read->has_metadata);
  CHECK(read->metadata_timestamp == start + 7s);
}

TEST_CASE("Until the next measurement is shown the one before it is read") {
  HwWatcherRecord record;
  record.measure(Status::ok, start, 0s, start + 10s);
  record.measure(Status::crit, start + 10min, 0s, start + 10min + 20s);
  CHECK(record.read(start + 10min + 19s)->status == Status::ok);
  CHECK(record.read(start + 10min + 20s)->status == Status::crit);
}

TEST_CASE("A daemon that hangs leaves its last measurement to be read for ever") {
  HwWatcherRecord record;
  record.measure(Status::ok, start, -3s, start + 10s);
  CHECK(record.read(start + 24h)->measured == start);
  CHECK(record.read(start + 24h)->metadata_timestamp == start - 3s);
}

}  // namespace
}  // namespace vitals::model
