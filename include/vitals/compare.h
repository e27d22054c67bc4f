// SPDX-License-Identifier: Apache-2.0
/// @file
/// The same recording under two policies: which verdicts differ, for how long and why; how much
/// sooner repairs are decided; and, where the truth is known, what is risked.
///
///     RecordingReader reader = *RecordingReader::open({"day.ndjson.zst"});
///     absl::StatusOr<Comparison> found = compare(reader, {strict, loose}, {});
///
/// One pass through the recording, in which two fleets stand side by side. Policies may name
/// different checks: what one of them does not name has no verdict under it. Memory follows the
/// names of hosts, the repairs, and what differs; not the length of the recording.

#ifndef VITALS_COMPARE_H
#define VITALS_COMPARE_H

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/explain.h"
#include "vitals/health.h"
#include "vitals/policy_result.h"
#include "vitals/policy_value.h"
#include "vitals/policy_yaml.h"
#include "vitals/reason.h"
#include "vitals/recording.h"
#include "vitals/time.h"
#include "vitals/truth.h"

namespace vitals {

struct CompareOptions {
  TruthReader* truth = nullptr;      ///< what was true meanwhile; null: not known
  std::optional<Timestamp> from{};   ///< nothing is measured before this moment
  std::optional<Timestamp> until{};  ///< nor after this one; by default the last event's time
  bool lenient = false;              ///< count events that cannot be applied and go on
  std::function<void()> on_event{};  ///< after each event: a chance to show progress
};

/// What was looked at.
struct ComparedTime {
  std::optional<Timestamp> from{};   ///< the first second that was judged; none: there was none
  std::optional<Timestamp> until{};  ///< the last one
  std::uint64_t hosts = 0;           ///< names under which a check had a verdict
  std::uint64_t repairs = 0;
  bool has_truth = false;
};

/// What holds under one of two policies and not under the other.
enum class DifferenceType : std::uint8_t {
  any,      ///< any of these, under whichever policy: the sets of reasons differ
  counts,   ///< the check counts
  verdict,  ///< the check has a verdict
  reason    ///< one reason against the check
};

inline constexpr std::array<std::string_view, 4> difference_type_names{"any", "counts", "verdict",
                                                                       "reason"};

/// Where to look at a difference: `vitals explain --host HOST --check CHECK --at TIME`.
struct DifferenceExample {
  Timestamp time{};
  std::string host{};

  friend bool operator==(const DifferenceExample&, const DifferenceExample&) = default;
};

/// The stretches of time in which two policies differ about one check in one way.
struct Difference {
  std::string check{};
  DifferenceType type = DifferenceType::any;
  std::size_t under = 0;           ///< the policy under which it holds: 0, 1; 0 for `any`
  std::optional<Reason> reason{};  ///< iff type == DifferenceType::reason
  Stretches stretches{};
  std::vector<DifferenceExample> first{};  ///< the first three, by time
};

/// The same for the states of hosts.
struct StateDifference {
  std::array<HostState, 2> states{};  ///< under the first policy, and under the second
  Stretches stretches{};
  std::vector<DifferenceExample> first{};
};

/// How much sooner repairs are decided under the second policy, wait by wait.
struct Sooner {
  std::vector<Seconds> by{};     ///< of waits that ended under both, sorted; negative: later
  std::uint64_t only_first = 0;  ///< waits that ended under the first policy alone
  std::uint64_t only_second = 0;

  friend bool operator==(const Sooner&, const Sooner&) = default;
};

struct CheckSooner {
  std::string check{};
  Sooner sooner{};
};

struct Comparison {
  ComparedTime time{};
  std::vector<ValueDifference> values{};  ///< where the policies differ
  std::array<PolicyResult, 2> results{};  ///< under each alone
  std::vector<Difference> differences{};  ///< in order of check, type, policy, reason
  std::vector<StateDifference> state_differences{};
  std::vector<CheckSooner> checks_sooner{};  ///< checks that both name, in order of name
  Sooner hosts_sooner{};
};

/// Compares two policies.
///
/// Units:    seconds since the Unix epoch; the verdict of a second stands for that second.
/// Boundary: `from` and `until` are inclusive, as in replay(). A repair is looked at if its work
///           ended in that time, and until the next work on that host, its renaming or its removal.
/// Errors:   InvalidArgument `FILE:LINE: ...`: the reader's, events that a fleet refuses, the
///           truth's. There is no result of a part.
[[nodiscard]] absl::StatusOr<Comparison> compare(RecordingReader& reader,
                                                 const std::array<PolicySet, 2>& policies,
                                                 const CompareOptions& options);

/// For people: how the policies differ, the differences, the repairs, the risk. `names` are those
/// of the policies.
[[nodiscard]] std::string to_text(const Comparison& comparison,
                                  const std::array<std::string, 2>& names, const TextStyle& style);

/// One JSON object on one line, without a line feed. Keys are stable; those of `known`, `outdated`,
/// `accusing`, `hiding`, `false_accusations` and `missed_faults` are there if the truth is. Lengths
/// are seconds, moments Unix seconds, shares from 0 to 1; null where there is none:
///
///     {"from":...,"until":...,"hosts":2,"repairs":3,"has_truth":true,
///      "values":[{"path":"juggler.overhead","values":["4m","2m"]}],
///      "policies":[{"policy":"...","judged":...,"counted":...,"check_waits":WAITS,
///        "host_waits":WAITS,"repairs":ANSWERS,"false_accusations":STRETCHES,
///        "missed_faults":STRETCHES,"checks":[{"check":"ssh","judged":...,"counted":...,
///          "waits":WAITS,"answers":ANSWERS,"known":...,"false_accusations":STRETCHES,
///          "missed_faults":STRETCHES}]}],
///      "differences":[{"check":"ssh","type":"reason","under":0,"reason":"stale",
///        "stretches":STRETCHES,"first":[{"time":...,"host":"h1"}]}],
///      "state_differences":[{"states":["undecided","failing"],"stretches":STRETCHES,"first":[]}],
///      "sooner":{"host":SOONER,"checks":[{"check":"ssh",SOONER}]}}
///
/// STRETCHES: count, hosts, total, longest. WAITS: ended, cut_short, unfinished, p50, p99, max.
/// ANSWERS: given, known; taken_back, outdated, accusing, hiding with count, share and at_most.
/// SOONER: both, only_first, only_second, p50, p99, max.
[[nodiscard]] std::string to_json(const Comparison& comparison,
                                  const std::array<std::string, 2>& names);

/// A picture: how many waits after repairs have ended after so long, under each policy.
/// Self-contained SVG for light and dark backgrounds.
[[nodiscard]] std::string to_svg(const Comparison& comparison,
                                 const std::array<std::string, 2>& names);

/// The same picture and the text in one page that needs nothing from outside.
[[nodiscard]] std::string to_html(const Comparison& comparison,
                                  const std::array<std::string, 2>& names);

}  // namespace vitals

#endif  // VITALS_COMPARE_H
