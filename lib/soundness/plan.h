// SPDX-License-Identifier: Apache-2.0
// What is simulated to measure soundness: of which checks, with which values of each assumption,
// and in which cases of failures.
#ifndef VITALS_LIB_SOUNDNESS_PLAN_H
#define VITALS_LIB_SOUNDNESS_PLAN_H

#include <array>
#include <vector>

#include "absl/status/status.h"
#include "soundness/limits.h"
#include "soundness/repairs.h"
#include "vitals/model/scenario.h"
#include "vitals/policy_yaml.h"
#include "vitals/soundness.h"

namespace vitals {

// Of checks that differ in nothing but their names one, the first that is required if there is
// one; and one of each kind of infrastructure.
[[nodiscard]] PolicySet representatives(const PolicySet& policy);

[[nodiscard]] PolicySet without_infrastructure(PolicySet policy);

// InvalidArgument where something is done too often within one repair or failure, a `cycle` of the
// scenario.
[[nodiscard]] absl::Status check_cost(const PolicySet& policy, const model::Scenario& scenario,
                                      model::Millis cycle);

// The values of an assumption that are tried: its bound, and beyond it by parts of a push period.
// The assumption has a bound.
[[nodiscard]] std::vector<Broken> values_of(Assumption assumption, const Limits& limits,
                                            const Policy& policy);

// What may go wrong besides, where that can matter.
struct FailingCase {
  Kind kind;
  Mishap mishap;
};
inline constexpr std::array failing_cases{FailingCase{Kind::netmon, Mishap::nothing},
                                          FailingCase{Kind::netmon, Mishap::fetch_lost},
                                          FailingCase{Kind::netmon, Mishap::netmon_away},
                                          FailingCase{Kind::netmon, Mishap::short_failure},
                                          FailingCase{Kind::rack, Mishap::nothing},
                                          FailingCase{Kind::rack, Mishap::push_lost},
                                          FailingCase{Kind::rack, Mishap::master_moves},
                                          FailingCase{Kind::rack, Mishap::short_failure}};

}  // namespace vitals

#endif  // VITALS_LIB_SOUNDNESS_PLAN_H
