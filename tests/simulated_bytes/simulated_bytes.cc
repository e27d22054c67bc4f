// SPDX-License-Identifier: Apache-2.0
// Simulates two hours of the scenarios FILE... and prints of every recording and truth how long it
// is and a hash of its bytes: the same with every compiler and every option.
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "vitals/model/scenario.h"
#include "vitals/model/simulation.h"
#include "vitals/recording.h"
#include "vitals/truth.h"

namespace {

// FNV-1a.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char each : bytes) {
      hash_ = (hash_ ^ static_cast<unsigned char>(each)) * 0x100000001b3;
    }
    size_ += bytes.size();
  }

  void print(std::string_view what) const {
    std::printf("  %.*s: %" PRIu64 " bytes, %016" PRIx64 "\n", static_cast<int>(what.size()),
                what.data(), size_, hash_);
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t size_ = 0;
};

bool simulate(const std::string& file) {
  absl::StatusOr<vitals::model::Scenario> scenario = vitals::model::read_scenario(file);
  if (!scenario.ok()) {
    std::fprintf(stderr, "%s\n", std::string(scenario.status().message()).c_str());
    return false;
  }
  scenario->lasts = std::min<vitals::model::Millis>(scenario->lasts, std::chrono::hours{2});
  Hash recording;
  Hash truth;
  std::string line;
  constexpr std::uint64_t seed = 1;
  vitals::model::Simulation(*scenario, seed)
      .run(
          [&](const vitals::model::SimulatedEvent& is) {
            line.clear();
            vitals::append_event(line, is.event);
            recording.add(line);
          },
          [&](const vitals::TruthChange& change) {
            line.clear();
            vitals::append_truth(line, change);
            truth.add(line);
          });
  std::printf("%s\n", std::filesystem::path(file).stem().c_str());
  recording.print("recording");
  truth.print("truth");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!simulate(argv[i])) return 2;
  }
  return 0;
}
