// SPDX-License-Identifier: Apache-2.0
// Books out of the database, and what was changed in them back into it.
#ifndef VITALS_LIB_COORDINATOR_BOOK_STORE_H
#define VITALS_LIB_COORDINATOR_BOOK_STORE_H

#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "coordinator/book.h"
#include "coordinator/members.h"
#include "sql/sql.h"

namespace vitals::coordinator {

// What a book must hold.
struct Wanted {
  std::set<std::pair<std::int64_t, Inv>> invs{};  // of BOTs, in all their installations
  std::set<std::string, std::less<>> names{};     // and the hosts that bear them, as invs
  std::set<Key> keys{};                           // single hosts

  void want(std::int64_t bot, Inv inv) { invs.emplace(bot, inv); }
  void want_name(const std::string& name) {
    if (!name.empty()) names.insert(name);
  }
};

// Within a transaction, so that everything is of one moment.
[[nodiscard]] absl::StatusOr<Book> load_book(sql::Connection& connection,
                                             const Membership& membership, const Wanted& wanted);

// Writes the changed claims, names and departures. Errors: AlreadyExists where somebody else was
// promised the same meanwhile; the transaction is spoiled then.
[[nodiscard]] absl::Status write_book(sql::Connection& connection, const Book& book);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_BOOK_STORE_H
