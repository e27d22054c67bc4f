// SPDX-License-Identifier: Apache-2.0
/// @file
/// A host: what an installation says of it, and what the coordinator keeps of it.
///
///     key = number of the installation * 2^40 + inventory number
///
/// So a key is one number, never given twice, that every process computes alike.

#ifndef VITALS_COORDINATOR_HOST_H
#define VITALS_COORDINATOR_HOST_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/time.h"

namespace vitals::coordinator {

/// What kind of host it is. A shadow is another view of a host that somebody else heals: it holds
/// neither its inventory number nor its name.
enum class HostType : std::uint8_t { server, mac, vm, shadow };

inline constexpr std::array<std::string_view, 4> host_type_names{"server", "mac", "vm", "shadow"};

[[nodiscard]] constexpr std::string_view name(HostType type) noexcept {
  return host_type_names[static_cast<std::size_t>(type)];
}

/// The type that a word stands for; nothing for any other word.
[[nodiscard]] constexpr std::optional<HostType> parse_host_type(std::string_view word) noexcept {
  for (std::size_t i = 0; i < host_type_names.size(); ++i) {
    if (host_type_names[i] == word) return static_cast<HostType>(i);
  }
  return std::nullopt;
}

/// An inventory number; at least 1, at most 2^40 - 1.
using Inv = std::int64_t;
inline constexpr Inv least_inv = 1;
inline constexpr Inv greatest_inv = (Inv{1} << 40U) - 1;

/// How long names and uuids may be, in bytes.
inline constexpr std::size_t longest_host_name = 255;
inline constexpr std::size_t longest_uuid = 64;

/// A host as an installation states it.
struct Host {
  HostType host_type = HostType::server;
  Inv inv = 0;
  std::string name{};  ///< as it is known in DNS; empty: it has none
  std::string uuid{};  ///< empty: it has none
  bool exclude_from_monitoring = false;

  friend bool operator==(const Host&, const Host&) = default;
};

/// Whether the host could be one.
///
/// Errors:   InvalidArgument, saying what was expected: an inventory number out of range; a name
///           or uuid that is too long, no UTF-8, or has characters that are not shown as they are,
///           or blanks.
[[nodiscard]] absl::Status check(const Host& host);

/// Whether a name could be one, as check() says of a host's. The empty name is none.
[[nodiscard]] absl::Status check_name(std::string_view host_name);

/// Why the coordinator takes an installation for one that has the host.
enum class Basis : std::uint8_t {
  listed,   ///< its latest listing shows the host
  granted,  ///< it was allowed to have it, and no listing shows it yet
  both      ///< it was allowed to have it, and its latest listing shows it
};

inline constexpr std::array<std::string_view, 3> basis_names{"listed", "granted", "both"};

[[nodiscard]] constexpr std::string_view name(Basis basis) noexcept {
  return basis_names[static_cast<std::size_t>(basis)];
}

/// One host of one installation, as it is known now.
struct HostRecord {
  std::int64_t key = 0;
  std::string installation{};
  std::string bot{};
  Host host{};
  Basis basis = Basis::listed;
  Timestamp since{};                        ///< when this installation first had it
  std::optional<std::int64_t> seen_poll{};  ///< the poll that saw it last; none: no poll did
  std::optional<Timestamp> seen_at{};       ///< when that poll was received

  friend bool operator==(const HostRecord&, const HostRecord&) = default;
};

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_HOST_H
