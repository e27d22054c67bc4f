// SPDX-License-Identifier: Apache-2.0
// Tables that grow with the program: numbered steps, each done once, in order, whole or not at all.
#ifndef VITALS_LIB_SQL_MIGRATE_H
#define VITALS_LIB_SQL_MIGRATE_H

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "sql/sql.h"

namespace vitals::sql {

// Statements in the words of both databases, and in these braces where they have different ones:
//   {integer}     64 bits
//   {serial}      a column that numbers its rows: the primary key
//   {end}         what ends a table: SQLite's STRICT
//   {clustered}   likewise, of a table that lies in the order of its primary key
using Migration = std::string_view;

// The statements of a migration as one database has them.
[[nodiscard]] std::string dialect(std::string_view statements, Backend backend);

// Does those of the steps that were not done yet, and notes them in the table `versions`, which is
// the program's own: several programs may share a database. They may do so at the same time.
// Errors: FailedPrecondition for tables of a later version; those of the connection.
[[nodiscard]] absl::Status migrate(Connection& connection, std::string_view versions,
                                   std::span<const Migration> steps);

// Whether there is a table of that name.
[[nodiscard]] absl::StatusOr<bool> has_table(Connection& connection, std::string_view table);

// Of which version the tables are: how many steps were done, 0 where there is no table `versions`.
// Changes nothing.
[[nodiscard]] absl::StatusOr<std::size_t> version_of(Connection& connection,
                                                     std::string_view versions);

}  // namespace vitals::sql

#endif  // VITALS_LIB_SQL_MIGRATE_H
