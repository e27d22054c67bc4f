// SPDX-License-Identifier: Apache-2.0
// How fast is a fleet of millions of hosts? One benchmark a question, on one fleet that is built
// once: VITALS_BENCH_HOSTS hosts (default 1 million) of 16 checks, as bench/fleet_maker.h makes it;
// VITALS_BENCH_SECONDS shortens the hour. What hosts need of classes has fleets of its own. Before
// the clock starts, what is measured is compared with scalar verdicts on a small fleet.
#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "fleet_maker.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

using namespace bench;

/// Whether everything at once is what one by one gives, on a small fleet.
bool verified() {
  Maker maker(700);
  Fleet fleet = maker.fleet();
  fleet.visit_changes(noon, [](const CheckChange&) {});
  for (const Timestamp now : {noon, noon + Seconds{30}, noon + minutes{7}}) {
    std::vector<std::uint64_t> bits;
    JudgedFleet all;
    fleet.judge(now, bits, 2);
    fleet.judge(now, all, 2);
    bool right = true;
    std::uint64_t lines = 0;
    fleet.judge_all(now, [&](const VerdictLine& line) {
      const auto host = fleet.find_host(line.host);
      if (!host || line.check == "netmon" || line.check == "rack") return;
      const auto slot = std::lower_bound(host_checks.begin(), host_checks.end(), line.check) -
                        host_checks.begin();
      const std::size_t i =
          std::size_t{*host} * host_checks.size() + static_cast<std::size_t>(slot);
      right = right && all.hosts[i] == Outcome(line.status, line.verdict.excluded_by) &&
              ((bits[i / 64] >> i % 64 & 1U) != 0) == line.verdict.counts();
      ++lines;
    });
    if (!right || lines < 700 * 16) return false;
  }
  return true;
}

/// The fleet of all benchmarks, at noon, everything visited.
struct Scene {
  Maker maker{
      static_cast<std::uint32_t>(number("VITALS_BENCH_HOSTS", is_small() ? 2000U : 1'000'000U))};
  double before = resident();
  Fleet fleet = maker.fleet();
  double loaded = 0;
  std::vector<HostId> host_ids;                            // by the maker's number
  std::array<CheckId, host_checks.size()> check_ids = {};  // netmon and rack stand among them
  Timestamp now = noon;
  bool right = verified();

  Scene() {
    fleet.visit_changes(now, [](const CheckChange&) {});
    loaded = resident() - before;
    for (std::uint32_t host = 0; host < maker.hosts(); ++host) {
      host_ids.push_back(*fleet.find_host(maker.name(host)));
    }
    for (std::size_t i = 0; i < host_checks.size(); ++i) {
      while (fleet.check_name(check_ids[i]) != host_checks[i]) ++check_ids[i];
    }
    CheckCounts all;
    for (const Kind kind : {Kind::active, Kind::passive, Kind::hw_watcher}) {
      all.checks += fleet.counts(kind).checks;
      all.counting += fleet.counts(kind).counting;
    }
    std::fprintf(stderr, "%u hosts, %.0f checks, %.1f %% of them count\n", maker.hosts(),
                 static_cast<double>(all.checks),
                 100.0 * static_cast<double>(all.counting) / static_cast<double>(all.checks));
  }

