// SPDX-License-Identifier: Apache-2.0
// One run a seed, on several threads.
#ifndef VITALS_LIB_LAG_SEEDS_H
#define VITALS_LIB_LAG_SEEDS_H

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/lag.h"

namespace vitals {

// What `run(seed)` gives, a StatusOr, for each seed in their order; or the error of the first that
// fails. The calling thread works as well, and nobody starts another run after an exception.
template <class Run>
auto for_each_seed(const Runs& runs, const Run& run) {
  using Result = decltype(run(std::uint64_t{}));
  std::vector<std::optional<Result>> results(runs.seeds);
  std::atomic<std::uint32_t> next = 0;
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto work = [&] {
    for (std::uint32_t i = next++; i < runs.seeds; i = next++) {
      try {
        results[i] = run(runs.first_seed + i);
      } catch (...) {
        const std::scoped_lock lock(mutex);
        thrown = std::current_exception();
        next = runs.seeds;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < std::min(runs.threads, runs.seeds); ++i) others.emplace_back(work);
    work();
  }
  if (thrown) std::rethrow_exception(thrown);
  using Value = typename Result::value_type;
  std::vector<Value> values;
  for (std::optional<Result>& result : results) {
    if (!result->ok()) return absl::StatusOr<std::vector<Value>>(result->status());
    values.push_back(*std::move(*result));
  }
  return absl::StatusOr<std::vector<Value>>(std::move(values));
}

// What `run(seed)` gives for all seeds, added up by `add(sum, part)` in the order of the seeds; few
// at a time, so that memory does not grow with their number.
template <class Value, class Run, class Add>
absl::StatusOr<Value> add_up_seeds(const Runs& runs, const Run& run, const Add& add) {
  constexpr std::uint32_t at_a_time = 256;
  Value sum{};
  for (std::uint32_t done = 0; done < runs.seeds;) {
    Runs some = runs;
    some.first_seed = runs.first_seed + done;
    some.seeds = std::min(at_a_time, runs.seeds - done);
    const absl::StatusOr<std::vector<Value>> parts = for_each_seed(some, run);
    if (!parts.ok()) return parts.status();
    for (const Value& part : *parts) add(sum, part);
    done += some.seeds;
  }
  return sum;
}

}  // namespace vitals

#endif  // VITALS_LIB_LAG_SEEDS_H
