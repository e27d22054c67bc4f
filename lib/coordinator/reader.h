// SPDX-License-Identifier: Apache-2.0
// Questions that change nothing: hosts, conflicts, orphans, listings. Each sees one state of the
// database throughout.
#ifndef VITALS_LIB_COORDINATOR_READER_H
#define VITALS_LIB_COORDINATOR_READER_H

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/members.h"
#include "sql/sql.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

class Reader {
 public:
  Reader(sql::Connection& connection, const Membership& membership)
      : connection_(connection), membership_(membership) {}

  absl::StatusOr<std::vector<HostRecord>> find_inv(std::string_view bot, Inv inv);
  absl::StatusOr<std::vector<HostRecord>> find_name(std::string_view host_name);
  absl::StatusOr<std::vector<HostRecord>> find_uuid(std::string_view uuid);
  absl::StatusOr<Page<HostRecord>> hosts(std::string_view installation, Cursor cursor);
  absl::StatusOr<Page<Conflict>> conflicts(Cursor cursor);
  absl::StatusOr<Page<Orphan>> orphans(Cursor cursor);
  absl::StatusOr<std::vector<ListingState>> listings(Timestamp now);

 private:
  sql::Connection& connection_;
  const Membership& membership_;
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_READER_H
