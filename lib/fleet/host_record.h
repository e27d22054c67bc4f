// SPDX-License-Identifier: Apache-2.0
// What a fleet knows of one host, in one cache line.
#ifndef VITALS_LIB_FLEET_HOST_RECORD_H
#define VITALS_LIB_FLEET_HOST_RECORD_H

#include <algorithm>
#include <cstdint>
#include <optional>

#include "fleet/name_table.h"
#include "vitals/appearance.h"
#include "vitals/event.h"
#include "vitals/health.h"

namespace vitals {

// A moment that input stated, in 32 bits.
using ShortTime = std::uint32_t;

[[nodiscard]] inline ShortTime shorten(Timestamp moment) {
  return static_cast<ShortTime>(moment.time_since_epoch().count());
}
[[nodiscard]] inline Timestamp lengthen(ShortTime moment) { return Timestamp{Seconds{moment}}; }

// A host's switch or rack.
struct HostPlace {
  PlaceId id = no_id;          // says == name
  std::uint32_t position = 0;  // of the host in the place's list
  Place::Says says = Place::Says::nothing;
};

struct alignas(64) HostRecord {
  const NameTable::Record* name = nullptr;
  HostPlace on_switch;
  HostPlace in_rack;
  std::uint32_t cohort = no_id;  // of its last assignment or rename
  ShortTime assigned = 0;
  ShortTime renamed = 0;
  ShortTime manipulation_began = 0;
  ShortTime manipulation_ended = 0;
  // Which of the four moments there are.
  bool was_assigned : 1 = false;
  bool was_renamed : 1 = false;
  bool manipulation_has_begun : 1 = false;
  bool manipulation_has_ended : 1 = false;
  bool under_manipulation : 1 = false;
  bool alive : 1 = true;
  bool declared : 1 = false;  // by an event, not only by a check that arrived
  bool told : 1 = false;      // a line of the whole host was told
  bool fresh : 1 = false;     // it stands in the list of those of which nothing was told yet
  HostState told_state = HostState::unmonitored;

  [[nodiscard]] HostFacts facts() const {
    const auto moment = [](bool there_is, ShortTime at) {
      return there_is ? std::optional(lengthen(at)) : std::nullopt;
    };
    return {.assigned = moment(was_assigned, assigned),
            .renamed = moment(was_renamed, renamed),
            .manipulation_began = moment(manipulation_has_begun, manipulation_began),
            .manipulation_ended = moment(manipulation_has_ended, manipulation_ended),
            .under_manipulation = under_manipulation};
  }

  void begin_manipulation(Timestamp at) {
    under_manipulation = manipulation_has_begun = true;
    manipulation_began = shorten(at);
  }
  void end_manipulation(Timestamp at) {
    under_manipulation = false;
    manipulation_has_ended = true;
    manipulation_ended = shorten(at);
  }

  // Takes over what was told of work on `other`, which is the same machine.
  void absorb_manipulations(const HostRecord& other) {
    under_manipulation = under_manipulation || other.under_manipulation;
    if (other.manipulation_has_begun) {
      manipulation_began = std::max(manipulation_began, other.manipulation_began);
      manipulation_has_begun = true;
    }
    if (other.manipulation_has_ended) {
      manipulation_ended = std::max(manipulation_ended, other.manipulation_ended);
      manipulation_has_ended = true;
    }
  }
};
static_assert(sizeof(HostRecord) == 64);

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_HOST_RECORD_H
