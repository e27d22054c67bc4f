// SPDX-License-Identifier: Apache-2.0
// Whose listing is being applied: at most one of an installation at a time, wherever. A poll takes
// the turn, writes its changes while it has it, and ends it in one of three ways.
#ifndef VITALS_LIB_COORDINATOR_LISTING_TURN_H
#define VITALS_LIB_COORDINATOR_LISTING_TURN_H

#include <optional>

#include "absl/status/status.h"
#include "coordinator/listing_apply.h"

namespace vitals::coordinator {

class ListingTurn {
 public:
  explicit ListingTurn(const ApplyListing& what) : what_(what) {}

  // Numbers the poll. From one that died while it applied a listing, the turn is taken over.
  // Errors: FailedPrecondition while another one applies a listing.
  [[nodiscard]] absl::Status begin(ListingResult& result);

  [[nodiscard]] Poll poll_before() const { return before_.poll; }
  [[nodiscard]] bool may_shrink() const { return before_.may_shrink; }
  // Whether somebody left rows that were never to count.
  [[nodiscard]] bool must_clean_up() const { return before_.applying.has_value(); }

  // Does a chunk of work. Errors: FailedPrecondition where the turn was taken over.
  [[nodiscard]] absl::Status write(Writer::Work work);

  // The ends: the listing counts; it does not, and that is told; it failed.
  [[nodiscard]] absl::Status switch_over(const ListingResult& result);
  [[nodiscard]] absl::Status hold_back(const ListingResult& result);
  void give_up();

 private:
  struct State {
    Poll poll = 0;
    Timestamp started_at{};
    std::optional<Poll> applying{};
    Timestamp applying_since{};
    bool may_shrink = false;
  };

  [[nodiscard]] sql::Value number() const { return what_.member.number; }
  absl::Status load_state(sql::Connection& connection);
  absl::Status expect(sql::Connection& connection) const;
  absl::Status journal(sql::Connection& connection, Happened happened,
                       const ListingResult& result) const;

  const ApplyListing& what_;
  State before_;
  Poll poll_ = 0;
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_LISTING_TURN_H
