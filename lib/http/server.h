// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server with limits on everything that a client can hold on to: bytes, time and
// connections. A slow client costs a connection and nobody else's time.
#ifndef VITALS_LIB_HTTP_SERVER_H
#define VITALS_LIB_HTTP_SERVER_H

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "http/message.h"

namespace vitals {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: one that is free
  unsigned threads = 1;
  // Of a connection that is one too many the request is not read: 503.
  std::size_t most_connections = 1024;
  std::size_t most_connections_a_client = 256;  // of one address
  std::uint32_t most_header_bytes = 16 * 1024;
  std::chrono::milliseconds idle_time{60'000};    // between requests
  std::chrono::milliseconds header_time{10'000};  // from a request's first byte to its last header
  std::chrono::milliseconds body_time{30'000};    // for a whole body
  std::chrono::milliseconds answer_time{30'000};  // for the handler; then 503
  std::chrono::milliseconds write_time{30'000};   // for a client to take a whole answer
  // TLS where these are not empty: files in PEM.
  std::string certificate_file{};
  std::string key_file{};
};

// What became of the connections and requests so far.
struct HttpCounters {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refused_connections{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> bad_requests{0};  // that no handler saw
  std::atomic<std::uint64_t> timeouts{0};
  std::atomic<std::int64_t> open{0};
};

// What is decided when all but the body is there: how many bytes that may have, or the answer.
using HttpGate = std::function<std::variant<std::uint64_t, HttpResponse>(const HttpRequest&)>;
// Answers now, or later and from another thread. It must not wait: others' requests do meanwhile.
using HttpHandler = std::function<void(HttpRequest, HttpReply)>;

class HttpServer {
 public:
  // Listens, and serves on threads of its own. Errors: an address that cannot be had; a certificate
  // or key that cannot be read.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<HttpServer>> start(HttpServerOptions options,
                                                                         HttpGate gate,
                                                                         HttpHandler handler);
  // As drain() without time. Replies that are still out must have been given or dropped by then.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const HttpCounters& counters() const;

  // Takes no more connections, closes those that wait, lets the others have their answers, and ends
  // when all are closed or after so long. Whether all got theirs.
  bool drain(std::chrono::milliseconds longest);

  class Impl;

 private:
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_SERVER_H
