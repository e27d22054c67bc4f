// SPDX-License-Identifier: Apache-2.0
// What people ask of all engines: pause, resume, run now.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "audit/placeholders.h"
#include "commands.h"
#include "inputs.h"
#include "opened.h"
#include "output.h"
#include "system_clock.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/audit/expansion.h"

namespace vitals::audit {
namespace {

using What = AskCommand::What;

// Who reads them wants to see the end.
constexpr std::size_t most_listed = 5;

// How what is asked of stands before anything is changed. Names are those of the catalogue.
struct Standing {
  std::vector<std::string_view> audits_of_host;          // all that the host has, sorted
  std::int64_t records = 0;                              // that are asked of
  std::int64_t off = 0;                                  // of these, disabled in the catalogue
  std::set<std::pair<std::string, std::string>> paused;  // of these, on their own: host, audit
  Wishes wishes;
};

// Makes the records that no engine has run yet, too.
absl::StatusOr<Standing> look(const AskCommand& command, const Opened& opened, Timestamp now) {
  const Catalogue& catalogue = *opened.catalogue;
  // A file that is just being written has none, and with the records would go who paused which.
  if (catalogue.hosts.empty()) return absl::NotFoundError("the catalogue has no hosts");
  const auto tasks = expand(catalogue);
  if (!tasks.ok()) return tasks.status();
  absl::Status status = opened.backend->sync(catalogue, *tasks, now);
  if (!status.ok()) return status;
  const auto is_meant = [&](std::string_view host, std::string_view audit) {
    return (command.host.empty() || host == command.host) &&
           (command.audit.empty() || audit == command.audit);
  };
  Standing standing;
  for (const Task& task : *tasks) {
    const std::string& host = catalogue.hosts[task.host].name;
    const Audit& audit = catalogue.audits[task.audit];
    if (host == command.host) standing.audits_of_host.push_back(audit.name);
    if (!is_meant(host, audit.name)) continue;
    ++standing.records;
    if (!audit.enabled) ++standing.off;
  }
  status = opened.backend->visit_times([&](const RecordTime& record) {
    if (record.disabled && is_meant(record.host, record.audit)) {
      standing.paused.emplace(record.host, record.audit);
    }
  });
  if (!status.ok()) return status;
  auto wishes = opened.backend->wishes();
  if (!wishes.ok()) return wishes.status();
  standing.wishes = *std::move(wishes);
  return standing;
}

// Of the words, those that are not known, each with what may have been meant.
absl::Status nothing_selected(const AskCommand& command, const Catalogue& catalogue,
                              const Standing& standing) {
  const auto& has = standing.audits_of_host;
  if (!has.empty()) {
    std::string text = cat("the host ", in_quotes(command.host), " has no audit ",
                           in_quotes(command.audit), ", but ");
    for (std::size_t i = 0; i < has.size() && i < most_listed; ++i) {
      text += cat(i == 0 ? "" : ", ", printable(has[i]));
    }
    if (has.size() > most_listed) text += cat(", and ", has.size() - most_listed, " more");
    return absl::NotFoundError(text + did_you_mean(command.audit, has));
  }
  const auto suggested = [](std::string_view word, const auto& all) {
    std::vector<std::string_view> names;
    for (const auto& one : all) names.push_back(one.name);
    const bool is_known = std::find(names.begin(), names.end(), word) != names.end();
    return is_known ? std::string() : did_you_mean(word, names);
  };
  std::string text = "nothing is audited";
  if (!command.audit.empty()) {
    text += cat(" by ", in_quotes(command.audit), suggested(command.audit, catalogue.audits));
  }
  if (!command.host.empty()) {
    text += cat(" on ", in_quotes(command.host), suggested(command.host, catalogue.hosts));
  }
  return absl::NotFoundError(text);
}

std::string records(std::int64_t count) { return cat(count, count == 1 ? " record" : " records"); }

// Some of all records, and what they do: `1 of them is WHAT_ONE_IS`.
std::string part(std::int64_t some, std::int64_t all, const char* one, const char* several) {
  if (some == 0) return {};
  if (some < all) return cat("; ", some, " of them ", some == 1 ? one : several);
  return all == 1 ? cat("; it ", one) : cat("; all of them ", several);
}

// What keeps records from being run that were just asked for.
std::string off_of(const Standing& standing) {
  return part(standing.off, standing.records,
              "is disabled in the catalogue, and runs when it is enabled there",
              "are disabled in the catalogue, and run when they are enabled there");
}
std::string all_paused(const Standing& standing) {
  return standing.wishes.paused ? "; all engines are paused, and run nothing until they are resumed"
                                : "";
}

// A name as a shell takes it.
std::string shell_word(std::string_view name) {
  constexpr std::string_view plain = "._-:/@+";
  std::string word = printable(name);
  for (const char c : word) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || plain.find(c) != plain.npos) continue;
    replace_all(word, "'", "'\\''");
    return cat("'", word, "'");
  }
  return word;
}

