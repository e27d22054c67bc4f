// SPDX-License-Identifier: Apache-2.0
#include "coordinator/ordered_listing.h"

#include <algorithm>
#include <string_view>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::coordinator {
namespace {

absl::Status check_all(const Listing& listing) {
  if (listing.hosts.size() > longest_listing) {
    return invalid("a listing of ", listing.hosts.size(), " hosts, expected at most ",
                   longest_listing);
  }
  if (listing.received_at < listing.started_at) {
    return invalid("a listing that was received before its poll was started");
  }
  for (std::size_t i = 0; i < listing.hosts.size(); ++i) {
    const absl::Status status = check(listing.hosts[i]);
    if (!status.ok()) return invalid("hosts[", i, "]: ", to_std(status.message()));
  }
  return absl::OkStatus();
}

absl::Status names_twice(const std::vector<const Host*>& hosts) {
  std::vector<const Host*> named;
  for (const Host* host : hosts) {
    if (!host->name.empty() && host->host_type != HostType::shadow) named.push_back(host);
  }
  std::sort(named.begin(), named.end(),
            [](const Host* a, const Host* b) { return a->name < b->name; });
  const auto twice = std::adjacent_find(
      named.begin(), named.end(), [](const Host* a, const Host* b) { return a->name == b->name; });
  if (twice == named.end()) return absl::OkStatus();
  return invalid("two hosts named ", in_quotes((*twice)->name), ", of inv ", (*twice)->inv, " and ",
                 (*(twice + 1))->inv, ", expected one");
}

}  // namespace

absl::StatusOr<std::vector<const Host*>> ordered(const Listing& listing) {
  if (absl::Status status = check_all(listing); !status.ok()) return status;
  std::vector<const Host*> hosts;
  hosts.reserve(listing.hosts.size());
  for (const Host& host : listing.hosts) hosts.push_back(&host);
  std::stable_sort(hosts.begin(), hosts.end(),
                   [](const Host* a, const Host* b) { return a->inv < b->inv; });
  const auto end = std::unique(hosts.begin(), hosts.end(),
                               [](const Host* a, const Host* b) { return *a == *b; });
  hosts.erase(end, hosts.end());
  const auto differing = std::adjacent_find(
      hosts.begin(), hosts.end(), [](const Host* a, const Host* b) { return a->inv == b->inv; });
  if (differing != hosts.end()) {
    const Host* const first = listing.hosts.data();
    return invalid("hosts[", *differing - first, "] and hosts[", *(differing + 1) - first,
                   "]: two different hosts of inv ", (*differing)->inv, ", expected one");
  }
  if (absl::Status status = names_twice(hosts); !status.ok()) return status;
  return hosts;
}

}  // namespace vitals::coordinator
