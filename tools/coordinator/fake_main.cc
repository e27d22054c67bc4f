// SPDX-License-Identifier: Apache-2.0
// The installation that only pretends, as a program: serves until it is told to end.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "fake_installation.h"

int main(int argc, char** argv) {
  vitals::FakeInstallationOptions options;
  CLI::App app("lists hosts as an installation would, or as badly as it is told",
               "fake_installation");
  app.add_option("--port", options.port, "Where to listen on 127.0.0.1 (default: a free one)");
  app.add_option("--hosts", options.hosts, "How many hosts it has");
  app.add_option("--first", options.first_inv, "The inventory number of the first");
  app.add_option("--prefix", options.prefix, "What names begin with; the number follows");
  app.add_option("--token", options.token, "The token that must be given");
  app.footer(
      "Prints the URL of its listing, and serves until SIGTERM. Told otherwise by\n"
      "  curl -X POST http://127.0.0.1:PORT/control/lose/50\n"
      "  curl -X POST http://127.0.0.1:PORT/control/hang\n"
      "  curl -X POST http://127.0.0.1:PORT/control/add/17/other-name");
  CLI11_PARSE(app, argc, argv);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  const auto fake = vitals::FakeInstallation::start(options);
  if (!fake.ok()) {
    std::fprintf(stderr, "%s\n", std::string(fake.status().message()).c_str());
    return 2;
  }
  std::printf("%s\n", (*fake)->url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}
