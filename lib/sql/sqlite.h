// SPDX-License-Identifier: Apache-2.0
#ifndef VITALS_LIB_SQL_SQLITE_H
#define VITALS_LIB_SQL_SQLITE_H

#include <memory>
#include <string>

#include "sql/sql.h"

namespace vitals::sql {

// A file of SQLite, in WAL mode. Who only reads needs no right to write. The connection that opens
// it never copies the WAL back into the file by itself, because that may take long: checkpoint()
// does.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Connection>> open_sqlite(
    const std::string& path, const ConnectionOptions& options);

}  // namespace vitals::sql

#endif  // VITALS_LIB_SQL_SQLITE_H
