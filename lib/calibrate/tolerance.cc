// SPDX-License-Identifier: Apache-2.0
// Bounds that hold for whatever distribution there is. Of n samples the k-th longest is exceeded by
// more than a share p of the distribution only if fewer than k of them fell into that share: with
// probability P(Binomial(n, p) < k), which is to be 0.05 at most.
#include <algorithm>
#include <cmath>

#include "vitals/calibrate.h"

namespace vitals {
namespace {

constexpr double error = 0.05;

// The largest k with P(Binomial(n, p) < k) <= error, added up term by term.
std::uint64_t exact_rank(double n, double p) {
  double term = std::exp(n * std::log1p(-p));  // P(0)
  double below = term;                         // P(X < k)
  std::uint64_t k = 0;
  while (below <= error) {
    ++k;
    const auto of = static_cast<double>(k);
    term *= (n - of + 1) / of * p / (1 - p);
    below += term;
  }
  return k;
}

}  // namespace

std::uint64_t samples_needed(double target) noexcept {
  return static_cast<std::uint64_t>(std::ceil(std::log(error) / std::log1p(-target)));
}

std::uint64_t rank_from_top(std::uint64_t n, double target) noexcept {
  const auto count = static_cast<double>(n);
  const double mean = count * target;
  // Beyond, the first term is no double any more, and the normal distribution is as good; one less
  // errs on the safe side.
  constexpr double many = 500;
  if (mean <= many) return exact_rank(count, target);
  constexpr double quantile = 1.645;
  const double deviation = std::sqrt(mean * (1 - target));
  return static_cast<std::uint64_t>(std::max(1.0, std::floor(mean - quantile * deviation) - 1));
}

}  // namespace vitals
