// SPDX-License-Identifier: Apache-2.0
// The installations in the database, and those of the configuration.
#ifndef VITALS_LIB_COORDINATOR_MEMBERS_H
#define VITALS_LIB_COORDINATOR_MEMBERS_H

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/facts.h"
#include "sql/sql.h"
#include "vitals/coordinator/config.h"

namespace vitals::coordinator {

// The configured installations with their numbers, without listings: those differ from moment to
// moment.
struct Membership {
  std::vector<Member> members;                 // in the configuration's order
  std::map<std::int64_t, std::string> bots{};  // ids by number
  bool monitor_only = false;

  [[nodiscard]] const Member* find(std::string_view id) const;
  [[nodiscard]] const Member* find(std::int64_t number) const;
};

// Writes down those that the database does not know yet, and numbers all. Errors:
// FailedPrecondition where the database has an installation that the configuration does not know,
// or of another BOT.
[[nodiscard]] absl::StatusOr<Membership> take_up(sql::Connection& connection, const Config& config);

// The members with the listings that are in force.
[[nodiscard]] absl::StatusOr<std::vector<Member>> load_members(sql::Connection& connection,
                                                               const Membership& membership);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_MEMBERS_H
