// SPDX-License-Identifier: Apache-2.0
#include "audit/others.h"

#include <set>
#include <utility>

namespace vitals::audit {

absl::Status Others::hear(Timestamp now) {
  if (absl::Status status = hear_repairs(now); !status.ok()) return status;
  return hear_results(now);
}

void Others::know_repair(std::int64_t repair, std::string_view host) {
  repairs_[repair] = {.host = std::string(host)};
}

void Others::know_end(std::int64_t repair, Timestamp ended_at) { end(repairs_[repair], ended_at); }

void Others::end(Work& work, Timestamp ended_at) {
  work.is_over = true;
  Timestamp& last = repaired_.try_emplace(work.host, distant_past).first->second;
  last = later(last, ended_at);
}

absl::Status Others::hear_repairs(Timestamp now) {
  const bool is_first = repairs_since_ == distant_past;
  std::set<std::int64_t> going_on;
  absl::Status status = backend_.visit_repairs(repairs_since_, [&](const RepairRecord& repair) {
    const bool is_over = repair.ended_at.has_value();
    if (!is_over) going_on.insert(repair.id);
    if (repairs_.contains(repair.id)) return;
    const bool is_told = !(is_first && is_over);
    // Who has not heard of the host yet hears of its repair afterwards.
    if (is_told && !recorder_.tell_repair(repair.host, true, now) && !is_over) return;
    Work& work = repairs_[repair.id];
    work.host = repair.host;
    if (!is_told) end(work, *repair.ended_at);
  });
  if (!status.ok()) return status;
  // However late its end is told: what does not go on any more has ended.
  for (auto& [id, work] : repairs_) {
    if (work.is_over || going_on.contains(id)) continue;
    recorder_.tell_repair(work.host, false, now);
    end(work, now);
  }
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
    if (!tell(record, now)) homeless_[record.id] = record;
  };
  // After a step back of the clock there is no waiting for a moment that was near once.
  absl::Status status = backend_.visit_results(earlier(results_since_, next_since), visit);
  if (!status.ok()) return status;
  results_ = std::move(seen);
  results_since_ = next_since;
  std::erase_if(homeless_, [&](const auto& one) {
    return !is_still_known(one.second, now) || tell(one.second, now);
  });
  return status;
}

bool Others::tell(const Record& record, Timestamp now) {
  return recorder_.tell(record.host, record.audit, *record.result,
                        record.status_since.value_or(record.result->started_at),
                        record.next_run.value_or(now), now);
}

bool Others::is_still_known(const Record& record, Timestamp now) const {
  if (record.next_run.value_or(now) <= now) return false;
  const auto repaired = repaired_.find(record.host);
  return repaired == repaired_.end() ||
         subtract(record.result->started_at, accuracy) > repaired->second;
}

}  // namespace vitals::audit
