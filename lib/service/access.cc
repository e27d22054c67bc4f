// SPDX-License-Identifier: Apache-2.0
#include "service/access.h"

#include <algorithm>
#include <optional>
#include <string>

#include "http/problem.h"
#include "service/routes.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

using coordinator::InstallationType;

HttpResponse unauthorized(std::string_view reason, std::string_view detail) {
  HttpResponse response = problem(401, reason, detail);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

bool may_come_from(std::span<const Network> networks, const std::string& peer) {
  if (networks.empty()) return true;
  const absl::StatusOr<IpAddress> address = parse_address(peer);
  return address.ok() && is_in_any(networks, *address);
}

HttpResponse wrong_network(const HttpRequest& request) {
  return problem(403, "network",
                 cat(request.peer, " is in no network from which this may be asked"));
}

// Whose token the request shows, or the answer to who shows none.
std::variant<std::string_view, HttpResponse> owner_of_token(const HttpRequest& request,
                                                            const Setup& setup) {
  const auto token = bearer_token(request.authorization);
  if (!token) return unauthorized("no_token", "expected `Authorization: Bearer TOKEN`");
  const auto owner = setup.tokens.owner_of(*token);
  if (!owner) return unauthorized("bad_token", "nobody has this token");
  return *owner;
}

std::optional<HttpResponse> refuse_stranger(const HttpRequest& request, const Setup& setup) {
  auto owner = owner_of_token(request, setup);
  if (auto* const refused = std::get_if<HttpResponse>(&owner)) return std::move(*refused);
  return std::nullopt;
}

std::optional<HttpResponse> refuse_asker(const HttpRequest& request, const Setup& setup,
                                         const std::string& installation) {
  if (setup.config.monitor_only) {
    return problem(403, "monitor_only", "this coordinator only watches; nobody may ask it");
  }
  auto owner = owner_of_token(request, setup);
  if (auto* const refused = std::get_if<HttpResponse>(&owner)) return std::move(*refused);
  const auto speaker = std::get<std::string_view>(owner);
  if (speaker != installation) {
    return problem(403, "other_installation",
                   cat("this is a token of ", speaker, "; an installation speaks only for itself"));
  }
  const auto networks = setup.networks.find(installation);
  if (networks != setup.networks.end() && !may_come_from(networks->second, request.peer)) {
    return wrong_network(request);
  }
  return std::nullopt;
}

// Without parameters such as the charset.
std::string_view media_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const std::size_t end = type.find_last_not_of(' ');
  return type.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

std::optional<HttpResponse> refuse_type(const HttpRequest& request, Endpoint endpoint) {
  if (request.method != "POST" || endpoint == Endpoint::let_shrink) return std::nullopt;
  const std::string_view type = media_type(request.content_type);
  const bool lines = endpoint == Endpoint::decisions;
  if (type == "application/json" || (lines && type == "application/x-ndjson")) return std::nullopt;
  return problem(415, "bad_content_type",
                 cat(in_quotes(type), ": expected the content type application/json",
                     lines ? " or application/x-ndjson" : ""));
}

}  // namespace

std::variant<std::uint64_t, HttpResponse> admit(const HttpRequest& request, const Setup& setup,
                                                std::span<const Network> allowed) {
  if (!may_come_from(allowed, request.peer)) return wrong_network(request);
  auto found = router().find(request.method, request.path());
  if (auto* const none = std::get_if<HttpResponse>(&found)) return std::move(*none);
  const auto& match = std::get<RouteMatch>(found);
  const EndpointRule& rule = endpoint_rules()[match.route];
  std::optional<HttpResponse> refused;
  const bool open = setup.config.reading == coordinator::Reading::open;
  if (rule.access == Access::any_token || (rule.access == Access::any_reader && !open)) {
    refused = refuse_stranger(request, setup);
  }
  if (rule.access == Access::itself) {
    refused = refuse_asker(request, setup, match.arguments.front());
  }
  if (!refused) refused = refuse_type(request, static_cast<Endpoint>(match.route));
  if (refused) return *std::move(refused);
  return rule.most_body;
}

}  // namespace vitals
