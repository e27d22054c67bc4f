// SPDX-License-Identifier: Apache-2.0
// How moments and hosts stand in rows.
#ifndef VITALS_LIB_COORDINATOR_ROWS_H
#define VITALS_LIB_COORDINATOR_ROWS_H

#include <optional>
#include <string>

#include "sql/sql.h"
#include "vitals/coordinator/host.h"

namespace vitals::coordinator {

[[nodiscard]] inline sql::Value value_of(Timestamp moment) {
  return moment.time_since_epoch().count();
}
[[nodiscard]] inline sql::Value value_of(std::optional<Timestamp> moment) {
  return moment ? value_of(*moment) : sql::Value();
}
[[nodiscard]] inline sql::Value value_of(std::optional<std::int64_t> number) {
  return number ? sql::Value(*number) : sql::Value();
}
[[nodiscard]] inline sql::Value value_of(bool flag) { return std::int64_t{flag}; }

template <class Enum>
  requires std::is_enum_v<Enum>
[[nodiscard]] sql::Value value_of(Enum word) {
  return static_cast<std::int64_t>(word);
}

[[nodiscard]] inline Timestamp moment_in(const sql::Row& row, int column) {
  return Timestamp{Seconds{row.integer(column)}};
}
[[nodiscard]] inline std::optional<Timestamp> perhaps_moment_in(const sql::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return moment_in(row, column);
}
[[nodiscard]] inline std::optional<std::int64_t> perhaps_integer_in(const sql::Row& row,
                                                                    int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

// A host whose name, uuid, type and exclusion stand side by side from `column` on.
[[nodiscard]] inline Host host_in(const sql::Row& row, int column, Inv inv) {
  return {.host_type = static_cast<HostType>(row.integer(column + 2)),
          .inv = inv,
          .name = std::string(row.text(column)),
          .uuid = std::string(row.text(column + 1)),
          .exclude_from_monitoring = row.integer(column + 3) != 0};
}

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_ROWS_H
