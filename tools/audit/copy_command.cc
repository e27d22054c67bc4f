// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <system_error>
#include <vector>

#include "commands.h"
#include "inputs.h"
#include "opened.h"
#include "output.h"
#include "system_clock.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/audit/expansion.h"

namespace vitals::audit {
namespace {

std::string counted(std::size_t count, std::string_view one) {
  return cat(count, " ", one, count == 1 ? "" : "s");
}

std::string contents(const Catalogue& catalogue, std::size_t tasks) {
  return cat(counted(catalogue.hosts.size(), "host"), ", ",
             counted(catalogue.groups.size(), "group"), ", ",
             counted(catalogue.audits.size(), "audit"), ", ", counted(tasks, "record"));
}

// Nobody means to remove every host.
absl::Status refuse_to_empty(const CopyCommand& command, const Catalogue& from, Backend& to) {
  if (command.may_empty || !from.hosts.empty()) return absl::OkStatus();
  const auto there = to.catalogue();
  if (!there.ok() || (*there)->hosts.empty()) return absl::OkStatus();
  return invalid("the catalogue to import has no hosts, and the one there has ",
                 counted((*there)->hosts.size(), "host"), ", which --empty would remove");
}

// What people stopped stays stopped.
absl::Status copy_pauses(const Opened& from, Backend& to, Timestamp now) {
  std::vector<Record> paused;
  absl::Status status = from.backend->visit_records([&](const Record& record) {
    if (record.disabled) paused.push_back(record);
  });
  if (!status.ok()) return status;
  const auto wishes = from.backend->wishes();
  if (!wishes.ok()) return wishes.status();
  if (!wishes->paused && paused.empty()) return status;
  if (wishes->paused) status = to.set_paused(true, wishes->reason);
  if (!status.ok()) return status;
  const auto tasks = expand(*from.catalogue);
  if (!tasks.ok()) return tasks.status();
  if (status = to.sync(*from.catalogue, *tasks, now); !status.ok()) return status;
  for (const Record& record : paused) {
    const auto count = to.set_disabled({.host = record.host, .audit = record.audit}, true,
                                       record.disabled_reason, now);
    if (!count.ok()) return count.status();
  }
  return to.announce();
}

}  // namespace

int check(const std::string& url) {
  const auto opened = open_catalogue(url);
  if (!opened.ok()) return refuse_input(opened.status());
  const auto tasks = expand(*opened->catalogue);
  if (!tasks.ok()) return refuse_input(tasks.status());
  if (opened->catalogue->hosts.empty()) print_error(cat("vitals: no hosts in ", printable(url)));
  Output output;
  output.line() += contents(*opened->catalogue, tasks->size());
  output.end_line();
  return exit_ok;
}

int run(const CopyCommand& command) {
  const auto from = open_catalogue(command.from);
  if (!from.ok()) return refuse_input(from.status());
  if (command.to.starts_with("dir:")) {
    std::error_code ignored;  // whoever opens it says what is wrong
    const std::string path = command.to.substr(4);
    std::filesystem::create_directory(path.substr(0, path.find('?')), ignored);
  }
  auto to = Backend::open(command.to);
  if (!to.ok()) return refuse_input(to.status());
  absl::Status status = refuse_to_empty(command, *from->catalogue, **to);
  if (status.ok()) status = (*to)->store(*from->catalogue);
  if (status.ok()) status = copy_pauses(*from, **to, SystemClock().now());
  return status.ok() ? exit_ok : refuse_input(status);
}

}  // namespace vitals::audit
