// SPDX-License-Identifier: Apache-2.0
// Who is how: what the backend knows, judged by the rules.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audit/host_events.h"
#include "commands.h"
#include "inputs.h"
#include "opened.h"
#include "output.h"
#include "past.h"
#include "system_clock.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/text_table.h"
#include "text/words.h"
#include "vitals/audit/engine.h"
#include "vitals/audit/recorder.h"
#include "vitals/audit/timetable.h"
#include "vitals/fleet.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

// Of engines and of classes: who reads them wants to see the table.
constexpr std::size_t most_listed = 5;

// How long a length is for people: in its two largest units.
std::string roughly(Seconds length) {
  constexpr Seconds hour{3600};
  constexpr Seconds day{86'400};
  const Seconds unit = length >= 2 * day ? hour : length >= hour ? Seconds{60} : Seconds{1};
  return format_duration(length / unit * unit);
}

std::string ago(Timestamp moment, Timestamp now) {
  return cat(roughly(std::max(now - moment, Seconds{0})), " ago");
}

// A, b, c, and so many more.
std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < most_listed; ++i) {
    text += cat(i == 0 ? "" : ", ", all[i]);
  }
  return all.size() > most_listed ? cat(text, ", and ", all.size() - most_listed, " more") : text;
}

// Whether anything is run at all. An engine that did not tell three times in a row is taken for
// dead.
std::string engines_of(const Past& past, Timestamp now) {
  const Seconds silence = 3 * EngineOptions().alive_every;
  std::vector<std::pair<Timestamp, std::string_view>> engines;
  for (const auto& [name, seen] : past.seen) engines.emplace_back(seen, name);
  std::sort(engines.rbegin(), engines.rend());
  if (engines.empty()) return "nothing is run: no engine was ever seen";
  std::vector<std::string> living;
  for (const auto& [seen, name] : engines) {
    if (now - seen > silence) break;
    living.push_back(cat(printable(name), " (", ago(seen, now), ")"));
  }
  const std::string within = format_duration(silence);
  if (!living.empty()) return cat("engines seen in the last ", within, ": ", listed(living));
  const auto& [seen, name] = engines.front();
  return cat("nothing is run: no engine was seen in the last ", within, "; the last one, ",
             printable(name), ", ", ago(seen, now));
}

// What hosts need and the policy knows nothing of; empty if there is nothing.
std::string undeclared_classes(const Catalogue& catalogue, const PolicySet& policy,
                               const std::string& policy_file) {
  std::map<std::string, std::size_t, std::less<>> hosts_of;
  visit_hosts(catalogue, earliest_accepted, [&](const Host&, const Event& event) {
    event.needs.for_each([&](std::string_view name, const NameList& members) {
      if (!members.empty() && !policy.classes.contains(std::string(name))) {
        ++hosts_of[std::string(name)];
      }
    });
  });
  if (hosts_of.empty()) return {};
  std::vector<std::string> classes;
  for (const auto& [name, hosts] : hosts_of) {
    classes.push_back(cat(printable(name), " (", hosts, hosts == 1 ? " host)" : " hosts)"));
  }
  const bool is_default = policy_file.empty();
  return cat("not judged: what hosts need of ", listed(classes), ", which ",
             is_default ? "the default policy" : printable(policy_file), " does not declare",
             is_default ? "; --policy FILE is missing" : "");
}

// Why nobody runs it; none if it is run.
std::optional<std::string> why_off(const Record& record, const Audit* audit) {
  const bool by_catalogue = audit != nullptr && !audit->enabled;
  if (!by_catalogue && !record.disabled) return std::nullopt;
  const std::string& why = by_catalogue ? audit->disabled_reason : record.disabled_reason;
  return cat(by_catalogue ? "disabled" : "paused", why.empty() ? "" : ": ", why);
}

