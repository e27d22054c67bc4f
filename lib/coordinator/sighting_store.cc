// SPDX-License-Identifier: Apache-2.0
#include "coordinator/sighting_store.h"

#include <array>
#include <utility>

#include "coordinator/rows.h"

namespace vitals::coordinator {
namespace {

using sql::Value;

constexpr std::int64_t page = 10'000;

// `text_of` says under what a row stands.
template <class TextOf>
absl::Status add_under(sql::Connection& connection, std::string_view table,
                       std::string_view columns, Poll from, std::span<const NewSighting> rows,
                       const TextOf& text_of) {
  std::vector<Value> values;
  values.reserve(rows.size() * 3);
  for (const NewSighting& row : rows) {
    const std::string& text = text_of(*row.host);
    if (!text.empty()) values.insert(values.end(), {Value(text), Value(row.key), Value(from)});
  }
  return connection.load(table, columns, 3, values);
}

}  // namespace

absl::Status visit_sightings(sql::Connection& connection, std::int64_t number, Poll at,
                             absl::FunctionRef<void(SightingRow&&)> visit) {
  Key after = key_of(number, 0);
  const Key last = key_of(number, greatest_inv);
  for (std::int64_t count = page; count == page;) {
    count = 0;
    const std::array values{Value(after), Value(last), Value(at), Value(page)};
    const absl::Status status = connection.query(
        "SELECT key, from_poll, until_poll, name, uuid, host_type, excluded, since FROM sightings "
        "WHERE key > $1 AND key <= $2 AND from_poll <= $3 AND until_poll > $3 "
        "ORDER BY key LIMIT $4",
        values, [&](const sql::Row& row) {
          ++count;
          after = row.integer(0);
          visit({.key = after,
                 .from = row.integer(1),
                 .until = row.integer(2),
                 .host = host_in(row, 3, inv_of(after)),
                 .since = moment_in(row, 7)});
        });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status add_sightings(sql::Connection& connection, Poll from,
                           std::span<const NewSighting> rows) {
  std::vector<Value> values;
  values.reserve(rows.size() * 8);
  for (const NewSighting& row : rows) {
    const Host& host = *row.host;
    values.insert(values.end(),
                  {Value(row.key), Value(from), Value(no_poll_yet), sql::text_or_null(host.name),
                   sql::text_or_null(host.uuid), value_of(host.host_type),
                   value_of(host.exclude_from_monitoring), value_of(row.since)});
  }
  return connection.load(
      "sightings", "key, from_poll, until_poll, name, uuid, host_type, excluded, since", 8, values);
}

absl::Status add_sighted_names(sql::Connection& connection, Poll from,
                               std::span<const NewSighting> rows) {
  return add_under(connection, "sighted_names", "name, key, from_poll", from, rows,
                   [](const Host& host) -> const std::string& { return host.name; });
}

absl::Status add_sighted_uuids(sql::Connection& connection, Poll from,
                               std::span<const NewSighting> rows) {
  return add_under(connection, "sighted_uuids", "uuid, key, from_poll", from, rows,
                   [](const Host& host) -> const std::string& { return host.uuid; });
}

absl::Status end_sightings(sql::Connection& connection, Poll until,
                           std::span<const EndedSighting> rows) {
  std::vector<Value> values;
  values.reserve(rows.size() * 3);
  for (const EndedSighting& row : rows) {
    values.insert(values.end(), {Value(row.key), Value(row.from), Value(until)});
  }
  return connection.execute_each(
      "UPDATE sightings SET until_poll = $3 WHERE key = $1 AND from_poll = $2", 3, values);
}

absl::Status erase_sightings(sql::Connection& connection, std::span<const SightingRow> rows) {
  std::vector<Value> keys;
  std::vector<Value> names;
  std::vector<Value> uuids;
  for (const SightingRow& row : rows) {
    keys.insert(keys.end(), {Value(row.key), Value(row.from)});
    if (!row.host.name.empty()) {
      names.insert(names.end(), {Value(row.host.name), Value(row.key), Value(row.from)});
    }
    if (!row.host.uuid.empty()) {
      uuids.insert(uuids.end(), {Value(row.host.uuid), Value(row.key), Value(row.from)});
    }
  }
  absl::Status status =
      connection.execute_each("DELETE FROM sightings WHERE key = $1 AND from_poll = $2", 2, keys);
  if (!status.ok()) return status;
  status = connection.execute_each(
      "DELETE FROM sighted_names WHERE name = $1 AND key = $2 AND from_poll = $3", 3, names);
  if (!status.ok()) return status;
  return connection.execute_each(
      "DELETE FROM sighted_uuids WHERE uuid = $1 AND key = $2 AND from_poll = $3", 3, uuids);
}

}  // namespace vitals::coordinator