  static double resident() {
    std::ifstream statm("/proc/self/statm");
    double size = 0;
    double pages = 0;
    statm >> size >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
};

Scene* scene(benchmark::State& state) {
  static Scene one;
  if (!one.right) state.SkipWithError("judging everything differs from judging one by one");
  return &one;
}

double checks_of(const Scene& of) {
  return static_cast<double>(of.maker.hosts()) * static_cast<double>(host_checks.size());
}

void per_check(benchmark::State& state, const Scene& of, double bytes) {
  const double checks = checks_of(of) * static_cast<double>(state.iterations());
  state.counters["time_a_check"] =
      benchmark::Counter(checks, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(static_cast<std::int64_t>(checks * bytes));
}

// The baseline: reading as many bytes as judging to bits reads, and nothing else.
void memory_read(benchmark::State& state) {
  Scene& of = *scene(state);
  const std::vector<std::uint64_t> words(static_cast<std::size_t>(checks_of(of) / 4), 1);
  for (auto _ : state) {
    std::array<std::uint64_t, 16> sums{};
    for (std::size_t i = 0; i + sums.size() <= words.size(); i += sums.size()) {
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] ^= words[i + j];
    }
    benchmark::DoNotOptimize(sums);
  }
  per_check(state, of, 2);
}
BENCHMARK(memory_read)->Unit(benchmark::kMillisecond);

// The other baseline: one read from so much memory as the checks take, each from a place that only
// the read before it tells, so that it waits for all of the way. Large pages, as the fleet has.
void memory_miss(benchmark::State& state) {
  Scene& of = *scene(state);
  const auto words = std::bit_ceil(static_cast<std::size_t>(checks_of(of) * 28 / 8)) / 2;
  const std::size_t bytes = words * sizeof(std::uint64_t);
  void* const memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return state.SkipWithError("no memory for the baseline");
  madvise(memory, bytes, MADV_HUGEPAGE);
  auto* const table = static_cast<std::uint64_t*>(memory);
  // A generator that visits all places before it comes back.
  for (std::size_t i = 0; i < words; ++i)
    table[i] = i * 6364136223846793005U + 1442695040888963407U;
  std::uint64_t at = 1;
  for (auto _ : state) at = table[at & (words - 1)];
  benchmark::DoNotOptimize(at);
  munmap(memory, bytes);
}
BENCHMARK(memory_miss);

void judge_to_bits(benchmark::State& state) {
  Scene& of = *scene(state);
  std::vector<std::uint64_t> bits;
  for (auto _ : state) {
    of.fleet.judge(of.now, bits, static_cast<unsigned>(state.range(0)));
    benchmark::DoNotOptimize(bits.data());
  }
  per_check(state, of, 2);
}
BENCHMARK(judge_to_bits)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void judge_to_outcomes(benchmark::State& state) {
  Scene& of = *scene(state);
  JudgedFleet all;
  for (auto _ : state) {
    of.fleet.judge(of.now, all, static_cast<unsigned>(state.range(0)));
    benchmark::DoNotOptimize(all.hosts.data());
  }
  per_check(state, of, 4);
}
BENCHMARK(judge_to_outcomes)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// The moment before the last event: nothing that is kept up helps, every rule is asked anew.
void judge_from_facts(benchmark::State& state) {
  Scene& of = *scene(state);
  std::vector<std::uint64_t> bits;
  for (auto _ : state) {
    of.fleet.judge(of.now - Seconds{1}, bits, static_cast<unsigned>(state.range(0)));
    benchmark::DoNotOptimize(bits.data());
  }
  per_check(state, of, 16);
}
BENCHMARK(judge_from_facts)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// A second in which nothing happens, found quiet.
void advance_a_quiet_second(benchmark::State& state) {
  Scene& of = *scene(state);
  std::uint64_t changes = 0;
  for (auto _ : state) {
    of.fleet.visit_changes(of.now, [&](const CheckChange&) { ++changes; });
  }
  state.counters["changes"] = static_cast<double>(changes);
}
BENCHMARK(advance_a_quiet_second);

// A thousand observations of random hosts. They are made beside the clock, as a reader hands them
// over: in the cache, which what the fleet knows of their hosts is not.
class Batch {
 public:
  static constexpr std::size_t size = 1000;

  explicit Batch(Scene& of) : of_(of) { names_.reserve(size * longest_name); }

  void make() {
    names_.clear();
    events.clear();
    refs.clear();
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t host = of_.maker.any_host();
      const std::size_t check = i % host_checks.size();
      const std::size_t at = names_.size();
      names_ += of_.maker.name(host);
      const std::string_view name = std::string_view(names_).substr(at);
      events.push_back(of_.maker.check(name, host_checks[check], of_.now));
      refs.push_back({of_.host_ids[host], of_.check_ids[check], false});
    }
  }