std::string reasons_of(const Record& record, Fleet& fleet, Timestamp now) {
  if (record.audit.empty()) return "not audited";
  std::string why = !record.result                     ? "not run yet"
                    : record.result->finished_at > now ? "lies ahead of the clock"
                                                       : "";
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

std::string next_run_of(const Record& record, const Audit* audit, bool is_off, Timestamp now) {
  if (is_off || audit == nullptr || !record.next_run) return "-";
  // As engines do with what cannot be, a moment by a clock that stepped back.
  const bool cannot_be = lies_too_far(record.next_run, audit->run_every, now);
  const Timestamp next =
      cannot_be ? next_on_grid(now, audit->run_every, stable_hash(record.host, record.audit))
                : *record.next_run;
  const std::string moment = format_timestamp(next);
  const bool is_run = record.claimed_until && *record.claimed_until > now;
  if (is_run || next >= now) return moment;
  return cat(moment, ", overdue by ", roughly(now - next));
}

using AuditsByNames = std::map<std::pair<std::string_view, std::string_view>, const Audit*>;

std::string table_of(const std::vector<Record>& records, const AuditsByNames& audits, Fleet& fleet,
                     Timestamp now) {
  TextTable table("lllllllll");
  table.row({"HOST", "STATE", "AUDIT", "RECORD", "STATUS", "AGE", "COUNTS, OR WHY NOT", "NEXT RUN",
             "OUTPUT"});
  std::string_view host;
  for (const Record& record : records) {
    std::string state;
    if (record.host != host) {
      fleet.health(record.host, now,
                   [&](const HostLine& line) { state = std::string(name(line.state)); });
    }
    const auto found = audits.find({record.host, record.audit});
    const Audit* const audit = found == audits.end() ? nullptr : found->second;
    const auto off = why_off(record, audit);
    const auto& result = record.result;
    table.row({record.host == host ? "" : record.host, state, record.audit,
               record.audit.empty() ? "" : std::string(name(record.status)),
               result ? std::string(name(result->status)) : "-",
               result ? roughly(now - result->started_at) : "-",
               off ? *off : reasons_of(record, fleet, now),
               next_run_of(record, audit, off.has_value(), now), result ? result->output : ""});
    host = record.host;
  }
  return table.text();
}

Fleet judged(const Catalogue& catalogue, const PolicySet& policy, const Past& past, Timestamp now) {
  Fleet fleet(audit_policy(catalogue, policy));
  visit_hosts(catalogue, earliest_accepted,
              [&](const Host&, const Event& event) { fleet.apply(event).IgnoreError(); });
  for (const Event& event : events_of(past)) {
    // What lies ahead of our clock is not judged; a repair of a host that is gone is none.
    if (event.time <= now) fleet.apply(event).IgnoreError();
  }
  return fleet;
}

}  // namespace

int run(const StatusCommand& command) {
  const auto policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  const auto opened = open_catalogue(command.catalogue);
  if (!opened.ok()) return refuse_input(opened.status());
  const Catalogue& catalogue = *opened->catalogue;
  auto past = past_of(*opened->backend);
  if (!past.ok()) return refuse_input(past.status());
  const auto wishes = opened->backend->wishes();
  if (!wishes.ok()) return refuse_input(wishes.status());
  const auto tasks = expand(catalogue);
  if (!tasks.ok()) return refuse_input(tasks.status());
  AuditsByNames audits;
  for (const Task& task : *tasks) {
    const Audit& audit = catalogue.audits[task.audit];
    audits[{catalogue.hosts[task.host].name, audit.name}] = &audit;
  }
  // What left the catalogue waits for the next refresh of an engine.
  std::erase_if(past->records, [&](const Record& record) {
    return !audits.contains({record.host, record.audit});
  });
  const Timestamp now = SystemClock().now();
  Fleet fleet = judged(catalogue, *policy, *past, now);
  add_what_was_not_run(catalogue, *tasks, *past);
  Output output;
  if (wishes->paused) {
    const std::string why = wishes->reason.empty() ? "" : cat(": ", printable(wishes->reason));
    output.line() += cat("paused", why, "\n");
  }
  output.line() += cat(engines_of(*past, now), "\n");
  const std::string undeclared = undeclared_classes(catalogue, *policy, command.policy_file);
  if (!undeclared.empty()) output.line() += cat(undeclared, "\n");
  output.line() += cat("\n", table_of(past->records, audits, fleet, now));
  return exit_ok;
}

int print_policy(const StatusCommand& command) {
  const auto policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  const auto opened = open_catalogue(command.catalogue);
  if (!opened.ok()) return refuse_input(opened.status());
  const Catalogue& catalogue = *opened->catalogue;
  const std::string undeclared = undeclared_classes(catalogue, *policy, command.policy_file);
  if (!undeclared.empty()) print_error(cat("vitals: ", undeclared));
  Output output;
  output.line() += to_yaml(audit_policy(catalogue, *policy));
  return exit_ok;
}

}  // namespace vitals::audit
