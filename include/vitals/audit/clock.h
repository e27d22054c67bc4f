// SPDX-License-Identifier: Apache-2.0
/// @file
/// Time from outside: whoever runs a scheduler brings the clock. The library reads none.
///
///     SystemClock clock;                       // a program's, on top of the system's
///     ManualClock clock(Timestamp{0s});        // a test's: waiting turns it
///
/// Threads: now() and wake() from any; wait_until() on one.

#ifndef VITALS_AUDIT_CLOCK_H
#define VITALS_AUDIT_CLOCK_H

#include <chrono>
#include <functional>
#include <utility>

#include "vitals/time.h"

namespace vitals::audit {

/// What time it is, and how one waits for a moment.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Whole seconds of Unix time; may step, back too.
  [[nodiscard]] virtual Timestamp now() = 0;

  /// Time that never steps, since any moment: for time-outs.
  [[nodiscard]] virtual std::chrono::milliseconds steady() = 0;

  /// Returns at the moment or earlier: whoever waits asks for the time again. At once if the moment
  /// has come, or if wake() was called since the last wait.
  virtual void wait_until(Timestamp moment) = 0;

  /// Ends a wait, or the next one.
  virtual void wake() = 0;

  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

 protected:
  Clock() = default;
};

/// A clock that stands still but for whoever turns it: a month passes in no time.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}

  [[nodiscard]] Timestamp now() override { return now_; }
  [[nodiscard]] std::chrono::milliseconds steady() override { return steady_; }

  /// The moment comes at once; then `on_wait` may turn the clock otherwise.
  void wait_until(Timestamp moment) override {
    if (moment > now_) advance(moment - now_);
    if (on_wait_) on_wait_(*this);
  }
  void wake() override {}

  void set(Timestamp now) { now_ = now; }
  void advance(Seconds length) {
    now_ = add(now_, length);
    steady_ += length;
  }
  void on_wait(std::function<void(ManualClock&)> call) { on_wait_ = std::move(call); }

 private:
  Timestamp now_;
  std::chrono::milliseconds steady_{0};
  std::function<void(ManualClock&)> on_wait_;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_CLOCK_H
