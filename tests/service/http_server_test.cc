// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <catch2/catch.hpp>
#include <future>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "http/client.h"
#include "http/problem.h"
#include "raw_client.h"

namespace vitals {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t most_body = 1000;

// Echoes bodies; /late is answered when the test says so, from the test's
// thread; /lost never, and /dropped is forgotten.
class EchoServer {
 public:
  explicit EchoServer(HttpServerOptions options = {}) {
    auto started = HttpServer::start(
        std::move(options),
        [](const HttpRequest& request) -> std::variant<std::uint64_t, HttpResponse> {
          if (request.path() == "/closed") return problem(403, "closed", "nobody gets in");
          return most_body;
        },
        [this](HttpRequest request, HttpReply reply) {
          if (request.path() == "/late") {
            const std::lock_guard lock(mutex_);
            late_.push_back(std::move(reply));
            asked_.notify_all();
          } else if (request.path() == "/lost") {
            const std::lock_guard lock(mutex_);
            kept_.push_back(std::move(reply));
          } else if (request.path() != "/dropped") {
            reply({.content_type = "text/plain", .body = request.method + " " + request.body});
          }
        });
    REQUIRE(started.ok());
    server = *std::move(started);
  }
  ~EchoServer() { answer_late(); }
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  void wait_for_late(std::size_t count) {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [&] { return late_.size() >= count; });
  }
  void answer_late() {
    const std::lock_guard lock(mutex_);
    for (const HttpReply& reply : late_) reply({.body = "late"});
    late_.clear();
    kept_.clear();
  }

 private:
  std::mutex mutex_{};
  std::condition_variable asked_{};
  std::vector<HttpReply> late_{};
  std::vector<HttpReply> kept_{};

 public:
  std::unique_ptr<HttpServer> server{};  // ends first: its threads use the others
};

TEST_CASE("A connection serves one request after the other, also those that were sent ahead") {
  EchoServer echo;
  RawClient client(echo.server->port());
  REQUIRE(client.connected());
  CHECK(client.ask(request_text("GET", "/a")).body == "GET ");
  CHECK(client.ask(request_text("POST", "/a", "", "body")).body == "POST body");
  client.send(request_text("GET", "/1") + request_text("POST", "/2", "", "two") +
              request_text("DELETE", "/3"));
  CHECK(client.receive().body == "GET ");
  CHECK(client.receive().body == "POST two");
  CHECK(client.receive().body == "DELETE ");
  client.send(request_text("HEAD", "/a"));
  const RawResponse head = client.receive(true);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "5");
  CHECK(client.ask(request_text("GET", "/a")).status == 200);
  CHECK(echo.server->counters().requests == 7);
  CHECK(client.ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").status == 200);
  CHECK(client.is_closed());
}

