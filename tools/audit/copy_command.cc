// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <system_error>

#include "commands.h"
#include "inputs.h"
#include "opened.h"
#include "output.h"
#include "text/bridge.h"

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
  const auto opened = open_catalogue(url);
  if (!opened.ok()) return refuse_input(opened.status());
  const auto tasks = expand(*opened->catalogue);
  if (!tasks.ok()) return refuse_input(tasks.status());
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
  if (const absl::Status status = (*to)->store(*from->catalogue); !status.ok())
    return refuse_input(status);
  return exit_ok;
}

}  // namespace vitals::audit
