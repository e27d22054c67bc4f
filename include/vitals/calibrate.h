// SPDX-License-Identifier: Apache-2.0
/// @file
/// Calibration: what a recording shows of the lengths that the policy's constants stand for, and a
/// policy that follows from it.
///
///     auto reader = RecordingReader::open({"day.ndjson.zst"});
///     auto found = calibrate(*reader, policy, {.target = 1e-4});
///     for (const Measured& one : found->measured) ...   // n, quantiles, maximum beside the policy
///     to_yaml(found->suggested)                         // each value with its reason
///
/// Nothing is learned while a fleet is judged: a policy is a file that a person accepts. The
/// recording is read once; memory follows the number of checks and of different lengths, not the
/// length of the recording. Samples are whole seconds and counted one by one, so that quantiles are
/// exact.

#ifndef VITALS_CALIBRATE_H
#define VITALS_CALIBRATE_H

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/time.h"
#include "vitals/truth.h"

namespace vitals {

/// How what was measured stands to the policy's value.
enum class Fit : std::uint8_t {
  not_measured,  ///< nothing of the kind is in the recording; `note` says why
  too_tight,     ///< exceeded more often than the target; without a target: ever
  too_few,       ///< not exceeded, and too few samples to conclude anything
  fits,
  generous  ///< what is allowed is more than twice what was seen
};

/// The word for a fit, such as `too tight`.
[[nodiscard]] std::string_view name(Fit fit) noexcept;

/// One kind of length as the recording shows it, beside what the policy allows.
struct Measured {
  std::string constant{};  ///< the policy's value that it stands for, such as `juggler.push_period`
  std::string what{};      ///< such as `between two receipts`
  std::string check{};     ///< of which check; empty: of none in particular
  std::uint64_t samples = 0;
  Seconds shortest{0};  ///< this and the other lengths are zero where there are no samples
  Seconds p50{0};       ///< half of the samples are no longer; likewise below
  Seconds p99{0};
  Seconds p999{0};
  Seconds longest{0};
  std::optional<Seconds> allowed{};  ///< how long it may be by the policy; none: no rule asks
  std::string formula{};             ///< how the policy says so: `2 * juggler.push_period`
  std::uint64_t exceeded = 0;        ///< how many samples are longer than that
  std::uint64_t left_out = 0;  ///< samples across a silence of everything; not among the above
  Fit fit = Fit::not_measured;
  std::string note{};
};

/// How the periods of a recording stand to those that the policy states.
struct PeriodScale {
  double factor = 1;         ///< measured by stated, to two digits, where most agree
  std::size_t agreeing = 0;  ///< how many periods agree, to a factor of 1.1
  std::size_t compared = 0;
  /// Whether at least two agree and at least half of all, on one factor alone, and it is not near
  /// one: then the policy is one for another installation.
  bool is_common = false;
};

/// What a recording shows.
struct Calibration {
  std::optional<Timestamp> first{};  ///< the time of the first event; none: there is none
  std::optional<Timestamp> last{};
  std::uint64_t reports = 0;                                    ///< of checks that the policy names
  std::uint64_t checks = 0;                                     ///< of hosts, switches and racks
  std::map<std::string, std::uint64_t, std::less<>> unnamed{};  ///< reports of checks it does not
  PeriodScale scale{};
  Seconds silence{0};         ///< the longest in which nothing was received of any check
  bool has_silences = false;  ///< whether that is one that samples are left out for
  std::uint64_t untold = 0;   ///< with truth: changes that no report told before the next one
  std::uint64_t untrue =
      0;  ///< with truth: statuses reported that were wrong: not true, and not late
  std::vector<Measured> measured{};  ///< in the order of the policy's values

  /// With a target: the policy that follows. The origin of each value is its reason, so that
  /// to_yaml() prints them as comments.
  std::optional<PolicySet> suggested{};
};

/// How to calibrate.
struct CalibrateOptions {
  /// How often an allowed length may be exceeded. Without one nothing is suggested.
  std::optional<double> target{};
  TruthReader* truth = nullptr;      ///< what was true meanwhile; null: nobody knows
  bool lenient = false;              ///< count events that cannot be applied and go on
  std::function<void()> on_event{};  ///< after each event: a chance to show progress
};

/// Reads the recording to its end.
///
/// `policy` names the checks and their kinds, and is what the recording is held against. In the
/// suggested policy what cannot be measured is as a file states it (PolicySet::origins), or the
/// default times the common scale.
///
/// Units:    seconds; the target is a share of the samples, such as 1e-4.
/// Boundary: a length equal to what is allowed does not exceed it.
/// Errors:   InvalidArgument: a target outside (0, 0.5]; as `FILE:LINE: ...` what the readers say,
///           and events that a fleet refuses.
/// Source:   SPEC 2 to 7 for what is allowed; docs/calibrate.md for what a sample is.
[[nodiscard]] absl::StatusOr<Calibration> calibrate(RecordingReader& recording,
                                                    const PolicySet& policy,
                                                    const CalibrateOptions& options = {});

/// How many samples it takes to say with 95 % confidence, whatever the distribution, that no more
/// than `target` of all exceed the longest of them: (1 - target)^n <= 0.05.
///
/// Errors:   none; the target must be within (0, 0.5].
/// Source:   S. S. Wilks, Determination of sample sizes for setting tolerance limits, 1941.
///
///     samples_needed(0.01) == 299
[[nodiscard]] std::uint64_t samples_needed(double target) noexcept;

/// Which of n samples, counted from the longest, is such a bound: the more samples, the more of
/// them may lie above it. Zero where n < samples_needed(target).
///
///     rank_from_top(299, 0.01) == 1         rank_from_top(473, 0.01) == 2
[[nodiscard]] std::uint64_t rank_from_top(std::uint64_t n, double target) noexcept;

/// The calibration as one JSON object on one line, without a line feed. Lengths are seconds. Keys
/// are stable and always there:
///
///     {"first":...,"last":...,"reports":n,"checks":n,"unnamed":{"NAME":n},
///      "scale":{"factor":0.1,"agreeing":n,"compared":n,"is_common":true},
///      "silence":...,"has_silences":false,"untold":n,"untrue":n,
///      "measured":[{"constant":"juggler.push_period","what":"...","check":"ssh","samples":n,
///        "shortest":...,"p50":...,"p99":...,"p999":...,"longest":...,"allowed":...,
///        "formula":"...","exceeded":n,"left_out":n,"fit":"fits","note":"..."}],
///      "suggested":[{"value":"juggler.push_period","is":"30s","was":"5m","reason":"..."}]}
///
/// `check`, `allowed`, `formula` and `note` are null where there is none; lengths where there are
/// no samples; `suggested` without a target. `policy` is the one that was calibrated against.
[[nodiscard]] std::string to_json(const Calibration& calibration, const PolicySet& policy);

}  // namespace vitals

#endif  // VITALS_CALIBRATE_H
