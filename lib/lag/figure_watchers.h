// SPDX-License-Identifier: Apache-2.0
// What is measured in the scenarios behind the figures, besides lags: each function is one run.
#ifndef VITALS_LIB_LAG_FIGURE_WATCHERS_H
#define VITALS_LIB_LAG_FIGURE_WATCHERS_H

#include <cstdint>

#include "absl/status/statusor.h"
#include "lag/figure_scenes.h"
#include "vitals/distribution.h"

namespace vitals {

// How long after Juggler had received the last result of a check its NODATA was received.
[[nodiscard]] absl::StatusOr<Distribution> watch_silence(const Scene& scene,
                                                         const AlikeChecks& checks,
                                                         std::uint64_t seed);

// How long after scene.zero a check that is CRIT no more ceased to count as CRIT, of those that
// began to after it.
[[nodiscard]] absl::StatusOr<Distribution> watch_belief(const Scene& scene,
                                                        const AlikeChecks& checks,
                                                        std::uint64_t seed);

// What becomes of measurements of hw-watcher.
struct Measurements {
  Distribution replaced;  // how old each was when we received the next
  Distribution stale;     // how long those were stale that had become it before
  Distribution hung_at;   // how old those were when they became stale that are it to the end
};
[[nodiscard]] absl::StatusOr<Measurements> watch_measurements(const Scene& scene,
                                                              const AlikeChecks& checks,
                                                              std::uint64_t seed);

}  // namespace vitals

#endif  // VITALS_LIB_LAG_FIGURE_WATCHERS_H
