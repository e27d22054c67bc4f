// SPDX-License-Identifier: Apache-2.0
// One connection of the server, from its first byte to its end, as a coroutine. Only server.cc
// includes this: Boost's templates take long to compile.
#ifndef VITALS_LIB_HTTP_CONVERSATION_H
#define VITALS_LIB_HTTP_CONVERSATION_H

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string>
#include <utility>

#include "http/problem.h"
#include "http/server.h"

namespace vitals {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

// What conversations share.
struct ConversationShared {
  HttpServerOptions options;
  HttpGate gate;
  HttpHandler handler;
  HttpCounters counters{};
  std::atomic<bool> draining{false};
};

// A connection as whoever drains the server sees it; touched on its own thread only.
struct Connection {
  beast::tcp_stream* stream = nullptr;
  bool idle = true;  // between requests
};

// An answer that is awaited on the connection's thread, and given on any.
struct PendingAnswer {
  explicit PendingAnswer(asio::io_context& where) : context(where) {}
  void take(HttpResponse given) {
    response = std::move(given);
    if (timer) timer->cancel();
  }
  asio::io_context& context;
  std::optional<asio::steady_timer> timer{};  // from when it is waited for
  std::optional<HttpResponse> response{};
};

// An end to waiting that leaves the connection open for an answer, which Beast's own does not.
struct Deadline {
  Deadline(asio::io_context& context, beast::tcp_stream& of) : timer(context), stream(&of) {}
  static void set(const std::shared_ptr<Deadline>& deadline, std::chrono::milliseconds time) {
    deadline->timer.expires_after(time);
    deadline->timer.async_wait([deadline](const ErrorCode& error) {
      if (error || deadline->stream == nullptr) return;
      deadline->passed = true;
      deadline->stream->cancel();
    });
  }
  asio::steady_timer timer;
  beast::tcp_stream* stream;  // null: the connection is gone
  bool passed = false;
};

// The problem that a request has of which Beast says this; none where the connection just ended.
[[nodiscard]] std::optional<HttpResponse> problem_of(const ErrorCode& error);
// The problem that the header has; none if it has none.
[[nodiscard]] std::optional<HttpResponse> header_problem(const http::request_header<>& header);

template <class Stream>
class Conversation {
 public:
  Conversation(Stream& stream, asio::io_context& context, ConversationShared& shared,
               Connection& connection, std::string peer)
      : stream_(stream),
        context_(context),
        shared_(shared),
        connection_(connection),
        peer_(std::move(peer)),
        deadline_(std::make_shared<Deadline>(context, *connection.stream)) {}
  ~Conversation() {
    deadline_->stream = nullptr;
    deadline_->timer.cancel();
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  asio::awaitable<void> run() {
    bool more = true;
    while (more) {
      const bool came = co_await first_byte();
      if (!came) co_return;
      more = co_await one_request();
    }
  }

  // Answers a request that was not read to its end.
  asio::awaitable<void> refuse(HttpResponse response) {
    deadline_->timer.cancel();
    co_await write(std::move(response), false, false);
    co_await linger();
  }

 private:
  using Parser = http::request_parser<http::string_body>;
  static constexpr auto token = asio::use_awaitable;
  auto with_error() { return asio::redirect_error(asio::use_awaitable, error_); }
  void limit(std::chrono::milliseconds time) { connection_.stream->expires_after(time); }
  // Likewise, but so that a request that is late can still be answered.
  void limit_request(std::chrono::milliseconds time) {
    connection_.stream->expires_never();
    Deadline::set(deadline_, time);
  }

  asio::awaitable<bool> first_byte() {
    if (buffer_.size() > 0) co_return true;  // a pipelined request
    if (shared_.draining && requests_ > 0) co_return false;
    connection_.idle = true;
    limit(shared_.draining ? std::chrono::milliseconds{1000} : shared_.options.idle_time);
    constexpr std::size_t portion = 4096;
    const std::size_t count =
        co_await stream_.async_read_some(buffer_.prepare(portion), with_error());
    connection_.idle = false;
    buffer_.commit(count);
    co_return !error_ && count > 0;
  }

  // Whether the connection may have another one.
  asio::awaitable<bool> one_request() {
    ++requests_;
    ++shared_.counters.requests;
    Parser parser;
    parser.header_limit(shared_.options.most_header_bytes);
    parser.body_limit(boost::none);  // the gate says
    co_await read_until(parser, false, shared_.options.most_header_bytes,
                        shared_.options.header_time);
    std::optional<HttpResponse> wrong = error_ ? problem_of(error_) : header_problem(parser.get());
    if (error_ && !wrong) {
      if (!deadline_->passed) co_return false;
      wrong = late("the header");
    }
    if (!wrong) wrong = co_await read_body(parser);
    if (gone_) co_return false;
    const bool head = parser.get().method() == http::verb::head;
    const bool keep = parser.get().keep_alive();
    if (wrong) {
      ++shared_.counters.bad_requests;
      if (!error_ && parser.is_done()) co_return co_await write(*std::move(wrong), keep, head);
      co_await refuse(*std::move(wrong));
      co_return false;
    }
    request_.body = std::move(parser.get().body());
    HttpResponse response = co_await answer();
    co_return co_await write(std::move(response), keep, head);
  }

  // Reads to the end of the header, or of the body. Beast bounds each line of a header, but not how
  // many there are, before a body and behind a chunked one. What has come already, as most requests
  // have, is parsed at once: Beast's own reading would take a turn of the context for it.
  asio::awaitable<void> read_until(Parser& parser, bool whole, std::uint64_t most,
                                   std::chrono::milliseconds time) {
    const auto is_done = [&] { return whole ? parser.is_done() : parser.is_header_done(); };
    bool waits = false;
    for (std::uint64_t read = 0; !is_done() && !error_;) {
      if (buffer_.size() > 0) {
        const std::size_t parsed = parser.put(buffer_.data(), error_);
        buffer_.consume(parsed);
        read += parsed;
        if (!error_ && read > most) error_ = http::error::header_limit;
        if (error_ != http::error::need_more) continue;
      }
      if (!std::exchange(waits, true)) limit_request(time);
      co_await read_more();
    }
  }

  // Reads what comes next behind what is there.
  asio::awaitable<void> read_more() {
    const std::size_t free = buffer_.max_size() - buffer_.size();
    if (free == 0) {
      error_ = http::error::buffer_overflow;
      co_return;
    }
    const std::size_t portion = std::min<std::size_t>(free, 16 * 1024);
    buffer_.commit(co_await stream_.async_read_some(buffer_.prepare(portion), with_error()));
    if (error_ == asio::error::eof) error_ = http::error::partial_message;
  }

  asio::awaitable<std::optional<HttpResponse>> read_body(Parser& parser) {
    const auto& header = parser.get();
    const auto text = [](beast::string_view view) { return std::string(view.data(), view.size()); };
    request_ = HttpRequest{.method = text(header.method_string()),
                           .target = text(header.target()),
                           .authorization = text(header[http::field::authorization]),
                           .content_type = text(header[http::field::content_type]),
                           .peer = peer_};
    auto gate = shared_.gate(request_);
    if (auto* const refused = std::get_if<HttpResponse>(&gate)) co_return std::move(*refused);
    const std::uint64_t most = std::get<std::uint64_t>(gate);
    if (parser.content_length().value_or(0) > most) co_return too_large(most);
    parser.body_limit(most);
    if (!parser.is_done() && beast::iequals(header[http::field::expect], "100-continue")) {
      const http::response<http::empty_body> go_on{http::status::continue_, 11};
      limit_request(shared_.options.body_time);
      co_await http::async_write(stream_, go_on, with_error());
    }
    // Chunks of a byte each are six times what they hold.
    co_await read_until(parser, true, 8 * most + shared_.options.most_header_bytes,
                        shared_.options.body_time);
    if (!error_) co_return std::nullopt;
    if (error_ == http::error::body_limit || error_ == http::error::header_limit) {
      co_return too_large(most);
    }
    if (deadline_->passed) co_return late("the body");
    std::optional<HttpResponse> wrong = problem_of(error_);
    gone_ = !wrong;
    co_return wrong;
  }

  HttpResponse late(const char* what) {
    ++shared_.counters.timeouts;
    return problem(408, "timeout", std::string(what) + " did not arrive in time");
  }

  static HttpResponse too_large(std::uint64_t most) {
    return problem(413, "too_large",
                   "the body is too large, expected at most " + std::to_string(most) + " bytes");
  }

  asio::awaitable<HttpResponse> answer() {
    auto pending = std::make_shared<PendingAnswer>(context_);
    deadline_->timer.cancel();
    shared_.handler(std::move(request_), HttpReply([pending](HttpResponse response) {
                      if (pending->context.get_executor().running_in_this_thread()) {
                        pending->take(std::move(response));
                        return;
                      }
                      asio::post(pending->context,
                                 [pending, given = std::move(response)]() mutable {
                                   pending->take(std::move(given));
                                 });
                    }));
    if (!pending->response) {
      ErrorCode ignored;  // cancelled: the answer is there
      pending->timer.emplace(context_, shared_.options.answer_time);
      co_await pending->timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (pending->response) co_return *std::move(pending->response);
    ++shared_.counters.timeouts;
    HttpResponse unknown = problem(503, "timeout", "the answer was not there in time; ask again");
    unknown.headers.emplace_back("Retry-After", "1");
    co_return unknown;
  }

  // Whether the connection goes on.
  asio::awaitable<bool> write(HttpResponse response, bool keep, bool head) {
    keep = keep && !shared_.draining;
    std::string text = head_of(response, keep);
    if (!head) text += response.body;
    limit(shared_.options.write_time);
    co_await asio::async_write(stream_, asio::buffer(text), with_error());
    count_timeout();
    co_return keep && !error_;
  }

  // Reads on a little after the last answer: a client that still sends would otherwise lose it.
  asio::awaitable<void> linger() {
    if (error_) co_return;
    constexpr std::size_t enough = 64U << 20U;
    constexpr std::size_t portion = 16 * 1024;
    ErrorCode ignored;
    connection_.stream->socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    limit(std::chrono::seconds{1});
    buffer_.consume(buffer_.size());
    for (std::size_t read = 0; read < enough && !error_;) {
      read += co_await connection_.stream->async_read_some(buffer_.prepare(portion), with_error());
    }
  }

  void count_timeout() {
    if (error_ == beast::error::timeout) ++shared_.counters.timeouts;
  }

  Stream& stream_;
  asio::io_context& context_;
  ConversationShared& shared_;
  Connection& connection_;
  std::string peer_;
  std::shared_ptr<Deadline> deadline_;
  beast::flat_buffer buffer_{64 * 1024};
  HttpRequest request_{};
  ErrorCode error_{};
  std::uint64_t requests_ = 0;
  bool gone_ = false;
};

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_CONVERSATION_H
