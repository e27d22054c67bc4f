// SPDX-License-Identifier: Apache-2.0
#include "recording/read_ahead.h"

#include <utility>

#include "recording/event_names.h"

namespace vitals {

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

EventBatch& ReadAhead::take() {
  std::unique_lock lock(mutex_);
  if (std::exchange(is_held_, true)) {
    ++freed_;
    changed_.notify_all();
  }
  if (filled_ == freed_ && files_.options().before_read) {
    lock.unlock();
    files_.options().before_read();
    lock.lock();
  }
  changed_.wait(lock, [&] { return filled_ > freed_; });
  return ring_[freed_ % ring_.size()];
}

void ReadAhead::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || filled_ - freed_ < ring_.size(); });
    if (stopping_) return;
    EventBatch& batch = ring_[filled_ % ring_.size()];
    lock.unlock();
    fill(batch);
    const bool is_last = batch.is_last;
    lock.lock();
    ++filled_;
    lock.unlock();
    changed_.notify_all();
    if (is_last) return;
  }
}

void ReadAhead::fill(EventBatch& batch) {
  constexpr std::size_t most_events = 1024;
  constexpr std::size_t bytes_of_names = std::size_t{1} << 16;
  batch.events.clear();
  batch.places.clear();
  batch.names.clear();
  batch.needs.clear();
  batch.names.reserve(bytes_of_names);  // names do not move while there is room
  while (batch.events.size() < most_events &&
         batch.names.size() + longest_names <= bytes_of_names) {
    const Event* event = files_.next();
    if (event == nullptr) {
      batch.is_last = true;
      batch.status = files_.status();
      batch.error_time = files_.error_time();
      break;
    }
    Event& kept = batch.events.emplace_back(*event);
    keep_names(kept, batch.names);
    if (!kept.needs.empty()) {
      kept.needs = StatedNeeds(batch.needs.emplace_back(kept.needs.packed()));
    }
    batch.places.push_back(files_.place());
  }
  batch.skipped = std::exchange(files_.skipped(), {});
  batch.progress = files_.progress();
}

}  // namespace vitals
