// SPDX-License-Identifier: Apache-2.0
// The smallest program that judges: eight minutes after a reboot two checks say OK. Which counts?
//! [linking]
#include <iostream>

#include "vitals/fleet.h"
#include "vitals/recording.h"

int main() {
  vitals::Fleet fleet(vitals::PolicySet{});  // the default policy
  auto recording = vitals::RecordingReader::open({"data/after_reboot.ndjson"});
  if (!recording.ok()) return 2;
  vitals::Timestamp now{};
  while (const vitals::Event* event = recording->next()) {
    if (!fleet.apply(*event).ok()) return 2;
    now = event->time;
  }
  fleet.judge_all(now, [](const vitals::VerdictLine& line) {
    std::cout << line.check << (line.verdict.counts() ? " counts\n" : " does not count\n");
  });
  return recording->status().ok() ? 0 : 2;
}
//! [linking]