  std::vector<Event> events;
  std::vector<CheckRef> refs;  // parallel to `events`

 private:
  Scene& of_;
  std::string names_;
};

// Observations taken in by name (how = 0) or by number (1); in the end looked at (2), by number.
void take_observations(benchmark::State& state) {
  Scene& of = *scene(state);
  Batch batch(of);
  const std::int64_t how = state.range(0);
  std::uint64_t changes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    of.fleet.visit_changes(of.now, [](const CheckChange&) {});
    batch.make();
    state.ResumeTiming();
    for (std::size_t i = 0; i < Batch::size; ++i) {
      const Event& event = batch.events[i];
      const absl::Status taken =
          how == 0 ? of.fleet.apply(event) : of.fleet.receive(batch.refs[i], event.report);
      if (!taken.ok()) std::abort();
    }
    if (how == 2) {
      of.fleet.visit_changes(of.now, [&](const CheckChange&) { ++changes; });
    } else {
      std::uint64_t taken = of.fleet.counters().events;  // which takes in what waits
      benchmark::DoNotOptimize(taken);
    }
  }
  of.fleet.visit_changes(of.now, [](const CheckChange&) {});
  const double observations = static_cast<double>(state.iterations()) * Batch::size;
  state.counters["time_each"] =
      benchmark::Counter(observations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["changes_each"] = static_cast<double>(changes) / observations;
}
BENCHMARK(take_observations)->ArgName("how")->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMicrosecond);

// Observations each of which is a change: the status turns.
void change_a_status(benchmark::State& state) {
  Scene& of = *scene(state);
  constexpr std::size_t batch = 1000;
  std::vector<CheckRef> refs;
  for (std::size_t i = 0; i < 16 * batch; ++i) {
    const auto host = static_cast<std::uint32_t>((i * 7919) % of.maker.hosts());
    refs.push_back({of.host_ids[host], of.check_ids[7], false});
  }
  Report report{.status_mtime = noon - days{1}};
  std::size_t at = 0;
  std::uint64_t changes = 0;
  bool bad = true;
  for (auto _ : state) {
    report.receive_time = of.now;
    report.status = bad ? Status::crit : Status::info;
    for (std::size_t i = 0; i < batch; ++i) {
      benchmark::DoNotOptimize(of.fleet.receive(refs[at++], report).ok());
    }
    of.fleet.visit_changes(of.now, [&](const CheckChange&) { ++changes; });
    if (at == refs.size()) {
      at = 0;
      bad = !bad;
    }
  }
  state.counters["time_a_change"] = benchmark::Counter(
      static_cast<double>(changes), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["changes_each"] =
      static_cast<double>(changes) / (static_cast<double>(state.iterations()) * batch);
}
BENCHMARK(change_a_status)->Unit(benchmark::kMicrosecond);

// One event and all that follows from it: a switch of 48 hosts turns, a repair, a rename.
template <class MakeEvent>
void one_event(benchmark::State& state, MakeEvent&& make) {
  Scene& of = *scene(state);
  std::uint64_t changes = 0;
  std::uint32_t turn = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::string name;
    std::string to;
    const Event event = make(of, turn++, name, to);
    state.ResumeTiming();
    benchmark::DoNotOptimize(of.fleet.apply(event).ok());
    of.fleet.visit_changes(of.now, [&](const CheckChange&) { ++changes; });
  }
  state.counters["changes_each"] =
      static_cast<double>(changes) / static_cast<double>(state.iterations());
}

