// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "coordinator/decide.h"
#include "coordinator/journal_store.h"
#include "coordinator/monitor.h"
#include "coordinator/rows.h"
#include "text/bridge.h"

namespace vitals::coordinator {
namespace {

using sql::Value;

// What several installations have in common: an inventory number of a BOT, or a name (of BOT 0).
using SharedThing = std::tuple<Shared, std::int64_t, std::string>;

struct Candidates {
  std::set<std::pair<std::int64_t, Inv>> invs{};
  std::set<std::string> names{};
};

// Hosts of one installation whose number another one has, too, whatever becomes of them.
absl::Status find_pairs(sql::Connection& reader, std::string_view table, const Member& a,
                        const Member& b, Candidates& found) {
  const std::string statement = cat("SELECT a.key FROM ", table,
                                    " a JOIN sightings b ON b.key = a.key + $1 "
                                    "WHERE a.key > $2 AND a.key <= $3");
  const std::array values{Value(key_of(b.number - a.number, 0)), Value(key_of(a.number, 0)),
                          Value(key_of(a.number, greatest_inv))};
  return reader.query(statement, values, [&](const sql::Row& row) {
    found.invs.emplace(a.bot, inv_of(row.integer(0)));
  });
}

absl::Status find_names(sql::Connection& reader, std::string_view statement, Candidates& found) {
  return reader.query(statement, {},
                      [&](const sql::Row& row) { found.names.emplace(row.text(0)); });
}

absl::StatusOr<Candidates> find_candidates(const Monitoring& what,
                                           const std::vector<Member>& members) {
  Candidates found;
  for (const Member& a : members) {
    for (const Member& b : members) {
      if (a.number == b.number || a.bot != b.bot || !heals(a.is.type) || !heals(b.is.type)) {
        continue;
      }
      absl::Status status = find_pairs(what.reader, "claims", a, b, found);
      if (status.ok() && a.number < b.number) {
        status = find_pairs(what.reader, "sightings", a, b, found);
      }
      if (!status.ok()) return status;
    }
  }
  absl::Status status =
      find_names(what.reader,
                 "SELECT name FROM sighted_names GROUP BY name HAVING MIN(key) <> MAX(key)", found);
  if (!status.ok()) return status;
  status = find_names(what.reader,
                      "SELECT c.name FROM claimed_names c JOIN sighted_names s ON s.name = c.name "
                      "WHERE s.key <> c.key",
                      found);
  if (!status.ok()) return status;
  return found;
}

// When the second of them came to have it.
Timestamp shared_since(const std::vector<Key>& holders, const Book& book) {
  std::vector<Timestamp> moments;
  for (const Key key : holders) moments.push_back(since(book.facts(key), *book.member_of(key)));
  std::sort(moments.begin(), moments.end());
  return moments[1];
}

bool are_several(const std::vector<Key>& holders) {
  return std::any_of(holders.begin(), holders.end(),
                     [&](Key key) { return number_of(key) != number_of(holders.front()); });
}

// Which of the candidates several installations really have.
absl::Status check(const Monitoring& what, const Candidates& candidates,
                   std::map<SharedThing, Timestamp>& conflicts) {
  Wanted wanted{.invs = candidates.invs, .names = {}};
  wanted.names.insert(candidates.names.begin(), candidates.names.end());
  auto transaction = sql::Transaction::begin(what.reader, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  const auto book = load_book(what.reader, what.membership, wanted);
  if (!book.ok()) return book.status();
  for (const auto& [bot, inv] : candidates.invs) {
    const auto holders = holders_of_inv(bot, inv, *book);
    if (are_several(holders)) {
      conflicts[{Shared::inv, bot, cat(inv)}] = shared_since(holders, *book);
    }
  }
  for (const std::string& name : candidates.names) {
    const auto holders = holders_of_name(name, *book);
    if (are_several(holders)) conflicts[{Shared::name, 0, name}] = shared_since(holders, *book);
  }
  return absl::OkStatus();
}

// Everything on which conflicts depend, in numbers.
absl::StatusOr<std::vector<std::int64_t>> state_of(const Monitoring& what,
                                                   const std::vector<Member>& members) {
  std::vector<std::int64_t> state;
  for (const Member& member : members) {
    state.push_back(member.number);
    state.push_back(static_cast<std::int64_t>(member.is.type));
    state.push_back(member.listing ? member.listing->poll : 0);
  }
  const absl::Status status =
      what.reader.query("SELECT COALESCE(MAX(number), 0) FROM journal WHERE happened < 5", {},
                        [&](const sql::Row& row) { state.push_back(row.integer(0)); });
  if (!status.ok()) return status;
  return state;
}

JournalEntry entry_of(Happened happened, const SharedThing& thing, Timestamp now) {
  const auto& [shared, bot, value] = thing;
  JournalEntry entry{.at = now, .happened = happened, .note = cat(name(shared), " ", value)};
  if (shared == Shared::name) entry.host.name = value;
  if (shared == Shared::inv) entry.host.inv = std::stoll(value);
  return entry;
}

absl::Status write_down(const Monitoring& what, sql::Connection& connection,
                        const std::map<SharedThing, Timestamp>& conflicts, Findings& findings) {
  std::set<SharedThing> known;
  absl::Status status =
      connection.query("SELECT shared, bot, value FROM conflicts", {}, [&](const sql::Row& row) {
        known.emplace(static_cast<Shared>(row.integer(0)), row.integer(1), row.text(2));
      });
  std::vector<JournalEntry> entries;
  std::vector<Value> closed;
  std::vector<Value> opened;
  for (const SharedThing& thing : known) {
    if (conflicts.contains(thing)) continue;
    entries.push_back(entry_of(Happened::conflict_closed, thing, what.now));
    closed.insert(closed.end(), {value_of(std::get<0>(thing)), Value(std::get<1>(thing)),
                                 Value(std::get<2>(thing))});
    ++findings.closed;
  }
  for (const auto& [thing, since] : conflicts) {
    if (known.contains(thing)) continue;
    entries.push_back(entry_of(Happened::conflict_opened, thing, what.now));
    opened.insert(opened.end(), {value_of(std::get<0>(thing)), Value(std::get<1>(thing)),
                                 Value(std::get<2>(thing)), value_of(since), value_of(what.now)});
    ++findings.opened;
  }
  if (status.ok()) {
    status = connection.execute_each(
        "DELETE FROM conflicts WHERE shared = $1 AND bot = $2 AND value = $3", 3, closed);
  }
  if (status.ok()) {
    status = connection.execute_each(
        "INSERT INTO conflicts (shared, bot, value, since, noticed_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        5, opened);
  }
  return status.ok() ? append(connection, what.membership, entries) : status;
}

}  // namespace

absl::Status watch_conflicts(const Monitoring& what) {
  const auto members = load_members(what.reader, what.membership);
  if (!members.ok()) return members.status();
  auto state = state_of(what, *members);
  if (!state.ok()) return state.status();
  if (*state != what.looked.compared) {
    const auto candidates = find_candidates(what, *members);
    if (!candidates.ok()) return candidates.status();
    std::map<SharedThing, Timestamp> conflicts;
    absl::Status status = check(what, *candidates, conflicts);
    if (!status.ok()) return status;
    Findings findings;
    status = what.bulk.decide([&](sql::Connection& connection) {
      findings = {};
      return write_down(what, connection, conflicts, findings);
    });
    if (!status.ok()) return status;
    what.findings.opened = findings.opened;
    what.findings.closed = findings.closed;
    what.looked.compared = std::move(*state);
  }
  return what.reader.query("SELECT COUNT(*) FROM conflicts", {}, [&](const sql::Row& row) {
    what.findings.conflicts = static_cast<std::size_t>(row.integer(0));
  });
}

}  // namespace vitals::coordinator
