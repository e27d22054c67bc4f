// SPDX-License-Identifier: Apache-2.0
// What an HTTP server is asked and what it answers, without the library that moves the bytes.
#ifndef VITALS_LIB_HTTP_MESSAGE_H
#define VITALS_LIB_HTTP_MESSAGE_H

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitals {

struct HttpRequest {
  std::string method;  // as it was sent: GET, POST, ...
  std::string target;  // as it was sent, percent signs and all; begins with `/`
  std::string authorization{};
  std::string content_type{};
  std::string body{};
  std::string peer{};  // the address that asks

  [[nodiscard]] std::string_view path() const {
    return std::string_view(target).substr(0, target.find('?'));
  }
  // Behind the question mark; empty without one.
  [[nodiscard]] std::string_view query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
  }
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

// Everything that HTTP/1.1 has in front of the body; `keep`: the connection may have another one.
[[nodiscard]] std::string head_of(const HttpResponse& response, bool keep);

// The phrase that belongs to a status, such as `Not Found`.
[[nodiscard]] std::string_view phrase_of(unsigned status);

// The way back of one answer: exactly one leaves, the first. It may be given later and from any
// thread; a way back that is dropped without an answer gives that of an internal error.
class HttpReply {
 public:
  explicit HttpReply(std::function<void(HttpResponse)> send)
      : state_(std::make_shared<State>(std::move(send))) {}

  void operator()(HttpResponse response) const { state_->answer(std::move(response)); }

 private:
  struct State {
    explicit State(std::function<void(HttpResponse)> how) : send(std::move(how)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State();
    void answer(HttpResponse response) {
      if (!answered.exchange(true)) send(std::move(response));
    }
    std::function<void(HttpResponse)> send;
    std::atomic<bool> answered = false;
  };
  std::shared_ptr<State> state_;
};

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_MESSAGE_H
