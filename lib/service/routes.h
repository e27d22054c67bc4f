// SPDX-License-Identifier: Apache-2.0
// What the service can be asked: the same list as in docs/coordinator/openapi.yaml, which a test
// compares.
#ifndef VITALS_LIB_SERVICE_ROUTES_H
#define VITALS_LIB_SERVICE_ROUTES_H

#include <cstdint>
#include <vector>

#include "http/router.h"

namespace vitals {

// In the order of the table.
enum class Endpoint : std::uint8_t {
  page,
  page_script,
  page_style,
  openapi,
  healthz,
  readyz,
  metrics,
  installations,
  hosts,
  journal,
  refusals,
  conflicts,
  orphans,
  decisions,
  add,
  remove,
  rename,
  change_inv,
  let_shrink
};

// Who may ask there.
enum class Access : std::uint8_t {
  anybody,     // says nothing about hosts
  any_reader,  // anyone with a token; anybody at all where reading is open
  any_token,   // anyone with a token, also where reading is open: it costs
  itself       // the installation in the path
};

struct EndpointRule {
  Route route;
  Access access;
  std::uint64_t most_body;  // bytes
};

inline constexpr std::uint64_t most_ask_body = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t most_decision_body = std::uint64_t{16} << 20U;

[[nodiscard]] const std::vector<EndpointRule>& endpoint_rules();
[[nodiscard]] const Router& router();

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_ROUTES_H
