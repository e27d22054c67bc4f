// SPDX-License-Identifier: Apache-2.0
// What people ask of all engines: pause, resume, run now.
#include <string>
#include <vector>

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

// Records of a catalogue that no engine has run yet are made here.
absl::Status make_records(const Opened& opened, Timestamp now) {
  if (opened.catalogue->hosts.empty()) return absl::NotFoundError("the catalogue has no hosts");
  const auto tasks = expand(*opened.catalogue);
  if (!tasks.ok()) return tasks.status();
  return opened.backend->sync(*opened.catalogue, *tasks, now);
}

absl::Status nothing_selected(const AskCommand& command, const Catalogue& catalogue) {
  std::string text = "nothing is audited";
  std::vector<std::string_view> names;
  if (!command.audit.empty()) {
    text += cat(" by ", in_quotes(command.audit));
    for (const Audit& audit : catalogue.audits) names.push_back(audit.name);
    text += did_you_mean(command.audit, names);
  }
  if (!command.host.empty()) {
    text += cat(" on ", in_quotes(command.host));
    names.clear();
    for (const Host& host : catalogue.hosts) names.push_back(host.name);
    text += did_you_mean(command.host, names);
  }
  return absl::NotFoundError(text);
}

absl::StatusOr<std::string> ask(const AskCommand& command, const Opened& opened, Timestamp now) {
  const Selection which{command.host, command.audit};
  const bool all = command.host.empty() && command.audit.empty();
  Backend& backend = *opened.backend;
  const bool pauses = command.what == AskCommand::What::pause;
  if (all && command.what != AskCommand::What::run_now) {
    absl::Status status = backend.set_paused(pauses, command.reason);
    if (!status.ok()) return status;
    return pauses ? "paused" : "resumed";
  }
  const auto count = command.what == AskCommand::What::run_now
                         ? backend.run_now(which, now)
                         : backend.set_disabled(which, pauses, command.reason, now);
  if (!count.ok()) return count.status();
  if (*count == 0) return nothing_selected(command, *opened.catalogue);
  const char* const done = command.what == AskCommand::What::run_now ? "due now"
                           : pauses                                  ? "paused"
                                                                     : "resumed";
  return cat(done, ": ", *count, *count == 1 ? " record" : " records");
}

}  // namespace

int run(const AskCommand& command) {
  const auto opened = open_catalogue(command.catalogue, OpenMode::write);
  if (!opened.ok()) return refuse_input(opened.status());
  const Timestamp now = SystemClock().now();
  absl::Status status = make_records(*opened, now);
  if (!status.ok()) return refuse_input(status);
  const auto said = ask(command, *opened, now);
  if (!said.ok()) return refuse_input(said.status());
  status = opened->backend->announce();
  if (!status.ok()) return refuse_input(status);
  Output output;
  output.line() += *said;
  output.end_line();
  return exit_ok;
}

}  // namespace vitals::audit
