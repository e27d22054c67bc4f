// SPDX-License-Identifier: Apache-2.0
#include "coordinator/book_store.h"

#include <algorithm>
#include <array>
#include <vector>

#include "coordinator/rows.h"

namespace vitals::coordinator {
namespace {

using sql::Row;
using sql::Value;

// Everything about a host, of three kinds of rows: its claim, its claimed names, its sightings.
constexpr std::string_view select_host =
    "SELECT 0, key, name, uuid, host_type, excluded, since, told_at, state, moved_to "
    "FROM claims WHERE key = $1 "
    "UNION ALL SELECT 1, key, name, NULL, 0, 0, 0, told_at, 0, 0 "
    "FROM claimed_names WHERE key = $1 "
    "UNION ALL SELECT 2, key, name, uuid, host_type, excluded, since, 0, from_poll, until_poll "
    "FROM sightings WHERE key = $1";

constexpr std::string_view select_name =
    "SELECT 0, key, told_at FROM claimed_names WHERE name = $1 "
    "UNION ALL SELECT 1, key, 0 FROM sighted_names WHERE name = $1";

void load_row(const Row& row, Book& book) {
  const Key key = row.integer(1);
  switch (row.integer(0)) {
    case 0:
      return book.load_claim(key, {.state = static_cast<Claim::State>(row.integer(8)),
                                   .host = host_in(row, 2, inv_of(key)),
                                   .since = moment_in(row, 6),
                                   .told_at = moment_in(row, 7),
                                   .moved_to = row.integer(9)});
    case 1:
      return book.load_name(std::string(row.text(2)), {.key = key, .told_at = moment_in(row, 7)});
    default:
      break;
  }
  const Member* const member = book.member_of(key);
  const bool is_in_force = member != nullptr && member->listing &&
                           row.integer(8) <= member->listing->poll &&
                           member->listing->poll < row.integer(9);
  if (is_in_force) {
    book.load_sighting(key, {.host = host_in(row, 2, inv_of(key)), .since = moment_in(row, 6)});
  }
}

absl::Status load_hosts(sql::Connection& connection, const std::set<Key>& keys, Book& book) {
  const std::vector<Value> values(keys.begin(), keys.end());
  return connection.query_each(select_host, 1, values,
                               [&](std::size_t, const Row& row) { load_row(row, book); });
}

void add_keys(std::int64_t bot, Inv inv, const Membership& membership, std::set<Key>& keys) {
  for (const Member& member : membership.members) {
    if (member.bot == bot) keys.insert(key_of(member.number, inv));
  }
}

// Claims that hold nothing are written first: what they held may be somebody else's now.
absl::Status write_claims(sql::Connection& connection, const Book& book) {
  std::vector<Value> erased;
  std::vector<std::vector<Value>> written(2);
  for (const Key key : book.changed_claims()) {
    const auto& claim = book.facts(key).claim;
    if (!claim) {
      erased.push_back(key);
      continue;
    }
    const Host& host = claim->host;
    std::vector<Value>& values = written[claim->state == Claim::State::held ? 1 : 0];
    values.insert(values.end(), {Value(key), Value(book.member_of(key)->bot), Value(inv_of(key)),
                                 value_of(claim->state), sql::text_or_null(host.name),
                                 sql::text_or_null(host.uuid), value_of(host.host_type),
                                 value_of(host.exclude_from_monitoring), value_of(claim->since),
                                 value_of(claim->told_at), Value(claim->moved_to)});
  }
  absl::Status status = connection.execute_each("DELETE FROM claims WHERE key = $1", 1, erased);
  for (const auto& values : written) {
    if (!status.ok()) return status;
    status = connection.execute_each(
        "INSERT INTO claims (key, bot, inv, state, name, uuid, host_type, excluded, since, "
        "told_at, moved_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
        "ON CONFLICT (key) DO UPDATE SET state = excluded.state, name = excluded.name, "
        "uuid = excluded.uuid, host_type = excluded.host_type, excluded = excluded.excluded, "
        "since = excluded.since, told_at = excluded.told_at, moved_to = excluded.moved_to",
        11, values);
  }
  return status;
}

// A name that changes hands is first given up, by the host that was read to have it, and then taken
// anew: who took it meanwhile is found out by the constraint.
absl::Status write_names(sql::Connection& connection, const Book& book) {
  std::vector<Value> erased;
  std::vector<Value> renewed;
  std::vector<Value> taken;
  for (const auto& [name, before] : book.names_before()) {
    const NameClaim* const now = book.name_claim(name);
    if (now != nullptr && before && now->key == before->key) {
      renewed.insert(renewed.end(), {Value(name), Value(now->key), value_of(now->told_at)});
      continue;
    }
    if (before) erased.insert(erased.end(), {Value(name), Value(before->key)});
    if (now != nullptr) {
      taken.insert(taken.end(), {Value(name), Value(now->key), value_of(now->told_at)});
    }
  }
  absl::Status status =
      connection.execute_each("DELETE FROM claimed_names WHERE name = $1 AND key = $2", 2, erased);
  if (!status.ok()) return status;
  status = connection.execute_each(
      "UPDATE claimed_names SET told_at = $3 WHERE name = $1 AND key = $2", 3, renewed);
  if (!status.ok()) return status;
  return connection.execute_each(
      "INSERT INTO claimed_names (name, key, told_at) VALUES ($1, $2, $3)", 3, taken);
}

absl::Status write_departures(sql::Connection& connection, const Book& book) {
  std::vector<Value> values;
  for (const auto& [key, gone] : book.departures()) {
    values.insert(values.end(),
                  {Value(book.member_of(key)->bot), Value(inv_of(key)), Value(number_of(key)),
                   sql::text_or_null(gone.host.name), sql::text_or_null(gone.host.uuid),
                   value_of(gone.since), value_of(gone.how)});
  }
  return connection.execute_each(
      "INSERT INTO orphans (bot, inv, installation, name, uuid, since, how) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (bot, inv) DO UPDATE SET "
      "installation = excluded.installation, name = excluded.name, uuid = excluded.uuid, "
      "since = excluded.since, how = excluded.how",
      7, values);
}

}  // namespace

absl::StatusOr<Book> load_book(sql::Connection& connection, const Membership& membership,
                               const Wanted& wanted) {
  auto members = load_members(connection, membership);
  if (!members.ok()) return members.status();
  Book book(std::move(*members));

  std::set<Key> keys = wanted.keys;
  for (const auto& [bot, inv] : wanted.invs) add_keys(bot, inv, membership, keys);
  const std::vector<std::string> names(wanted.names.begin(), wanted.names.end());
  const std::vector<Value> values(names.begin(), names.end());
  absl::Status status =
      connection.query_each(select_name, 1, values, [&](std::size_t nth, const Row& row) {
        const Key key = row.integer(1);
        const Member* const member = book.member_of(key);
        if (row.integer(0) == 0) {
          book.load_name(names[nth], {.key = key, .told_at = moment_in(row, 2)});
        }
        if (member != nullptr) keys.insert(key);
      });
  if (!status.ok()) return status;
  if (status = load_hosts(connection, keys, book); !status.ok()) return status;
  return book;
}

absl::Status write_book(sql::Connection& connection, const Book& book) {
  absl::Status status = write_claims(connection, book);
  if (status.ok()) status = write_names(connection, book);
  if (status.ok()) status = write_departures(connection, book);
  return status;
}

}  // namespace vitals::coordinator
