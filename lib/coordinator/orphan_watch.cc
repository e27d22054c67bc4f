// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "coordinator/decide.h"
#include "coordinator/monitor.h"
#include "coordinator/rows.h"
#include "text/bridge.h"

namespace vitals::coordinator {
namespace {

using sql::Value;

struct Noted {
  std::int64_t id = 0;
  std::int64_t bot = 0;
  Inv inv = 0;
  Departure how = Departure::removed;
};

// Whether a BOT's listing shows the number.
bool is_in_inventory(std::int64_t bot, Inv inv, const Book& book) {
  for (const Member& member : book.members()) {
    const bool lists = member.is.type == InstallationType::inventory && member.bot == bot;
    if (lists && is_shown(book.facts(key_of(member.number, inv)), member)) return true;
  }
  return false;
}

absl::Status take_out(const Monitoring& what, sql::Connection& connection,
                      std::span<const Noted> notes) {
  Wanted wanted;
  for (const Noted& note : notes) wanted.want(note.bot, note.inv);
  const auto book = load_book(connection, what.membership, wanted);
  if (!book.ok()) return book.status();
  std::vector<Value> ids;
  for (const Noted& note : notes) {
    const bool is_had = !holders_of_inv(note.bot, note.inv, *book).empty();
    const bool is_gone =
        note.how == Departure::never_had && !is_in_inventory(note.bot, note.inv, *book);
    if (is_had || is_gone) ids.emplace_back(note.id);
  }
  return connection.execute_each("DELETE FROM orphans WHERE id = $1", 1, ids);
}

// Hosts of an inventory that no installation has had since it is known.
std::string select_never_had(const Member& inventory, const std::vector<Member>& members) {
  std::string statement =
      "SELECT s.key, s.name, s.uuid, s.since FROM sightings s WHERE s.key > $1 AND s.key <= $2 "
      "AND s.from_poll <= $3 AND s.until_poll > $3 AND NOT EXISTS (SELECT 1 FROM orphans o WHERE "
      "o.bot = $4 AND o.inv = s.key - $5)";
  for (const Member& member : members) {
    if (!heals(member.is.type) || member.bot != inventory.bot) continue;
    const std::int64_t away = key_of(member.number - inventory.number, 0);
    for (const std::string_view table : {"sightings", "claims"}) {
      statement +=
          cat(" AND NOT EXISTS (SELECT 1 FROM ", table, " x WHERE x.key = s.key + (", away, "))");
    }
  }
  return statement + cat(" ORDER BY s.key LIMIT ", found_at_once);
}

struct NeverHad {
  Key key = 0;
  std::string name;
  std::string uuid;
  Timestamp since{};
};

absl::Status put_in(sql::Connection& connection, const Member& inventory,
                    const std::vector<NeverHad>& hosts) {
  std::vector<Value> values;
  for (const NeverHad& host : hosts) {
    values.insert(values.end(), {Value(inventory.bot), Value(inv_of(host.key)),
                                 sql::text_or_null(host.name), sql::text_or_null(host.uuid),
                                 value_of(host.since), value_of(Departure::never_had)});
  }
  return connection.execute_each(
      "INSERT INTO orphans (bot, inv, name, uuid, since, how) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT DO NOTHING",
      6, values);
}

absl::Status find_never_had(const Monitoring& what, const Member& inventory,
                            const std::vector<Member>& members) {
  const std::string statement = select_never_had(inventory, members);
  const Key base = key_of(inventory.number, 0);
  Key after = base;
  for (std::size_t count = found_at_once; count == found_at_once;) {
    std::vector<NeverHad> hosts;
    absl::Status status = what.reader.query(
        statement,
        std::array{Value(after), Value(base + greatest_inv), Value(inventory.listing->poll),
                   Value(inventory.bot), Value(base)},
        [&](const sql::Row& row) {
          hosts.push_back({.key = row.integer(0),
                           .name = std::string(row.text(1)),
                           .uuid = std::string(row.text(2)),
                           .since = moment_in(row, 3)});
        });
    count = hosts.size();
    if (status.ok() && count > 0) {
      after = hosts.back().key;
      status = what.bulk.decide(
          [&](sql::Connection& connection) { return put_in(connection, inventory, hosts); });
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status watch_orphans(const Monitoring& what) {
  std::vector<Noted> notes;
  absl::Status status =
      what.reader.query("SELECT id, bot, inv, how FROM orphans", {}, [&](const sql::Row& row) {
        notes.push_back({.id = row.integer(0),
                         .bot = row.integer(1),
                         .inv = row.integer(2),
                         .how = static_cast<Departure>(row.integer(3))});
      });
  if (!status.ok()) return status;
  status =
      in_pieces(what.bulk, notes, [&](sql::Connection& connection, std::span<const Noted> some) {
        return take_out(what, connection, some);
      });
  const auto members = load_members(what.reader, what.membership);
  if (!members.ok()) return members.status();
  for (const Member& member : *members) {
    const bool lists = member.is.type == InstallationType::inventory && member.listing;
    if (status.ok() && lists) status = find_never_had(what, member, *members);
  }
  return status;
}

}  // namespace vitals::coordinator
