// SPDX-License-Identifier: Apache-2.0
// What a fleet keeps of each check: what was seen of it, what was told of it, and when it must be
// looked at again. 22 bytes and a quarter.
#ifndef VITALS_LIB_FLEET_CHECK_COLUMNS_H
#define VITALS_LIB_FLEET_CHECK_COLUMNS_H

#include <cstdint>
#include <vector>

#include "fleet/column.h"
#include "fleet/deadline_tree.h"
#include "fleet/host_record.h"
#include "fleet/prefetch.h"
#include "vitals/outcome.h"

namespace vitals {

// Which list of its host's line a check stands in.
enum class HealthList : std::uint8_t { none, failing, waiting, silent };

// Which of its host's places stand in the `blocked_by` of a check. by_former_place says that the
// host has been moved since it was told, so that those were FleetStore::former_places.
enum Blocked : std::uint8_t { by_switch = 1, by_rack = 2, by_former_place = 4 };

// What was received of a check, and notes about it.
struct Seen {
  ShortTime receive_time = 0;
  ShortTime status_mtime = 0;
  ShortTime metadata_timestamp = 0;
  Status status = Status::ok;
  bool observed : 1 = false;
  bool implausible : 1 = false;
  bool measured : 1 = false;  // there is a metadata timestamp
  bool marked : 1 = false;    // it stands in CheckColumns::marked
  bool counts : 1 = false;  // by what was told last; here as well, so that a receipt reads no more
  std::uint8_t told_blocked = 0;
  HealthList told_list = HealthList::none;

  [[nodiscard]] Observation observation() const {
    Observation seen{.status = status,
                     .implausible = implausible,
                     .status_mtime = lengthen(status_mtime),
                     .receive_time = lengthen(receive_time)};
    if (measured) seen.metadata_timestamp = lengthen(metadata_timestamp);
    return seen;
  }

  void store(const Observation& received) {
    receive_time = shorten(received.receive_time);
    status_mtime = shorten(received.status_mtime);
    metadata_timestamp = shorten(received.metadata_timestamp.value_or(Timestamp{}));
    status = received.status;
    observed = true;
    implausible = received.implausible;
    measured = received.metadata_timestamp.has_value();
  }
};
static_assert(sizeof(Seen) == 16);

// The checks of all hosts, or of all switches and racks: those of one owner lie together.
struct CheckColumns {
  Column<Seen> seen;
  Column<Outcome> told;
  DeadlineTree deadlines;
  std::vector<std::uint32_t> marked;  // the checks whose mark is set

  [[nodiscard]] std::size_t size() const { return seen.size(); }

  void resize(std::size_t size) {
    seen.resize(size);
    told.resize(size);
    deadlines.resize(size);
  }

  // Notes that a check is to be looked at when the present second is judged.
  void mark(std::size_t check) {
    if (seen[check].marked) return;
    seen[check].marked = true;
    marked.push_back(static_cast<std::uint32_t>(check));
  }

  // Ask the memory for what taking in an observation of this check will read, and a look at it.
  void prefetch_receipt(std::size_t check) const {
    prefetch(&seen[check]);
    deadlines.prefetch_entry(check);
  }
  void prefetch_look(std::size_t check) const {
    prefetch_receipt(check);
    prefetch(&told[check]);
  }

  [[nodiscard]] std::size_t memory_use() const {
    return seen.memory_use() + told.memory_use() + deadlines.memory_use() +
           marked.capacity() * sizeof(std::uint32_t);
  }
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_CHECK_COLUMNS_H
