// SPDX-License-Identifier: Apache-2.0
// A catalogue in YAML files, with its records in a file of SQLite.
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "audit/record_store.h"
#include "file/atomic_file.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/audit/catalogue_yaml.h"

namespace vitals::audit {
namespace {

absl::Status write_file(const std::string& path, std::string_view text) {
  auto file = AtomicFile::create(path);
  if (!file.ok()) return file.status();
  const absl::Status status = file->write(std::as_bytes(std::span(text)));
  return status.ok() ? file->commit() : status;
}

class DirectoryBackend : public RecordStore {
 public:
  DirectoryBackend(std::string path, const std::string& records, OpenMode mode)
      : RecordStore("sqlite:" + records, records, mode), path_(std::move(path)) {}

  absl::StatusOr<std::shared_ptr<const Catalogue>> catalogue() override {
    auto files = read_catalogue_files(path_);
    if (!files.ok()) return files.status();
    if (last_ != nullptr && *files == files_) return last_;
    auto read = parse_catalogue(*files);
    if (!read.ok()) return read.status();
    files_ = *std::move(files);
    last_ = std::make_shared<const Catalogue>(*std::move(read));
    return last_;
  }

  // Only into a directory without a catalogue: nobody's comments are written over.
  absl::Status store(const Catalogue& catalogue) override {
    const auto there = read_catalogue_files(path_);
    if (!there.ok()) return there.status();
    if (!there->empty()) {
      return absl::FailedPreconditionError(cat(printable(path_), ": has ",
                                               printable(there->front().name),
                                               ", expected a directory without YAML files"));
    }
    const std::vector<CatalogueFile> files = to_yaml(catalogue);
    // Hosts come last: without them the rest is an error, and no smaller catalogue.
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
      absl::Status status = write_file(path_of(*file), file->text);
      if (status.ok()) continue;
      std::error_code ignored;
      while (file != files.rbegin()) std::filesystem::remove(path_of(*--file), ignored);
      return status;
    }
    return absl::OkStatus();
  }

 private:
  [[nodiscard]] std::string path_of(const CatalogueFile& file) const {
    return cat(path_, "/", file.name);
  }

  std::string path_;
  std::vector<CatalogueFile> files_;
  std::shared_ptr<const Catalogue> last_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backend>> open_directory(std::string_view url, OpenMode mode) {
  constexpr std::string_view option = "?records=";
  std::string_view path = url.substr(url.find(':') + 1);
  std::string records;
  if (const std::size_t at = path.find('?'); at != std::string_view::npos) {
    if (!path.substr(at).starts_with(option) || path.size() == at + option.size()) {
      return invalid(in_quotes(path.substr(at)), ", expected ", option, "FILE");
    }
    records = path.substr(at + option.size());
    path = path.substr(0, at);
  }
  const std::string directory(path);
  if (records.empty()) records = directory + "/.vitals-audit.db";
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return absl::NotFoundError(cat(in_quotes(directory), ": no such directory"));
  }
  if (mode != OpenMode::read) mode = OpenMode::create;  // no engine has run yet
  if (mode == OpenMode::read && !std::filesystem::exists(records, error)) {
    records = ":memory:";
    mode = OpenMode::create;
  }
  return std::make_unique<DirectoryBackend>(directory, records, mode);
}

}  // namespace vitals::audit
