// SPDX-License-Identifier: Apache-2.0
// How long does a scheduler take to yield an audit, and to refresh itself, with a million records?
// In a file of SQLite, or in the empty database that VITALS_BENCH_DATABASE names.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vitals/audit/backend.h"
#include "vitals/audit/scheduler.h"

namespace vitals::audit {
namespace {

constexpr Timestamp start{Seconds{1'700'000'000}};

std::size_t record_count() {
  return std::getenv("VITALS_BENCH_SMALL") != nullptr ? 1'000 : 1'000'000;
}

Catalogue make_catalogue() {
  Catalogue catalogue;
  Group group{.name = "all"};
  for (std::size_t i = 0; i < record_count() / 10; ++i) {
    catalogue.hosts.push_back({.name = "host-" + std::to_string(1'000'000 + i) + ".example.net"});
    group.hosts.push_back(catalogue.hosts.back().name);
  }
  for (std::size_t i = 0; i < 10; ++i) {
    catalogue.audits.push_back({.owner = "all",
                                .name = "audit-" + std::to_string(i),
                                .run_every = Seconds{3600},
                                .command = {"true"}});
  }
  catalogue.groups.push_back(std::move(group));
  sort(catalogue);
  return catalogue;
}

// A database with the catalogue and its records, made once.
class World {
 public:
  World() : path_(std::filesystem::temp_directory_path() / "vitals-audit-bench.db") {
    remove();
    const char* const wanted = std::getenv("VITALS_BENCH_DATABASE");
    backend_ = *Backend::open(wanted != nullptr ? wanted : "sqlite:" + path_.string());
    if (!backend_->store(make_catalogue()).ok()) std::abort();
    scheduler_ = std::make_unique<Scheduler>(*backend_, clock_,
                                             SchedulerOptions{.refresh_every = Seconds{864'000}});
    if (!scheduler_->refresh().ok() || scheduler_->size() != record_count()) std::abort();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() { remove(); }

  static World& get() {
    static World world;
    return world;
  }

  Scheduler& scheduler() { return *scheduler_; }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(path_.string() + suffix);
    }
  }

  std::filesystem::path path_;
  ManualClock clock_{start};
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Scheduler> scheduler_;
};

void wait_next(benchmark::State& state) {
  Scheduler& scheduler = World::get().scheduler();
  std::int64_t yielded = 0;
  for (auto _ : state) {
    for (const TaskId task : scheduler.wait_next()) {
      benchmark::DoNotOptimize(scheduler.finish(task));
      ++yielded;
    }
  }
  state.counters["a_yielded_audit"] = benchmark::Counter(
      static_cast<double>(yielded), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(wait_next);

void refresh(benchmark::State& state) {
  Scheduler& scheduler = World::get().scheduler();
  for (auto _ : state) {
    if (!scheduler.refresh().ok()) state.SkipWithError("no refresh");
  }
}
BENCHMARK(refresh)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vitals::audit
