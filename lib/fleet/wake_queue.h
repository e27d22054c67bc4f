// SPDX-License-Identifier: Apache-2.0
// Who wants to be looked at when: a queue of moments, many entries to a moment.
#ifndef VITALS_LIB_FLEET_WAKE_QUEUE_H
#define VITALS_LIB_FLEET_WAKE_QUEUE_H

#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "vitals/time.h"

namespace vitals {

// Moments are whole seconds and windows end within minutes, so there are few distinct moments and
// many entries to each: a small ordered map of lists, not a heap of entries. Entries are never
// withdrawn: whoever pops one asks whether it is still meant.
template <class Entry>
class WakeQueue {
 public:
  void push(Timestamp moment, Entry entry) { moments_[moment].push_back(entry); }

  // The earliest moment somebody waits for; distant_future if nobody does.
  [[nodiscard]] Timestamp next() const {
    return moments_.empty() ? distant_future : moments_.begin()->first;
  }

  // Takes all entries of the earliest moment. There must be one.
  [[nodiscard]] std::vector<Entry> pop() {
    std::vector<Entry> entries = std::move(moments_.begin()->second);
    moments_.erase(moments_.begin());
    return entries;
  }

 private:
  absl::btree_map<Timestamp, std::vector<Entry>> moments_;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_WAKE_QUEUE_H
