// SPDX-License-Identifier: Apache-2.0
// Reads events on a thread of its own, ahead of who asks for them, batch by batch.
#ifndef VITALS_LIB_RECORDING_READ_AHEAD_H
#define VITALS_LIB_RECORDING_READ_AHEAD_H

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "recording/merged_files.h"

namespace vitals {

// Some events, with all that a reader is asked about them.
struct EventBatch {
  std::vector<Event> events;      // of which the names lie in `names`
  std::vector<LinePlace> places;  // parallel
  std::string names;
  std::deque<std::string> needs;  // of the few events that state any
  SkippedLines skipped;           // since the batch before
  RecordingProgress progress;
  bool is_last = false;
  absl::Status status;  // of the last: how the reading ended
  Timestamp error_time = distant_future;
};

class ReadAhead {
 public:
  // `files`, which must outlive it, belong to the thread from now on; reads of them must not wait
  // for ever.
  explicit ReadAhead(MergedFiles& files) : files_(files), thread_([this] { run(); }) {}
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead();

  // The next batch, valid until the next call; there is none behind the last. Calls the option
  // before_read if it is not there yet.
  EventBatch& take();

 private:
  void run();
  void fill(EventBatch& batch);

  MergedFiles& files_;
  std::array<EventBatch, 4> ring_;
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::uint64_t filled_ = 0;
  std::uint64_t freed_ = 0;
  bool stopping_ = false;

  bool is_held_ = false;  // one batch, by who takes them
  std::thread thread_;    // last, so that it finds all of the above
};

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_READ_AHEAD_H
