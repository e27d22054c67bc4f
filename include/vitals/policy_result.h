// SPDX-License-Identifier: Apache-2.0
/// @file
/// What one policy made of a recording: how much it let count, how long repairs waited for it, and,
/// held against the truth, how often it was wrong.
///
///     a verdict of second s stands for [s, s + 1)
///     repair:  an end of a manipulation, at M
///     wait:    from M until a check of that host counts again, or until the host as a whole is
///              failing or healthy
///     answer:  what the check counts with when its wait ends, and in the first hour after M
///
/// An answer is *outdated* if its status is not the true one, was true before M, and was true at no
/// moment since M: it was measured before the work ended, or wrongly; the truth cannot tell which.
/// Nor can it tell whether a status that is still true was measured before M, which does no harm.
/// NODATA is no state of the host but Juggler's own word, and never outdated. Behind the hour only
/// the first answer is looked at, because errors of measurement add up.
///
/// Plain values; thread-safe. Truth is floored to seconds, as recordings are.

#ifndef VITALS_POLICY_RESULT_H
#define VITALS_POLICY_RESULT_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vitals/time.h"

namespace vitals {

/// Stretches of time in which something held.
struct Stretches {
  std::uint64_t count = 0;
  std::uint64_t hosts = 0;  ///< how many names were touched
  Seconds total{0};
  Seconds longest{0};

  friend bool operator==(const Stretches&, const Stretches&) = default;
};

/// How long was waited after repairs. A check that never has a verdict in the time is not awaited.
struct Waits {
  std::vector<Seconds> ended{};  ///< the lengths of those that ended, sorted
  std::uint64_t cut_short = 0;   ///< the next work, a rename or a removal came first
  std::uint64_t unfinished = 0;  ///< the recording ended first

  [[nodiscard]] std::uint64_t count() const { return ended.size() + cut_short + unfinished; }
  friend bool operator==(const Waits&, const Waits&) = default;
};

/// What was answered after repairs: by one check, or by all checks of the host together, where a
/// repair is counted if any of its checks is.
struct Answers {
  std::uint64_t given = 0;
  /// Within the hour the check showed another status than the one that counted first, NODATA
  /// excepted. Needs no truth, and has a share that no policy can avoid: what really changed.
  std::uint64_t taken_back = 0;

  std::uint64_t known = 0;     ///< the truth was known; those below are some of these
  std::uint64_t outdated = 0;  ///< the status stems from before the repair
  std::uint64_t accusing = 0;  ///< outdated with CRIT: a working machine is repaired again
  std::uint64_t hiding = 0;    ///< outdated with OK, WARN or INFO, though CRIT is true

  friend bool operator==(const Answers&, const Answers&) = default;
};

/// How long after M answers are looked at.
inline constexpr Seconds answers_within{std::chrono::hours{1}};

/// What became of one check, on all hosts.
struct CheckResult {
  std::string check{};
  Seconds judged{0};   ///< it had a verdict
  Seconds counted{0};  ///< it counted
  Seconds known{0};    ///< it counted, and the truth was known
  Waits waits{};
  Answers answers{};
  Stretches false_accusations{};  ///< it counted with CRIT, and something else was true
  Stretches missed_faults{};      ///< it counted with OK, WARN or INFO, and CRIT was true

  friend bool operator==(const CheckResult&, const CheckResult&) = default;
};

/// What a policy made of a recording. Only checks of hosts are in it: switches and racks are
/// repaired by other means.
struct PolicyResult {
  std::vector<CheckResult> checks{};  ///< that the policy names, in order of name
  Waits host_waits{};                 ///< one a repair, until the host is failing or healthy
  Answers repairs{};                  ///< of the checks of each repair together
  Stretches false_accusations{};      ///< hosts of which some check accused falsely
  Stretches missed_faults{};          ///< hosts of which some check missed a fault

  friend bool operator==(const PolicyResult&, const PolicyResult&) = default;
};

/// The checks of a result put together: their times, waits and answers added up. Of the stretches
/// `hosts` is a sum too, in which a host is counted once a check.
[[nodiscard]] CheckResult all_checks(const PolicyResult& result);

/// The smallest length that at least so many percent of the lengths do not exceed (nearest rank).
///
/// Units:    percent, 1 to 100.
/// Boundary: `sorted` ascends; the 100th percentile is the longest.
/// Errors:   none if there is no length.
[[nodiscard]] std::optional<Seconds> percentile(const std::vector<Seconds>& sorted, int percent);

/// The 95 % upper bound of a share of which `hits` in `of` were seen: the largest share under which
/// so few hits are seen in at least 5 % of all samples (Clopper and Pearson, one-sided). Holds for
/// hits that do not depend on each other.
///
/// Boundary: without a hit 1 - 0.05^(1/of), about 3 / of (the rule of three); 1 if of == hits,
///           also if both are 0.
/// Errors:   none. `hits` beyond `of` are taken for `of`.
///
///     upper_bound(0, 100) == 0.0295...
[[nodiscard]] double upper_bound(std::uint64_t hits, std::uint64_t of);

}  // namespace vitals

#endif  // VITALS_POLICY_RESULT_H
