// SPDX-License-Identifier: Apache-2.0
/// @file
/// Replay: a recording goes in, verdict lines come out, second by second.
///
///     all events of a second are applied, then that second is judged
///     a bad line ends the replay: moments before its second were judged, its second is not
///
///     RecordingReader reader = *RecordingReader::open({"day.ndjson.zst"});
///     Fleet fleet{PolicySet{}};
///     replay(reader, fleet, {.mode = ReplayMode::every, .every = 5min}, print_check, print_host);
///
/// Runs on the same Fleet that a linked-in installation uses. Time comes from the recording alone.

#ifndef VITALS_REPLAY_H
#define VITALS_REPLAY_H

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "vitals/fleet.h"
#include "vitals/recording.h"
#include "vitals/time.h"

namespace vitals {

/// At which moments verdicts are told.
enum class ReplayMode {
  on_change,  ///< whenever a status, set of reasons or list of blockers differs
  at,         ///< at the named moments
  every       ///< each so often, from the first event on
};

struct ReplayOptions {
  ReplayMode mode = ReplayMode::on_change;
  std::vector<Timestamp> at{};       ///< mode at: in any order; each is told once
  Seconds every{0};                  ///< mode every: more than zero
  std::optional<Timestamp> from{};   ///< nothing is told before this moment
  std::optional<Timestamp> until{};  ///< nor after this one; by default the last event's time
  bool hosts = false;                ///< a line a host instead of a line a check
  bool lenient = false;              ///< count events that cannot be applied and go on
  std::function<void()> on_event{};  ///< after each event: a chance to show progress
};

/// Reads the recording to its end, or to the last moment asked for, and tells the verdicts: those
/// on checks to `check`, or those on hosts to `host`.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: `from` and `until` are inclusive. Named moments may lie after the last event.
/// Errors:   InvalidArgument `FILE:LINE: ...`: the reader's, and events that the fleet refuses.
///           Lines behind `until` are not looked at.
/// Source:   SPEC 11 (the verdicts).
[[nodiscard]] absl::Status replay(RecordingReader& reader, Fleet& fleet,
                                  const ReplayOptions& options, Fleet::CheckVisitor check,
                                  Fleet::HostVisitor host);

}  // namespace vitals

#endif  // VITALS_REPLAY_H
