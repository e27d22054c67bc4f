// SPDX-License-Identifier: Apache-2.0
/// @file
/// One constant of a policy turned through several values: what becomes of the same recording under
/// each. A shorter wait after a repair is paid for with more wrong answers; here is the curve.
///
///     absl::StatusOr<Variation> values = parse_variation("juggler.overhead=0s..6m", 13, policy);
///     absl::StatusOr<Sweep> found = vary(reader, policy, *values, {.truth = &truth});
///     std::string picture = to_svg(*found);
///
/// One pass through the recording, in which as many fleets stand side by side as there are values.

#ifndef VITALS_VARY_H
#define VITALS_VARY_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/compare.h"
#include "vitals/explain.h"
#include "vitals/policy_result.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"

namespace vitals {

/// How many values a constant may be turned through.
inline constexpr int fewest_steps = 2;
inline constexpr int most_steps = 100;

/// A value of a policy by its path, and the values it shall have.
struct Variation {
  std::string path{};
  std::vector<std::string> values{};  ///< as policies spell them, each once, the own one among them
  std::size_t own = 0;                ///< where in `values` the policy's own one is
  bool is_range = false;              ///< values ascend, and what lies between could be had too
};

/// Reads `PATH=FROM..TO`, which stands for `steps` values evenly spaced from FROM to TO, both
/// included, rounded to what the policy can state; or `PATH=VALUE,VALUE,...`. The policy's own
/// value is put in its place if it is none of them; before a list.
///
/// Units:    as in a policy file: durations or whole numbers; in a list, any value.
/// Boundary: fewest_steps to most_steps steps, and at most most_steps values in a list.
/// Errors:   InvalidArgument: no such text; FROM not below TO; a path that the policy does not have
///           (with the nearest one); a value that the policy cannot have.
[[nodiscard]] absl::StatusOr<Variation> parse_variation(std::string_view text, int steps,
                                                        const PolicySet& policy);

struct Sweep {
  ComparedTime time{};
  Variation variation{};
  std::vector<PolicyResult> results{};  ///< one a value
};

/// Replays the recording under the policy with each of the values.
///
/// Units, boundary: as of compare().
/// Errors:   those of compare(); those of set_value().
[[nodiscard]] absl::StatusOr<Sweep> vary(RecordingReader& reader, const PolicySet& policy,
                                         const Variation& variation, const CompareOptions& options);

/// For people: a row a value; how long repairs waited, and what was risked.
[[nodiscard]] std::string to_text(const Sweep& sweep, const TextStyle& style);

/// One JSON object on one line, without a line feed: the times as of a comparison, `path`, `own`,
/// and `values`, each with its `value` and what a comparison tells of a policy.
[[nodiscard]] std::string to_json(const Sweep& sweep);

/// The trade-off as a picture, a point a value, the policy's own one marked: how long a check waits
/// after a repair against the share of repairs with an outdated answer (without the truth: with
/// one that was taken back), with the 95 % upper bound of that; and, with the truth, the time that
/// does not count against the time that counts wrongly. Self-contained SVG for light and dark
/// backgrounds.
[[nodiscard]] std::string to_svg(const Sweep& sweep);

/// The same picture and the table in one page that needs nothing from outside.
[[nodiscard]] std::string to_html(const Sweep& sweep);

}  // namespace vitals

#endif  // VITALS_VARY_H
