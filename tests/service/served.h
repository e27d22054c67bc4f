// SPDX-License-Identifier: Apache-2.0
// A service in this process, over HTTP, with two installations that call and one that is polled.
#ifndef VITALS_TESTS_SERVICE_SERVED_H
#define VITALS_TESTS_SERVICE_SERVED_H

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory_coordinator.h"
#include "program.h"
#include "raw_client.h"
#include "service/service.h"

namespace vitals {

inline constexpr const char* rtc_token = "rtc-token-0123456789";
inline constexpr const char* yc_token = "yc-token-0123456789";
inline constexpr const char* reader_token = "reader-token-0123456789";

inline constexpr const char* usual_config = R"(
reader_tokens: readers.tokens
installations:
  rtc: {type: calls, bot: main, tokens: rtc.tokens, url: "http://127.0.0.1:9/"}
  yc: {type: calls, bot: main, tokens: yc.tokens, url: "http://127.0.0.1:9/"}
  far:
    {type: calls, bot: main, tokens: far.tokens, networks: [10.0.0.0/8], url: "http://127.0.0.1:9/"}
)";

struct ServedOptions {
  std::string config = usual_config;
  HttpServerOptions http{};
  bool monitor_only = false;
  std::vector<Network> allowed{};
  bool start = false;  // polls and watching
};

class Served {
 public:
  explicit Served(ServedOptions wanted = {}) {
    folder.write("rtc.tokens", std::string("# of RTC\n") + rtc_token + "\n");
    folder.write("yc.tokens", std::string(yc_token) + "\n");
    folder.write("far.tokens", "far-token-0123456789\n");
    folder.write("readers.tokens", std::string(reader_token) + "\n");
    const std::string file = folder.write("coordinator.yaml", wanted.config);
    auto setup = read_setup(file, wanted.monitor_only);
    INFO(setup.status().message());
    REQUIRE(setup.ok());
    coordinator = std::make_unique<coordinator::MemoryCoordinator>((*setup)->config);
    service = std::make_unique<Service>(
        ServiceOptions{.config_file = file,
                       .monitor_only = wanted.monitor_only,
                       .allowed = wanted.allowed,
                       .now = [this] { return Timestamp(Seconds(now.load())); },
                       .log =
                           [this](const std::string& line) {
                             const std::lock_guard lock(log_mutex_);
                             log_.push_back(line);
                           }},
        *setup, *coordinator);
    auto http = HttpServer::start(
        wanted.http, [this](const HttpRequest& request) { return service->gate(request); },
        [this](HttpRequest request, const HttpReply& reply) {
          service->handle(std::move(request), reply);
        });
    REQUIRE(http.ok());
    server = *std::move(http);
    if (wanted.start) service->start(*server);
  }
  ~Served() {
    server->drain(std::chrono::milliseconds{100});
    service->stop();
    coordinator.reset();
    server.reset();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  [[nodiscard]] RawResponse ask(std::string_view method, std::string_view target,
                                std::string_view token = {}, std::string_view body = {}) const {
    RawClient client(server->port());
    return client.ask(request_text(method, target, token, body));
  }

  [[nodiscard]] std::string log() {
    const std::lock_guard lock(log_mutex_);
    std::string all;
    for (const std::string& line : log_) all += line + "\n";
    return all;
  }

  TemporaryFolder folder{};
  std::atomic<std::int64_t> now{1'700'000'000};
  std::unique_ptr<coordinator::MemoryCoordinator> coordinator{};
  std::unique_ptr<Service> service{};
  std::unique_ptr<HttpServer> server{};

 private:
  std::mutex log_mutex_{};
  std::vector<std::string> log_{};
};

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace vitals

#endif  // VITALS_TESTS_SERVICE_SERVED_H
