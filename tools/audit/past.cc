// SPDX-License-Identifier: Apache-2.0
#include "past.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "audit/host_events.h"

namespace vitals::audit {
namespace {

// The last repetition of a result: its engine repeats it while it lives and until the next run.
Timestamp last_receipt(const Record& record, const Past& past) {
  const auto engine = past.seen.find(record.finished_by);
  if (engine == past.seen.end()) return record.result->finished_at;
  const Timestamp until = record.next_run.value_or(engine->second);
  return later(record.result->finished_at, earlier(engine->second, until));
}

}  // namespace

absl::StatusOr<Past> past_of(Backend& backend) {
  Past past;
  absl::Status status =
      backend.visit_records([&](const Record& record) { past.records.push_back(record); });
  if (!status.ok()) return status;
  status = backend.visit_repairs(distant_past, [&](const RepairRecord& repair) {
    past.repairs_begun.emplace_back(repair.began_at, repair.host);
    if (repair.ended_at) past.repairs_ended.emplace_back(*repair.ended_at, repair.host);
  });
  if (!status.ok()) return status;
  const auto engines = backend.engines();
  if (!engines.ok()) return engines.status();
  for (const EngineSeen& engine : *engines) past.seen[engine.name] = engine.seen_at;
  return past;
}

std::vector<Event> events_of(const Past& past) {
  std::vector<Event> events;
  for (const auto& [time, host] : past.repairs_begun) {
    events.push_back({.type = EventType::manipulation_begin, .time = time, .host = host});
  }
  for (const auto& [time, host] : past.repairs_ended) {
    events.push_back({.type = EventType::manipulation_end, .time = time, .host = host});
  }
  for (const Record& record : past.records) {
    if (!record.result) continue;
    events.push_back(check_event(record.host, record.audit, *record.result,
                                 record.status_since.value_or(record.result->started_at),
                                 last_receipt(record, past)));
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
  return events;
}

void add_what_was_not_run(const Catalogue& catalogue, std::span<const Task> tasks, Past& past) {
  std::set<std::pair<std::string, std::string>> known;
  std::set<std::string> audited;
  for (const Record& record : past.records) known.emplace(record.host, record.audit);
  for (const Task& task : tasks) {
    const std::string& host = catalogue.hosts[task.host].name;
    const std::string& audit = catalogue.audits[task.audit].name;
    audited.insert(host);
    if (!known.contains({host, audit})) past.records.push_back({.host = host, .audit = audit});
  }
  for (const Host& host : catalogue.hosts) {
    if (!audited.contains(host.name)) past.records.push_back({.host = host.name});
  }
  std::sort(past.records.begin(), past.records.end(), [](const Record& a, const Record& b) {
    return std::tie(a.host, a.audit) < std::tie(b.host, b.audit);
  });
}

}  // namespace vitals::audit
