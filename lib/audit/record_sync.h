// SPDX-License-Identifier: Apache-2.0
// Makes the records of a database those of a catalogue's tasks.
#ifndef VITALS_LIB_AUDIT_RECORD_SYNC_H
#define VITALS_LIB_AUDIT_RECORD_SYNC_H

#include <span>

#include "absl/status/status.h"
#include "sql/sql.h"
#include "vitals/audit/catalogue.h"
#include "vitals/audit/expansion.h"

namespace vitals::audit {

// Adds the missing, removes what is no task any more, and tells the others their host's address,
// and of a period that is another one also the next run. To be called in a transaction.
[[nodiscard]] absl::Status sync_records(sql::Connection& connection, const Catalogue& catalogue,
                                        std::span<const Task> tasks, Timestamp now);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_RECORD_SYNC_H
