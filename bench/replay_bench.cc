// SPDX-License-Identifier: Apache-2.0
// How many events a second does `replay --on-change` take from a plain file, reading, judging and
// writing verdict lines, and how much memory does it hold at its peak?
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fleet_recording.h"
#include "vitals/replay.h"

namespace {

std::uint64_t number(const char* name, std::uint64_t fallback) {
  const char* wanted = std::getenv(name);
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : fallback;
}

// The recording as a file of its own, removed at the end.
class File {
 public:
  explicit File(const vitals::bench::FleetShape& shape)
      : path_(std::filesystem::temp_directory_path() /
              ("vitals-bench-" + std::to_string(getpid()) + ".ndjson")) {
    std::FILE* out = std::fopen(path_.c_str(), "wb");
    if (out == nullptr) std::abort();
    vitals::bench::FleetRecording(shape).generate(
        [&](const std::string& line) { std::fwrite(line.data(), 1, line.size(), out); });
    std::fclose(out);
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(std::filesystem::file_size(path_));
  }

 private:
  std::filesystem::path path_;
};

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Lines and changes of a replay, so that the fast run is known to say what the slow one says.
struct Tally {
  std::uint64_t lines = 0;
  std::uint64_t counting = 0;
  std::uint64_t bytes = 0;
};

Tally replay_once(const std::string& path, bool read_ahead) {
  auto reader = vitals::RecordingReader::open({path}, {.read_ahead = read_ahead});
  vitals::Fleet fleet{vitals::PolicySet{}};
  Tally tally;
  std::string out;
  const absl::Status status = vitals::replay(
      *reader, fleet, {.mode = vitals::ReplayMode::on_change},
      [&](const vitals::VerdictLine& line) {
        out.clear();
        append_json(out, line);
        ++tally.lines;
        if (line.verdict.counts()) ++tally.counting;
        tally.bytes += out.size();
      },
      [](const vitals::HostLine&) {});
  if (!status.ok()) std::abort();
  return tally;
}

// The changes found by deadlines equal those found by judging everything every second; on a small
// fleet, because that takes long.
bool verified() {
  const File small({.events = 3'000, .hosts = 60, .seed = 7});
  auto reader = vitals::RecordingReader::open({small.path()});
  vitals::Fleet fleet{vitals::PolicySet{}};
  using Check = std::pair<std::string, std::string>;
  using Told = std::tuple<std::optional<vitals::Status>, vitals::Reasons, std::vector<std::string>>;
  std::map<Check, Told> last;
  std::uint64_t changes = 0;
  const absl::Status status = vitals::replay(
      *reader, fleet, {.mode = vitals::ReplayMode::every, .every = vitals::Seconds{1}},
      [&](const vitals::VerdictLine& line) {
        const Told now{line.status,
                       line.verdict.excluded_by,
                       {line.blocked_by.begin(), line.blocked_by.end()}};
        const auto [told, is_first] = last.try_emplace(Check(line.host, line.check), now);
        if (is_first || told->second != now) ++changes;
        told->second = now;
      },
      [](const vitals::HostLine&) {});
  return status.ok() && replay_once(small.path(), false).lines == changes &&
         replay_once(small.path(), true).lines == changes;
}

void replay_on_change(benchmark::State& state) {
  if (!verified()) {
    state.SkipWithError("the changes differ from those of judging every second");
    return;
  }
  const vitals::bench::FleetShape shape{
      .events = number("VITALS_BENCH_EVENTS", 5'000),
      .hosts = static_cast<std::uint32_t>(number("VITALS_BENCH_HOSTS", 200))};
  const File file(shape);
  Tally tally;
  for (auto _ : state) {
    tally = replay_once(file.path(), state.range(0) == 1);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(shape.events) * state.iterations());
  state.SetBytesProcessed(file.size() * state.iterations());
  state.counters["lines"] = static_cast<double>(tally.lines);
  state.counters["peak_MiB"] = peak_mebibytes();
}
BENCHMARK(replay_on_change)
    ->ArgName("read_ahead")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// Reading alone, of the same size of file: what is left is judging and writing.
void read_file(benchmark::State& state) {
  const vitals::bench::FleetShape shape{
      .events = number("VITALS_BENCH_EVENTS", 5'000),
      .hosts = static_cast<std::uint32_t>(number("VITALS_BENCH_HOSTS", 200))};
  const File file(shape);
  for (auto _ : state) {
    auto reader = vitals::RecordingReader::open({file.path()});
    std::uint64_t events = 0;
    while (reader->next() != nullptr) ++events;
    if (events != shape.events) state.SkipWithError("events were lost");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(shape.events) * state.iterations());
  state.SetBytesProcessed(file.size() * state.iterations());
}
BENCHMARK(read_file)->Unit(benchmark::kMillisecond);

}  // namespace
