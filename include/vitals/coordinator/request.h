// SPDX-License-Identifier: Apache-2.0
/// @file
/// What an installation asks, and what it is answered.
///
///     ask before you act:       add, rename, change_inv
///     tell when you have acted: remove
///
/// A permission only ever adds to what an installation holds: whoever may rename a host holds both
/// names, whoever may change its inventory number holds both numbers, until a listing or a `remove`
/// shows that the old one is given up. Nobody knows when, or whether, an installation acts.
///
/// All requests may be repeated: the answer to a repetition is the answer to the same question now.

#ifndef VITALS_COORDINATOR_REQUEST_H
#define VITALS_COORDINATOR_REQUEST_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/coordinator/host.h"

namespace vitals::coordinator {

/// What is asked.
enum class Act : std::uint8_t { add, remove, rename, change_inv };

inline constexpr std::array<std::string_view, 4> act_names{"add", "remove", "rename", "change_inv"};

[[nodiscard]] constexpr std::string_view name(Act act) noexcept {
  return act_names[static_cast<std::size_t>(act)];
}

/// One question of one installation about one host.
struct Request {
  Act act = Act::add;
  std::string installation{};  ///< for whom it is asked
  Host host{};                 ///< of all but `add`, only its inventory number matters
  std::string new_name{};      ///< of `rename`
  Inv new_inv = 0;             ///< of `change_inv`
  std::string asked_by{};      ///< whom the journal names: an address, a person

  friend bool operator==(const Request&, const Request&) = default;
};

/// Whether the request can be answered at all.
///
/// Errors:   InvalidArgument, saying what was expected: what check(Host) refuses, a rename without
///           a name, a new number out of range, `asked_by` above 255 bytes or no UTF-8.
[[nodiscard]] absl::Status check(const Request& request);

/// Why a request was answered as it was.
enum class Why : std::uint8_t {
  granted,        ///< nobody else has it
  already_held,   ///< the installation has it already, and nobody else does
  shadow,         ///< shadow hosts are not coordinated
  noted,          ///< a removal, which is always accepted
  stale_allowed,  ///< another's listing is stale, and the configuration allows it even so
  inv_held,       ///< refused: another installation has that inventory number
  name_held,      ///< refused: another installation has a host of that name
  stale,          ///< refused: another installation's listing is stale: nobody knows
  unobserved,     ///< refused: another installation was never listed: nobody knows
  inv_taken,      ///< refused: the installation itself has another host of the new number
  unknown_host,   ///< refused: the installation does not have that host; it is to add it first
  monitor_only,   ///< refused: this coordinator only watches
  does_not_call   ///< refused: this installation is only polled, or retired
};

inline constexpr std::array<std::string_view, 13> why_names{
    "granted",      "already_held", "shadow",       "noted",      "stale_allowed",
    "inv_held",     "name_held",    "stale",        "unobserved", "inv_taken",
    "unknown_host", "monitor_only", "does_not_call"};

[[nodiscard]] constexpr std::string_view name(Why why) noexcept {
  return why_names[static_cast<std::size_t>(why)];
}

/// Whether answers for this reason are permissions.
[[nodiscard]] constexpr bool is_allowed(Why why) noexcept { return why < Why::inv_held; }

/// Who is in the way.
struct Holder {
  std::string installation{};
  Inv inv = 0;                              ///< of the host that it has; 0: of no known one
  std::string name{};                       ///< the name of that host
  std::optional<Timestamp> since{};         ///< when it first had it
  std::optional<std::int64_t> seen_poll{};  ///< in which of its polls it was seen last
  std::optional<Timestamp> seen_at{};       ///< when that poll was received
  std::optional<Timestamp> stale_at{};      ///< when its listing became, or becomes, stale

  friend bool operator==(const Holder&, const Holder&) = default;
};

/// The answer to a request. It is on disk before it is given.
struct Answer {
  bool allowed = false;
  Why why = Why::unknown_host;
  std::optional<Holder> holder{};  ///< of inv_held, name_held, stale, unobserved, stale_allowed
  std::int64_t entry = 0;          ///< the number of its entry in the journal

  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_REQUEST_H
