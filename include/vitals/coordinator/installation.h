// SPDX-License-Identifier: Apache-2.0
/// @file
/// An installation: a system that heals hosts, and what the coordinator may expect of it.
///
///     stale_at(listing) = received_at + 2 * poll_period      (or + stale_after, where it is
///     stated) fresh  iff  now < stale_at
///
/// A listing of an installation's hosts is an observation like any other: it was received at a
/// moment and becomes stale at a deadline. The rule is the one for netmon, which is fetched, too
/// (vitals/staleness.h), with the period of the polls as the period of its fetches.

#ifndef VITALS_COORDINATOR_INSTALLATION_H
#define VITALS_COORDINATOR_INSTALLATION_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/staleness.h"

namespace vitals::coordinator {

/// What an installation does, and so how its hosts are known.
enum class InstallationType : std::uint8_t {
  calls,      ///< asks before it acts, and is polled
  polled,     ///< cannot call out: it is polled, and never asks
  inventory,  ///< heals nothing: its listing is all hosts of a BOT
  retired     ///< heals nothing any more: nothing that was known of it counts
};

/// What becomes of a request when another installation's listing is stale, so that nobody knows
/// what that one has.
enum class OnStale : std::uint8_t { refuse, allow };

inline constexpr std::array<std::string_view, 4> installation_type_names{"calls", "polled",
                                                                         "inventory", "retired"};
inline constexpr std::array<std::string_view, 2> on_stale_names{"refuse", "allow"};

[[nodiscard]] constexpr std::string_view name(InstallationType type) noexcept {
  return installation_type_names[static_cast<std::size_t>(type)];
}
[[nodiscard]] constexpr std::string_view name(OnStale on_stale) noexcept {
  return on_stale_names[static_cast<std::size_t>(on_stale)];
}

/// An installation as the configuration states it.
struct Installation {
  std::string id{};  ///< a word: ASCII letters, digits, `_` and `-`
  InstallationType type = InstallationType::calls;
  std::string bot{};         ///< inventory numbers are unique within one of these; a word
  std::string url{};         ///< where its hosts are listed; empty: it is not polled from here
  std::string tokens{};      ///< path of the file with its tokens; empty: it has none
  std::string poll_token{};  ///< path of the file with the token it is polled with; empty: none
  std::vector<std::string> networks{};  ///< from which it may ask, as written; none: from anywhere

  Seconds poll_period{std::chrono::minutes{5}};   ///< between two polls
  std::optional<Seconds> stale_after{};           ///< instead of two periods
  Seconds poll_timeout{std::chrono::minutes{1}};  ///< of a whole poll

  /// A listing that loses more percent of the hosts than this is held back.
  int max_loss = 10;

  /// How long after a permission the host may be missing from listings. An installation that did
  /// not act on a permission within this time asks again before it does.
  Seconds act_within{std::chrono::hours{1}};

  /// What becomes of others' requests while this installation's listing is stale.
  OnStale on_stale = OnStale::refuse;
};

/// Whether what the installation has keeps others from having it.
[[nodiscard]] constexpr bool heals(InstallationType type) noexcept {
  return type == InstallationType::calls || type == InstallationType::polled;
}

/// How long a listing is fresh after it was received.
///
/// Units:    seconds.
/// Source:   SPEC 2 and 3, of netmon.
[[nodiscard]] constexpr Seconds fresh_for(const Installation& installation) noexcept {
  if (installation.stale_after) return *installation.stale_after;
  Policy policy;
  policy.netmon.fetch_period = installation.poll_period;
  return stale_after(Kind::netmon, policy);
}

/// The first moment at which a listing that was received then is stale.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: at the deadline itself the listing is stale.
/// Errors:   none; saturates.
/// Source:   SPEC 3.
///
///     // received at 1000, polled every 5 min: fresh up to and including 1599
[[nodiscard]] constexpr Timestamp stale_at(Timestamp received_at,
                                           const Installation& installation) noexcept {
  return add(received_at, fresh_for(installation));
}

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_INSTALLATION_H
