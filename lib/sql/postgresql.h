// SPDX-License-Identifier: Apache-2.0
#ifndef VITALS_LIB_SQL_POSTGRESQL_H
#define VITALS_LIB_SQL_POSTGRESQL_H

#include <memory>
#include <string_view>

#include "sql/sql.h"

namespace vitals::sql {

// A connection to the PostgreSQL that `url` names. Whatever the url leaves open, it does not wait
// for ever: neither for the connection nor for an answer.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Connection>> open_postgresql(
    std::string_view url, const ConnectionOptions& options);

}  // namespace vitals::sql

#endif  // VITALS_LIB_SQL_POSTGRESQL_H
