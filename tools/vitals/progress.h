// SPDX-License-Identifier: Apache-2.0
// A progress bar on standard error, where that is a terminal and the work takes long.
#ifndef VITALS_TOOLS_PROGRESS_H
#define VITALS_TOOLS_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "vitals/recording.h"

namespace vitals {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // After each piece of work; asks for the progress only when the bar is due.
  void tick(absl::FunctionRef<RecordingProgress()> progress) {
    if (!enabled_ || (++ticks_ & 0xfffU) != 0) return;
    draw_if_due(progress());
  }

  // The same for pieces that each take long.
  void show(const RecordingProgress& progress) {
    if (enabled_) draw_if_due(progress);
  }

  // Removes the bar.
  void clear();

 private:
  void draw_if_due(const RecordingProgress& progress);

  std::string what_;
  bool enabled_;
  bool drawn_ = false;
  std::uint64_t ticks_ = 0;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point due_;
};

}  // namespace vitals

#endif  // VITALS_TOOLS_PROGRESS_H
