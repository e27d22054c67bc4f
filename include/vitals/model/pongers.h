// SPDX-License-Identifier: Apache-2.0
/// @file
/// Pongers: what probes hosts and racks from outside, and holds a change back until it lasted.
///
///     reported = found, once every probe for flap_delay found the same; until then what it was

#ifndef VITALS_MODEL_PONGERS_H
#define VITALS_MODEL_PONGERS_H

#include <cstdint>

#include "vitals/model/delay.h"
#include "vitals/model/event_queue.h"
#include "vitals/observation.h"

namespace vitals::model {

/// How pongers behave.
struct PongersModel {
  Delay jitter = Delay::uniform(Millis{0}, Millis{2'000});  ///< of a probe behind its regular time
  Millis rack_period{60'000};                               ///< between two probes of a rack
  Millis flap_delay{180'000};          ///< how long a change must last to be reported
  std::uint64_t lost_per_million = 0;  ///< probes that fail though the host is well
  std::uint64_t retries = 2;           ///< more probes before one counts as failed
  /// Whether pongers that come back after an outage still hold changes back from what they reported
  /// before it; otherwise they report at once what they find first.
  bool remember = true;
};

/// What one check's pongers report.
///
/// Boundary: a change that lasted for exactly the flap delay is reported.
/// Errors:   none.
/// Source: SPEC 2 (flap_delay; overhead is this and the propagation that follows).
class FlapFilter {
 public:
  /// The status that is reported after a probe found `found` at `now`. The first one is reported as
  /// it is: there is nothing yet that it could be a flap of.
  constexpr Status probe(Status found, ModelTime now, Millis flap_delay) noexcept {
    if (found != candidate_) since_ = now;
    candidate_ = found;
    if (!probed_ || now - since_ >= flap_delay) reported_ = found;
    if (found == reported_) confirmed_ = now;
    probed_ = true;
    return reported_;
  }

  /// When a probe last found what is reported: before now while a change is held back.
  [[nodiscard]] constexpr ModelTime confirmed() const noexcept { return confirmed_; }

  /// Forgets everything, as for a check that was made anew.
  constexpr void forget() noexcept { *this = {}; }

 private:
  ModelTime since_{};  // when the candidate was found first
  ModelTime confirmed_{};
  Status reported_ = Status::ok;
  Status candidate_ = Status::ok;  // found last
  bool probed_ = false;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_PONGERS_H
