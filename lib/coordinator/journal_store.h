// SPDX-License-Identifier: Apache-2.0
// The journal in the database.
#ifndef VITALS_LIB_COORDINATOR_JOURNAL_STORE_H
#define VITALS_LIB_COORDINATOR_JOURNAL_STORE_H

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/book.h"
#include "coordinator/members.h"
#include "sql/sql.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

// An entry about a request and its answer, about a permission that ended, and about anything else.
[[nodiscard]] JournalEntry entry_of(const Request& request, const Answer& answer, Timestamp now);
[[nodiscard]] JournalEntry entry_of(const Lapse& lapse, const Book& book, Timestamp now);

// Appends entries and numbers them. Of `bot` nothing is kept: the installation has it.
[[nodiscard]] absl::Status append(sql::Connection& connection, const Membership& membership,
                                  std::span<JournalEntry> entries);

// Entries behind a number, at most so many; or, with `backwards`, before it.
[[nodiscard]] absl::StatusOr<std::vector<JournalEntry>> load_journal(
    sql::Connection& connection, const Membership& membership, const JournalFilter& filter,
    std::int64_t from, std::size_t most, bool backwards);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_JOURNAL_STORE_H
