// SPDX-License-Identifier: Apache-2.0
// How long does a scheduler take to yield an audit, and to refresh itself, with a million records?
// In a file of SQLite, or in the empty database that VITALS_BENCH_DATABASE names. And to refresh
// itself from files, with a tenth as many.
#include <unistd.h>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "vitals/audit/backend.h"
#include "vitals/audit/scheduler.h"

namespace vitals::audit {
namespace {

constexpr Timestamp start{Seconds{1'700'000'000}};
constexpr std::size_t audits_a_host = 10;

std::size_t record_count() {
  return std::getenv("VITALS_BENCH_SMALL") != nullptr ? 1'000 : 1'000'000;
}

Catalogue make_catalogue(std::size_t records) {
  Catalogue catalogue;
  Group group{.name = "all"};
  for (std::size_t i = 0; i < records / audits_a_host; ++i) {
    catalogue.hosts.push_back({.name = "host-" + std::to_string(1'000'000 + i) + ".example.net"});
    group.hosts.push_back(catalogue.hosts.back().name);
  }
  for (std::size_t i = 0; i < audits_a_host; ++i) {
    catalogue.audits.push_back({.owner = "all",
                                .name = "audit-" + std::to_string(i),
                                .run_every = Seconds{3600},
                                .command = {"true"}});
  }
  catalogue.groups.push_back(std::move(group));
  sort(catalogue);
  return catalogue;
}

// A folder of this process, gone at the end.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("vitals-audit-bench-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_ / "catalogue");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A backend with a catalogue of so many records, all of them made.
struct World {
  World(const std::string& url, std::size_t records)
      : catalogue(make_catalogue(records)), backend(*Backend::open(url)) {
    if (!backend->store(catalogue).ok()) std::abort();
    scheduler = std::make_unique<Scheduler>(*backend, clock,
                                            SchedulerOptions{.refresh_every = Seconds{864'000}});
    if (!scheduler->refresh().ok() || scheduler->size() != records) std::abort();
  }

  Catalogue catalogue;
  ManualClock clock{start};
  std::unique_ptr<Backend> backend;
  std::unique_ptr<Scheduler> scheduler;
};

const Folder& folder() {
  static const Folder made;
  return made;
}

// In a database, made once.
World& in_database() {
  const char* const wanted = std::getenv("VITALS_BENCH_DATABASE");
  static World world(wanted != nullptr ? wanted : "sqlite:" + folder().path("bench.db"),
                     record_count());
  return world;
}

void wait_next(benchmark::State& state) {
  Scheduler& scheduler = *in_database().scheduler;
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
  Scheduler& scheduler = *in_database().scheduler;
  for (auto _ : state) {
    if (!scheduler.refresh().ok()) state.SkipWithError("no refresh");
  }
}
BENCHMARK(refresh)->Unit(benchmark::kMillisecond);

// One of ten audits gets another period: a tenth of the records do.
void refresh_another_period(benchmark::State& state) {
  World& world = in_database();
  Audit& audit = world.catalogue.audits.front();
  for (auto _ : state) {
    state.PauseTiming();
    audit.run_every = Seconds{audit.run_every == Seconds{3600} ? 1800 : 3600};
    if (!world.backend->store(world.catalogue).ok()) state.SkipWithError("not stored");
    state.ResumeTiming();
    if (!world.scheduler->refresh().ok()) state.SkipWithError("no refresh");
  }
}
BENCHMARK(refresh_another_period)->Unit(benchmark::kMillisecond)->Iterations(6);

// From files, of which one was edited since, or none.
void refresh_files(benchmark::State& state) {
  const std::string directory = folder().path("catalogue");
  static World world("dir:" + directory, record_count() / 10);
  const bool edited = state.range(0) != 0;
  for (auto _ : state) {
    state.PauseTiming();
    if (edited) std::ofstream(directory + "/edits.yaml", std::ios::app) << "# one more\n";
    state.ResumeTiming();
    if (!world.scheduler->refresh().ok()) state.SkipWithError("no refresh");
  }
}
BENCHMARK(refresh_files)->ArgName("edited")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vitals::audit
