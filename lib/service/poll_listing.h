// SPDX-License-Identifier: Apache-2.0
// A listing put together of its pages. Pages that do not fit together are no listing: hosts that
// moved between two of them would seem to be gone.
#ifndef VITALS_LIB_SERVICE_POLL_LISTING_H
#define VITALS_LIB_SERVICE_POLL_LISTING_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "service/poll_page.h"

namespace vitals {

class ListingOfPages {
 public:
  // Takes the page that the cursor so far led to. Errors: InvalidArgument for a host or a cursor
  // that was there before, a total that changed or is not the number of hosts in the end, a page
  // without hosts that is not the last, too many hosts. Nothing more can be added then.
  [[nodiscard]] absl::Status add(PollPage page);

  // Whether the last page was there.
  [[nodiscard]] bool complete() const { return complete_; }
  // Of the next page; empty before the first.
  [[nodiscard]] const std::string& cursor() const { return cursor_; }
  [[nodiscard]] std::vector<coordinator::Host> take_hosts() && { return std::move(hosts_); }

 private:
  std::vector<coordinator::Host> hosts_;
  absl::flat_hash_set<std::int64_t> invs_;
  absl::flat_hash_set<std::string> cursors_;
  std::optional<std::int64_t> total_;
  std::string cursor_;
  bool first_ = true;
  bool complete_ = false;
};

// Asks `fetch(cursor)` for page after page, from the empty cursor on. Errors: those of `fetch` and
// of the pages, `page N: ...`.
[[nodiscard]] absl::StatusOr<std::vector<coordinator::Host>> collect_listing(
    absl::FunctionRef<absl::StatusOr<std::string>(const std::string& cursor)> fetch);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_POLL_LISTING_H
