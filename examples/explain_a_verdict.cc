// SPDX-License-Identifier: Apache-2.0
// Explains why a check does not count yet shortly after a reboot, and when that will be decided.
#include <cstdio>

#include "vitals/explain.h"
#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/text_time.h"

vitals::Fleet fleet_at(vitals::Timestamp now);

int main() {
  const vitals::Timestamp now = *vitals::parse_timestamp("2023-11-14T22:12:00Z");
  const vitals::Fleet fleet = fleet_at(now);

  //! [explain]
  fleet.visit_checks("h1", [&](const vitals::CheckView& check) {
    const auto why = explain(check, fleet.policy().constants, now);
    std::printf("%s: %s\n", why.check.c_str(), why.decision.sentence.c_str());
    for (const vitals::RuleExplanation& rule : why.rules) {
      if (rule.state != vitals::RuleState::shuts_out) continue;
      std::printf("  %s: %s\n", vitals::name(rule.reason).data(), rule.sentence.c_str());
    }
  });
  //! [explain]
}

// What was known at that moment: a fleet to which everything before it was told.
vitals::Fleet fleet_at(vitals::Timestamp now) {
  vitals::Fleet fleet(*vitals::read_policy("data/policy.yaml"));
  auto recording = vitals::RecordingReader::open({"data/reboot.ndjson"});
  while (const vitals::Event* event = recording->next()) {
    if (event->time > now || !fleet.apply(*event).ok()) break;
  }
  return fleet;
}
