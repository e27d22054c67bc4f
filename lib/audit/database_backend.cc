// SPDX-License-Identifier: Apache-2.0
// A catalogue in the tables of SQLite or PostgreSQL, beside its records.
#include <memory>
#include <string>
#include <utility>

#include "audit/catalogue_tables.h"
#include "audit/record_store.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::audit {
namespace {

// What stands before `@` and behind `?` may hold a password, and errors are read by many.
std::string shown(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return printable(url);
  const std::string_view rest = url.substr(scheme + 3);
  const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
  const std::string_view from = at == std::string_view::npos ? rest : rest.substr(at + 1);
  return printable(cat(url.substr(0, scheme + 3), from.substr(0, from.find('?'))));
}

class DatabaseBackend : public RecordStore {
 public:
  DatabaseBackend(std::string_view url, OpenMode mode)
      : RecordStore(std::string(url), shown(url), mode) {}

  // Whether the database can be opened.
  absl::Status probe() {
    const absl::Status status = connection().status();
    if (!absl::IsNotFound(status)) return status;
    return absl::NotFoundError(
        cat(to_std(status.message()), "; `vitals audit import` puts a catalogue there"));
  }

  absl::StatusOr<std::shared_ptr<const Catalogue>> catalogue() override {
    const auto alive = connection();
    if (!alive.ok()) return alive.status();
    auto transaction = sql::Transaction::begin(**alive, sql::Begin::read);
    if (!transaction.ok()) return transaction.status();
    auto read = load_catalogue(**alive, source());
    if (!read.ok()) return read.status();
    if (last_ != nullptr && *read == *last_) return last_;
    // Nobody but the tasks tells that two of a host's groups have one audit.
    if (const auto tasks = expand(*read); !tasks.ok()) return tasks.status();
    last_ = std::make_shared<const Catalogue>(*std::move(read));
    return last_;
  }

  absl::Status store(const Catalogue& catalogue) override {
    auto transaction = begin_alone();
    if (!transaction.ok()) return transaction.status();
    const auto alive = connection();
    if (!alive.ok()) return alive.status();
    const absl::Status status = store_catalogue(**alive, catalogue);
    return status.ok() ? transaction->commit() : status;
  }

 private:
  std::shared_ptr<const Catalogue> last_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backend>> open_database(std::string_view url, OpenMode mode) {
  if (url == "sqlite::memory:")
    return invalid(in_quotes(url), " is gone when we end, expected a file");
  auto backend = std::make_unique<DatabaseBackend>(url, mode);
  if (absl::Status status = backend->probe(); !status.ok()) return status;
  return backend;
}

}  // namespace vitals::audit
