// SPDX-License-Identifier: Apache-2.0
#include "ledger.h"

#include <set>
#include <stdexcept>

#include "sql/sql.h"

namespace vitals::coordinator {
namespace {

void must(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

constexpr Inv key_base = Inv{1} << 40;

void forget_names_of(const Ledger::HostOf& host, Ledger& ledger) {
  std::erase_if(ledger.names, [&](const auto& entry) { return entry.second == host; });
}

void replay_lapse(const JournalEntry& entry, const Ledger::HostOf& host, Ledger& ledger) {
  if (!entry.new_name.empty()) {
    ledger.names.erase(entry.new_name);
    return;
  }
  forget_names_of(host, ledger);
  ledger.hosts.erase(host);
}

void replay_change(const JournalEntry& entry, const Ledger::HostOf& host, Ledger& ledger) {
  if (entry.why == Why::already_held) return;
  const Ledger::HostOf moved{entry.installation, entry.new_inv};
  ledger.hosts[moved] = ledger.hosts.at(host);
  for (auto& [name, bearer] : ledger.names) {
    if (bearer == host) bearer = moved;
  }
}

void replay_entry(const JournalEntry& entry, Ledger& ledger) {
  const Ledger::HostOf host{entry.installation, entry.host.inv};
  if (!entry.allowed) return;
  switch (entry.happened) {
    case Happened::add:
      ledger.hosts[host] = {.held = true, .name = entry.host.name};
      if (!entry.host.name.empty()) ledger.names[entry.host.name] = host;
      return;
    case Happened::remove:
      ledger.hosts[host].held = false;
      forget_names_of(host, ledger);
      return;
    case Happened::rename:
      ledger.hosts[host] = {.held = true, .name = entry.new_name};
      ledger.names[entry.new_name] = host;
      return;
    case Happened::change_inv:
      return replay_change(entry, host, ledger);
    case Happened::lapse:
      return replay_lapse(entry, host, ledger);
    default:
      return;
  }
}

}  // namespace

Ledger read_tables(const std::string& database) {
  auto connection = sql::Connection::open(database, {.read_only = true});
  must(connection.status());
  std::map<std::int64_t, std::string> installations;
  must((*connection)->query("SELECT number, id FROM installations", {}, [&](const sql::Row& row) {
    installations[row.integer(0)] = row.text(1);
  }));
  const auto host_of = [&](std::int64_t key) {
    return Ledger::HostOf{installations.at(key / key_base), key % key_base};
  };
  Ledger ledger;
  must((*connection)->query("SELECT key, state, name FROM claims", {}, [&](const sql::Row& row) {
    ledger.hosts[host_of(row.integer(0))] = {.held = row.integer(1) == 0,
                                             .name = std::string(row.text(2))};
  }));
  must((*connection)->query("SELECT name, key FROM claimed_names", {}, [&](const sql::Row& row) {
    ledger.names[std::string(row.text(0))] = host_of(row.integer(1));
  }));
  return ledger;
}

Ledger replay(Coordinator& coordinator) {
  Ledger ledger;
  for (Cursor cursor{.after = 0, .most = longest_page};;) {
    const auto page = coordinator.journal({}, cursor);
    must(page.status());
    for (const JournalEntry& entry : page->elements) replay_entry(entry, ledger);
    if (!page->next) return ledger;
    cursor.after = *page->next;
  }
}

bool promises_twice(const Ledger& ledger) {
  std::set<Inv> held;
  for (const auto& [host, promise] : ledger.hosts) {
    if (promise.held && !held.insert(host.second).second) return true;
  }
  return false;  // of a name there is but one row
}

}  // namespace vitals::coordinator
