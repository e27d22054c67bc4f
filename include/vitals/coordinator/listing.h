// SPDX-License-Identifier: Apache-2.0
/// @file
/// A listing: all hosts that an installation has, as one poll of it told.
///
///     a listing speaks of a moment  iff  that moment is before the poll was started
///
/// What an installation asked for, or told, in the second in which a poll starts or later, the
/// listing knows nothing of: an equal time proves nothing. A listing is applied whole or not at
/// all; nobody sees half of one.

#ifndef VITALS_COORDINATOR_LISTING_H
#define VITALS_COORDINATOR_LISTING_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/coordinator/host.h"

namespace vitals::coordinator {

/// The most hosts that a listing may show.
inline constexpr std::size_t longest_listing = 20'000'000;

/// What a poll brought.
struct Listing {
  std::string installation{};
  Timestamp started_at{};   ///< when its first page was asked for
  Timestamp received_at{};  ///< when its last page was there
  std::vector<Host> hosts{};
};

/// What became of a listing.
enum class ListingFate : std::uint8_t {
  applied,
  held_back,  ///< it loses too many hosts; the one before it stays
  outdated    ///< a listing that was started later, or at the same time, is applied already
};

inline constexpr std::array<std::string_view, 3> listing_fate_names{"applied", "held_back",
                                                                    "outdated"};

[[nodiscard]] constexpr std::string_view name(ListingFate fate) noexcept {
  return listing_fate_names[static_cast<std::size_t>(fate)];
}

/// What became of a listing, with numbers.
struct ListingResult {
  ListingFate fate = ListingFate::applied;
  std::int64_t poll = 0;         ///< its number; polls of all installations are numbered together
  std::size_t hosts = 0;         ///< that it shows
  std::size_t appeared = 0;      ///< that the one before it did not show
  std::size_t changed = 0;       ///< of which it says something else
  std::size_t vanished = 0;      ///< that it does not show any more
  std::size_t lost = 0;          ///< of these, without the installation having told why
  std::size_t hosts_before = 0;  ///< that the one before it showed

  friend bool operator==(const ListingResult&, const ListingResult&) = default;
};

/// Whether a listing loses so much that it is held back.
///
/// Boundary: losing exactly `max_loss` percent is applied. A listing that shows nothing at all,
///           where the one before showed hosts that nobody told to be removed, is held back
///           whatever the share is: an empty set must never mean "all are gone".
///
///     loses_too_much(10, 100, ...) with max_loss 10: applied; loses_too_much(11, 100, ...): held
[[nodiscard]] constexpr bool loses_too_much(const ListingResult& listing, int max_loss) noexcept {
  if (listing.lost == 0) return false;
  return listing.hosts == 0 ||
         listing.lost * 100 > static_cast<std::size_t>(max_loss) * listing.hosts_before;
}

/// What is known of an installation's listings.
struct ListingState {
  std::string installation{};
  std::optional<std::int64_t> poll{};       ///< the one that is in force; none: there was none yet
  std::optional<Timestamp> started_at{};    ///< when that poll was started
  std::optional<Timestamp> received_at{};   ///< when it was received
  std::optional<Timestamp> stale_at{};      ///< when it becomes stale
  bool fresh = false;                       ///< at the moment that was asked for
  std::size_t hosts = 0;                    ///< that it shows
  std::optional<Timestamp> held_back_at{};  ///< when a later one was held back
  std::size_t held_back_lost = 0;           ///< how many hosts that one loses
  bool may_shrink = false;                  ///< somebody said that the next one may lose hosts

  friend bool operator==(const ListingState&, const ListingState&) = default;
};

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_LISTING_H
