// SPDX-License-Identifier: Apache-2.0
// Which of the routes that a service has a request means.
#ifndef VITALS_LIB_HTTP_ROUTER_H
#define VITALS_LIB_HTTP_ROUTER_H

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace vitals {

struct Route {
  std::string_view method;
  std::string_view pattern;  // `/v1/hosts/{inv}`: a segment in braces may be anything
};

struct RouteMatch {
  std::size_t route = 0;                 // its number in the table
  std::vector<std::string> arguments{};  // what stands for the segments in braces, decoded
};

class Router {
 public:
  // The table must outlive the router. HEAD is answered by the routes of GET.
  explicit Router(const std::vector<Route>& routes);

  // The route, or the problem: 400 for a path that cannot be read, 404, or 405 with the methods
  // that are allowed.
  [[nodiscard]] std::variant<RouteMatch, HttpResponse> find(std::string_view method,
                                                            std::string_view path) const;

 private:
  struct Entry {
    std::string_view method;
    std::vector<std::string_view> segments;
  };
  std::vector<Entry> entries_;
};

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_ROUTER_H
