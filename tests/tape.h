// SPDX-License-Identifier: Apache-2.0
// Small recordings for tests, and what calibration finds in them.
#ifndef VITALS_TESTS_TAPE_H
#define VITALS_TESTS_TAPE_H

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet_events.h"
#include "vitals/calibrate.h"
#include "vitals/policy_value.h"

namespace vitals {

// Events in any order; names must outlive it.
class Tape {
 public:
  Tape& add(const Event& event) {
    events_.push_back(event);
    return *this;
  }
  Tape& report(std::int64_t second, std::string_view host, std::string_view service,
               Status status = Status::ok, std::int64_t since = 0) {
    return add(check(second, host, service, status, since));
  }
  // Of hw-watcher.
  Tape& measured(std::int64_t second, std::string_view host, std::string_view service,
                 std::int64_t at, Status status = Status::ok, std::int64_t since = 0) {
    Event event = check(second, host, service, status, since);
    event.report.metadata_timestamp = t(at);
    return add(event);
  }
  // The same status again and again; `until` included.
  Tape& repeat(std::int64_t from, std::int64_t until, std::int64_t step, std::string_view host,
               std::string_view service, Status status = Status::ok, std::int64_t since = 0) {
    for (; from <= until; from += step) report(from, host, service, status, since);
    return *this;
  }
  Tape& was_true(std::int64_t second, std::string_view host, std::string_view check,
                 Status status) {
    truths_.push_back({.time = t(second), .host = host, .check = check, .status = status});
    return *this;
  }

  // Events that cannot be are left out.
  Tape& lenient() {
    lenient_ = true;
    return *this;
  }

  [[nodiscard]] std::string text() const {
    std::vector<Event> sorted = events_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Event& a, const Event& b) { return a.time < b.time; });
    std::string out;
    for (const Event& event : sorted) append_event(out, event);
    return out;
  }
  [[nodiscard]] std::string truth() const {
    std::vector<TruthChange> sorted = truths_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const TruthChange& a, const TruthChange& b) { return a.time < b.time; });
    std::string out;
    for (const TruthChange& change : sorted) append_truth(out, change);
    return out;
  }

  [[nodiscard]] Calibration calibrate(const PolicySet& policy = {},
                                      std::optional<double> target = {}) const {
    const std::string recording = text();
    RecordingReader reader = RecordingReader::from_text(recording, "recording");
    const std::string told = this->truth();
    TruthReader truth = TruthReader::from_text(told, "truth");
    auto found = vitals::calibrate(
        reader, policy,
        {.target = target, .truth = truths_.empty() ? nullptr : &truth, .lenient = lenient_});
    INFO(found.status());
    REQUIRE(found.ok());
    return *std::move(found);
  }

 private:
  std::vector<Event> events_;
  std::vector<TruthChange> truths_;
  bool lenient_ = false;
};

// The row of a check, none if there is none.
inline const Measured* find_row(const Calibration& found, std::string_view constant,
                                std::string_view what, std::string_view check) {
  for (const Measured& row : found.measured) {
    if (row.constant == constant && row.what == what && row.check == check) return &row;
  }
  return nullptr;
}

inline Measured row_of(const Calibration& found, std::string_view constant, std::string_view what,
                       std::string_view check) {
  INFO(constant << ": " << what << ", " << check);
  const Measured* row = find_row(found, constant, what, check);
  REQUIRE(row != nullptr);
  return *row;
}

// A suggested value, and why.
inline std::string suggested(const Calibration& found, std::string_view path) {
  REQUIRE(found.suggested);
  return value_of(*found.suggested, path).value_or("none");
}
inline std::string reason_of(const Calibration& found, std::string_view path) {
  REQUIRE(found.suggested);
  const auto reason = found.suggested->origins.find(path);
  return reason == found.suggested->origins.end() ? "" : reason->second;
}

}  // namespace vitals

#endif  // VITALS_TESTS_TAPE_H
