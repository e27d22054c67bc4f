// SPDX-License-Identifier: Apache-2.0
/// @file
/// Verdicts as lines: one JSON object a check, or a host, exactly as SPEC 11 spells them.
///
///     {"time":...,"host":"h1","check":"ssh","status":"OK","counts":false,"excluded_by":[...],
///      "blocked_by":[...],"window":[from,until],"next_change":...}
///
/// Lines own nothing: their names are views. Thread-safe: no shared state.

#ifndef VITALS_VERDICT_LINE_H
#define VITALS_VERDICT_LINE_H

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vitals/health.h"
#include "vitals/observation.h"
#include "vitals/time.h"
#include "vitals/verdict.h"

namespace vitals {

/// The verdict on one check at one moment.
struct VerdictLine {
  Timestamp time{};
  std::string_view host{};
  std::string_view check{};
  std::optional<Status> status{};  ///< none while unobserved and once expired
  Verdict verdict{};
  std::span<const std::string_view> blocked_by{};  ///< switches and racks, sorted, each once
};

/// The state of one host at one moment.
struct HostLine {
  Timestamp time{};
  std::string_view host{};
  HostState state = HostState::unmonitored;
  std::span<const std::string_view> failing{};  ///< checks that count and are CRIT, sorted
  std::span<const std::string_view> waiting{};  ///< required checks that time may decide, sorted
  std::span<const std::string_view> silent{};   ///< required checks to tell the owner of, sorted
  std::optional<Timestamp> next_change{};       ///< the nearest of its checks'
};

/// Appends the line, without a line feed. Source: SPEC 11 (the verdicts).
void append_json(std::string& out, const VerdictLine& line);
void append_json(std::string& out, const HostLine& line);

}  // namespace vitals

#endif  // VITALS_VERDICT_LINE_H
