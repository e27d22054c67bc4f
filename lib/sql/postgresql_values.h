// SPDX-License-Identifier: Apache-2.0
// Values as PostgreSQL's text format has them.
#ifndef VITALS_LIB_SQL_POSTGRESQL_VALUES_H
#define VITALS_LIB_SQL_POSTGRESQL_VALUES_H

#include <span>
#include <string>
#include <vector>

#include "sql/sql.h"

namespace vitals::sql {

// The parameters of a statement, each ended by a zero, as libpq takes them.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values);
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  [[nodiscard]] int count() const { return static_cast<int>(texts_.size()); }
  [[nodiscard]] const char* const* texts() const { return texts_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }

 private:
  std::string bytes_;
  std::vector<const char*> texts_;
  std::vector<int> lengths_;
};

// Rows of so many values as COPY reads them.
[[nodiscard]] std::string copy_lines(std::span<const Value> values, std::size_t width);

}  // namespace vitals::sql

#endif  // VITALS_LIB_SQL_POSTGRESQL_VALUES_H
