// SPDX-License-Identifier: Apache-2.0
#include "http/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

constexpr unsigned mapped_bits = 96;  // of ::ffff:0:0/96, where the addresses of IPv4 lie

std::optional<unsigned> prefix_of(std::string_view text, unsigned most) {
  unsigned prefix = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, prefix);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  if (error != std::errc() || read != end || leading_zero || prefix > most) return std::nullopt;
  return prefix;
}

}  // namespace

absl::StatusOr<IpAddress> parse_address(std::string_view text) {
  IpAddress address;
  const std::string written(text);
  std::array<std::uint8_t, 4> four{};
  const bool whole = written.find('\0') == std::string::npos;
  if (whole && inet_pton(AF_INET, written.c_str(), four.data()) == 1) {
    address.bytes[10] = address.bytes[11] = 0xff;
    std::copy(four.begin(), four.end(), address.bytes.begin() + 12);
    return address;
  }
  if (whole && inet_pton(AF_INET6, written.c_str(), address.bytes.data()) == 1) return address;
  return invalid(in_quotes(text), " is no address of IPv4 or IPv6");
}

bool Network::has(const IpAddress& one) const {
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const unsigned rest = std::min(8U, prefix - bit);
    const unsigned differs = address.bytes[bit / 8] ^ unsigned { one.bytes[bit / 8] };
    if ((differs >> (8 - rest)) != 0) return false;
  }
  return true;
}

absl::StatusOr<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view written = text.substr(0, slash);
  const absl::StatusOr<IpAddress> address = parse_address(written);
  if (!address.ok()) return invalid(in_quotes(text), " is no network such as 10.0.0.0/8");
  Network network{.address = *address};
  if (slash == std::string_view::npos) return network;
  const bool four = written.find(':') == std::string_view::npos;
  const auto prefix = prefix_of(text.substr(slash + 1), four ? 32 : 128);
  if (!prefix) {
    return invalid(in_quotes(text), ": expected a prefix of 0 to ", four ? 32 : 128, " bits");
  }
  network.prefix = *prefix + (four ? mapped_bits : 0);
  for (unsigned bit = network.prefix; bit < 128; ++bit) {
    if ((network.address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      return invalid(in_quotes(text), " has bits set behind its prefix");
    }
  }
  return network;
}

bool is_in_any(std::span<const Network> networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.has(address); });
}

}  // namespace vitals
