// SPDX-License-Identifier: Apache-2.0
// asking_process DATABASE FIRST: asks for hosts from number FIRST on, with several threads, until
// it is killed. Prints `asks INV` before and `has INV` after each permission, each with one write.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "worlds.h"

namespace {

using namespace vitals;
using namespace vitals::coordinator;

void print(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(EXIT_FAILURE);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto coordinator = Coordinator::open(argv[1], usual_config());
  if (!coordinator.ok()) {
    std::fputs(std::string(coordinator.status().message()).c_str(), stderr);
    return 1;
  }
  std::atomic<Inv> next = std::atoll(argv[2]);
  std::vector<std::jthread> askers;
  for (int i = 0; i < 8; ++i) {
    askers.emplace_back([&] {
      while (true) {
        const Inv inv = next++;
        print("asks " + std::to_string(inv) + "\n");
        const auto answers =
            (*coordinator)->ask({add("rtc", host(inv, "n" + std::to_string(inv)))}, t(1100));
        if (answers.ok() && answers->front().allowed) print("has " + std::to_string(inv) + "\n");
      }
    });
  }
}
