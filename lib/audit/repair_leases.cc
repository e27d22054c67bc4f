// SPDX-License-Identifier: Apache-2.0
#include "audit/repair_leases.h"

#include <utility>

namespace vitals::audit {

void RepairLeases::ended(std::int64_t repair, int exit_code, Timestamp now) {
  own_.erase(repair);
  ended_.push_back({repair, exit_code, now});
}

absl::Status RepairLeases::tell() {
  while (!ended_.empty()) {
    const Ended& one = ended_.front();
    absl::Status status = backend_.end_repair(one.repair, one.exit_code, one.at);
    if (!status.ok()) return status;
    ended_.erase(ended_.begin());
  }
  return absl::OkStatus();
}

absl::Status RepairLeases::look_after(Moment now) {
  const Seconds patience = 2 * every_;
  absl::Status first_error;
  for (const std::int64_t repair : own_) {
    first_error.Update(backend_.extend_repair(repair, add(now.now, patience)));
  }
  std::map<std::int64_t, Lapsed> lapsed;
  const absl::Status status =
      backend_.visit_repairs(distant_future, [&](const RepairRecord& repair) {
        if (own_.contains(repair.id) || repair.until > now.now) return;
        const auto known = lapsed_.find(repair.id);
        const bool is_known = known != lapsed_.end() && known->second.until == repair.until;
        lapsed[repair.id] = is_known ? known->second : Lapsed{repair.until, now.steady};
      });
  first_error.Update(status);
  if (!status.ok()) return first_error;
  lapsed_ = std::move(lapsed);
  for (const auto& [repair, noticed] : lapsed_) {
    if (now.steady - noticed.at < patience) continue;
    first_error.Update(backend_.end_lost_repair(repair, noticed.until, now.now));
  }
  return first_error;
}

}  // namespace vitals::audit
