// SPDX-License-Identifier: Apache-2.0
#include "serve.h"

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include "absl/status/status.h"
#include "output.h"
#include "service/service.h"
#include "service/setup.h"
#include "text/bridge.h"
#include "vitals/coordinator/coordinator.h"
#include "vitals/text_time.h"

namespace vitals {

using coordinator::Coordinator;

namespace {

Timestamp now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void log(const std::string& line) {
  print_error(cat("coordinator: ", format_timestamp(now()), " ", line));
}

// The signals that are waited for, in this thread and all that it starts.
sigset_t block_signals() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&awaited, signal);
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a client that is gone is an error of its connection
  return awaited;
}

int refuse(const absl::Status& status) {
  print_error(to_std(status.message()));
  return exit_bad_input;
}

void reload(Service& service) {
  const absl::Status status = service.reload();
  if (status.ok()) return log("the configuration was read anew");
  log("the configuration stays as it was:");
  print_error(to_std(status.message()));
}

void print_address(const ServeCommand& command, std::uint16_t port) {
  const bool six = command.http.address.find(':') != std::string::npos;
  const std::string address = six ? cat("[", command.http.address, "]") : command.http.address;
  const bool tls = !command.http.certificate_file.empty();
  Output output;
  output.line() = cat(tls ? "https" : "http", "://", address, ":", port, "/");
  output.end_line();
}

}  // namespace

int run(const ServeCommand& command) {
  const sigset_t awaited = block_signals();
  auto setup = read_setup(command.config_file, command.monitor_only);
  if (!setup.ok()) return refuse(setup.status());
  auto coordinator = Coordinator::open(command.database, (*setup)->config);
  if (!coordinator.ok()) return refuse(coordinator.status());
  const std::string_view scheme = command.database;
  const bool remote = scheme.starts_with("postgres:") || scheme.starts_with("postgresql:") ||
                      scheme.starts_with("postgres://");
  Service service({.config_file = command.config_file,
                   .monitor_only = command.monitor_only,
                   .allowed = command.allowed,
                   .database_is_near = !remote,
                   .monitor_period = command.monitor_period,
                   .poll_page = command.poll_page,
                   .now = now,
                   .log = log},
                  *setup, **coordinator);
  auto http = HttpServer::start(
      command.http, [&service](const HttpRequest& request) { return service.gate(request); },
      [&service](HttpRequest request, const HttpReply& reply) {
        service.handle(std::move(request), reply);
      });
  if (!http.ok()) return refuse(http.status());
  service.start(**http);
  print_address(command, (*http)->port());
  int signal = SIGHUP;
  while (sigwait(&awaited, &signal) == 0 && signal == SIGHUP) reload(service);
  log("ending: no more connections, answers that are owed are given");
  if (!(*http)->drain(command.drain)) log("some answers were not given in time");
  service.stop();
  coordinator->reset();  // gives or drops the replies that are out, while the server is there
  return exit_ok;
}

int run(const CheckCommand& command) {
  const auto setup = read_setup(command.config_file, false);
  if (!setup.ok()) return refuse(setup.status());
  Output output;
  output.line() =
      cat((*setup)->config.installations.size(), " installations, ", (*setup)->tokens.size(),
          " tokens, ", (*setup)->policy.checks.size(), " checks: all is well");
  output.end_line();
  return exit_ok;
}

int run(const LetShrinkCommand& command) {
  const auto setup = read_setup(command.config_file, false);
  if (!setup.ok()) return refuse(setup.status());
  const auto coordinator = Coordinator::open(command.database, (*setup)->config);
  if (!coordinator.ok()) return refuse(coordinator.status());
  const absl::Status status =
      (*coordinator)->let_shrink(command.installation, "the command line", now());
  if (!status.ok()) return refuse(status);
  Output output;
  output.line() =
      cat("the next listing of ", command.installation, " may lose any number of hosts");
  output.end_line();
  return exit_ok;
}

}  // namespace vitals
