// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <system_error>

#include "commands.h"
#include "inputs.h"
#include "output.h"
#include "text/bridge.h"
#include "vitals/audit/backend.h"

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

}  // namespace

int check(const std::string& url) {
  auto backend = Backend::open(url);
  if (!backend.ok()) return refuse_input(backend.status());
  const auto catalogue = (*backend)->catalogue();
  if (!catalogue.ok()) return refuse_input(catalogue.status());
  const auto tasks = expand(**catalogue);
  if (!tasks.ok()) return refuse_input(tasks.status());
  Output output;
  output.line() += contents(**catalogue, tasks->size());
  output.end_line();
  return exit_ok;
}

int run(const CopyCommand& command) {
  auto from = Backend::open(command.from);
  if (!from.ok()) return refuse_input(from.status());
  const auto catalogue = (*from)->catalogue();
  if (!catalogue.ok()) return refuse_input(catalogue.status());
  if (command.to.starts_with("dir:")) {
    std::error_code ignored;  // whoever opens it says what is wrong
    const std::string path = command.to.substr(4);
    std::filesystem::create_directory(path.substr(0, path.find('?')), ignored);
  }
  auto to = Backend::open(command.to);
  if (!to.ok()) return refuse_input(to.status());
  if (absl::Status status = (*to)->store(**catalogue); !status.ok()) return refuse_input(status);
  return exit_ok;
}

}  // namespace vitals::audit
