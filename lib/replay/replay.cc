// SPDX-License-Identifier: Apache-2.0
#include "vitals/replay.h"

#include <algorithm>
#include <utility>

#include "replay/playback.h"

namespace vitals {
namespace {

class Replay {
 public:
  Replay(RecordingReader& reader, Fleet& fleet, const ReplayOptions& options,
         Fleet::CheckVisitor check, Fleet::HostVisitor host)
      : reader_(reader), fleet_(fleet), options_(options), check_(check), host_(host) {
    at_ = options.at;
    std::sort(at_.begin(), at_.end());
    at_.erase(std::unique(at_.begin(), at_.end()), at_.end());
  }

  absl::Status run() {
    const Timestamp last_asked = last_moment_asked();
    // Named moments may lie behind the recording; nothing else goes on after its last event.
    const bool to_the_last = options_.until || options_.mode == ReplayMode::at;
    const Playback playback{.last = last_asked,
                            .to_the_last = to_the_last,
                            .lenient = options_.lenient,
                            .on_event = options_.on_event};
    return play(
        reader_, playback,
        [&](const Event& event) {
          if (first_ == distant_future) first_ = next_tick_ = event.time;
          return fleet_.apply(event);
        },
        [&](Timestamp last) { tell_until(last); });
  }

 private:
  [[nodiscard]] Timestamp last_moment_asked() const {
    Timestamp last = options_.until.value_or(distant_future);
    if (options_.mode == ReplayMode::at) {
      last = at_.empty() ? distant_past : std::min(last, at_.back());
    }
    return last;
  }

  // Tells what there is to tell at the moments up to `last` that were not told yet, with the facts
  // as they are.
  void tell_until(Timestamp last) {
    switch (options_.mode) {
      case ReplayMode::on_change:
        return tell_changes(last);
      case ReplayMode::at:
        while (next_at_ < at_.size() && at_[next_at_] <= last) tell_all(at_[next_at_++]);
        return;
      case ReplayMode::every:
        for (; next_tick_ <= last; next_tick_ += options_.every) tell_all(next_tick_);
        return;
    }
  }

  void tell_changes(Timestamp last) {
    if (options_.from && !begun_) {
      if (last < *options_.from) return advance(last, false);
      begun_ = true;
      if (*options_.from > first_) {  // the verdicts of that moment come whole
        advance(*options_.from, false);
        tell_all(*options_.from);
      }
    }
    advance(last, true);
  }

  void advance(Timestamp last, bool visible) {
    if (options_.hosts) {
      fleet_.advance_hosts(last, [&](const HostLine& line) {
        if (visible) host_(line);
      });
    } else {
      fleet_.advance(last, [&](const VerdictLine& line) {
        if (visible) check_(line);
      });
    }
  }

  void tell_all(Timestamp moment) {
    if (options_.from && moment < *options_.from) return;
    if (options_.hosts) {
      fleet_.judge_hosts(moment, host_);
    } else {
      fleet_.judge_all(moment, check_);
    }
  }

  RecordingReader& reader_;
  Fleet& fleet_;
  const ReplayOptions& options_;
  Fleet::CheckVisitor check_;
  Fleet::HostVisitor host_;

  std::vector<Timestamp> at_;
  std::size_t next_at_ = 0;
  Timestamp first_ = distant_future;      // the second of the first event
  Timestamp next_tick_ = distant_future;  // of mode every
  bool begun_ = false;                    // `from` was reached
};

}  // namespace

absl::Status replay(RecordingReader& reader, Fleet& fleet, const ReplayOptions& options,
                    Fleet::CheckVisitor check, Fleet::HostVisitor host) {
  return Replay(reader, fleet, options, check, host).run();
}

}  // namespace vitals
