// SPDX-License-Identifier: Apache-2.0
// What was true of one check, as far back as it matters.
#ifndef VITALS_LIB_CALIBRATE_TRUTH_OF_CHECK_H
#define VITALS_LIB_CALIBRATE_TRUTH_OF_CHECK_H

#include <deque>
#include <optional>

#include "vitals/truth.h"

namespace vitals {

class TruthOfCheck {
 public:
  // Changes in order of time. Whether this one is a change, and not the first or the same again.
  bool change(TruthTime time, Status status) {
    if (!changes_.empty() && changes_.back().status == status) return false;
    changes_.push_back({time, status});
    if (changes_.size() > most_changes) changes_.pop_front();
    return changes_.size() > 1;
  }

  // Whether anything is known of that second.
  [[nodiscard]] bool is_known_at(Timestamp second) const {
    return !changes_.empty() && changes_.front().time < second + Seconds{1};
  }

  // How long before the second the status was true for the last time; zero if it was at any moment
  // from then on, none if it never was before.
  [[nodiscard]] std::optional<Seconds> since_true(Status status, Timestamp second) const {
    for (std::size_t i = changes_.size(); i-- > 0;) {
      if (changes_[i].status != status || changes_[i].time >= second + Seconds{1}) continue;
      if (i + 1 == changes_.size()) return Seconds{0};
      const auto end = std::chrono::floor<Seconds>(changes_[i + 1].time);
      return std::max(second - end, Seconds{0});
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_newest(Status status) const {
    return !changes_.empty() && changes_.back().status == status;
  }

  // The second of the newest change that is still so; none if nothing is known.
  [[nodiscard]] std::optional<Timestamp> last_change() const {
    if (changes_.empty()) return std::nullopt;
    return std::chrono::floor<Seconds>(changes_.back().time);
  }

  // Whether it was so at any moment later than `from`: NODATA, there was nothing to measure.
  [[nodiscard]] bool was_since(Status status, Timestamp from) const {
    for (std::size_t i = changes_.size(); i-- > 0;) {
      if (changes_[i].status == status) return true;
      if (changes_[i].time <= from) return false;
    }
    return false;
  }

 private:
  // So that memory is bounded. What is longer ago than so many changes counts as never.
  static constexpr std::size_t most_changes = 64;

  struct Change {
    TruthTime time;
    Status status;
  };
  std::deque<Change> changes_;
};

// A change of truth that no report has told yet.
struct UntoldTruth {
  Timestamp second{};
  Status status = Status::ok;
};

// The newest change of truth, until something is received that cannot be from before it: whoever
// says otherwise then has measured wrongly, and is not late.
class UnsettledTruth {
 public:
  void change(Timestamp second) { since_ = second; }
  // The truth was received. What was on its way when it changed takes no longer than `lag`.
  void agree(Timestamp receipt, Seconds lag) {
    if (since_ && receipt - *since_ > lag) since_.reset();
  }
  void told() { since_.reset(); }
  [[nodiscard]] bool is_unsettled() const { return since_.has_value(); }

 private:
  std::optional<Timestamp> since_;
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_TRUTH_OF_CHECK_H
