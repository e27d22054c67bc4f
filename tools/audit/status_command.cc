// SPDX-License-Identifier: Apache-2.0
// Who is how: what the backend knows, judged by the rules.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "audit/host_events.h"
#include "commands.h"
#include "inputs.h"
#include "opened.h"
#include "output.h"
#include "system_clock.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/text_table.h"
#include "text/words.h"
#include "vitals/audit/recorder.h"
#include "vitals/fleet.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

// What is known of the past, as events of which some own their names.
struct Past {
  std::vector<Record> records;
  std::vector<std::pair<Timestamp, std::string>> repairs_begun;
  std::vector<std::pair<Timestamp, std::string>> repairs_ended;
  std::map<std::string, Timestamp, std::less<>> seen;  // engines
};

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

// The last repetition of a result: its engine repeats it while it lives and until the next run.
Timestamp last_receipt(const Record& record, const Past& past) {
  const auto engine = past.seen.find(record.finished_by);
  if (engine == past.seen.end()) return record.result->finished_at;
  const Timestamp until = record.next_run.value_or(engine->second);
  return later(record.result->finished_at, earlier(engine->second, until));
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
    const Timestamp time = last_receipt(record, past);
    Event event{
        .type = EventType::check, .time = time, .host = record.host, .service = record.audit};
    event.report = {.status = record.result->status,
                    .status_mtime = record.status_since.value_or(record.result->started_at),
                    .receive_time = time};
    if (record.result->status != Status::nodata) {
      event.report.metadata_timestamp = record.result->started_at;
    }
    events.push_back(event);
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
  return events;
}

std::string reasons_of(const Record& record, const Audit* audit, Fleet& fleet, Timestamp now) {
  if (record.audit.empty()) return "not audited";
  if (audit != nullptr && !audit->enabled) {
    return audit->disabled_reason.empty() ? "disabled" : cat("disabled: ", audit->disabled_reason);
  }
  if (record.disabled) {
    return record.disabled_reason.empty() ? "disabled" : cat("disabled: ", record.disabled_reason);
  }
  std::string why = record.result ? "" : "not run yet";
  fleet.verdict(record.host, record.audit, now, [&](const VerdictLine& line) {
    why = line.verdict.counts() ? "counts" : "";
    line.verdict.excluded_by.for_each([&](Reason reason) {
      if (!why.empty()) why += ", ";
      why += name(reason);
    });
    if (!line.blocked_by.empty()) why += cat(" (", joined(line.blocked_by), ")");
  });
  return why;
}

// Records that no engine has made yet, and a line for each host without any.
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

std::string moment(std::optional<Timestamp> at) { return at ? format_timestamp(*at) : "-"; }

}  // namespace

int run(const StatusCommand& command) {
  const auto policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  const auto opened = open_catalogue(command.catalogue);
  if (!opened.ok()) return refuse_input(opened.status());
  const Catalogue& catalogue = *opened->catalogue;
  auto past = past_of(*opened->backend);
  if (!past.ok()) return refuse_input(past.status());
  const auto tasks = expand(catalogue);
  if (!tasks.ok()) return refuse_input(tasks.status());
  std::map<std::pair<std::string_view, std::string_view>, const Audit*> audits;
  for (const Task& task : *tasks) {
    const Audit& audit = catalogue.audits[task.audit];
    audits[{catalogue.hosts[task.host].name, audit.name}] = &audit;
  }
  Fleet fleet(audit_policy(catalogue, *policy));
  const Timestamp now = SystemClock().now();
  visit_hosts(catalogue, earliest_accepted,
              [&](const Host&, const Event& event) { fleet.apply(event).IgnoreError(); });
  for (const Event& event : events_of(*past)) {
    // What lies ahead of our clock is not judged; a repair of a host that is gone is none.
    if (event.time <= now) fleet.apply(event).IgnoreError();
  }
  Output output;
  const auto wishes = opened->backend->wishes();
  if (!wishes.ok()) return refuse_input(wishes.status());
  if (wishes->paused) {
    const std::string why = wishes->reason.empty() ? "" : cat(": ", printable(wishes->reason));
    output.line() += cat("paused", why, "\n\n");
  }
  add_what_was_not_run(catalogue, *tasks, *past);
  TextTable table("llllllll");
  table.row(
      {"HOST", "STATE", "AUDIT", "RECORD", "STATUS", "COUNTS, OR WHY NOT", "NEXT RUN", "OUTPUT"});
  std::string_view host;
  for (const Record& record : past->records) {
    std::string state;
    if (record.host != host) {
      fleet.health(record.host, now,
                   [&](const HostLine& line) { state = std::string(name(line.state)); });
    }
    const auto audit = audits.find({record.host, record.audit});
    table.row({record.host == host ? "" : record.host, state, record.audit,
               record.audit.empty() ? "" : std::string(name(record.status)),
               record.result ? std::string(name(record.result->status)) : "-",
               reasons_of(record, audit == audits.end() ? nullptr : audit->second, fleet, now),
               moment(record.next_run), record.result ? record.result->output : ""});
    host = record.host;
  }
  output.line() += table.text();
  return exit_ok;
}

int print_policy(const StatusCommand& command) {
  const auto policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  const auto opened = open_catalogue(command.catalogue);
  if (!opened.ok()) return refuse_input(opened.status());
  const Catalogue& catalogue = *opened->catalogue;
  Output output;
  output.line() += to_yaml(audit_policy(catalogue, *policy));
  return exit_ok;
}

}  // namespace vitals::audit
