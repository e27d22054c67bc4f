// SPDX-License-Identifier: Apache-2.0
// Facts about checks that count, for tests that change one of them.
#ifndef VITALS_TESTS_USUAL_FACTS_H
#define VITALS_TESTS_USUAL_FACTS_H

#include "generators.h"
#include "test_time.h"

namespace vitals {

// Facts under the default policy about a check that was received at 100000 in a state that it has
// had since 0, and counts then.
inline Facts unchanged(Kind kind) {
  Facts facts;
  facts.check = {.kind = kind, .period = default_period(kind)};
  facts.observation = Observation{.status_mtime = t(0), .receive_time = t(100'000)};
  if (kind == Kind::hw_watcher) facts.observation->metadata_timestamp = t(99'900);
  return facts;
}

// The same of UNREACHABLE behind a switch and a rack that have been OK since 0 and were received
// in that second, too.
inline Facts behind_switch_and_rack() {
  Facts facts = unchanged(Kind::active);
  for (const Kind kind : {Kind::netmon, Kind::rack}) {
    facts.infrastructure.push_back({.kind = kind, .observation = facts.observation});
  }
  return facts;
}

}  // namespace vitals

#endif  // VITALS_TESTS_USUAL_FACTS_H
