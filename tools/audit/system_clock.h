// SPDX-License-Identifier: Apache-2.0
// The system's clocks. The library reads none: this is where time comes from.
#ifndef VITALS_TOOLS_AUDIT_SYSTEM_CLOCK_H
#define VITALS_TOOLS_AUDIT_SYSTEM_CLOCK_H

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>

#include "vitals/audit/clock.h"

namespace vitals::audit {

// wake() may be called in handlers of signals.
class SystemClock final : public Clock {
 public:
  SystemClock() : wakes_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wakes_ < 0) throw std::runtime_error("no descriptors left");
  }
  ~SystemClock() override { close(wakes_); }
  SystemClock(const SystemClock&) = delete;
  SystemClock& operator=(const SystemClock&) = delete;

  Timestamp now() override { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }
  std::chrono::milliseconds steady() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
  }

  // At most a minute, so that a step of the clock is noticed.
  void wait_until(Timestamp moment) override {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(std::min(moment, now() + Seconds{60}) -
                                                      std::chrono::system_clock::now());
    pollfd waits{wakes_, POLLIN, 0};
    poll(&waits, 1, static_cast<int>(std::max(left, milliseconds{0}).count()));
    std::uint64_t count = 0;
    while (read(wakes_, &count, sizeof(count)) > 0) {
    }
  }

  void wake() override {
    const std::uint64_t one = 1;
    static_cast<void>(!write(wakes_, &one, sizeof(one)));
  }

 private:
  int wakes_;
};

}  // namespace vitals::audit

#endif  // VITALS_TOOLS_AUDIT_SYSTEM_CLOCK_H
