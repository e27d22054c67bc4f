// SPDX-License-Identifier: Apache-2.0
// What a backend knows of the past, as events that the rules can judge.
#ifndef VITALS_TOOLS_AUDIT_PAST_H
#define VITALS_TOOLS_AUDIT_PAST_H

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/audit/backend.h"
#include "vitals/event.h"

namespace vitals::audit {

struct Past {
  std::vector<Record> records;  // in order of host and audit
  std::vector<std::pair<Timestamp, std::string>> repairs_begun;
  std::vector<std::pair<Timestamp, std::string>> repairs_ended;
  std::map<std::string, Timestamp, std::less<>> seen;  // engines, and when they lived last
};

[[nodiscard]] absl::StatusOr<Past> past_of(Backend& backend);

// Repairs and results in order of time. Their views are those of the past.
[[nodiscard]] std::vector<Event> events_of(const Past& past);

// Adds records that no engine has made yet, and a line without an audit for each host without any.
void add_what_was_not_run(const Catalogue& catalogue, std::span<const Task> tasks, Past& past);

}  // namespace vitals::audit

#endif  // VITALS_TOOLS_AUDIT_PAST_H
