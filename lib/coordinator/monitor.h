// SPDX-License-Identifier: Apache-2.0
// The job that looks at everything now and then. Its parts, in the order in which they run.
#ifndef VITALS_LIB_COORDINATOR_MONITOR_H
#define VITALS_LIB_COORDINATOR_MONITOR_H

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/book_store.h"
#include "coordinator/bulk.h"
#include "coordinator/members.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

// What the monitor remembers from one run to the next, so that it does not look again at what
// cannot have changed.
struct Looked {
  std::map<std::int64_t, Poll> tidied{};  // by installation: the poll whose consequences were drawn
  std::vector<std::int64_t> compared{};   // of the state in which conflicts were looked for
};

struct Monitoring {
  Bulk& bulk;
  sql::Connection& reader;
  const Membership& membership;
  Timestamp now;
  Looked& looked;
  Findings& findings;
};

// Removes sightings that are not in force any more, and notes which hosts vanished.
[[nodiscard]] absl::Status forget_ended(const Monitoring& what);

// Ends permissions, removals and names that listings have overtaken.
[[nodiscard]] absl::Status end_overtaken(const Monitoring& what);

// Brings the table of conflicts up to date.
[[nodiscard]] absl::Status watch_conflicts(const Monitoring& what);

// Brings the table of orphans up to date: takes out what somebody has, and puts in what only a BOT
// lists.
[[nodiscard]] absl::Status watch_orphans(const Monitoring& what);

// Pieces of what is found are worked on in transactions of so many.
inline constexpr std::size_t found_at_once = 500;

// Calls work(connection, part) for one piece after the other, each in a transaction in which nobody
// else decides.
template <class Element, class Work>
absl::Status in_pieces(Bulk& bulk, const std::vector<Element>& all, const Work& work) {
  absl::Status status = absl::OkStatus();
  for (std::size_t first = 0; first < all.size() && status.ok(); first += found_at_once) {
    const std::span<const Element> part =
        std::span(all).subspan(first, std::min(found_at_once, all.size() - first));
    status = bulk.decide([&](sql::Connection& connection) { return work(connection, part); });
  }
  return status;
}

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_MONITOR_H
