// SPDX-License-Identifier: Apache-2.0
// A client that sends the bytes it is told, however wrong, and tells what came back.
#ifndef VITALS_TESTS_SERVICE_RAW_CLIENT_H
#define VITALS_TESTS_SERVICE_RAW_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace vitals {

struct RawResponse {
  int status = 0;  // 0: the connection ended, or nothing came in time
  std::string head{};
  std::string body{};

  // The value of a header; empty where it is missing.
  [[nodiscard]] std::string header(std::string name) const {
    const auto lowered = [](std::string text) {
      std::transform(text.begin(), text.end(), text.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return text;
    };
    name = "\r\n" + lowered(std::move(name)) + ": ";
    const std::size_t found = lowered(head).find(name);
    if (found == std::string::npos) return {};
    const std::size_t begin = found + name.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  // Whether the other side took all of it; it may have enough before.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  // The next answer. `to_head` for that to a HEAD request, which has no body.
  RawResponse receive(bool to_head = false) {
    RawResponse response;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive_more()) return response;
    }
    response.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    const std::string length = response.header("Content-Length");
    const std::size_t size = to_head || length.empty() ? 0 : std::stoul(length);
    while (received_.size() < size) {
      if (!receive_more()) return response;
    }
    response.body = received_.substr(0, size);
    received_.erase(0, size);
    response.status = std::atoi(response.head.c_str() + std::string_view("HTTP/1.1 ").size());
    return response;
  }

  // Whether the other side has closed, waiting for that for a while.
  bool is_closed() {
    while (receive_more()) {
    }
    return closed_;
  }

  RawResponse ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }

 private:
  bool receive_more() {
    constexpr int patience = 20'000;  // in milliseconds: longer than anything takes here
    pollfd waited{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waited, 1, patience) != 1) return false;
    char bytes[16 * 1024];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    closed_ = count <= 0;
    if (!closed_) received_.append(bytes, static_cast<std::size_t>(count));
    return !closed_;
  }

  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_{};
};

// A request with the headers that any has.
inline std::string request_text(std::string_view method, std::string_view target,
                                std::string_view token = {}, std::string_view body = {}) {
  std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n";
  if (!token.empty()) text += "Authorization: Bearer " + std::string(token) + "\r\n";
  if (!body.empty() || method == "POST") {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + std::string(body);
}

}  // namespace vitals

#endif  // VITALS_TESTS_SERVICE_RAW_CLIENT_H
