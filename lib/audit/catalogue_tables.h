// SPDX-License-Identifier: Apache-2.0
// A catalogue in tables.
#ifndef VITALS_LIB_AUDIT_CATALOGUE_TABLES_H
#define VITALS_LIB_AUDIT_CATALOGUE_TABLES_H

#include <string_view>

#include "sql/sql.h"
#include "vitals/audit/catalogue.h"

namespace vitals::audit {

// Reads what the tables hold, sorted; `source` begins its places and errors. To be called in a
// transaction. Errors: InvalidArgument for rows that cannot be, one line each, at most 100.
[[nodiscard]] absl::StatusOr<Catalogue> load_catalogue(sql::Connection& connection,
                                                       std::string_view source);

// Replaces what they hold. To be called in a transaction.
[[nodiscard]] absl::Status store_catalogue(sql::Connection& connection, const Catalogue& catalogue);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_CATALOGUE_TABLES_H
