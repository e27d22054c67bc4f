// SPDX-License-Identifier: Apache-2.0
// A catalogue's files in a directory, and a catalogue as files.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "file/file_start.h"
#include "text/bridge.h"
#include "text/json_text.h"
#include "text/quote.h"
#include "vitals/audit/catalogue_yaml.h"
#include "vitals/text_time.h"
#include "yaml/yaml_tree.h"

namespace vitals::audit {
namespace {

bool is_catalogue_file(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return !path.filename().string().starts_with('.') &&
         (extension == ".yaml" || extension == ".yml");
}

// A text as YAML has it in double quotes: JSON's way, and what JSON leaves as it is but YAML reads
// as something else is escaped too.
std::string yaml_text(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  std::string out;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '\x7f') {
      out += "\\x7F";
    } else {
      out += json[at];
    }
  }
  return out;
}

template <class List>
std::string sequence(const List& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ", ";
    out += yaml_text(text);
  }
  return out + "]";
}

std::string place(std::string_view key, const std::optional<std::string>& name) {
  if (!name) return {};
  return cat(", ", key, ": ", name->empty() ? "null" : yaml_text(*name));
}

std::string needs_of(const std::vector<ClassNeed>& needs) {
  std::string out;
  for (const ClassNeed& need : needs) {
    out += cat(out.empty() ? ", needs: {" : ", ", yaml_text(need.of_class), ": ",
               sequence(need.members));
  }
  return out.empty() ? out : out + "}";
}

std::string line_of(const Host& host, const std::vector<std::string>& groups) {
  std::string fields = host.address.empty() ? "" : ", address: " + yaml_text(host.address);
  if (!groups.empty()) fields += ", groups: " + sequence(groups);
  fields += place("switch", host.on_switch) + place("rack", host.in_rack) + needs_of(host.needs);
  return cat("  ", yaml_text(host.name), ": {", fields.empty() ? fields : fields.substr(2), "}\n");
}

std::string line_of(const Audit& audit) {
  std::string out =
      cat("    ", yaml_text(audit.name), ":\n      run_every: ", format_duration(audit.run_every),
          "\n      command: ", sequence(audit.command),
          "\n      timeout: ", format_duration(audit.timeout), "\n");
  if (!audit.enabled) out += "      enabled: false\n";
  if (!audit.disabled_reason.empty()) {
    out += cat("      disabled_reason: ", yaml_text(audit.disabled_reason), "\n");
  }
  if (const auto& repair = audit.repair) {
    out += cat("      repair:\n        command: ", sequence(repair->command),
               "\n        timeout: ", format_duration(repair->timeout),
               "\n        again_after: ", format_duration(repair->again_after),
               "\n        enabled: ", repair->enabled ? "true" : "false", "\n");
  }
  return out;
}

// Files NAME.yaml, NAME-2.yaml and so on, none of them longer than can be read.
class Writer {
 public:
  Writer(std::string name, std::string heading, std::vector<CatalogueFile>& files)
      : name_(std::move(name)), heading_(std::move(heading)), files_(files) {}

  void add(const std::string& lines) {
    if (number_ == 0 || files_.back().text.size() + lines.size() > longest_yaml / 2) {
      ++number_;
      const std::string suffix = number_ == 1 ? "" : cat("-", number_);
      files_.push_back({cat(name_, suffix, ".yaml"), heading_});
    }
    files_.back().text += lines;
  }

 private:
  std::string name_;
  std::string heading_;
  std::vector<CatalogueFile>& files_;
  int number_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<CatalogueFile>> read_catalogue_files(const std::string& directory) {
  std::vector<CatalogueFile> files;
  std::error_code error;
  std::vector<std::string> paths;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    if (is_catalogue_file(at->path())) paths.push_back(at->path().string());
  }
  if (error) return absl::ErrnoToStatus(error.value(), printable(directory));
  std::sort(paths.begin(), paths.end());
  for (std::string& path : paths) {
    // Who reads a pipe waits until somebody writes.
    const auto type = std::filesystem::status(path, error).type();
    if (type == std::filesystem::file_type::fifo || type == std::filesystem::file_type::socket) {
      return absl::FailedPreconditionError(cat(printable(path), ": a pipe, expected a file"));
    }
    auto text = read_file_start(path, longest_yaml + 1);  // one more, to see that it is too long
    if (!text.ok()) return text.status();
    files.push_back({std::move(path), *std::move(text)});
  }
  return files;
}

std::vector<CatalogueFile> to_yaml(const Catalogue& catalogue) {
  std::vector<CatalogueFile> files;
  Writer hosts("hosts", "hosts:\n", files);
  // Each host tells its groups: a group's list of hosts may be longer than a file can be.
  std::map<std::string_view, std::vector<std::string>> groups_of;
  for (const Group& group : catalogue.groups) {
    for (const std::string& host : group.hosts) groups_of[host].push_back(group.name);
  }
  for (const Host& host : catalogue.hosts) hosts.add(line_of(host, groups_of[host.name]));
  Writer groups("groups", "groups:\n", files);
  for (const Group& group : catalogue.groups) {
    const RepairLimit limit = group.repairs_at_once;
    groups.add(cat("  ", yaml_text(group.name), ": {repairs_at_once: ", limit.number,
                   limit.is_percent ? "%" : "", needs_of(group.needs), "}\n"));
  }
  std::map<std::string_view, std::vector<const Audit*>> by_owner;
  for (const Audit& audit : catalogue.audits) by_owner[audit.owner].push_back(&audit);
  std::size_t number = 0;
  for (const auto& [owner, audits] : by_owner) {
    Writer uses(cat("audits-", ++number), cat(yaml_text(owner), ":\n  audits:\n"), files);
    for (const Audit* audit : audits) uses.add(line_of(*audit));
  }
  return files;
}

}  // namespace vitals::audit
