// SPDX-License-Identifier: Apache-2.0
#include "coordinator/listing_turn.h"

#include <array>

#include "coordinator/journal_store.h"
#include "coordinator/rows.h"
#include "text/bridge.h"

namespace vitals::coordinator {

using sql::Value;

absl::Status ListingTurn::load_state(sql::Connection& connection) {
  return connection.query(
      "SELECT poll, started_at, applying, applying_since, may_shrink FROM installations "
      "WHERE number = $1",
      std::array{number()}, [&](const sql::Row& row) {
        before_ = {.poll = row.integer(0),
                   .started_at = moment_in(row, 1),
                   .applying = perhaps_integer_in(row, 2),
                   .applying_since = moment_in(row, 3),
                   .may_shrink = row.integer(4) != 0};
      });
}

absl::Status ListingTurn::begin(ListingResult& result) {
  return what_.bulk.decide([&](sql::Connection& connection) {
    result.fate = ListingFate::applied;
    if (absl::Status status = load_state(connection); !status.ok()) return status;
    if (before_.poll != 0 && what_.listing.started_at <= before_.started_at) {
      result.fate = ListingFate::outdated;
      result.poll = before_.poll;
      return absl::OkStatus();
    }
    // A file of SQLite belongs to this process: whoever had the turn is dead.
    const bool is_shared = connection.backend() == sql::Backend::postgresql;
    const Timestamp dead_at = add(before_.applying_since, what_.member.is.poll_timeout);
    if (before_.applying && is_shared && what_.now < dead_at) {
      return absl::FailedPreconditionError("another listing of the installation is being applied");
    }
    absl::Status status = connection.query(
        "INSERT INTO polls (installation, received_at) VALUES ($1, $2) RETURNING poll",
        std::array{number(), value_of(what_.listing.received_at)},
        [&](const sql::Row& row) { poll_ = row.integer(0); });
    if (!status.ok()) return status;
    result.poll = poll_;
    return connection
        .execute("UPDATE installations SET applying = $2, applying_since = $3 WHERE number = $1",
                 std::array{number(), Value(poll_), value_of(what_.now)})
        .status();
  });
}

// Locks the turn until the end of the transaction, too.
absl::Status ListingTurn::expect(sql::Connection& connection) const {
  const auto rows = connection.execute(
      "UPDATE installations SET applying = $2 WHERE number = $1 AND applying = $2",
      std::array{number(), Value(poll_)});
  if (!rows.ok()) return rows.status();
  if (*rows == 1) return absl::OkStatus();
  return absl::FailedPreconditionError("another listing of the installation was applied meanwhile");
}

absl::Status ListingTurn::write(Writer::Work work) {
  return what_.bulk.write([&](sql::Connection& connection) {
    const absl::Status status = expect(connection);
    return status.ok() ? work(connection) : status;
  });
}

absl::Status ListingTurn::switch_over(const ListingResult& result) {
  return what_.bulk.decide([&](sql::Connection& connection) {
    if (absl::Status status = expect(connection); !status.ok()) return status;
    const auto rows = connection.execute(
        "UPDATE installations SET poll = $2, started_at = $3, received_at = $4, hosts = $5, "
        "applying = NULL, held_back_at = NULL, held_back_lost = 0, may_shrink = 0 "
        "WHERE number = $1",
        std::array{number(), Value(poll_), value_of(what_.listing.started_at),
                   value_of(what_.listing.received_at),
                   Value(static_cast<std::int64_t>(result.hosts))});
    return rows.ok() ? journal(connection, Happened::listing_applied, result) : rows.status();
  });
}

absl::Status ListingTurn::hold_back(const ListingResult& result) {
  return what_.bulk.decide([&](sql::Connection& connection) {
    if (absl::Status status = expect(connection); !status.ok()) return status;
    const auto rows = connection.execute(
        "UPDATE installations SET applying = NULL, held_back_at = $2, held_back_lost = $3 "
        "WHERE number = $1",
        std::array{number(), value_of(what_.now), Value(static_cast<std::int64_t>(result.lost))});
    return rows.ok() ? journal(connection, Happened::listing_held_back, result) : rows.status();
  });
}

// The rows that were written are found and removed by the next one; but it need not wait for it.
void ListingTurn::give_up() {
  what_.bulk
      .decide([&](sql::Connection& connection) {
        return connection
            .execute(
                "UPDATE installations SET applying_since = 0 WHERE number = $1 AND "
                "applying = $2",
                std::array{number(), Value(poll_)})
            .status();
      })
      .IgnoreError();
}

absl::Status ListingTurn::journal(sql::Connection& connection, Happened happened,
                                  const ListingResult& result) const {
  std::array entries{
      JournalEntry{.at = what_.now, .happened = happened, .installation = what_.member.is.id}};
  entries[0].note = cat("poll ", poll_, ": ", result.hosts, " hosts, ", result.appeared,
                        " appeared, ", result.changed, " changed, ", result.vanished, " vanished, ",
                        result.lost, " of these lost");
  return append(connection, what_.membership, entries);
}

}  // namespace vitals::coordinator
