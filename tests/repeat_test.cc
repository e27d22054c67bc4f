// SPDX-License-Identifier: Apache-2.0
#include "fleet/repeat.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "generators.h"

namespace vitals {
namespace {

using generate::happens;
using generate::Scale;

// What might follow an observation: mostly the same once more.
Observation successor(const Facts& facts, Timestamp receive_time) {
  const Observation& before = *facts.observation;
  Report next{.status = before.status,
              .status_mtime = before.status_mtime,
              .receive_time = receive_time,
              .metadata_timestamp = before.metadata_timestamp};
  if (happens(15)) next.status = *rc::gen::element(Status::ok, Status::crit, Status::nodata);
  if (happens(15)) next.status_mtime = generate::moment(Scale::seconds);
  if (happens(60) && next.metadata_timestamp) {
    next.metadata_timestamp = generate::perhaps_moment(Scale::seconds, 80);
  }
  return receive(next, facts.check.kind, facts.check.accuracy);
}

Reasons without_unknown(Reasons reasons) {
  const Reasons unknown{Reason::infrastructure_unknown};
  return Reasons::from_bits(reasons.bits() & ~unsigned{unknown.bits()});
}

TEST_CASE("A check that counts goes on counting with a repeat until that is old") {
  rc::prop("at every second, whatever the facts", [] {
    Facts facts = *generate::facts(Scale::seconds);
    if (!facts.observation || is_infrastructure(facts.check.kind)) return;
    // Of facts that are all random hardly any check counts.
    if (happens(70)) facts.host.under_manipulation = false;
    if (happens(50)) facts.host.manipulation_ended.reset();
    if (happens(50)) facts.host.renamed.reset();
    if (happens(50)) facts.infrastructure.clear();
    const Timestamp receipt =
        std::max(facts.observation->receive_time, generate::moment(Scale::seconds));
    if (!reasons_at(Asked(facts).question(), facts.policy, receipt).empty()) return;
    const Observation received = successor(facts, receipt);
    if (!is_repeat(*facts.observation, received)) return;
    const Timestamp until = fresh_until(received, sums_of(facts.check, facts.policy));
    facts.observation = received;
    const Asked asked(facts);
    for (Timestamp s = receipt; s <= generate::last_second; s += Seconds{1}) {
      const Reasons reasons = reasons_at(asked.question(), facts.policy, s);
      RC_ASSERT(without_unknown(reasons).empty() == (s < until));
    }
  });
}

TEST_CASE("A repeat says the same state, measured no earlier") {
  struct Row {
    const char* why;
    Observation received;
    bool repeats;
  };
  const Observation before{
      .status_mtime = t(100), .receive_time = t(1000), .metadata_timestamp = t(900)};
  const auto with = [&](auto change) {
    Observation received = before;
    received.receive_time = t(1300);
    change(received);
    return received;
  };
  const Row rows[] = {
      {"the same", with([](Observation&) {}), true},
      {"another status", with([](Observation& seen) { seen.status = Status::warn; }), false},
      {"a later change", with([](Observation& seen) { seen.status_mtime = t(101); }), false},
      {"an earlier change", with([](Observation& seen) { seen.status_mtime = t(99); }), false},
      {"implausible", with([](Observation& seen) { seen.implausible = true; }), false},
      {"measured later", with([](Observation& seen) { seen.metadata_timestamp = t(901); }), true},
      {"measured earlier", with([](Observation& seen) { seen.metadata_timestamp = t(899); }),
       false},
      {"not measured", with([](Observation& seen) { seen.metadata_timestamp.reset(); }), false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(is_repeat(before, row.received) == row.repeats); }
  }
  CHECK_FALSE(is_repeat(with([](Observation& seen) { seen.metadata_timestamp.reset(); }), before));
}

}  // namespace
}  // namespace vitals
