// SPDX-License-Identifier: Apache-2.0
// Each thread has an io_context of its own, and a connection stays on the thread that it was given
// to: nothing of it needs a lock.
#include "http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl.hpp>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "http/conversation.h"
#include "text/bridge.h"

namespace vitals {

using asio::ip::tcp;

std::optional<HttpResponse> problem_of(const ErrorCode& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return problem(431, "header_too_large", "the header is too large");
  }
  if (error == http::error::bad_version) {
    return problem(505, "bad_version", "expected HTTP/1.1 or HTTP/1.0");
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() != make_error_code(http::error::bad_method).category()) {
    return std::nullopt;
  }
  return problem(400, "bad_http", "this is no HTTP request: " + error.message());
}

std::optional<HttpResponse> header_problem(const http::request_header<>& header) {
  constexpr std::size_t longest_target = 8 * 1024;
  const auto count = [&](http::field name) { return header.count(name); };
  if (header.target().size() > longest_target) {
    return problem(414, "target_too_long", "the path is too long");
  }
  if (!header.target().starts_with('/')) {
    return problem(400, "bad_path", "expected a path from `/` on");
  }
  if (count(http::field::host) != 1 && header.version() >= 11) {
    return problem(400, "bad_header", "expected one Host header");
  }
  if (count(http::field::authorization) > 1 || count(http::field::content_type) > 1) {
    return problem(400, "bad_header", "a header that must not be repeated is");
  }
  if (count(http::field::transfer_encoding) > 0 &&
      !beast::iequals(header[http::field::transfer_encoding], "chunked")) {
    return problem(501, "bad_encoding", "expected no Transfer-Encoding other than chunked");
  }
  if (count(http::field::content_encoding) > 0 &&
      !beast::iequals(header[http::field::content_encoding], "identity")) {
    return problem(415, "bad_encoding", "expected no Content-Encoding");
  }
  if (count(http::field::expect) > 0 &&
      !beast::iequals(header[http::field::expect], "100-continue")) {
    return problem(417, "bad_header", "expected no Expect other than 100-continue");
  }
  return std::nullopt;
}

class HttpServer::Impl {
 public:
  Impl(HttpServerOptions options, HttpGate gate, HttpHandler handler)
      : shared_{
            .options = std::move(options), .gate = std::move(gate), .handler = std::move(handler)} {
    for (unsigned i = 0; i < std::max(1U, shared_.options.threads); ++i) shards_.emplace_back();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    drain(std::chrono::milliseconds{0});
    for (Shard& shard : shards_) {
      shard.context.stop();
      if (shard.thread.joinable()) shard.thread.join();
    }
  }

  absl::Status start();
  bool drain(std::chrono::milliseconds longest);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const HttpCounters& counters() const { return shared_.counters; }

 private:
  struct Shard {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::list<Connection> connections{};
    std::thread thread{};
  };

  absl::Status read_certificate();
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket, Shard& shard, std::string peer, bool welcome);
  asio::awaitable<void> serve_plain(beast::tcp_stream& stream, Shard& shard, Connection& connection,
                                    std::string peer, bool welcome);
  asio::awaitable<void> serve_tls(beast::tcp_stream& stream, Shard& shard, Connection& connection,
                                  std::string peer, bool welcome);
  bool admit(const std::string& peer);
  void dismiss(const std::string& peer);
  template <class Visit>
  void for_each_connection(const Visit& visit);
  static HttpResponse too_many() {
    HttpResponse response = problem(503, "too_many_connections", "too many connections; ask again");
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }

  ConversationShared shared_;
  std::list<Shard> shards_{};
  std::optional<asio::ssl::context> tls_{};
  std::optional<tcp::acceptor> acceptor_{};
  std::uint16_t port_ = 0;
  std::mutex mutex_{};
  std::condition_variable one_less_{};
  std::map<std::string, std::size_t, std::less<>> open_{};  // connections by address
  std::size_t open_count_ = 0;
};

absl::Status HttpServer::Impl::read_certificate() {
  const HttpServerOptions& options = shared_.options;
  if (options.certificate_file.empty()) return absl::OkStatus();
  tls_.emplace(asio::ssl::context::tls_server);
  ErrorCode error;
  tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                        asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1,
                    error);
  if (!error) tls_->use_certificate_chain_file(options.certificate_file, error);
  if (error) return invalid(options.certificate_file, ": ", error.message());
  tls_->use_private_key_file(options.key_file, asio::ssl::context::pem, error);
  if (error) return invalid(options.key_file, ": ", error.message());
  return absl::OkStatus();
}

absl::Status HttpServer::Impl::start() {
  if (absl::Status status = read_certificate(); !status.ok()) return status;
  const HttpServerOptions& options = shared_.options;
  const std::string where = cat(options.address, ":", options.port);
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return invalid(where, ": expected an address to listen on");
  acceptor_.emplace(shards_.front().context);
  const tcp::endpoint endpoint(address, options.port);
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return absl::UnavailableError(cat(where, ": ", error.message()));
  port_ = acceptor_->local_endpoint().port();
  asio::co_spawn(shards_.front().context, accept(), asio::detached);
  for (Shard& shard : shards_) shard.thread = std::thread([&shard] { shard.context.run(); });
  return absl::OkStatus();
}

