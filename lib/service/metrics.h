// SPDX-License-Identifier: Apache-2.0
// What the service counts, and how Prometheus reads it.
#ifndef VITALS_LIB_SERVICE_METRICS_H
#define VITALS_LIB_SERVICE_METRICS_H

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "http/server.h"
#include "service/poll_runner.h"
#include "vitals/coordinator/listing.h"
#include "vitals/coordinator/request.h"

namespace vitals {

// Counts that many threads add to.
class ServiceCounts {
 public:
  static constexpr std::array<double, 12> bounds{0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                 0.1,   0.2,   0.5,   1,    5,    30};

  void count_answer(coordinator::Act act, coordinator::Why why) { ++answers_[index(act, why)]; }
  void count_wait(std::chrono::duration<double> wait);
  void count_response(unsigned status) { ++responses_[status < responses_.size() ? status : 0]; }

  [[nodiscard]] std::uint64_t answers(coordinator::Act act, coordinator::Why why) const {
    return answers_[index(act, why)];
  }
  [[nodiscard]] std::uint64_t responses(unsigned status) const { return responses_[status]; }
  [[nodiscard]] std::uint64_t waits(std::size_t bucket) const { return waits_[bucket]; }
  [[nodiscard]] double wait_sum() const {
    return static_cast<double>(wait_microseconds_) / 1'000'000;
  }

  std::atomic<std::uint64_t> reloads{0};
  std::atomic<std::uint64_t> refused_reloads{0};
  std::atomic<std::uint64_t> conflicts{0};  // as the monitor last found them
  std::atomic<std::uint64_t> orphans{0};
  std::atomic<std::uint64_t> monitor_failures{0};

 private:
  static constexpr std::size_t why_count = coordinator::why_names.size();
  static std::size_t index(coordinator::Act act, coordinator::Why why) {
    return static_cast<std::size_t>(act) * why_count + static_cast<std::size_t>(why);
  }
  std::array<std::atomic<std::uint64_t>, coordinator::act_names.size() * why_count> answers_{};
  std::array<std::atomic<std::uint64_t>, 600> responses_{};  // by status
  std::array<std::atomic<std::uint64_t>, bounds.size() + 1> waits_{};
  std::atomic<std::uint64_t> wait_microseconds_{0};
};

// Everything in Prometheus's text format.
[[nodiscard]] std::string metrics_text(const ServiceCounts& counts, const HttpCounters& http,
                                       const std::vector<coordinator::ListingState>& listings,
                                       const std::vector<PollState>& polls, Timestamp now);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_METRICS_H
