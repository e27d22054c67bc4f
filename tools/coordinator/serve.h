// SPDX-License-Identifier: Apache-2.0
// `coordinator serve`: the service from its start to the signal that ends it.
#ifndef VITALS_TOOLS_COORDINATOR_SERVE_H
#define VITALS_TOOLS_COORDINATOR_SERVE_H

#include <string>
#include <vector>

#include "http/network.h"
#include "http/server.h"
#include "vitals/time.h"

namespace vitals {

struct ServeCommand {
  std::string config_file{};
  std::string database{};
  HttpServerOptions http{};
  std::vector<Network> allowed{};
  bool monitor_only = false;
  Seconds drain{10};
  Seconds monitor_period{10};
  std::size_t poll_page = 5000;
};

// Serves until SIGTERM or SIGINT; SIGHUP reads the configuration anew. Returns the exit code.
int run(const ServeCommand& command);

struct CheckCommand {
  std::string config_file{};
};

// Reads the configuration and everything that it refers to, and says what is wrong.
int run(const CheckCommand& command);

struct LetShrinkCommand {
  std::string config_file{};
  std::string database{};
  std::string installation{};
};

// Lets the next listing of an installation lose any number of hosts.
int run(const LetShrinkCommand& command);

}  // namespace vitals

#endif  // VITALS_TOOLS_COORDINATOR_SERVE_H
