// SPDX-License-Identifier: Apache-2.0
// How fast is a recording read, beside the memory it lies in and beside a bare parse of its lines?
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>

#include "fleet_recording.h"
#include "vitals/recording.h"

namespace {

// VITALS_BENCH_EVENTS sets the size; small by default so that the tests can run it.
std::uint64_t event_count() {
  const char* wanted = std::getenv("VITALS_BENCH_EVENTS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 2'000;
}

const std::string& recording() {
  static const std::string text = [] {
    std::string out;
    vitals::bench::FleetRecording fleet({.events = event_count(), .hosts = 1000});
    fleet.generate([&](const std::string& line) { out += line; });
    out.append(simdjson::SIMDJSON_PADDING, '\n');
    return out;
  }();
  return text;
}

void report(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(event_count()) * state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(recording().size()) * state.iterations());
}

void memory_read(benchmark::State& state) {
  const std::string& text = recording();
  for (auto _ : state) {
    std::uint64_t sum = 0;
    const auto* words = reinterpret_cast<const std::uint64_t*>(text.data());
    for (std::size_t i = 0; i < text.size() / sizeof(std::uint64_t); ++i) sum += words[i];
    benchmark::DoNotOptimize(sum);
  }
  report(state);
}
BENCHMARK(memory_read);

// The least that any strict reader must do: find the lines and parse each with simdjson's DOM.
void parse_only(benchmark::State& state) {
  const std::string& text = recording();
  simdjson::dom::parser parser;
  for (auto _ : state) {
    std::uint64_t lines = 0;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      if (end > begin) {
        simdjson::dom::element line;
        if (parser.parse(text.data() + begin, end - begin, false).get(line) == simdjson::SUCCESS) {
          ++lines;
        }
      }
      begin = end + 1;
    }
    if (lines != event_count()) state.SkipWithError("a line was not parsed");
  }
  report(state);
}
BENCHMARK(parse_only);

void read_recording(benchmark::State& state) {
  for (auto _ : state) {
    auto reader = vitals::RecordingReader::from_text(recording(), "bench");
    std::uint64_t events = 0;
    vitals::Timestamp last{};
    while (const vitals::Event* event = reader.next()) {
      ++events;
      last = event->time;
    }
    benchmark::DoNotOptimize(last);
    if (events != event_count() || !reader.status().ok()) state.SkipWithError("events were lost");
  }
  report(state);
}
BENCHMARK(read_recording);

}  // namespace
