// SPDX-License-Identifier: Apache-2.0
// Applying a listing: what it changes is written beside what is in force, chunk by chunk; then one
// number changes, and all of it counts.
#ifndef VITALS_LIB_COORDINATOR_LISTING_APPLY_H
#define VITALS_LIB_COORDINATOR_LISTING_APPLY_H

#include "absl/status/statusor.h"
#include "coordinator/bulk.h"
#include "coordinator/members.h"
#include "vitals/coordinator/listing.h"

namespace vitals::coordinator {

struct ApplyListing {
  Bulk& bulk;
  sql::Connection& reader;
  const Membership& membership;
  const Member& member;  // of the membership
  const Listing& listing;
  Timestamp now;
  std::size_t chunk;  // hosts that are written at once
};

// Errors: as Coordinator::apply_listing().
[[nodiscard]] absl::StatusOr<ListingResult> apply(const ApplyListing& what);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_LISTING_APPLY_H
