// SPDX-License-Identifier: Apache-2.0
// How the events and the seconds of a recording follow each other, for whoever judges it.
#ifndef VITALS_LIB_REPLAY_PLAYBACK_H
#define VITALS_LIB_REPLAY_PLAYBACK_H

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "vitals/event.h"
#include "vitals/recording.h"
#include "vitals/time.h"

namespace vitals {

struct Playback {
  Timestamp last = distant_future;  // events behind it are not looked at, not even for errors
  bool to_the_last = false;         // goes on to it behind the last event
  bool lenient = false;             // counts events that are refused, and goes on
  std::function<void()> on_event{};
};

// Hands all events of a second to `apply`, and then the second to `judge`: all moments up to and
// including that one, of which it was not told yet, can be judged by the events so far. Moments
// before the first event are told as well. After a bad line, or an event that `apply` refuses, the
// seconds before that of the line are judged, and it ends with the error, `FILE:LINE: ...`.
[[nodiscard]] absl::Status play(RecordingReader& reader, const Playback& playback,
                                absl::FunctionRef<absl::Status(const Event&)> apply,
                                absl::FunctionRef<void(Timestamp)> judge);

}  // namespace vitals

#endif  // VITALS_LIB_REPLAY_PLAYBACK_H
