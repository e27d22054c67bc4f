// SPDX-License-Identifier: Apache-2.0
#include "replay/playback.h"

#include "text/bridge.h"

namespace vitals {

absl::Status play(RecordingReader& reader, const Playback& playback,
                  absl::FunctionRef<absl::Status(const Event&)> apply,
                  absl::FunctionRef<void(Timestamp)> judge) {
  constexpr Seconds one_second{1};
  Timestamp second = distant_past;  // of the events applied last; not judged yet
  const auto finish = [&](Timestamp last) {
    if (second != distant_past) judge(last);
    return absl::OkStatus();
  };
  while (const Event* event = reader.next()) {
    if (event->time > playback.last) return finish(playback.last);
    if (event->time > second) {
      judge(subtract(event->time, one_second));
      second = event->time;
    }
    const absl::Status status = apply(*event);
    if (!status.ok()) {
      if (!playback.lenient) return invalid(reader.position(), ": ", to_std(status.message()));
      reader.skip(absl::IsNotFound(status) ? "unknown host" : "rename onto a living name");
    }
    if (playback.on_event) playback.on_event();
  }
  if (reader.status().ok() || reader.error_time() > playback.last) {
    return finish(playback.to_the_last ? playback.last : second);
  }
  if (reader.error_time() > second) judge(subtract(reader.error_time(), one_second));
  return reader.status();
}

}  // namespace vitals
