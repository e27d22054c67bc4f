// SPDX-License-Identifier: Apache-2.0
/// @file
/// One event of a recording: what happened to a host, or what was received of a check.
///
/// An event owns nothing: its names are views that live as long as what it was read from.

#ifndef VITALS_EVENT_H
#define VITALS_EVENT_H

#include <array>
#include <cstdint>
#include <string_view>

#include "vitals/observation.h"
#include "vitals/stated_needs.h"
#include "vitals/time.h"

namespace vitals {

/// What happened. Source: SPEC 11 (a recording).
enum class EventType : std::uint8_t {
  check,               ///< a state of a check was received
  host,                ///< a host is declared; its switch, rack and needs are stated
  assign,              ///< a host went from free to assigned
  manipulation_begin,  ///< work on a host began
  manipulation_end,    ///< work on a host ended
  rename,              ///< a host got another name
  remove               ///< a host is gone
};

/// What a `host` event says of the switch (rack): nothing, that there is none, or its name.
struct Place {
  enum class Says : std::uint8_t { nothing, none, name };
  Says says = Says::nothing;
  std::string_view name{};  ///< set iff says == Says::name

  friend constexpr bool operator==(const Place&, const Place&) = default;
};

/// One event. Which fields have a meaning depends on `type`.
struct Event {
  EventType type = EventType::check;
  Timestamp time{};            ///< of a check: its receive_time
  std::string_view host{};     ///< the host; of an infrastructure check the switch or rack
  std::string_view service{};  ///< check: the name of the check
  Report report{};             ///< check: what was received
  Place on_switch{};           ///< host: its switch
  Place in_rack{};             ///< host: its rack
  std::string_view to{};       ///< rename: the new name
  StatedNeeds needs{};         ///< host: the members of classes that it needs
};

/// Bounds of what a recording may hold (docs/recording-format.md); longest_name is one as well.
inline constexpr std::size_t longest_line = std::size_t{1} << 20;  ///< bytes of a line
inline constexpr std::size_t deepest_nesting = 64;                 ///< of objects and arrays

}  // namespace vitals

#endif  // VITALS_EVENT_H
