// SPDX-License-Identifier: Apache-2.0
// Sightings in the database. A row is in force from one poll of its installation until another:
//
//   in force  iff  from_poll <= installations.poll < until_poll
//
// so rows can be added, and others ended, long before the one number changes that makes it all
// count at once.
#ifndef VITALS_LIB_COORDINATOR_SIGHTING_STORE_H
#define VITALS_LIB_COORDINATOR_SIGHTING_STORE_H

#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "coordinator/keys.h"
#include "sql/sql.h"
#include "vitals/coordinator/host.h"

namespace vitals::coordinator {

// One row, and where it stands.
struct SightingRow {
  Key key = 0;
  Poll from = 0;
  Poll until = no_poll_yet;
  Host host{};
  Timestamp since{};
};

// Visits the rows of one installation that are in force at a poll, by key, a page at a time.
[[nodiscard]] absl::Status visit_sightings(sql::Connection& connection, std::int64_t number,
                                           Poll at, absl::FunctionRef<void(SightingRow&&)> visit);

// How to add rows that count from a poll on.
struct NewSighting {
  Key key = 0;
  const Host* host = nullptr;
  Timestamp since{};
};
[[nodiscard]] absl::Status add_sightings(sql::Connection& connection, Poll from,
                                         std::span<const NewSighting> rows);
// The same rows under their names or uuids; those without are left out.
[[nodiscard]] absl::Status add_sighted_names(sql::Connection& connection, Poll from,
                                             std::span<const NewSighting> rows);
[[nodiscard]] absl::Status add_sighted_uuids(sql::Connection& connection, Poll from,
                                             std::span<const NewSighting> rows);

// Ends rows at a poll.
struct EndedSighting {
  Key key = 0;
  Poll from = 0;
};
[[nodiscard]] absl::Status end_sightings(sql::Connection& connection, Poll until,
                                         std::span<const EndedSighting> rows);

// Removes rows with their names and uuids.
[[nodiscard]] absl::Status erase_sightings(sql::Connection& connection,
                                           std::span<const SightingRow> rows);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_SIGHTING_STORE_H
