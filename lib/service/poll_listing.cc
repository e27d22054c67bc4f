// SPDX-License-Identifier: Apache-2.0
#include "service/poll_listing.h"

#include <utility>

#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/coordinator/listing.h"

namespace vitals {

absl::Status ListingOfPages::add(PollPage page) {
  if (!first_ && page.total != total_) {
    return invalid("the total was ", total_ ? cat(*total_) : "not told", " and is now ",
                   page.total ? cat(*page.total) : "not told");
  }
  total_ = page.total;
  first_ = false;
  if (hosts_.size() + page.hosts.size() > coordinator::longest_listing) {
    return invalid("more than ", coordinator::longest_listing, " hosts");
  }
  if (page.hosts.empty() && !page.next_cursor.empty()) {
    return invalid("no hosts, but another page is told of");
  }
  for (coordinator::Host& host : page.hosts) {
    if (!invs_.insert(host.inv).second) {
      return invalid("inventory number ", host.inv, " was there before");
    }
    hosts_.push_back(std::move(host));
  }
  if (!page.next_cursor.empty()) {
    if (!cursors_.insert(page.next_cursor).second) {
      return invalid("the cursor ", in_quotes(page.next_cursor), " was there before");
    }
    cursor_ = std::move(page.next_cursor);
    return absl::OkStatus();
  }
  if (total_ && *total_ != static_cast<std::int64_t>(hosts_.size())) {
    return invalid("the total is ", *total_, ", but ", hosts_.size(), " hosts were listed");
  }
  complete_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<coordinator::Host>> collect_listing(
    absl::FunctionRef<absl::StatusOr<std::string>(const std::string& cursor)> fetch) {
  ListingOfPages listing;
  for (std::size_t number = 1; !listing.complete(); ++number) {
    absl::StatusOr<std::string> body = fetch(listing.cursor());
    if (!body.ok()) return body.status();
    absl::StatusOr<PollPage> page = parse_poll_page(*body);
    const absl::Status status = page.ok() ? listing.add(*std::move(page)) : page.status();
    if (!status.ok()) {
      return absl::Status(status.code(),
                          to_absl(cat("page ", number, ": ", to_std(status.message()))));
    }
  }
  return std::move(listing).take_hosts();
}

}  // namespace vitals
