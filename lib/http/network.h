// SPDX-License-Identifier: Apache-2.0
// Networks as CIDR writes them, and which addresses lie in them.
#ifndef VITALS_LIB_HTTP_NETWORK_H
#define VITALS_LIB_HTTP_NETWORK_H

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace vitals {

// An address as 16 bytes; one of IPv4 is mapped into IPv6 (::ffff:a.b.c.d), so that both spellings
// are the same.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;
};

// Errors: InvalidArgument for what is no address of IPv4 or IPv6; a zone (`%eth0`) is none.
[[nodiscard]] absl::StatusOr<IpAddress> parse_address(std::string_view text);

struct Network {
  IpAddress address;
  unsigned prefix = 128;  // in bits of the 16 bytes

  [[nodiscard]] bool has(const IpAddress& one) const;
};

// `10.0.0.0/8`, `2001:db8::/32`, or an address alone. Errors: InvalidArgument, also for bits that
// are set behind the prefix: whoever writes 10.1.2.3/8 has mistaken one of the two.
[[nodiscard]] absl::StatusOr<Network> parse_network(std::string_view text);

// An empty list has nobody.
[[nodiscard]] bool is_in_any(std::span<const Network> networks, const IpAddress& address);

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_NETWORK_H
