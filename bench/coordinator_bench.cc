// SPDX-License-Identifier: Apache-2.0
// How many permissions a second does a coordinator give, each on disk before it is answered; how
// long is a listing of a million hosts in the making, and whom does it keep waiting?
//
//   coordinator_bench                                    on a file of SQLite in the current
//   directory VITALS_BENCH_DATABASE=postgresql://... coordinator_bench      on an empty database
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Timestamp now{Seconds{1'700'000'000}};

bool is_small() { return std::getenv("VITALS_BENCH_SMALL") != nullptr; }

std::string name_of(Inv inv) {
  // Names do not come in the order of numbers.
  return "host-" + std::to_string((inv * 7919) % 1'000'003) + "-" + std::to_string(inv) +
         ".dc.example.net";
}

Host host_of(Inv inv) {
  return {.inv = inv,
          .name = name_of(inv),
          .uuid = std::to_string(inv * 2'654'435'761U % 1'000'000'007)};
}

Config config() {
  Config made;
  for (const char* id : {"rtc", "yc", "test", "il"}) {
    Installation one;
    one.id = id;
    one.bot = "main";
    made.installations.push_back(one);
  }
  return made;
}

// A coordinator whose installations were all just listed: `hosts` hosts in one, none in the others.
std::unique_ptr<Coordinator> open_coordinator() {
  const char* const given = std::getenv("VITALS_BENCH_DATABASE");
  std::string database = "sqlite:coordinator_bench.db";
  if (given != nullptr) {
    database = given;
  } else {
    for (const char* end : {"", "-wal", "-shm"}) {
      std::filesystem::remove(std::string("coordinator_bench.db") + end);
    }
  }
  auto coordinator = Coordinator::open(database, config());
  if (!coordinator.ok()) {
    std::cerr << coordinator.status() << '\n';
    std::exit(EXIT_FAILURE);
  }
  return std::move(*coordinator);
}

// One for all benchmarks of a run, which use numbers of their own.
Coordinator& coordinator() {
  static const std::unique_ptr<Coordinator> one = open_coordinator();
  return *one;
}

Timestamp next_second() {
  static std::atomic<std::int64_t> seconds = 0;
  return now + Seconds{++seconds};
}

void list(const std::string& installation, Inv first, std::int64_t count) {
  const Timestamp at = next_second();
  Listing listing{.installation = installation, .started_at = at, .received_at = at};
  for (std::int64_t i = 0; i < count; ++i) listing.hosts.push_back(host_of(first + i));
  const auto result = coordinator().apply_listing(std::move(listing), at);
  if (!result.ok()) std::cerr << result.status() << '\n';
}

void list_nothing() {
  for (const char* id : {"yc", "test", "il"}) list(id, 1, 0);
}

// Asks on and on, with so many requests under way, and notes how long each took.
class Load {
 public:
  explicit Load(std::size_t under_way) : under_way_(under_way) {}

  void ask(Request request) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return waiting_ < under_way_; });
    ++waiting_;
    lock.unlock();
    const auto begun = Clock::now();
    coordinator().submit({std::move(request)}, now, [this, begun](Coordinator::Answers answers) {
      const std::lock_guard held(mutex_);
      took_.push_back(Clock::now() - begun);
      if (!answers.ok() || !answers->front().allowed) ++refused_;
      --waiting_;
      room_.notify_one();
    });
  }

  void report(benchmark::State& state) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return waiting_ == 0; });
    std::sort(took_.begin(), took_.end());
    const auto at = [&](double share) {
      const auto place = static_cast<std::size_t>(share * static_cast<double>(took_.size() - 1));
      return std::chrono::duration<double, std::milli>(took_[place]).count();
    };
    state.SetItemsProcessed(static_cast<std::int64_t>(took_.size()));
    state.counters["p50_ms"] = at(0.5);
    state.counters["p99_ms"] = at(0.99);
    state.counters["max_ms"] = at(1);
    state.counters["refused"] = static_cast<double>(refused_);
  }

 private:
  std::size_t under_way_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t waiting_ = 0;
  std::size_t refused_ = 0;
  std::vector<Clock::duration> took_;
};

std::atomic<Inv> next_inv = 10'000'000;

void BM_permissions(benchmark::State& state) {
  list_nothing();
  const int count = is_small() ? 100 : 100'000;
  Load load(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (int i = 0; i < count; ++i) {
      load.ask({.act = Act::add, .installation = "rtc", .host = host_of(next_inv++)});
    }
  }
  load.report(state);
}
BENCHMARK(BM_permissions)
    ->Arg(16)
    ->Arg(64)
    ->Arg(200)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BM_first_listing(benchmark::State& state) {
  const std::int64_t hosts = is_small() ? 1000 : 1'000'000;
  std::atomic<bool> done = false;
  list_nothing();
  Load load(16);
  std::thread asking([&] {
    while (!done) load.ask({.act = Act::add, .installation = "yc", .host = host_of(next_inv++)});
  });
  for (auto _ : state) list("rtc", 1, hosts);
  done = true;
  asking.join();
  load.report(state);
}
BENCHMARK(BM_first_listing)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_same_listing(benchmark::State& state) {
  const std::int64_t hosts = is_small() ? 1000 : 1'000'000;
  for (auto _ : state) list("rtc", 1, hosts);
}
BENCHMARK(BM_same_listing)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_monitor(benchmark::State& state) {
  for (auto _ : state) {
    const auto findings = coordinator().monitor(next_second());
    if (!findings.ok()) std::cerr << findings.status() << '\n';
  }
}
BENCHMARK(BM_monitor)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_look_up_inv(benchmark::State& state) {
  const Inv hosts = is_small() ? 1000 : 1'000'000;
  Inv inv = 1;
  for (auto _ : state) {
    inv = (inv * 7919 + 1) % hosts + 1;
    benchmark::DoNotOptimize(coordinator().find_inv("main", inv));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_look_up_inv)->Threads(1)->Threads(2)->UseRealTime();

void BM_look_up_name(benchmark::State& state) {
  const Inv hosts = is_small() ? 1000 : 1'000'000;
  Inv inv = 1;
  for (auto _ : state) {
    inv = (inv * 7919 + 1) % hosts + 1;
    benchmark::DoNotOptimize(coordinator().find_name(name_of(inv)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_look_up_name)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
}  // namespace vitals::coordinator