// The records that a resume of all engines leaves as they are, and the words for those.
std::string still_paused(const Standing& standing) {
  const auto count = static_cast<std::int64_t>(standing.paused.size());
  if (count == 0) return {};
  std::string text = cat("\n", records(count), count == 1 ? " stays" : " stay",
                         " paused, as what was paused by name is resumed by name:");
  std::size_t listed = 0;
  for (const auto& [host, audit] : standing.paused) {
    if (++listed > most_listed) break;
    text += cat("\n  vitals audit resume --host ", shell_word(host), " --audit ", shell_word(audit),
                " CATALOGUE");
  }
  if (standing.paused.size() > most_listed) {
    text += cat("\n  and ", standing.paused.size() - most_listed, " more, as the status shows");
  }
  return text;
}

absl::StatusOr<std::string> pause_all(const std::string& reason, Backend& backend,
                                      const Standing& standing) {
  const Wishes& before = standing.wishes;
  if (before.paused && (reason.empty() || reason == before.reason)) {
    return cat("paused already", before.reason.empty() ? "" : ": ", printable(before.reason));
  }
  absl::Status status = backend.set_paused(true, reason);
  if (!status.ok()) return status;
  return "paused";
}

absl::StatusOr<std::string> resume_all(Backend& backend, const Standing& standing) {
  std::string said = "nothing resumed: the engines were not paused";
  if (standing.wishes.paused) {
    absl::Status status = backend.set_paused(false, "");
    if (!status.ok()) return status;
    said = "resumed";
  }
  return said + still_paused(standing);
}

std::string paused_some(std::int64_t changed, const Standing& standing) {
  const std::int64_t others = standing.records - changed;
  if (changed == 0) return cat("paused already: ", records(others));
  std::string said = cat("paused: ", records(changed));
  if (others > 0) said += cat("; ", others, others == 1 ? " was" : " were", " paused already");
  return said;
}

std::string resumed_some(std::int64_t changed, const Standing& standing) {
  std::string said = cat("resumed: ", records(changed));
  if (changed == 0) {
    said = standing.records == 1
               ? "nothing resumed: the record was not paused"
               : cat("nothing resumed: none of ", standing.records, " records was paused");
  }
  if (standing.off > 0) {
    said += cat("; ", records(standing.off), standing.off == 1 ? " is" : " are",
                " disabled in the catalogue");
  }
  return said + all_paused(standing);
}

std::string due_now(const Standing& standing) {
  const std::string paused =
      part(static_cast<std::int64_t>(standing.paused.size()), standing.records,
           "is paused, and runs when it is resumed", "are paused, and run when they are resumed");
  return cat("due now: ", records(standing.records), paused, off_of(standing),
             all_paused(standing));
}

absl::StatusOr<std::string> ask(const AskCommand& command, const Opened& opened, Timestamp now) {
  const auto standing = look(command, opened, now);
  if (!standing.ok()) return standing.status();
  // One line: whatever it holds, nobody takes a part of it for something else.
  const std::string reason = printable(to_std(absl::StripAsciiWhitespace(command.reason)));
  Backend& backend = *opened.backend;
  const bool all = command.host.empty() && command.audit.empty();
  if (all && command.what == What::pause) return pause_all(reason, backend, *standing);
  if (all && command.what == What::resume) return resume_all(backend, *standing);
  if (standing->records == 0) return nothing_selected(command, *opened.catalogue, *standing);
  const Selection which{command.host, command.audit};
  if (command.what == What::run_now) {
    const auto count = backend.run_now(which, now);
    if (!count.ok()) return count.status();
    return due_now(*standing);
  }
  const bool pauses = command.what == What::pause;
  const auto changed = backend.set_disabled(which, pauses, reason, now);
  if (!changed.ok()) return changed.status();
  return pauses ? paused_some(*changed, *standing) : resumed_some(*changed, *standing);
}

}  // namespace

int run(const AskCommand& command) {
  const auto opened = open_catalogue(command.catalogue, OpenMode::write);
  if (!opened.ok()) return refuse_input(opened.status());
  const auto said = ask(command, *opened, SystemClock().now());
  if (!said.ok()) return refuse_input(said.status());
  const absl::Status status = opened->backend->announce();
  if (!status.ok()) return refuse_input(status);
  Output output;
  output.line() += *said;
  output.end_line();
  return exit_ok;
}

}  // namespace vitals::audit