bool HttpServer::Impl::admit(const std::string& peer) {
  const std::lock_guard lock(mutex_);
  ++open_count_;
  ++shared_.counters.open;
  std::size_t& of_client = open_[peer];
  ++of_client;
  return open_count_ <= shared_.options.most_connections &&
         of_client <= shared_.options.most_connections_a_client;
}

void HttpServer::Impl::dismiss(const std::string& peer) {
  const std::lock_guard lock(mutex_);
  --open_count_;
  --shared_.counters.open;
  const auto found = open_.find(peer);
  if (--found->second == 0) open_.erase(found);
  one_less_.notify_all();
}

asio::awaitable<void> HttpServer::Impl::accept() {
  auto next = shards_.begin();
  while (acceptor_->is_open()) {
    ErrorCode error;
    tcp::socket socket = co_await acceptor_->async_accept(
        next->context, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {  // most likely out of file descriptors
      asio::steady_timer pause(shards_.front().context, std::chrono::milliseconds{50});
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) continue;
    const auto address = remote.address();
    std::string peer = address.is_v6() && address.to_v6().is_v4_mapped()
                           ? make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string()
                           : address.to_string();
    socket.set_option(tcp::no_delay(true), error);
    ++shared_.counters.connections;
    const bool welcome = admit(peer);
    if (!welcome) ++shared_.counters.refused_connections;
    Shard& shard = *next;
    asio::co_spawn(shard.context, serve(std::move(socket), shard, std::move(peer), welcome),
                   asio::detached);
    if (++next == shards_.end()) next = shards_.begin();
  }
}

asio::awaitable<void> HttpServer::Impl::serve(tcp::socket socket, Shard& shard, std::string peer,
                                              bool welcome) {
  beast::tcp_stream stream(std::move(socket));
  const auto connection = shard.connections.insert(shard.connections.end(), Connection{&stream});
  try {
    if (tls_) {
      co_await serve_tls(stream, shard, *connection, peer, welcome);
    } else {
      co_await serve_plain(stream, shard, *connection, peer, welcome);
    }
  } catch (const std::exception&) {  // out of memory: this connection is lost, the others are not
  }
  shard.connections.erase(connection);
  stream.close();
  dismiss(peer);
}

asio::awaitable<void> HttpServer::Impl::serve_plain(beast::tcp_stream& stream, Shard& shard,
                                                    Connection& connection, std::string peer,
                                                    bool welcome) {
  Conversation conversation(stream, shard.context, shared_, connection, std::move(peer));
  if (welcome) {
    co_await conversation.run();
  } else {
    co_await conversation.refuse(too_many());
  }
}

asio::awaitable<void> HttpServer::Impl::serve_tls(beast::tcp_stream& stream, Shard& shard,
                                                  Connection& connection, std::string peer,
                                                  bool welcome) {
  if (!welcome) co_return;  // a handshake costs more than the answer is worth
  asio::ssl::stream<beast::tcp_stream&> secure(stream, *tls_);
  ErrorCode error;
  stream.expires_after(shared_.options.header_time);
  co_await secure.async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  Conversation conversation(secure, shard.context, shared_, connection, std::move(peer));
  co_await conversation.run();
  stream.expires_after(std::chrono::seconds{1});
  co_await secure.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
}

template <class Visit>
void HttpServer::Impl::for_each_connection(const Visit& visit) {
  for (Shard& shard : shards_) {
    asio::post(shard.context, [&shard, visit] {
      for (const Connection& connection : shard.connections) visit(connection);
    });
  }
}

bool HttpServer::Impl::drain(std::chrono::milliseconds longest) {
  shared_.draining = true;
  if (!acceptor_) return true;
  asio::post(shards_.front().context, [this] {
    ErrorCode ignored;
    acceptor_->close(ignored);
  });
  for_each_connection([](const Connection& connection) {
    if (connection.idle) connection.stream->cancel();
  });
  std::unique_lock lock(mutex_);
  const auto all_gone = [this] { return open_count_ == 0; };
  if (one_less_.wait_for(lock, longest, all_gone)) return true;
  lock.unlock();
  for_each_connection([](const Connection& connection) { connection.stream->close(); });
  lock.lock();
  one_less_.wait_for(lock, std::chrono::seconds{1}, all_gone);
  return false;
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options,
                                                              HttpGate gate, HttpHandler handler) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(gate), std::move(handler));
  if (absl::Status status = impl->start(); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }
const HttpCounters& HttpServer::counters() const { return impl_->counters(); }
bool HttpServer::drain(std::chrono::milliseconds longest) { return impl_->drain(longest); }

}  // namespace vitals