void flip_a_switch(benchmark::State& state) {
  one_event(state, [](Scene& of, std::uint32_t turn, std::string& name, std::string&) {
    name = place_name('s', (turn / 2 * 97 * hosts_a_switch) % of.maker.hosts());
    Event event = of.maker.check(name, "netmon", of.now);
    event.report.status = turn % 2 == 0 ? Status::crit : Status::ok;
    event.report.status_mtime = noon - days{9};
    return event;
  });
}
BENCHMARK(flip_a_switch)->Iterations(20'000)->Unit(benchmark::kMicrosecond);

void repair_a_host(benchmark::State& state) {
  one_event(state, [](Scene& of, std::uint32_t turn, std::string& name, std::string&) {
    name = of.maker.name((turn / 2 * 7919) % of.maker.hosts());
    return Event{
        .type = turn % 2 == 0 ? EventType::manipulation_begin : EventType::manipulation_end,
        .time = of.now,
        .host = name};
  });
}
BENCHMARK(repair_a_host)->Iterations(20'000)->Unit(benchmark::kMicrosecond);

void rename_a_host(benchmark::State& state) {
  one_event(state, [](Scene& of, std::uint32_t turn, std::string& name, std::string& to) {
    name = of.maker.name((turn / 2 * 7919) % of.maker.hosts());
    to = "new-" + name;
    if (turn % 2 == 1) std::swap(name, to);  // and back
    return Event{.type = EventType::rename, .time = of.now, .host = name, .to = to};
  });
}
BENCHMARK(rename_a_host)->Iterations(20'000)->Unit(benchmark::kMicrosecond);

// A repository that so many hosts need, and the one storage node that it stands on itself. What the
// failure of the node takes each of the hosts: all of them are judged anew, each by itself, since
// each has measured something else at another time.
Fleet behind_one_parent(std::int64_t hosts) {
  PolicySet policy;
  policy.checks.clear();
  for (const char* check : {"blobs", "registry", "app"}) {
    policy.checks[check] = {.kind = Kind::active, .period = default_period(Kind::active)};
  }
  policy.classes["storage"] = {.checks = {"blobs"}};
  policy.classes["repository"] = {.checks = {"registry"}, .needs = {"storage"}};
  policy.ignores["app"] = {"storage"};
  Fleet fleet(policy);
  const auto add = [&](std::string_view name, std::string_view check, std::string_view of,
                       std::string_view member) {
    std::string needs;
    if (!of.empty()) append_need(needs, of, std::vector{member});
    const Place none{.says = Place::Says::none};
    const Event host{.type = EventType::host,
                     .time = noon,
                     .host = name,
                     .on_switch = none,
                     .in_rack = none,
                     .needs = StatedNeeds(needs)};
    const Report report{.status_mtime = noon - days{9}, .receive_time = noon};
    const Event heard{.time = noon, .host = name, .service = check, .report = report};
    if (!fleet.apply(host).ok() || !fleet.apply(heard).ok()) std::abort();
  };
  add("el", "blobs", "", "");
  add("repo", "registry", "storage", "el");
  for (std::int64_t i = 0; i < hosts; ++i) {
    add(host_name(static_cast<std::uint32_t>(i)), "app", "repository", "repo");
  }
  fleet.visit_changes(noon, [](const CheckChange&) {});
  return fleet;
}

void flip_a_shared_parent(benchmark::State& state) {
  const std::int64_t hosts = is_small() ? 100 : state.range(0);
  Fleet fleet = behind_one_parent(hosts);
  Event event{.time = noon, .host = "el", .service = "blobs"};
  event.report = {.status_mtime = noon - days{9}, .receive_time = noon};
  for (auto _ : state) {
    event.report.status = event.report.status == Status::ok ? Status::crit : Status::ok;
    benchmark::DoNotOptimize(fleet.apply(event).ok());
    std::int64_t changes = 0;
    fleet.visit_changes(noon, [&](const CheckChange&) { ++changes; });
    if (changes != hosts + 2) return state.SkipWithError("not every host was told");
  }
  state.counters["a_host"] =
      benchmark::Counter(static_cast<double>(state.iterations() * hosts),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(flip_a_shared_parent)->RangeMultiplier(10)->Range(1'000, 100'000);

// A file in the folder of VITALS_BENCH_DIR, removed at the end.
struct File {
  std::string path = folder() + "/vitals-bench-" + std::to_string(getpid()) + ".fleet";

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove(path); }

  static std::string folder() {
    const char* stated = std::getenv("VITALS_BENCH_DIR");
    return stated != nullptr ? stated : std::filesystem::temp_directory_path().string();
  }
  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(std::filesystem::file_size(path));
  }
};

// What the folder can do: as many bytes as a snapshot has, written and brought to the disk.
void write_and_sync(benchmark::State& state) {
  Scene& of = *scene(state);
  const File file;
  if (!of.fleet.save(file.path).ok()) return state.SkipWithError("cannot be saved");
  const std::vector<char> bytes(static_cast<std::size_t>(file.size()), 'x');
  for (auto _ : state) {
    std::FILE* out = std::fopen(file.path.c_str(), "wb");
    const bool is_written = std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size() &&
                            std::fflush(out) == 0 && fsync(fileno(out)) == 0;
    std::fclose(out);
    if (!is_written) state.SkipWithError("cannot be written");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}
BENCHMARK(write_and_sync)->Unit(benchmark::kMillisecond)->UseRealTime();

void save(benchmark::State& state) {
  Scene& of = *scene(state);
  const File file;
  for (auto _ : state) {
    if (!of.fleet.save(file.path).ok()) return state.SkipWithError("cannot be saved");
  }
  state.SetBytesProcessed(file.size() * state.iterations());
}
BENCHMARK(save)->Unit(benchmark::kMillisecond)->UseRealTime();

void open(benchmark::State& state) {
  Scene& of = *scene(state);
  const File file;
  if (!of.fleet.save(file.path).ok()) return state.SkipWithError("cannot be saved");
  // Once beside the clock: memory that a virtual machine never touched is slow to come by.
  if (!Fleet::open(file.path, policy_of_16()).ok()) return state.SkipWithError("cannot be opened");
  for (auto _ : state) {
    absl::StatusOr<Fleet> opened = Fleet::open(file.path, policy_of_16());
    if (!opened.ok()) return state.SkipWithError("cannot be opened");
    state.PauseTiming();
    opened = absl::UnknownError("freed beside the clock");
    state.ResumeTiming();
  }
  state.SetBytesProcessed(file.size() * state.iterations());
}
BENCHMARK(open)->Unit(benchmark::kMillisecond)->UseRealTime();

// An hour of the whole fleet, every check received every five minutes, every change visited.
void one_hour(benchmark::State& state) {
  Scene& of = *scene(state);
  const int seconds = is_small() ? 400 : static_cast<int>(number("VITALS_BENCH_SECONDS", 3600));
  std::uint64_t observations = 0;
  std::uint64_t changes = 0;
  for (auto _ : state) {
    for (int second = 0; second < seconds; ++second) {
      of.now += Seconds{1};
      if (second % 60 == 0) of.maker.receive_infrastructure(of.fleet, of.now);
      of.maker.for_each_received(
          static_cast<std::uint32_t>(second % 300), [&](std::uint32_t host, std::uint32_t check) {
            const bool turned = (host + check * 31 + static_cast<std::uint32_t>(second)) % 200 == 0;
            const Report report{.status = turned ? Status::crit : Status::ok,
                                .status_mtime = turned ? of.now - minutes{1} : noon - days{9},
                                .receive_time = of.now,
                                .metadata_timestamp = of.now - minutes{3}};
            const CheckRef ref{of.host_ids[host], of.check_ids[check], false};
            if (!of.fleet.receive(ref, report).ok()) std::abort();
            ++observations;
          });
      of.fleet.visit_changes(of.now, [&](const CheckChange&) { ++changes; });
    }
  }
  state.counters["observations"] = static_cast<double>(observations);
  state.counters["changes"] = static_cast<double>(changes);
  state.counters["time_each"] = benchmark::Counter(
      static_cast<double>(observations), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  const FleetMemory use = of.fleet.memory_use();
  state.counters["bytes_a_check"] = static_cast<double>(use.checks + use.hosts) / checks_of(of);
  state.counters["names_a_host"] = static_cast<double>(use.names) / of.maker.hosts();
  state.counters["resident_a_check"] = of.loaded / checks_of(of);
}
BENCHMARK(one_hour)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace vitals
