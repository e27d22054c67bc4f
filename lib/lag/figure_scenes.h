// SPDX-License-Identifier: Apache-2.0
// The scenarios behind the figures of a policy. In each, checks that are alike stand alone; all
// hosts do the same at the same whole second, and only the phases of their sources differ.
#ifndef VITALS_LIB_LAG_FIGURE_SCENES_H
#define VITALS_LIB_LAG_FIGURE_SCENES_H

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/model/scenario.h"
#include "vitals/model/scenario_of_policy.h"
#include "vitals/policy_yaml.h"

namespace vitals {

// Checks of hosts of one kind, period and accuracy.
struct AlikeChecks {
  std::vector<std::string> names;  // in order
  CheckPolicy check;               // what they have in common
  PolicySet policy;                // the policy, with no checks but these

  [[nodiscard]] const Policy& constants() const { return policy.constants; }
  [[nodiscard]] Seconds time_to_live() const;
  [[nodiscard]] Seconds propagation() const { return constants().juggler.propagation; }
  [[nodiscard]] Seconds push_period() const { return constants().juggler.push_period; }
};

// All groups of alike checks, active ones first, then passive ones; in order of their names.
[[nodiscard]] std::vector<AlikeChecks> alike_checks(const PolicySet& policy);

// A scenario, and the moment since its beginning that lengths are counted from: the end of the
// repair, or the death of what measures.
struct Scene {
  model::Scenario scenario;
  Seconds zero;
};

// Everything is well for so long that every source, and Juggler, had its turns, and `rest` longer.
[[nodiscard]] absl::StatusOr<Scene> quiet_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                                model::Delays delays, Seconds rest);

// All hosts are rebooted, so shortly that no status changes by it: shorter than the flap delay, and
// no more than one run of an agent is lost.
[[nodiscard]] absl::StatusOr<Scene> reboot_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                                 model::Delays delays, Seconds rest);

// As reboot_scene(), but that the checks are CRIT until then, and nothing is broken afterwards.
[[nodiscard]] absl::StatusOr<Scene> cure_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                               Seconds rest);

// What measures dies: the pongers, or all agents. If `master_moves`, then when NODATA is due.
[[nodiscard]] absl::StatusOr<Scene> silence_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                                  bool master_moves);

// A repair cures CRIT checks, and what measures them dies during it: the last results set out
// `early` before its end.
[[nodiscard]] absl::StatusOr<Scene> hazard_scene(const AlikeChecks& checks, std::uint32_t hosts,
                                                 bool master_moves, Seconds early);

// Every hw-watcher hangs.
[[nodiscard]] absl::StatusOr<Scene> hang_scene(const AlikeChecks& checks, std::uint32_t hosts);

// How many measurements and pushes so many runs of it make, about.
[[nodiscard]] double measurements_of(const Scene& scene, std::uint32_t runs);

}  // namespace vitals

#endif  // VITALS_LIB_LAG_FIGURE_SCENES_H
