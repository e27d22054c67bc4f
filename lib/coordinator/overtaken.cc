// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "coordinator/decide.h"
#include "coordinator/journal_store.h"
#include "coordinator/monitor.h"
#include "coordinator/rows.h"
#include "coordinator/sighting_store.h"

namespace vitals::coordinator {
namespace {

using sql::Value;

// Those that may be overtaken: whether they are, lapse_if_overtaken() says.
constexpr std::string_view select_claims =
    "SELECT c.key FROM claims c WHERE c.key > $1 AND c.key <= $2 AND ((c.state = 1 AND "
    "c.told_at < $3) OR (c.state <> 1 AND c.told_at < $4 AND NOT EXISTS (SELECT 1 FROM sightings "
    "s WHERE s.key = c.key AND s.from_poll <= $5 AND s.until_poll > $5)))";
constexpr std::string_view select_names =
    "SELECT n.name FROM claimed_names n WHERE n.key > $1 AND n.key <= $2 AND n.told_at < $3 AND "
    "NOT EXISTS (SELECT 1 FROM sightings s WHERE s.key = n.key AND s.from_poll <= $4 AND "
    "s.until_poll > $4 AND s.name = n.name)";

struct Overtaken {
  std::vector<Key> keys{};
  std::vector<std::string> names{};
};

absl::StatusOr<Overtaken> find_overtaken(sql::Connection& reader, const Member& member) {
  Overtaken found;
  const ListingFacts& listing = *member.listing;
  const Value first = key_of(member.number, 0);
  const Value last = key_of(member.number, greatest_inv);
  const Value told = value_of(listing.started_at);
  const Value granted = value_of(subtract(listing.started_at, member.is.act_within));
  absl::Status status =
      reader.query(select_claims, std::array{first, last, told, granted, Value(listing.poll)},
                   [&](const sql::Row& row) { found.keys.push_back(row.integer(0)); });
  if (!status.ok()) return status;
  status = reader.query(select_names, std::array{first, last, granted, Value(listing.poll)},
                        [&](const sql::Row& row) { found.names.emplace_back(row.text(0)); });
  if (!status.ok()) return status;
  return found;
}

absl::Status write_lapses(const Monitoring& what, sql::Connection& connection, Book& book) {
  std::vector<JournalEntry> entries;
  for (const Lapse& lapse : book.take_lapses()) {
    entries.push_back(entry_of(lapse, book, what.now));
  }
  what.findings.lapsed += entries.size();
  const absl::Status status = write_book(connection, book);
  return status.ok() ? append(connection, what.membership, entries) : status;
}

absl::Status end_overtaken_of(const Monitoring& what, const Member& member) {
  const auto found = find_overtaken(what.reader, member);
  if (!found.ok()) return found.status();
  absl::Status status = in_pieces(what.bulk, found->keys,
                                  [&](sql::Connection& connection, std::span<const Key> keys) {
                                    Wanted wanted;
                                    wanted.keys.insert(keys.begin(), keys.end());
                                    auto book = load_book(connection, what.membership, wanted);
                                    if (!book.ok()) return book.status();
                                    for (const Key key : keys)
                                      lapse_if_overtaken(key, *book, what.now);
                                    return write_lapses(what, connection, *book);
                                  });
  if (!status.ok()) return status;
  return in_pieces(what.bulk, found->names,
                   [&](sql::Connection& connection, std::span<const std::string> names) {
                     Wanted wanted;
                     wanted.names.insert(names.begin(), names.end());
                     auto book = load_book(connection, what.membership, wanted);
                     if (!book.ok()) return book.status();
                     for (const std::string& name : names) lapse_name_if_overtaken(name, *book);
                     return write_lapses(what, connection, *book);
                   });
}

// A row that is not in force any more, and when the poll was received that ended it.
struct Ended {
  SightingRow row;
  Timestamp at{};
};

// Hosts that vanished from a listing, but for those that were told to be removed: of these it is
// known already. What else was told of them ends with that.
void note_vanished(std::span<const Ended> all, Book& book) {
  for (const auto& [row, at] : all) {
    const Member& member = *book.member_of(row.key);
    const Facts& facts = book.facts(row.key);
    const bool was_told = facts.claim && facts.claim->state == Claim::State::gone;
    const bool is_real = heals(member.is.type) && row.host.host_type != HostType::shadow;
    if (!is_real || was_told || has(facts, member) || has_as_shadow(facts, member)) continue;
    const bool moved = facts.claim && facts.claim->moved_to != 0;
    book.lapse(row.key);
    book.depart(row.key, row.host, at, moved ? Departure::renumbered : Departure::vanished);
  }
}

absl::Status forget(const Monitoring& what, sql::Connection& connection,
                    std::span<const Ended> all) {
  Wanted wanted;
  std::vector<SightingRow> rows;
  for (const Ended& one : all) {
    wanted.keys.insert(one.row.key);
    rows.push_back(one.row);
  }
  auto book = load_book(connection, what.membership, wanted);
  if (!book.ok()) return book.status();
  note_vanished(all, *book);
  const absl::Status status = write_lapses(what, connection, *book);
  return status.ok() ? erase_sightings(connection, rows) : status;
}

}  // namespace

absl::Status end_overtaken(const Monitoring& what) {
  const auto members = load_members(what.reader, what.membership);
  if (!members.ok()) return members.status();
  for (const Member& member : *members) {
    if (!member.listing || what.looked.tidied[member.number] == member.listing->poll) continue;
    if (absl::Status status = end_overtaken_of(what, member); !status.ok()) return status;
    what.looked.tidied[member.number] = member.listing->poll;
  }
  return absl::OkStatus();
}

absl::Status forget_ended(const Monitoring& what) {
  const auto members = load_members(what.reader, what.membership);
  if (!members.ok()) return members.status();
  for (const Member& member : *members) {
    if (!member.listing) continue;
    std::vector<Ended> ended;
    // The bound of 2^62 is that of the index.
    absl::Status status = what.reader.query(
        "SELECT s.key, s.from_poll, s.until_poll, s.name, s.uuid, s.host_type, s.excluded, "
        "p.received_at FROM sightings s JOIN polls p ON p.poll = s.until_poll "
        "WHERE s.until_poll < 4611686018427387904 AND s.until_poll <= $3 "
        "AND s.key > $1 AND s.key <= $2",
        std::array{Value(key_of(member.number, 0)), Value(key_of(member.number, greatest_inv)),
                   Value(member.listing->poll)},
        [&](const sql::Row& row) {
          const Key key = row.integer(0);
          ended.push_back({.row = {.key = key,
                                   .from = row.integer(1),
                                   .until = row.integer(2),
                                   .host = host_in(row, 3, inv_of(key))},
                           .at = moment_in(row, 7)});
        });
    if (!status.ok()) return status;
    status =
        in_pieces(what.bulk, ended, [&](sql::Connection& connection, std::span<const Ended> rows) {
          return forget(what, connection, rows);
        });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace vitals::coordinator
