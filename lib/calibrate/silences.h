// SPDX-License-Identifier: Apache-2.0
// The silences between receipts of anything at all: while nothing comes from anywhere, monitoring
// or whoever records it is down, and the pauses of single checks mean nothing.
#ifndef VITALS_LIB_CALIBRATE_SILENCES_H
#define VITALS_LIB_CALIBRATE_SILENCES_H

#include <algorithm>
#include <optional>
#include <vector>

#include "vitals/time.h"

namespace vitals {

class Silences {
 public:
  // Something was received; moments do not run backwards.
  void receipt(Timestamp now) {
    if (last_ && now > *last_) {
      const Seconds length = now - *last_;
      while (!longest_.empty() && longest_.back().length <= length) longest_.pop_back();
      longest_.push_back({now, length});
    }
    last_ = std::max(now, last_.value_or(now));
  }

  // The longest stretch without any receipt between `from` and the newest receipt.
  [[nodiscard]] Seconds longest_since(Timestamp from) const {
    const auto first = std::partition_point(longest_.begin(), longest_.end(),
                                            [&](const Silence& one) { return one.end <= from; });
    if (first == longest_.end()) return Seconds{0};
    const Seconds part = std::min(first->length, first->end - from);
    if (part == first->length || first + 1 == longest_.end()) return part;
    return std::max(part, (first + 1)->length);
  }

 private:
  struct Silence {
    Timestamp end;
    Seconds length;
  };
  std::optional<Timestamp> last_;
  // Only those that no later one exceeds: each is shorter than the one before it, so there are no
  // more of them than different lengths.
  std::vector<Silence> longest_;
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_SILENCES_H
