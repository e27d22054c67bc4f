// SPDX-License-Identifier: Apache-2.0
#include "coordinator/journal_store.h"

#include <array>

#include "coordinator/rows.h"
#include "text/bridge.h"

namespace vitals::coordinator {
namespace {

using sql::Value;

constexpr std::size_t columns = 21;
constexpr std::string_view insert =
    "INSERT INTO journal (at, happened, installation, asked_by, inv, name, uuid, host_type, "
    "excluded, new_name, new_inv, allowed, why, holder, holder_inv, holder_name, holder_since, "
    "holder_poll, holder_seen_at, holder_stale_at, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
    "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) RETURNING number";

constexpr std::string_view select =
    "SELECT number, at, happened, installation, asked_by, inv, name, uuid, host_type, excluded, "
    "new_name, new_inv, allowed, why, holder, holder_inv, holder_name, holder_since, holder_poll, "
    "holder_seen_at, holder_stale_at, note FROM journal WHERE ";

Value number_of_installation(const Membership& membership, std::string_view id) {
  const Member* const member = membership.find(id);
  return member == nullptr ? Value() : Value(member->number);
}

void append_values(const JournalEntry& entry, const Membership& membership,
                   std::vector<Value>& values) {
  const Host& host = entry.host;
  values.insert(
      values.end(),
      {value_of(entry.at), value_of(entry.happened),
       number_of_installation(membership, entry.installation), sql::text_or_null(entry.asked_by),
       Value(host.inv), sql::text_or_null(host.name), sql::text_or_null(host.uuid),
       value_of(host.host_type), value_of(host.exclude_from_monitoring),
       sql::text_or_null(entry.new_name), Value(entry.new_inv), value_of(entry.allowed),
       entry.why ? value_of(*entry.why) : Value()});
  if (const auto& holder = entry.holder) {
    values.insert(values.end(), {number_of_installation(membership, holder->installation),
                                 Value(holder->inv), sql::text_or_null(holder->name),
                                 value_of(holder->since), value_of(holder->seen_poll),
                                 value_of(holder->seen_at), value_of(holder->stale_at)});
  } else {
    values.insert(values.end(), 7, Value());
  }
  values.push_back(sql::text_or_null(entry.note));
}

JournalEntry entry_in(const sql::Row& row, const Membership& membership) {
  JournalEntry entry{.number = row.integer(0),
                     .at = moment_in(row, 1),
                     .happened = static_cast<Happened>(row.integer(2)),
                     .asked_by = std::string(row.text(4)),
                     .host = host_in(row, 6, row.integer(5)),
                     .new_name = std::string(row.text(10)),
                     .new_inv = row.integer(11),
                     .allowed = row.integer(12) != 0,
                     .note = std::string(row.text(21))};
  if (const Member* const member = membership.find(row.integer(3))) {
    entry.installation = member->is.id;
    entry.bot = member->is.bot;
  }
  if (!row.is_null(13)) entry.why = static_cast<Why>(row.integer(13));
  if (const Member* const member = membership.find(row.integer(14))) {
    entry.holder = Holder{.installation = member->is.id,
                          .inv = row.integer(15),
                          .name = std::string(row.text(16)),
                          .since = perhaps_moment_in(row, 17),
                          .seen_poll = perhaps_integer_in(row, 18),
                          .seen_at = perhaps_moment_in(row, 19),
                          .stale_at = perhaps_moment_in(row, 20)};
  }
  return entry;
}

}  // namespace

JournalEntry entry_of(const Request& request, const Answer& answer, Timestamp now) {
  return {.at = now,
          .happened = static_cast<Happened>(request.act),
          .installation = request.installation,
          .asked_by = request.asked_by,
          .host = request.host,
          .new_name = request.new_name,
          .new_inv = request.new_inv,
          .allowed = answer.allowed,
          .why = answer.why,
          .holder = answer.holder};
}

JournalEntry entry_of(const Lapse& lapse, const Book& book, Timestamp now) {
  JournalEntry entry{.at = now,
                     .happened = Happened::lapse,
                     .installation = book.member_of(lapse.key)->is.id,
                     .host = lapse.claim.host,
                     .new_name = lapse.name};
  entry.host.inv = inv_of(lapse.key);
  return entry;
}

absl::Status append(sql::Connection& connection, const Membership& membership,
                    std::span<JournalEntry> entries) {
  std::vector<Value> values;
  values.reserve(entries.size() * columns);
  for (const JournalEntry& entry : entries) append_values(entry, membership, values);
  return connection.query_each(insert, columns, values, [&](std::size_t nth, const sql::Row& row) {
    entries[nth].number = row.integer(0);
  });
}

absl::StatusOr<std::vector<JournalEntry>> load_journal(sql::Connection& connection,
                                                       const Membership& membership,
                                                       const JournalFilter& filter,
                                                       std::int64_t from, std::size_t most,
                                                       bool backwards) {
  std::string statement = cat(select, "number ", backwards ? "<" : ">", " $1");
  std::vector<Value> values{Value(from), Value(static_cast<std::int64_t>(most))};
  if (filter.only_refusals) statement += " AND allowed = 0";
  if (!filter.installation.empty()) {
    statement += " AND installation = $3";
    values.push_back(number_of_installation(membership, filter.installation));
  }
  statement += cat(" ORDER BY number", backwards ? " DESC" : "", " LIMIT $2");
  std::vector<JournalEntry> entries;
  const absl::Status status = connection.query(statement, values, [&](const sql::Row& row) {
    entries.push_back(entry_in(row, membership));
  });
  if (!status.ok()) return status;
  return entries;
}

}  // namespace vitals::coordinator
