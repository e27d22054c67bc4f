// SPDX-License-Identifier: Apache-2.0
/// @file
/// hw-watcher: a daemon on the host that measures hardware every ten minutes and writes what it
/// found, with the time by the host's clock, to a database that a passive check reads.
///
/// A daemon that hangs measures no more, and the passive check goes on sending what it wrote last.

#ifndef VITALS_MODEL_HW_WATCHER_H
#define VITALS_MODEL_HW_WATCHER_H

#include "vitals/model/delay.h"
#include "vitals/model/event_queue.h"
#include "vitals/model/juggler.h"

namespace vitals::model {

/// How hw-watcher behaves.
struct HwWatcherModel {
  Millis period{600'000};  ///< between two runs of the daemon
  /// From a measurement until the database shows it; what is left of hw_watcher.latency is for
  /// propagation, delivery and a late agent.
  Delay writing = Delay::uniform(Millis{1'000}, Millis{55'000});
};

/// What the database holds of one check.
class HwWatcherRecord {
 public:
  /// The daemon measured at `measured`, which the database shows from `visible_from` on. The host's
  /// clock is `ahead` of the true one. What is still not visible by then is never seen.
  constexpr void measure(Status status, ModelTime measured, Millis ahead,
                         ModelTime visible_from) noexcept {
    if (next_visible_from_ <= measured) show_next();
    next_ = {.measured = measured,
             .metadata_timestamp = measured + ahead,
             .status = status,
             .has_metadata = true};
    next_visible_from_ = visible_from;
    has_next_ = true;
  }

  /// What a passive check reads at `now`; null while nothing was ever written.
  [[nodiscard]] constexpr const Result* read(ModelTime now) noexcept {
    if (next_visible_from_ <= now) show_next();
    return is_written_ ? &shown_ : nullptr;
  }

 private:
  constexpr void show_next() noexcept {
    if (!has_next_) return;
    shown_ = next_;
    is_written_ = true;
    has_next_ = false;
  }

  Result shown_{};
  Result next_{};
  ModelTime next_visible_from_{};
  bool has_next_ = false;
  bool is_written_ = false;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_HW_WATCHER_H
