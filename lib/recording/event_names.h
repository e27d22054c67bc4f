// SPDX-License-Identifier: Apache-2.0
// An event owns nothing. To outlive its line its names must be kept.
#ifndef VITALS_LIB_RECORDING_EVENT_NAMES_H
#define VITALS_LIB_RECORDING_EVENT_NAMES_H

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "vitals/event.h"

namespace vitals {

inline std::array<std::string_view*, 5> names_of(Event& event) {
  return {&event.host, &event.service, &event.to, &event.on_switch.name, &event.in_rack.name};
}

// As many bytes as the names of one event can have.
inline constexpr std::size_t longest_names = 5 * longest_name;

// Appends the names to `names`, which must have room for them, and makes the event's views those.
inline void keep_names(Event& event, std::string& names) {
  for (std::string_view* name : names_of(event)) {
    const std::size_t at = names.size();
    names += *name;
    *name = std::string_view(names).substr(at);
  }
}

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_EVENT_NAMES_H
