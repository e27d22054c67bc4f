// SPDX-License-Identifier: Apache-2.0
/// @file
/// Juggler: keeps the newest result of every check, stamps its changes, says NODATA when results
/// stay away, and pushes to us: every change at once, and everything every push_period.
///
///     status_mtime = when a result with another status arrived, or the time to live ran out
///     NODATA       = nothing arrived for the time to live
///
/// When its master moves, pushes of changes are lost for a while, and the regular ones begin anew.

#ifndef VITALS_MODEL_JUGGLER_H
#define VITALS_MODEL_JUGGLER_H

#include "vitals/model/delay.h"
#include "vitals/model/event_queue.h"
#include "vitals/observation.h"

namespace vitals::model {

/// How Juggler behaves.
struct JugglerModel {
  Millis push_period{300'000};  ///< between two regular pushes of a check
  /// From a measurement until Juggler has it.
  Delay propagation = Delay::uniform(Millis{1'000}, Millis{60'000});
  /// From a push until we have received it.
  Delay delivery = Delay::uniform(Millis{0}, Millis{2'000});
  Millis active_ttl{900'000};            ///< of active checks, and of those of racks
  std::int64_t passive_ttl_periods = 2;  ///< of all other checks, in periods of the check
  Millis election{30'000};               ///< how long pushes are lost when its master moves
};

/// One result of a check on its way, and where it came from: what only a model can know.
struct Result {
  ModelTime measured{};            ///< when the state was found last, by the true clock
  ModelTime metadata_timestamp{};  ///< of hw-watcher: the same by the host's clock
  Status status = Status::ok;
  bool has_metadata = false;  ///< of hw-watcher
  bool is_default = false;    ///< an agent said so that had measured nothing yet
};

/// What Juggler knows of one check.
class JugglerCheck {
 public:
  /// A result arrived. Whether its status is another than before, which is pushed at once. One that
  /// was overtaken by a newer measurement is ignored; NODATA is none, and neither is a default.
  constexpr bool take(const Result& result, ModelTime now) noexcept {
    const bool is_measured = newest_.status != Status::nodata && !newest_.is_default;
    if (known_ && is_measured && result.measured < newest_.measured) return false;
    const bool changes = !known_ || result.status != newest_.status;
    newest_ = result;
    arrived_ = now;
    if (changes) stamped_ = now;
    known_ = true;
    return changes;
  }

  /// When NODATA is due, if nothing arrives until then.
  [[nodiscard]] constexpr ModelTime runs_out_at(Millis time_to_live) const noexcept {
    return arrived_ + time_to_live;
  }

  /// The time to live ran out. Whether that is news, which is pushed at once.
  constexpr bool run_out(ModelTime now) noexcept {
    if (!known_ || newest_.status == Status::nodata) return false;
    newest_ = {.measured = now, .status = Status::nodata};
    stamped_ = now;
    return true;
  }

  [[nodiscard]] constexpr bool is_known() const noexcept { return known_; }
  [[nodiscard]] constexpr const Result& newest() const noexcept { return newest_; }
  [[nodiscard]] constexpr ModelTime status_mtime() const noexcept { return stamped_; }

 private:
  Result newest_{};
  ModelTime arrived_{};  // the newest result
  ModelTime stamped_{};  // the newest change of status
  bool known_ = false;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_JUGGLER_H
