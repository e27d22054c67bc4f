// SPDX-License-Identifier: Apache-2.0
/// @file
/// netmon: probes every switch, and calls one CRIT when half of the probes in its window failed.
///
///     CRIT  iff  failed probes in the window >= half of the probes that the window holds
///
/// Its state is fetched every fetch_period; its clock stamps the changes.

#ifndef VITALS_MODEL_NETMON_H
#define VITALS_MODEL_NETMON_H

#include <algorithm>
#include <bit>
#include <cstdint>

#include "vitals/model/delay.h"
#include "vitals/model/event_queue.h"
#include "vitals/observation.h"

namespace vitals::model {

/// How netmon behaves.
struct NetmonModel {
  Millis probe_period{30'000};  ///< between two probes of a switch
  Millis window{300'000};       ///< of probes that a state rests on; holds at most 64
  Millis fetch_period{60'000};  ///< between two fetches of all states
  Delay fetching = Delay::uniform(Millis{0}, Millis{2'000});  ///< how long a fetch takes

  /// How many probes the window holds.
  [[nodiscard]] unsigned probes() const noexcept {
    const auto fit = window / std::max(probe_period, Millis{1});
    return static_cast<unsigned>(std::clamp<std::int64_t>(fit, 1, 64));
  }
};

/// What netmon knows of one switch: well until probes say otherwise.
class NetmonSwitch {
 public:
  /// One more probe.
  constexpr void probe(bool answers, ModelTime now, unsigned window) noexcept {
    const std::uint64_t all = window >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << window) - 1;
    failed_ = (failed_ << 1U | (answers ? 0U : 1U)) & all;
    const bool is_bad = static_cast<unsigned>(std::popcount(failed_)) * 2 >= window;
    if (is_bad == (status_ == Status::crit)) return;
    status_ = is_bad ? Status::crit : Status::ok;
    since_ = now;
  }

  [[nodiscard]] constexpr Status status() const noexcept { return status_; }
  [[nodiscard]] constexpr ModelTime since() const noexcept { return since_; }

  /// A switch that has been well since then.
  explicit constexpr NetmonSwitch(ModelTime well_since) noexcept : since_(well_since) {}

 private:
  std::uint64_t failed_ = 0;  // the newest probe is the lowest bit
  Status status_ = Status::ok;
  ModelTime since_;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_NETMON_H
