// SPDX-License-Identifier: Apache-2.0
// Failures of switches and racks in a simulation, and the hosts that are accused for them.
#ifndef VITALS_LIB_SOUNDNESS_FAILURES_H
#define VITALS_LIB_SOUNDNESS_FAILURES_H

#include <cstdint>
#include <optional>
#include <vector>

#include "text/bridge.h"
#include "vitals/model/scenario.h"
#include "vitals/model/simulation.h"
#include "vitals/policy_sums.h"
#include "vitals/policy_yaml.h"
#include "vitals/rules.h"
#include "vitals/soundness.h"
#include "vitals/truth.h"

namespace vitals {

// What is simulated: failures of switches or racks, or faults of hosts while all else is well.
struct FailureCase {
  std::optional<Kind> kind{};  // none: hosts break
  Shelter shelter = Shelter::usual;
  Mishap mishap = Mishap::nothing;
};

// One host a switch, three a rack: a rack has more than one switch, so that its check stays OK when
// a switch fails, and nothing but netmon tells of that.
inline constexpr std::uint32_t failing_racks = 8;
inline constexpr std::uint32_t switches_a_rack = 3;
inline constexpr std::uint32_t failure_cycles = 12;
inline constexpr std::uint64_t failures_a_run = std::uint64_t{failing_racks} * failure_cycles;

[[nodiscard]] model::Scenario failure_scenario(const PolicySet& policy,
                                               const model::Scenario& sources,
                                               const FailureCase& what);

// Judges every active check at every second: what counts with CRIT is an accusation. Where hosts
// break it is due, otherwise it is false.
class FailureWatch {
 public:
  FailureWatch(const PolicySet& policy, const FailureCase& what);

  void see(const model::SimulatedEvent& is);
  void see(const TruthChange& change);
  [[nodiscard]] Accusations finish(Timestamp end) &&;

 private:
  struct Place {
    std::optional<Observation> seen{};
    std::vector<std::uint32_t> checks{};  // the active ones behind it, by number
  };
  struct Check {
    const CheckPolicy* policy;
    std::array<PolicySums, settling_names.size()> sums;
    std::optional<Observation> seen{};
    std::optional<std::uint32_t> on_switch{};
    std::optional<std::uint32_t> in_rack{};
    Timestamp judged_until{};
    std::optional<Timestamp> failed{};  // when what it is behind, or its host, failed last
    ByCondition<bool> accused{};        // since then
  };

  void declare(const Event& event);
  std::uint32_t place(std::string_view name);
  void judge(Check& check, Timestamp until);
  void judge(Check& check, std::size_t settling, Timestamp until);
  void accuse(Check& check, std::size_t settling, Reasons reasons, Timestamp when);
  void fail(std::uint32_t number, Timestamp when);

  PolicySet policy_;
  FailureCase what_;
  StringMap<std::uint32_t> place_numbers_;
  StringMap<StringMap<std::uint32_t>> check_numbers_;  // by host, by check
  std::vector<Place> places_;
  std::vector<Check> checks_;
  Accusations found_;
};

}  // namespace vitals

#endif  // VITALS_LIB_SOUNDNESS_FAILURES_H
