// SPDX-License-Identifier: Apache-2.0
#include "coordinator/listing_apply.h"

#include <algorithm>
#include <array>
#include <vector>

#include "coordinator/listing_turn.h"
#include "coordinator/ordered_listing.h"
#include "coordinator/rows.h"
#include "coordinator/sighting_store.h"

namespace vitals::coordinator {
namespace {

using sql::Value;

class Application {
 public:
  explicit Application(const ApplyListing& what) : what_(what), turn_(what) {}

  absl::StatusOr<ListingResult> apply() {
    const auto hosts = ordered(what_.listing);
    if (!hosts.ok()) return hosts.status();
    result_.hosts = hosts->size();
    absl::Status status = turn_.begin(result_);
    if (!status.ok()) return status;
    if (result_.fate == ListingFate::outdated) return result_;
    status = apply(*hosts);
    if (!status.ok()) {
      turn_.give_up();
      return status;
    }
    return result_;
  }

 private:
  absl::Status apply(const std::vector<const Host*>& hosts) {
    absl::Status status = absl::OkStatus();
    if (turn_.must_clean_up()) status = forget_unfinished();
    if (status.ok()) status = compare(hosts);
    if (status.ok()) status = count_lost();
    if (!status.ok()) return status;
    if (!turn_.may_shrink() && loses_too_much(result_, what_.member.is.max_loss)) {
      result_.fate = ListingFate::held_back;
      return turn_.hold_back(result_);
    }
    status = write_changes();
    return status.ok() ? turn_.switch_over(result_) : status;
  }

  // Calls work(connection, part) for one chunk after the other.
  template <class Element, class Work>
  absl::Status in_chunks(const std::vector<Element>& all, const Work& work) {
    const std::span<const Element> elements(all);
    absl::Status status = absl::OkStatus();
    for (std::size_t first = 0; first < all.size() && status.ok(); first += what_.chunk) {
      const auto part = elements.subspan(first, std::min(what_.chunk, all.size() - first));
      status = turn_.write([&](sql::Connection& connection) { return work(connection, part); });
    }
    return status;
  }

  absl::Status forget_unfinished();
  absl::Status compare(const std::vector<const Host*>& hosts);
  absl::Status count_lost();
  absl::Status write_changes();

  ApplyListing what_;
  ListingTurn turn_;
  ListingResult result_;
  std::vector<NewSighting> added_;    // by key
  std::vector<EndedSighting> ended_;  // likewise
  std::vector<Key> vanished_;
};

// Of an application that was killed, rows are left that would count from some later poll on.
absl::Status Application::forget_unfinished() {
  std::vector<SightingRow> added;
  std::vector<EndedSighting> ended;
  const std::array values{Value(key_of(what_.member.number, 0)),
                          Value(key_of(what_.member.number, greatest_inv)),
                          Value(turn_.poll_before()), Value(no_poll_yet)};
  absl::Status status = what_.reader.query(
      "SELECT key, from_poll, until_poll, name, uuid FROM sightings WHERE key > $1 AND key <= $2 "
      "AND (from_poll > $3 OR (until_poll > $3 AND until_poll < $4))",
      values, [&](const sql::Row& row) {
        if (row.integer(1) <= turn_.poll_before()) {
          ended.push_back({.key = row.integer(0), .from = row.integer(1)});
          return;
        }
        SightingRow& unfinished = added.emplace_back();
        unfinished.key = row.integer(0);
        unfinished.from = row.integer(1);
        unfinished.host.name = row.text(3);
        unfinished.host.uuid = row.text(4);
      });
  if (!status.ok()) return status;
  status = in_chunks(added, [](sql::Connection& connection, std::span<const SightingRow> rows) {
    return erase_sightings(connection, rows);
  });
  if (!status.ok()) return status;
  return in_chunks(ended, [](sql::Connection& connection, std::span<const EndedSighting> rows) {
    return end_sightings(connection, no_poll_yet, rows);
  });
}

absl::Status Application::compare(const std::vector<const Host*>& hosts) {
  auto next = hosts.begin();
  const auto appears = [&](const Host* host) {
    added_.push_back({.key = key_of(what_.member.number, host->inv),
                      .host = host,
                      .since = what_.listing.received_at});
    ++result_.appeared;
  };
  absl::Status status = visit_sightings(
      what_.reader, what_.member.number, turn_.poll_before(), [&](SightingRow&& row) {
        ++result_.hosts_before;
        while (next != hosts.end() && (*next)->inv < row.host.inv) appears(*next++);
        if (next == hosts.end() || (*next)->inv != row.host.inv) {
          ended_.push_back({.key = row.key, .from = row.from});
          vanished_.push_back(row.key);
        } else if (const Host* const host = *next++; *host != row.host) {
          ended_.push_back({.key = row.key, .from = row.from});
          added_.push_back({.key = row.key, .host = host, .since = row.since});
          ++result_.changed;
        }
      });
  for (; next != hosts.end(); ++next) appears(*next);
  result_.vanished = vanished_.size();
  return status;
}

// Whatever was told to be removed, or was allowed to change its number, is not lost.
absl::Status Application::count_lost() {
  std::size_t told = 0;
  const std::vector<Value> values(vanished_.begin(), vanished_.end());
  absl::Status status = what_.reader.query_each(
      "SELECT 1 FROM claims WHERE key = $1 AND (state = 1 OR moved_to <> 0)", 1, values,
      [&](std::size_t, const sql::Row&) { ++told; });
  result_.lost = vanished_.size() - told;
  return status;
}

absl::Status Application::write_changes() {
  const Poll poll = result_.poll;
  // In the order of each table, so that every chunk touches few pages of it.
  const auto add = [&](auto add_rows) {
    return in_chunks(added_, [&](sql::Connection& connection, std::span<const NewSighting> rows) {
      return add_rows(connection, poll, rows);
    });
  };
  absl::Status status =
      in_chunks(ended_, [&](sql::Connection& connection, std::span<const EndedSighting> rows) {
        return end_sightings(connection, poll, rows);
      });
  if (status.ok()) status = add(add_sightings);
  if (!status.ok()) return status;
  std::sort(added_.begin(), added_.end(),
            [](const NewSighting& a, const NewSighting& b) { return a.host->name < b.host->name; });
  if (status = add(add_sighted_names); !status.ok()) return status;
  std::sort(added_.begin(), added_.end(),
            [](const NewSighting& a, const NewSighting& b) { return a.host->uuid < b.host->uuid; });
  return add(add_sighted_uuids);
}

}  // namespace

absl::StatusOr<ListingResult> apply(const ApplyListing& what) {
  auto result = Application(what).apply();
  // Not Aborted within, where that means that a transaction is to be tried again.
  if (absl::IsFailedPrecondition(result.status())) {
    return absl::AbortedError(result.status().message());
  }
  return result;
}

}  // namespace vitals::coordinator
