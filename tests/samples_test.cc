// SPDX-License-Identifier: Apache-2.0
#include "calibrate/samples.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "calibrate/silences.h"
#include "calibrate/truth_of_check.h"
#include "test_time.h"
#include "vitals/calibrate.h"

namespace vitals {
namespace {

// How many of n samples fall into a share p of the distribution: fewer than k, with probability...
double fewer_than(std::uint64_t k, std::uint64_t n, double p) {
  double below = 0;
  for (std::uint64_t i = 0; i < k; ++i) {
    const auto hits = static_cast<double>(i);
    const auto misses = static_cast<double>(n - i);
    below += std::exp(std::lgamma(static_cast<double>(n) + 1) - std::lgamma(hits + 1) -
                      std::lgamma(misses + 1) + hits * std::log(p) + misses * std::log1p(-p));
  }
  return below;
}

Distribution distribution_of(const std::vector<Seconds>& lengths) {
  Samples samples;
  for (const Seconds length : lengths) samples.add(length);
  return samples.undisturbed({});
}

TEST_CASE("as many samples are needed as Wilks says", "[calibrate]") {
  struct Row {
    double target;
    std::uint64_t needed;
  };
  // The well-known numbers for a confidence of 95 %.
  const Row rows[] = {{0.5, 5},       {0.1, 29},        {0.05, 59},        {0.01, 299},
                      {0.001, 2'995}, {0.0001, 29'956}, {0.00001, 299'572}};
  for (const Row& row : rows) {
    INFO(row.target);
    CHECK(samples_needed(row.target) == row.needed);
    CHECK(rank_from_top(row.needed - 1, row.target) == 0);
    CHECK(rank_from_top(row.needed, row.target) == 1);
    CHECK(rank_from_top(row.needed + 1, row.target) == 1);
  }
}

TEST_CASE("the more samples, the more of them may lie above the bound", "[calibrate]") {
  struct Row {
    std::uint64_t samples;
    std::uint64_t rank;
  };
  const Row rows[] = {{0, 0},   {298, 0}, {299, 1}, {472, 1}, {473, 2},
                      {627, 2}, {628, 3}, {772, 3}, {773, 4}};
  for (const Row& row : rows) {
    INFO(row.samples);
    CHECK(rank_from_top(row.samples, 0.01) == row.rank);
  }
}

TEST_CASE("the rank is the largest that keeps the confidence", "[calibrate]") {
  for (const double target : {0.5, 0.1, 0.01, 0.001}) {
    for (const std::uint64_t n : {1U, 7U, 60U, 400U, 3'000U, 40'000U}) {
      INFO(target << " of " << n);
      const std::uint64_t rank = rank_from_top(n, target);
      CHECK(fewer_than(rank, n, target) <= 0.05 + 1e-9);
      const bool is_exact = static_cast<double>(n) * target <= 500;
      if (is_exact) CHECK(fewer_than(rank + 1, n, target) > 0.05);
    }
  }
}

TEST_CASE("where the mean is large the rank errs on the safe side, by a little", "[calibrate]") {
  for (const std::uint64_t n : {60'000U, 200'000U, 1'000'000U}) {
    const std::uint64_t rank = rank_from_top(n, 0.01);
    CHECK(fewer_than(rank, n, 0.01) <= 0.05);
    CHECK(fewer_than(rank + 6, n, 0.01) > 0.05);
  }
  CHECK(rank_from_top(std::uint64_t{1} << 60U, 0.5) > (std::uint64_t{1} << 58U));
}

TEST_CASE("quantiles equal those of a sorted vector", "[calibrate]") {
  rc::prop("for random samples", [] {
    const auto raw = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 50)));
    std::vector<Seconds> sorted;
    for (const std::int64_t one : raw) sorted.emplace_back(one);
    const Distribution counted = distribution_of(sorted);
    std::sort(sorted.begin(), sorted.end());
    RC_ASSERT(counted.size() == sorted.size());
    RC_ASSERT(counted.shortest() == sorted.front());
    RC_ASSERT(counted.longest() == sorted.back());
    for (std::size_t rank = 1; rank <= sorted.size(); ++rank) {
      RC_ASSERT(counted.at(rank) == sorted[rank - 1]);
    }
    for (const std::uint64_t per_mille : {500U, 990U, 999U, 1000U, 1U}) {
      // The smallest sample that at least so many do not exceed.
      const auto covers = [&](Seconds length) {
        const auto upto = std::upper_bound(sorted.begin(), sorted.end(), length);
        return static_cast<std::uint64_t>(upto - sorted.begin()) * 1000 >=
               per_mille * sorted.size();
      };
      const Seconds quantile = counted.quantile(per_mille);
      RC_ASSERT(quantile == *std::find_if(sorted.begin(), sorted.end(), covers));
    }
    const Seconds limit{*rc::gen::inRange<std::int64_t>(-1, 52)};
    const auto longer = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), limit);
    RC_ASSERT(counted.above(limit) == static_cast<std::uint64_t>(longer));
    Distribution twice = counted;
    twice.add(counted);
    RC_ASSERT(twice.size() == 2 * counted.size());
    RC_ASSERT(twice.above(limit) == 2 * counted.above(limit));
  });
}

TEST_CASE("a bound is the sample of its rank, and there is none of too few", "[calibrate]") {
  std::vector<Seconds> lengths;
  for (int i = 1; i <= 472; ++i) lengths.emplace_back(i);
  CHECK(bound_of(distribution_of(lengths), 0.01) == Seconds{472});
  lengths.emplace_back(473);
  CHECK(bound_of(distribution_of(lengths), 0.01) == Seconds{472});
  lengths.resize(298);
  CHECK_FALSE(bound_of(distribution_of(lengths), 0.01));
  CHECK_FALSE(bound_of(Distribution{}, 0.5));
}

