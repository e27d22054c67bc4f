// SPDX-License-Identifier: Apache-2.0
#include "audit/others.h"

#include <set>
#include <utility>

namespace vitals::audit {

absl::Status Others::hear(Timestamp now) {
  if (absl::Status status = hear_repairs(now); !status.ok()) return status;
  return hear_results(now);
}

absl::Status Others::hear_repairs(Timestamp now) {
  const bool is_first = repairs_since_ == distant_past;
  std::set<std::int64_t> seen;
  absl::Status status = backend_.visit_repairs(repairs_since_, [&](const RepairRecord& repair) {
    seen.insert(repair.id);
    if (is_first && repair.ended_at) {
      Timestamp& until = repaired_.try_emplace(std::string(repair.host)).first->second;
      until = later(until, *repair.ended_at);
      repairs_[repair.id] = true;
      return;
    }
    const auto [known, is_new] = repairs_.try_emplace(repair.id, false);
    if (is_new) recorder_.tell_repair(repair.host, true, now);
    if (!repair.ended_at || known->second) return;
    known->second = true;
    recorder_.tell_repair(repair.host, false, now);
  });
  if (!status.ok()) return status;
  std::erase_if(repairs_, [&](const auto& one) { return one.second && !seen.contains(one.first); });
  repairs_since_ = subtract(now, late_);
  return status;
}

absl::Status Others::hear_results(Timestamp now) {
  const bool is_first = results_since_ == distant_past;
  const Timestamp next_since = subtract(now, late_);
  std::map<std::int64_t, Result> seen;
  const auto visit = [&](const Record& record) {
    if (!record.result) return;
    const auto known = results_.find(record.id);
    const bool is_known = known != results_.end() && known->second == *record.result;
    if (record.told_at.value_or(now) >= next_since) seen.emplace(record.id, *record.result);
    if (is_known || (is_first && !is_still_known(record, now))) return;
    recorder_.tell(record.host, record.audit, *record.result,
                   record.status_since.value_or(record.result->started_at),
                   record.next_run.value_or(now), now);
  };
  // After a step back of the clock there is no waiting for a moment that was near once.
  absl::Status status = backend_.visit_results(earlier(results_since_, next_since), visit);
  if (!status.ok()) return status;
  results_ = std::move(seen);
  results_since_ = next_since;
  repaired_.clear();
  return status;
}

bool Others::is_still_known(const Record& record, Timestamp now) const {
  if (record.next_run.value_or(now) <= now) return false;
  const auto repaired = repaired_.find(record.host);
  return repaired == repaired_.end() ||
         subtract(record.result->started_at, accuracy) > repaired->second;
}

}  // namespace vitals::audit
