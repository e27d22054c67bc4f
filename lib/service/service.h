// SPDX-License-Identifier: Apache-2.0
// The coordinator as a service: answers requests, polls installations, watches for conflicts, and
// takes up another configuration while it runs.
#ifndef VITALS_LIB_SERVICE_SERVICE_H
#define VITALS_LIB_SERVICE_SERVICE_H

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "http/message.h"
#include "http/network.h"
#include "http/server.h"
#include "service/metrics.h"
#include "service/poll_runner.h"
#include "service/routes.h"
#include "service/setup.h"
#include "service/worker_pool.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals {

struct ServiceOptions {
  std::string config_file{};
  bool monitor_only = false;         // whatever the configuration says
  std::vector<Network> allowed{};    // from which anybody may ask anything; none: all
  bool database_is_near = true;      // looking one host up takes microseconds
  Seconds monitor_period{10};        // between two looks for conflicts
  std::size_t poll_page = 5000;      // hosts of a listing asked for at once
  std::function<Timestamp()> now{};  // the clock
  std::function<void(const std::string& line)> log{};
};

class Service {
 public:
  // The coordinator must outlive stop(), the service all replies.
  Service(ServiceOptions options, std::shared_ptr<const Setup> setup,
          coordinator::Coordinator& coordinator);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // For HttpServer: see there.
  [[nodiscard]] std::variant<std::uint64_t, HttpResponse> gate(const HttpRequest& request) const;
  void handle(HttpRequest request, const HttpReply& reply);

  // Begins to poll and to watch; `http` is counted among the metrics and must outlive stop().
  void start(const HttpServer& http);
  // Ends polls, watching and the answers that take long.
  void stop();

  // Reads the configuration, the policy and the tokens anew. Errors: what is wrong with them, or
  // what the coordinator says of them; all is as it was then.
  [[nodiscard]] absl::Status reload();

  [[nodiscard]] std::shared_ptr<const Setup> setup() const;

 private:
  HttpResponse answer(Endpoint endpoint, const HttpRequest& request);
  HttpResponse metrics();
  HttpResponse decide(const HttpRequest& request);
  HttpResponse let_shrink(const RouteMatch& match, const HttpRequest& request);
  void ask(const RouteMatch& match, const HttpRequest& request, const HttpReply& reply);
  void watch(const std::stop_token& stop);
  void look_for_conflicts();
  void take_new_tokens();
  void poll_installations(const Setup& setup);
  void use(std::shared_ptr<const Setup> setup);

  const ServiceOptions options_;
  coordinator::Coordinator& coordinator_;
  ServiceCounts counts_{};
  mutable std::mutex setup_mutex_{};
  std::shared_ptr<const Setup> setup_;
  std::mutex reload_mutex_{};  // one reload at a time
  const HttpServer* http_ = nullptr;
  std::mutex watch_mutex_{};
  std::condition_variable_any wake_{};
  std::optional<PollRunner> polls_{};
  std::optional<WorkerPool> workers_{};
  std::optional<WorkerPool> deciders_{};  // of health, which may take long
  std::jthread watcher_{};
};

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_SERVICE_H
