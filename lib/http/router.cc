// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <algorithm>
#include <optional>

#include "http/problem.h"
#include "http/url.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

bool is_argument(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string_view> split_pattern(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    segments.push_back(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
  return segments;
}

std::optional<std::vector<std::string>> match(const std::vector<std::string_view>& pattern,
                                              const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_argument(pattern[i])) {
      arguments.push_back(segments[i]);
    } else if (pattern[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return arguments;
}

}  // namespace

Router::Router(const std::vector<Route>& routes) {
  for (const Route& route : routes) {
    entries_.push_back({.method = route.method, .segments = split_pattern(route.pattern)});
  }
}

std::variant<RouteMatch, HttpResponse> Router::find(std::string_view method,
                                                    std::string_view path) const {
  const auto segments = segments_of(path);
  if (!segments.ok()) return problem(400, "bad_path", to_std(segments.status().message()));
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::string allowed;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto arguments = match(entries_[i].segments, *segments);
    if (!arguments) continue;
    if (entries_[i].method == wanted) {
      return RouteMatch{.route = i, .arguments = *std::move(arguments)};
    }
    allowed += cat(allowed.empty() ? "" : ", ", entries_[i].method);
    if (entries_[i].method == "GET") allowed += ", HEAD";
  }
  if (allowed.empty()) {
    return problem(404, "no_such_path", cat(in_quotes(path), " is not here; see /openapi.yaml"));
  }
  HttpResponse response = problem(405, "method_not_allowed",
                                  cat(in_quotes(method), " is not possible, expected ", allowed));
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

}  // namespace vitals
