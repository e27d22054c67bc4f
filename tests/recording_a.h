// SPDX-License-Identifier: Apache-2.0
// Recording A: its files, and when what was done to its hosts. Moments are seconds since it began.
#ifndef VITALS_TESTS_RECORDING_A_H
#define VITALS_TESTS_RECORDING_A_H

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "test_time.h"
#include "vitals/icinga2.h"
#include "vitals/recording.h"

namespace vitals::recording_a {

inline constexpr Timestamp start = t(1795327868);
inline constexpr std::int64_t last_second = 848;

inline std::int64_t second_of(Timestamp moment) { return (moment - start).count(); }

inline std::string file(std::string_view name) {
  return VITALS_TESTS_DIR "/recordings/icinga2-a/" + std::string(name);
}

template <class Value>
Value need(absl::StatusOr<Value> value) {
  INFO(value.status());
  REQUIRE(value.ok());
  return *std::move(value);
}

// What was done, from the ground truth.
inline std::int64_t truth(std::string_view what, std::string_view host,
                          std::string_view phase = "") {
  std::ifstream in(file("ground-truth.ndjson"));
  const auto has = [](const std::string& line, std::string_view key, std::string_view value) {
    const std::string field = "\"" + std::string(key) + "\": \"" + std::string(value) + "\"";
    return value.empty() || line.find(field) != std::string::npos;
  };
  constexpr std::string_view time = "{\"time\": ";
  for (std::string line; std::getline(in, line);) {
    if (!has(line, "what", what) || !has(line, "host", host) || !has(line, "phase", phase))
      continue;
    REQUIRE(line.rfind(time, 0) == 0);
    return second_of(t(std::atoll(line.c_str() + time.size())));
  }
  FAIL("the ground truth says nothing of " << what << " " << host << " " << phase);
  return 0;
}

// The events and the repairs, as one recording.
inline std::string read_events() {
  Icinga2Reader icinga = need(
      Icinga2Reader::open({file("events.ndjson.zst")}, need(read_icinga2_map(file("map.yaml")))));
  RecordingReader operations = need(RecordingReader::open({file("operations.ndjson")}));
  std::string text;
  const Event* done = operations.next();
  while (const Event* received = icinga.next()) {
    for (; done != nullptr && done->time < received->time; done = operations.next()) {
      append_event(text, *done);
    }
    append_event(text, *received);
  }
  REQUIRE(done == nullptr);
  REQUIRE(icinga.status().ok());
  return text;
}

}  // namespace vitals::recording_a

#endif  // VITALS_TESTS_RECORDING_A_H
