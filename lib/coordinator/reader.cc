// SPDX-License-Identifier: Apache-2.0
#include "coordinator/reader.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "coordinator/book_store.h"
#include "coordinator/decide.h"
#include "coordinator/rows.h"
#include "text/bridge.h"

namespace vitals::coordinator {
namespace {

using sql::Row;
using sql::Value;

template <class Keys>
std::vector<HostRecord> records_of(const Keys& keys, const Book& book) {
  std::vector<HostRecord> records;
  for (const Key key : keys) {
    const Member* const member = book.member_of(key);
    auto record = member == nullptr ? std::nullopt : record_of(key, book.facts(key), *member);
    if (record) records.push_back(std::move(*record));
  }
  return records;
}

Value limit_of(const Cursor& cursor) {
  return static_cast<std::int64_t>(std::min(cursor.most, longest_page));
}

// The cursor behind a page that is full.
template <class Element, class NumberOf>
std::optional<std::int64_t> next_of(const std::vector<Element>& elements, const Cursor& cursor,
                                    const NumberOf& number_of) {
  if (elements.empty() || elements.size() < std::min(cursor.most, longest_page)) return {};
  return number_of(elements.back());
}

}  // namespace

absl::StatusOr<std::vector<HostRecord>> Reader::find_inv(std::string_view bot, Inv inv) {
  Wanted wanted;
  for (const auto& [number, id] : membership_.bots) {
    if (id == bot && least_inv <= inv && inv <= greatest_inv) wanted.want(number, inv);
  }
  auto transaction = sql::Transaction::begin(connection_, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  const auto book = load_book(connection_, membership_, wanted);
  if (!book.ok()) return book.status();
  std::set<Key> keys;
  for (const Member& member : book->members()) {
    if (member.is.bot == bot) keys.insert(key_of(member.number, inv));
  }
  return records_of(keys, *book);
}

absl::StatusOr<std::vector<HostRecord>> Reader::find_name(std::string_view host_name) {
  if (host_name.empty()) return std::vector<HostRecord>();
  Wanted wanted;
  wanted.want_name(std::string(host_name));
  auto transaction = sql::Transaction::begin(connection_, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  const auto book = load_book(connection_, membership_, wanted);
  if (!book.ok()) return book.status();
  std::set<Key> keys = book->sighted_as(host_name);  // with shadows, whom nobody holds
  std::erase_if(keys, [&](Key key) {
    const Member* const member = book->member_of(key);
    return member == nullptr || !is_shown(book->facts(key), *member);
  });
  for (const Key key : holders_of_name(host_name, *book)) keys.insert(key);
  return records_of(keys, *book);
}

absl::StatusOr<std::vector<HostRecord>> Reader::find_uuid(std::string_view uuid) {
  auto transaction = sql::Transaction::begin(connection_, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  Wanted wanted;
  const absl::Status status = connection_.query(
      "SELECT key FROM claims WHERE uuid = $1 UNION SELECT key FROM sighted_uuids WHERE uuid = $1",
      std::array{Value(uuid)}, [&](const Row& row) { wanted.keys.insert(row.integer(0)); });
  if (!status.ok()) return status;
  const auto book = load_book(connection_, membership_, wanted);
  if (!book.ok()) return book.status();
  auto records = records_of(wanted.keys, *book);
  std::erase_if(records, [&](const HostRecord& record) { return record.host.uuid != uuid; });
  return records;
}

absl::StatusOr<Page<HostRecord>> Reader::hosts(std::string_view installation, Cursor cursor) {
  Key after = cursor.after;
  Key last = INT64_MAX;
  if (!installation.empty()) {
    const Member* const member = membership_.find(installation);
    if (member == nullptr) return Page<HostRecord>{};
    after = std::max(after, key_of(member->number, 0));
    last = key_of(member->number, greatest_inv);
  }
  auto transaction = sql::Transaction::begin(connection_, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  std::vector<Key> keys;
  for (const std::string_view table : {"claims", "sightings"}) {
    const absl::Status status =
        connection_.query(cat("SELECT DISTINCT key FROM ", table,
                              " WHERE key > $1 AND key <= $2 ORDER BY key LIMIT $3"),
                          std::array{Value(after), Value(last), limit_of(cursor)},
                          [&](const Row& row) { keys.push_back(row.integer(0)); });
    if (!status.ok()) return status;
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  keys.resize(std::min({keys.size(), cursor.most, longest_page}));
  Wanted wanted;
  wanted.keys.insert(keys.begin(), keys.end());
  const auto book = load_book(connection_, membership_, wanted);
  if (!book.ok()) return book.status();
  return Page<HostRecord>{.elements = records_of(keys, *book),
                          .next = next_of(keys, cursor, [](Key key) { return key; })};
}

absl::StatusOr<Page<Conflict>> Reader::conflicts(Cursor cursor) {
  auto transaction = sql::Transaction::begin(connection_, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  Page<Conflict> page;
  std::vector<std::int64_t> bots;
  Wanted wanted;
  const absl::Status status = connection_.query(
      "SELECT id, shared, bot, value, since, noticed_at FROM conflicts WHERE id > $1 "
      "ORDER BY id LIMIT $2",
      std::array{Value(cursor.after), limit_of(cursor)}, [&](const Row& row) {
        Conflict& conflict = page.elements.emplace_back();
        conflict.id = row.integer(0);
        conflict.shared = static_cast<Shared>(row.integer(1));
        conflict.value = row.text(3);
        conflict.since = moment_in(row, 4);
        conflict.noticed_at = moment_in(row, 5);
        bots.push_back(row.integer(2));
        if (conflict.shared == Shared::name) return wanted.want_name(conflict.value);
        conflict.bot = membership_.bots.at(bots.back());
        wanted.want(bots.back(), std::stoll(conflict.value));
      });
  if (!status.ok()) return status;
  const auto book = load_book(connection_, membership_, wanted);
  if (!book.ok()) return book.status();
  page.next = next_of(page.elements, cursor, [](const Conflict& one) { return one.id; });
  for (std::size_t i = 0; i < page.elements.size(); ++i) {
    Conflict& conflict = page.elements[i];
    const auto holders = conflict.shared == Shared::name
                             ? holders_of_name(conflict.value, *book)
                             : holders_of_inv(bots[i], std::stoll(conflict.value), *book);
    conflict.holders = records_of(holders, *book);
  }
  // What was resolved since the monitor ran is no conflict any more.
  std::erase_if(page.elements, [](const Conflict& one) { return one.holders.size() < 2; });
  return page;
}

absl::StatusOr<Page<Orphan>> Reader::orphans(Cursor cursor) {
  auto transaction = sql::Transaction::begin(connection_, sql::Begin::read);
  if (!transaction.ok()) return transaction.status();
  struct Found {
    std::int64_t id;
    std::int64_t bot;
    Orphan is;
  };
  std::vector<Found> found;
  Wanted wanted;
  const absl::Status status = connection_.query(
      "SELECT id, bot, inv, installation, name, uuid, since, how FROM orphans WHERE id > $1 "
      "ORDER BY id LIMIT $2",
      std::array{Value(cursor.after), limit_of(cursor)}, [&](const Row& row) {
        const Member* const member = membership_.find(row.integer(3));
        found.push_back({.id = row.integer(0),
                         .bot = row.integer(1),
                         .is = {.bot = membership_.bots.at(row.integer(1)),
                                .inv = row.integer(2),
                                .name = std::string(row.text(4)),
                                .uuid = std::string(row.text(5)),
                                .installation = member == nullptr ? "" : member->is.id,
                                .since = moment_in(row, 6),
                                .how = static_cast<Departure>(row.integer(7))}});
        wanted.want(row.integer(1), row.integer(2));
      });
  if (!status.ok()) return status;
  const auto book = load_book(connection_, membership_, wanted);
  if (!book.ok()) return book.status();
  Page<Orphan> page;
  page.next = next_of(found, cursor, [](const Found& one) { return one.id; });
  for (Found& one : found) {
    const bool is_had = !holders_of_inv(one.bot, one.is.inv, *book).empty();
    if (!is_had) page.elements.push_back(std::move(one.is));
  }
  return page;
}

absl::StatusOr<std::vector<ListingState>> Reader::listings(Timestamp now) {
  std::vector<ListingState> states;
  for (const Member& member : membership_.members) {
    states.emplace_back().installation = member.is.id;
  }
  const absl::Status status = connection_.query(
      "SELECT id, poll, started_at, received_at, hosts, held_back_at, held_back_lost, may_shrink "
      "FROM installations",
      {}, [&](const Row& row) {
        const Member* const member = membership_.find(row.text(0));
        if (member == nullptr) return;
        ListingState& state = states[static_cast<std::size_t>(member - membership_.members.data())];
        state.held_back_at = perhaps_moment_in(row, 5);
        state.held_back_lost = static_cast<std::size_t>(row.integer(6));
        state.may_shrink = row.integer(7) != 0;
        if (row.integer(1) == 0) return;
        state.poll = row.integer(1);
        state.started_at = moment_in(row, 2);
        state.received_at = moment_in(row, 3);
        state.stale_at = stale_at(*state.received_at, member->is);
        state.fresh = now < *state.stale_at;
        state.hosts = static_cast<std::size_t>(row.integer(4));
      });
  if (!status.ok()) return status;
  return states;
}

}  // namespace vitals::coordinator
