// SPDX-License-Identifier: Apache-2.0
// A listing that was looked through: in order, every host once, all of them well.
#ifndef VITALS_LIB_COORDINATOR_ORDERED_LISTING_H
#define VITALS_LIB_COORDINATOR_ORDERED_LISTING_H

#include <vector>

#include "absl/status/statusor.h"
#include "vitals/coordinator/listing.h"

namespace vitals::coordinator {

// Its hosts by inventory number. A host that stands there twice, alike, as happens when pages shift
// while they are read, is there once. Errors: InvalidArgument, with the place in the listing.
[[nodiscard]] absl::StatusOr<std::vector<const Host*>> ordered(const Listing& listing);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_ORDERED_LISTING_H
