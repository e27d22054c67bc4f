// SPDX-License-Identifier: Apache-2.0
#include "service/routes.h"

namespace vitals {

const std::vector<EndpointRule>& endpoint_rules() {
  static const std::vector<EndpointRule> rules{
      {{"GET", "/"}, Access::anybody, 0},
      {{"GET", "/page.js"}, Access::anybody, 0},
      {{"GET", "/page.css"}, Access::anybody, 0},
      {{"GET", "/openapi.yaml"}, Access::anybody, 0},
      {{"GET", "/healthz"}, Access::anybody, 0},
      {{"GET", "/readyz"}, Access::anybody, 0},
      {{"GET", "/metrics"}, Access::any_reader, 0},
      {{"GET", "/v1/installations"}, Access::any_reader, 0},
      {{"GET", "/v1/hosts"}, Access::any_reader, 0},
      {{"GET", "/v1/journal"}, Access::any_reader, 0},
      {{"GET", "/v1/refusals"}, Access::any_reader, 0},
      {{"GET", "/v1/conflicts"}, Access::any_reader, 0},
      {{"GET", "/v1/orphans"}, Access::any_reader, 0},
      {{"POST", "/v1/decisions"}, Access::any_token, most_decision_body},
      {{"POST", "/v1/installations/{installation}/hosts"}, Access::itself, most_ask_body},
      {{"DELETE", "/v1/installations/{installation}/hosts/{inv}"}, Access::itself, 0},
      {{"POST", "/v1/installations/{installation}/hosts/{inv}/rename"},
       Access::itself,
       most_ask_body},
      {{"POST", "/v1/installations/{installation}/hosts/{inv}/change-inv"},
       Access::itself,
       most_ask_body},
      {{"POST", "/v1/installations/{installation}/let-shrink"}, Access::itself, most_ask_body},
  };
  return rules;
}

const Router& router() {
  static const Router all = [] {
    std::vector<Route> routes;
    for (const EndpointRule& rule : endpoint_rules()) routes.push_back(rule.route);
    return Router(routes);
  }();
  return all;
}

}  // namespace vitals