TEST_CASE("A chunked body is one body, and a client may ask first whether to send it") {
  EchoServer echo;
  RawClient client(echo.server->port());
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  CHECK(client.ask(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            .body == "POST abcde");
  client.send(head + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.receive().status == 100);
  CHECK(client.ask("abc").body == "POST abc");
  // Whoever is refused is told so instead.
  client.send(
      "POST /closed HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.receive().status == 403);
}

TEST_CASE("What is no request, or too much of one, is answered with its problem and the end") {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  struct Row {
    const char* why;
    std::string bytes;
    int status;
    const char* reason;
  };
  const std::string fits(most_body, 'x');
  std::string many;  // headers, each of which is short
  for (int i = 0; i < 8000; ++i) many += "A: b\r\n";
  many += "\r\n";
  const Row rows[] = {
      {"no HTTP", "hello\r\n\r\n", 400, "bad_http"},
      {"TLS where none is", std::string("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11), 400,
       "bad_http"},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "bad_version"},
      {"another version", "GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505, "bad_version"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400, "bad_header"},
      {"two hosts", get + "Host: i\r\n\r\n", 400, "bad_header"},
      {"a line that is no header", get + "what is this\r\n\r\n", 400, "bad_http"},
      {"a blank before the colon", get + "A : b\r\n\r\n", 400, "bad_http"},
      {"a null byte", std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28), 400, "bad_http"},
      {"another host's path", "GET http://x/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_path"},
      {"a target that is no path", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_path"},
      {"CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_path"},
      {"a long path", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414,
       "target_too_long"},
      {"a header below the limit", get + "A: " + std::string(15'000, 'a') + "\r\n\r\n", 200, ""},
      {"a header above it", get + "A: " + std::string(17'000, 'a') + "\r\n\r\n", 431,
       "header_too_large"},
      {"many headers", get + many, 431, "header_too_large"},
      {"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400, "bad_http"},
      {"a negative length", post + "Content-Length: -1\r\n\r\n", 400, "bad_http"},
      {"a length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n", 400,
       "bad_http"},
      {"a length and chunks", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
       "bad_http"},
      {"a compressed body", post + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", 415,
       "bad_encoding"},
      {"another transfer encoding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501,
       "bad_encoding"},
      {"a chunk that is none", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "bad_http"},
      {"an expectation", post + "Expect: miracles\r\nContent-Length: 1\r\n\r\nx", 417,
       "bad_header"},
      {"a body one byte below the limit", post + "Content-Length: 999\r\n\r\n" + fits.substr(1),
       200, ""},
      {"a body at the limit", post + "Content-Length: 1000\r\n\r\n" + fits, 200, ""},
      {"a body one byte above it", post + "Content-Length: 1001\r\n\r\n" + fits + "x", 413,
       "too_large"},
      {"chunks at the limit",
       post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + fits + "\r\n0\r\n\r\n", 200, ""},
      {"chunks above the limit",
       post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + fits + "\r\n1\r\nx\r\n", 413,
       "too_large"},
      {"a chunk that announces too much",
       post + "Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n", 413, "too_large"},
      {"a body that ends in too many headers",
       post + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + many, 413, "too_large"},
      {"a chunk whose extension does not end",
       post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(100'000, 'a'), 431,
       "header_too_large"},
  };
  EchoServer echo;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      RawClient client(echo.server->port());
      client.send(row.bytes);
      client.finish_sending();
      const RawResponse answer = client.receive();
      CHECK(answer.status == row.status);
      if (row.status == 200) continue;
      CHECK(answer.header("Content-Type") == problem_content_type);
      CHECK(answer.body.find("\"reason\":\"" + std::string(row.reason) + "\"") !=
            std::string::npos);
      CHECK(client.is_closed());
    }
  }
  RawClient after(echo.server->port());
  CHECK(after.ask(request_text("GET", "/")).status == 200);
}

TEST_CASE("Who is slow is told so, and who says nothing is sent away") {
  EchoServer echo({.idle_time = milliseconds{150},
                   .header_time = milliseconds{100},
                   .body_time = milliseconds{100},
                   .answer_time = milliseconds{100}});
  SECTION("half a header") {
    RawClient client(echo.server->port());
    CHECK(client.ask("GET / HTTP/1.1\r\nHo").status == 408);
    CHECK(client.is_closed());
  }
  SECTION("half a body") {
    RawClient client(echo.server->port());
    CHECK(client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf").status == 408);
    CHECK(client.is_closed());
  }
  SECTION("chunks without end, however quick") {
    RawClient client(echo.server->port());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(client.receive().status == 408);
  }
  SECTION("nothing at all") {
    RawClient client(echo.server->port());
    CHECK(client.is_closed());
  }
  SECTION("a handler that does not answer") {
    RawClient client(echo.server->port());
    const RawResponse answer = client.ask(request_text("GET", "/lost"));
    CHECK(answer.status == 503);
    CHECK(answer.header("Retry-After") == "1");
    CHECK(client.ask(request_text("GET", "/")).status == 200);
  }
}

TEST_CASE("A handler may answer from another thread, and one that drops its request has answered") {
  EchoServer echo;
  RawClient one(echo.server->port());
  RawClient other(echo.server->port());
  one.send(request_text("GET", "/late"));
  other.send(request_text("GET", "/late"));
  echo.wait_for_late(2);
  RawClient third(echo.server->port());
  CHECK(third.ask(request_text("GET", "/")).status == 200);  // who waits keeps nobody
  std::thread([&] { echo.answer_late(); }).join();
  CHECK(one.receive().body == "late");
  CHECK(other.receive().body == "late");
  CHECK(one.ask(request_text("GET", "/dropped")).status == 500);
}

TEST_CASE("Hundreds of slow clients keep nobody waiting, and one too many is told so") {
  EchoServer echo({.most_connections = 200, .most_connections_a_client = 200});
  std::list<RawClient> slow;
  for (int i = 0; i < 199; ++i) {
    slow.emplace_back(echo.server->port());
    slow.back().send(i % 2 == 0 ? "GET / HT"
                                : "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx");
  }
  RawClient quick(echo.server->port());
  for (int i = 0; i < 100; ++i) REQUIRE(quick.ask(request_text("GET", "/")).status == 200);
  RawClient one_too_many(echo.server->port());
  const RawResponse refused = one_too_many.receive();
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "1");
  CHECK(one_too_many.is_closed());
  CHECK(echo.server->counters().refused_connections == 1);
  slow.clear();
  while (echo.server->counters().open > 1) std::this_thread::yield();
  RawClient after(echo.server->port());
  CHECK(after.ask(request_text("GET", "/")).status == 200);
}

TEST_CASE("A server that is drained gives the answers it owes and takes no more") {
  EchoServer echo;
  RawClient idle(echo.server->port());
  CHECK(idle.ask(request_text("GET", "/")).status == 200);
  RawClient waiting(echo.server->port());
  waiting.send(request_text("GET", "/late"));
  echo.wait_for_late(1);
  auto drained =
      std::async(std::launch::async, [&] { return echo.server->drain(milliseconds{20'000}); });
  CHECK(idle.is_closed());
  echo.answer_late();
  const RawResponse answer = waiting.receive();
  CHECK(answer.body == "late");
  CHECK(answer.header("Connection") == "close");
  CHECK(waiting.is_closed());
  CHECK(drained.get());
  const RawClient late(echo.server->port());
  CHECK_FALSE(late.connected());
}

TEST_CASE("Draining ends in time whoever holds on") {
  EchoServer echo;
  RawClient waiting(echo.server->port());
  waiting.send(request_text("GET", "/late"));
  echo.wait_for_late(1);
  CHECK_FALSE(echo.server->drain(milliseconds{50}));
}

TEST_CASE("A port that is taken, an address that is none and a missing key are errors") {
  EchoServer echo;
  const auto gate = [](const HttpRequest&) -> std::variant<std::uint64_t, HttpResponse> {
    return most_body;
  };
  const auto handler = [](HttpRequest, const HttpReply&) {};
  const auto error_of = [&](HttpServerOptions options) {
    const auto server = HttpServer::start(std::move(options), gate, handler);
    return server.ok() ? std::string() : std::string(server.status().message());
  };
  const std::string taken = "127.0.0.1:" + std::to_string(echo.server->port());
  CHECK(error_of({.port = echo.server->port()}) == taken + ": Address already in use");
  CHECK(error_of({.address = "here"}) == "here:0: expected an address to listen on");
  CHECK(error_of({.certificate_file = "/nowhere.pem", .key_file = "/nowhere.key"})
            .find("/nowhere.pem: ") == 0);
}

TEST_CASE("The client fetches, and gives up in time and in bytes") {
  EchoServer echo;
  const std::string here = "http://127.0.0.1:" + std::to_string(echo.server->port());
  HttpClient client({.whole_time = milliseconds{300}, .most_bytes = 4});
  const auto fetched = client.get(here + "/", "");
  REQUIRE(fetched.ok());
  CHECK(fetched->status == 200);
  CHECK(fetched->body == "GET ");
  CHECK(fetched->content_type == "text/plain");
  CHECK(absl::IsResourceExhausted(client.get(here + "/closed", "").status()));
  CHECK(absl::IsDeadlineExceeded(client.get(here + "/lost", "").status()));
  CHECK(absl::IsCancelled(client.get(here + "/lost", "", [] { return true; }).status()));
  CHECK(absl::IsUnavailable(client.get("file:///etc/hostname", "").status()));
  echo.server->drain(milliseconds{0});
  CHECK(absl::IsUnavailable(client.get(here + "/", "").status()));
}

}  // namespace
}  // namespace vitals
