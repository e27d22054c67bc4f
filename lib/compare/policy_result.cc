// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_result.h"

#include <algorithm>
#include <cmath>

namespace vitals {
namespace {

constexpr double rarely = 0.05;  // what the bound leaves out

// One step of the continued fraction below, by Lentz's method.
class ContinuedFraction {
 public:
  explicit ContinuedFraction(double first) : d_(1 / away_from_zero(first)), value_(d_) {}

  // Takes the next numerator over 1; tells by which factor the value changed.
  double add(double numerator) {
    d_ = 1 / away_from_zero(1 + numerator * d_);
    c_ = away_from_zero(1 + numerator / c_);
    value_ *= c_ * d_;
    return c_ * d_;
  }
  [[nodiscard]] double value() const { return value_; }

 private:
  static double away_from_zero(double x) { return std::abs(x) < 1e-300 ? 1e-300 : x; }

  double c_ = 1;
  double d_;
  double value_;
};

// The regularized incomplete beta function I_x(a, b) for x below (a + 1) / (a + b + 2), where its
// continued fraction converges fast.
double lower_beta(double x, double a, double b) {
  constexpr int most_steps = 100'000;  // about the root of the sample is needed
  ContinuedFraction fraction(1 - (a + b) * x / (a + 1));
  for (int m = 1; m < most_steps; ++m) {
    fraction.add(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
    const double change =
        fraction.add(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
    if (std::abs(change - 1) < 1e-14) break;
  }
  const double front =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
  return std::exp(front) * fraction.value() / a;
}

// How probable it is that so many of a sample are hits, or more, if their share is `share`.
double at_least(double hits, double of, double share) {
  const double a = hits;
  const double b = of - hits + 1;
  if (share < (a + 1) / (a + b + 2)) return lower_beta(share, a, b);
  return 1 - lower_beta(1 - share, b, a);
}

void add(Stretches& to, const Stretches& more) {
  to.count += more.count;
  to.hosts += more.hosts;
  to.total += more.total;
  to.longest = std::max(to.longest, more.longest);
}

void add(Answers& to, const Answers& more) {
  to.given += more.given;
  to.taken_back += more.taken_back;
  to.known += more.known;
  to.outdated += more.outdated;
  to.accusing += more.accusing;
  to.hiding += more.hiding;
}

}  // namespace

CheckResult all_checks(const PolicyResult& result) {
  CheckResult all;
  for (const CheckResult& check : result.checks) {
    all.judged += check.judged;
    all.counted += check.counted;
    all.known += check.known;
    std::vector<Seconds>& ended = all.waits.ended;
    ended.insert(ended.end(), check.waits.ended.begin(), check.waits.ended.end());
    all.waits.cut_short += check.waits.cut_short;
    all.waits.unfinished += check.waits.unfinished;
    add(all.answers, check.answers);
    add(all.false_accusations, check.false_accusations);
    add(all.missed_faults, check.missed_faults);
  }
  std::sort(all.waits.ended.begin(), all.waits.ended.end());
  return all;
}

std::optional<Seconds> percentile(const std::vector<Seconds>& sorted, int percent) {
  if (sorted.empty()) return std::nullopt;
  const std::size_t rank = (sorted.size() * static_cast<std::size_t>(percent) + 99) / 100;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

double upper_bound(std::uint64_t hits, std::uint64_t of) {
  if (hits >= of) return 1;
  const auto n = static_cast<double>(of);
  if (hits == 0) return -std::expm1(std::log(rarely) / n);
  double low = static_cast<double>(hits) / n;
  double high = 1;
  while (high - low > 1e-12 * high) {
    const double middle = low + (high - low) / 2;
    // So few hits are seen as rarely as it is probable that there are not more.
    if (middle == low || middle == high) break;
    const bool is_seen = 1 - at_least(static_cast<double>(hits) + 1, n, middle) > rarely;
    (is_seen ? low : high) = middle;
  }
  return high;
}

}  // namespace vitals