TEST_CASE("samples are left out by what disturbed them, at the limit they are not", "[calibrate]") {
  Samples samples;
  samples.add(Seconds{1});
  samples.add(Seconds{2}, {.silence = Seconds{10}});
  samples.add(Seconds{3}, {.silence = Seconds{11}});
  samples.add(Seconds{4}, {.step = Seconds{20}});
  samples.add(Seconds{5}, {.step = Seconds{21}});
  samples.add(Seconds{-5});  // a length that cannot be
  CHECK(samples.size() == 6);
  const Distribution kept = samples.undisturbed({Seconds{10}, Seconds{20}});
  CHECK(kept.size() == 4);
  CHECK(kept.shortest() == Seconds{0});
  CHECK(kept.longest() == Seconds{4});
  CHECK(samples.undisturbed({Seconds::max(), Seconds::max()}).size() == 6);
}

TEST_CASE("the longest silence since a moment is the longest part without receipts",
          "[calibrate]") {
  rc::prop("for random receipts", [] {
    const auto steps = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 9)));
    Silences silences;
    std::vector<std::int64_t> receipts;
    std::int64_t now = 100;
    for (const std::int64_t step : steps) {
      now += step;
      silences.receipt(t(now));
      receipts.push_back(now);
    }
    for (std::int64_t from = receipts.front(); from <= now; ++from) {
      std::int64_t longest = 0;
      std::int64_t before = from;
      for (const std::int64_t receipt : receipts) {
        if (receipt <= from) continue;
        longest = std::max(longest, receipt - before);
        before = receipt;
      }
      RC_ASSERT(silences.longest_since(t(from)) == Seconds{longest});
    }
  });
}

TEST_CASE("the truth of a check tells for how long something is over", "[calibrate]") {
  TruthOfCheck truth;
  const auto at = [](std::int64_t milliseconds) {
    return TruthTime{std::chrono::milliseconds{milliseconds}};
  };
  CHECK_FALSE(truth.is_known_at(t(1000)));
  CHECK_FALSE(truth.change(at(100'000), Status::ok));  // the first is no change
  CHECK_FALSE(truth.change(at(150'000), Status::ok));  // nor is the same again
  CHECK(truth.change(at(200'250), Status::crit));
  CHECK(truth.change(at(300'000), Status::nodata));
  CHECK(truth.change(at(400'000), Status::ok));

  CHECK_FALSE(truth.is_known_at(t(99)));
  CHECK(truth.is_known_at(t(100)));
  CHECK(truth.since_true(Status::ok, t(199)) == Seconds{0});
  CHECK(truth.since_true(Status::ok, t(200)) == Seconds{0});  // for a quarter of that second
  CHECK(truth.since_true(Status::ok, t(201)) == Seconds{1});
  CHECK_FALSE(truth.since_true(Status::crit, t(199)));
  CHECK(truth.since_true(Status::crit, t(200)) == Seconds{0});
  CHECK(truth.since_true(Status::crit, t(299)) == Seconds{0});
  CHECK(truth.since_true(Status::crit, t(300)) == Seconds{0});  // it ended with the second before
  CHECK(truth.since_true(Status::crit, t(330)) == Seconds{30});
  CHECK(truth.since_true(Status::ok, t(399)) == Seconds{199});
  CHECK(truth.since_true(Status::ok, t(400)) == Seconds{0});
  CHECK_FALSE(truth.since_true(Status::warn, t(500)));

  CHECK(truth.was_since(Status::nodata, t(300)));
  CHECK(truth.was_since(Status::nodata, t(399)));
  CHECK_FALSE(truth.was_since(Status::nodata, t(400)));
  CHECK(truth.was_since(Status::crit, t(299)));
  CHECK_FALSE(truth.was_since(Status::crit, t(300)));
  CHECK(truth.was_since(Status::ok, t(1000)));  // it goes on
  CHECK(truth.is_newest(Status::ok));
  CHECK_FALSE(truth.is_newest(Status::crit));
}

TEST_CASE("a truth is settled when it was told, or agreed with by what cannot be older",
          "[calibrate]") {
  UnsettledTruth truth;
  CHECK_FALSE(truth.is_unsettled());
  truth.change(t(100));
  CHECK(truth.is_unsettled());
  truth.agree(t(159), Seconds{60});
  CHECK(truth.is_unsettled());
  truth.agree(t(160), Seconds{60});
  CHECK(truth.is_unsettled());
  truth.agree(t(161), Seconds{60});
  CHECK_FALSE(truth.is_unsettled());
  truth.change(t(200));
  truth.told();
  CHECK_FALSE(truth.is_unsettled());
}

TEST_CASE("of a truth that changes without end only the newest changes are kept", "[calibrate]") {
  TruthOfCheck truth;
  for (int i = 0; i <= 1000; ++i) {
    truth.change(TruthTime{std::chrono::seconds{i}}, i % 2 == 0 ? Status::ok : Status::crit);
  }
  CHECK(truth.since_true(Status::crit, t(1000)) == Seconds{0});
  CHECK(truth.since_true(Status::crit, t(1005)) == Seconds{5});
  CHECK_FALSE(truth.since_true(Status::crit, t(900)));
  CHECK_FALSE(truth.is_known_at(t(900)));
}

}  // namespace
}  // namespace vitals
