// SPDX-License-Identifier: Apache-2.0
// Fetching one resource over HTTP, with an end to everything: time, bytes, redirections.
#ifndef VITALS_LIB_HTTP_CLIENT_H
#define VITALS_LIB_HTTP_CLIENT_H

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace vitals {

struct HttpClientOptions {
  std::chrono::milliseconds connect_time{5'000};
  std::chrono::milliseconds whole_time{30'000};
  std::size_t most_bytes = std::size_t{64} << 20U;
  std::string ca_file{};  // certificates that are trusted; empty: the system's
};

struct HttpFetched {
  unsigned status = 0;
  std::string content_type{};
  std::string body{};
};

// Keeps its connection between requests. Not thread-safe: one a thread. Redirections are answers
// like others, and not followed: a token must not leave for another place.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // For the next requests.
  void set_whole_time(std::chrono::milliseconds time);

  // GET, with a bearer token unless it is empty. `stop` is asked about each second whether to give
  // up. Errors: Unavailable (no connection, TLS), DeadlineExceeded, ResourceExhausted (too many
  // bytes), Cancelled; any status of HTTP is no error.
  [[nodiscard]] absl::StatusOr<HttpFetched> get(const std::string& url, const std::string& token,
                                                const std::function<bool()>& stop = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_CLIENT_H
