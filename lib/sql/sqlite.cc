// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::sql {
namespace {

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

// `UNIQUE constraint failed: claims.bot, claims.inv` without what stands before the columns.
std::string_view columns_of(std::string_view message) {
  const std::size_t colon = message.find(": ");
  return colon == std::string_view::npos ? message : message.substr(colon + 2);
}

absl::Status error_of(int code, std::string_view message, const std::string& path) {
  const std::string text = cat(printable(path), ": ", message);
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return already_exists(columns_of(message), text);
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return absl::UnavailableError(text);
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return absl::ResourceExhaustedError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(text);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::PermissionDeniedError(text);
    default:
      return absl::InternalError(text);
  }
}

class SqliteRow : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  [[nodiscard]] bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::string_view text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

// A statement, and which of SQLite's numbers each $n has: to SQLite they are names.
struct Prepared {
  Statement statement;
  std::vector<int> numbers;
};

class SqliteConnection : public Connection {
 public:
  SqliteConnection(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database) {}

  [[nodiscard]] Backend backend() const override { return Backend::sqlite; }

  absl::Status query(std::string_view statement, std::span<const Value> values,
                     Visit visit) override {
    auto prepared = prepare(statement);
    if (!prepared.ok()) return prepared.status();
    return run(**prepared, values, visit);
  }

  absl::StatusOr<std::int64_t> execute(std::string_view statement,
                                       std::span<const Value> values) override {
    if (absl::Status status = query(statement, values, [](const Row&) {}); !status.ok()) {
      return status;
    }
    return sqlite3_changes64(database_.get());
  }

  absl::Status query_each(std::string_view statement, std::size_t width,
                          std::span<const Value> values, VisitNth visit) override {
    auto prepared = prepare(statement);
    if (!prepared.ok()) return prepared.status();
    for (std::size_t nth = 0; nth * width < values.size(); ++nth) {
      absl::Status status = run(**prepared, values.subspan(nth * width, width),
                                [&](const Row& row) { visit(nth, row); });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status load(std::string_view table, std::string_view columns, std::size_t width,
                    std::span<const Value> values) override {
    std::string statement = cat("INSERT INTO ", table, " (", columns, ") VALUES (");
    for (std::size_t i = 1; i <= width; ++i) statement += cat(i == 1 ? "$" : ", $", i);
    return execute_each(statement + ")", width, values);
  }

  absl::Status script(const std::string& statements) override {
    const int code = sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? absl::OkStatus() : error();
  }

  absl::Status revive() override { return absl::OkStatus(); }

 private:
  absl::Status error() const {
    return error_of(sqlite3_extended_errcode(database_.get()), sqlite3_errmsg(database_.get()),
                    path_);
  }

  absl::StatusOr<Prepared*> prepare(std::string_view text) {
    const auto known = prepared_.find(text);
    if (known != prepared_.end()) return known->second.get();
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) return error();
    auto prepared = std::make_unique<Prepared>();
    prepared->statement.reset(made);
    const int count = sqlite3_bind_parameter_count(made);
    for (int i = 1; i <= count; ++i) {
      prepared->numbers.push_back(sqlite3_bind_parameter_index(made, cat("$", i).c_str()));
    }
    return prepared_.emplace(text, std::move(prepared)).first->second.get();
  }

  // The values outlive the run, so SQLite need not copy them.
  static int bind(sqlite3_stmt* statement, int number, const Value& value) {
    switch (value.type()) {
      case Value::Type::null:
        return sqlite3_bind_null(statement, number);
      case Value::Type::integer:
        return sqlite3_bind_int64(statement, number, value.integer());
      case Value::Type::text:
        break;
    }
    return sqlite3_bind_text64(statement, number, value.text().data(), value.text().size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  }

  absl::Status run(Prepared& prepared, std::span<const Value> values, Visit visit) {
    sqlite3_stmt* statement = prepared.statement.get();
    if (values.size() != prepared.numbers.size()) {
      return absl::InternalError(cat("a statement of ", prepared.numbers.size(), " parameters has ",
                                     values.size(), " values"));
    }
    int code = SQLITE_OK;
    for (std::size_t i = 0; i < values.size() && code == SQLITE_OK; ++i) {
      code = bind(statement, prepared.numbers[i], values[i]);
    }
    if (code == SQLITE_OK) {
      const SqliteRow row(statement);
      while ((code = sqlite3_step(statement)) == SQLITE_ROW) visit(row);
    }
    absl::Status status = code == SQLITE_DONE ? absl::OkStatus() : error();
    sqlite3_reset(statement);
    return status;
  }

  std::string path_;
  std::unique_ptr<sqlite3, Closer> database_;  // outlives the statements below
  StringMap<std::unique_ptr<Prepared>> prepared_;
};

std::string settings(const ConnectionOptions& options) {
  return cat("PRAGMA busy_timeout = ", options.wait_ms, "; PRAGMA cache_size = -",
             options.cache_mib * 1024, "; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON;",
             options.read_only ? "" : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
}

// Who may not write beside a file in WAL mode reads it only with its log. Where there is none
// nobody writes either, and the file is all that there is.
bool is_read_alone(const std::string& path, const ConnectionOptions& options) {
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(path, ignored).parent_path();
  const bool may_write = access(path.c_str(), W_OK) == 0 && access(folder.c_str(), W_OK) == 0;
  return options.read_only && !may_write && !std::filesystem::exists(path + "-wal", ignored);
}

// The name of a file that nobody changes while it is read.
std::string unchanging(const std::string& path) {
  std::error_code ignored;
  std::string uri = "file://";  // of no host: behind it stands a slash
  for (const char c : std::filesystem::absolute(path, ignored).string()) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', digits[byte >> 4U], digits[byte & 15U]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> open_sqlite(const std::string& path,
                                                        const ConnectionOptions& options) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return invalid(printable(path), ": a directory, expected a file");
  }
  const bool may_create = options.may_create && !options.read_only;
  const bool alone = is_read_alone(path, options);
  const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    (may_create ? SQLITE_OPEN_CREATE : 0) | (alone ? SQLITE_OPEN_URI : 0) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* made = nullptr;
  const std::string name = alone ? unchanging(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &made, flags, nullptr);
  auto connection = std::make_unique<SqliteConnection>(path, made);
  if (code == SQLITE_CANTOPEN && !may_create && !std::filesystem::exists(path, ignored)) {
    return absl::NotFoundError(cat(printable(path), ": no such file"));
  }
  if (code != SQLITE_OK) return error_of(code, sqlite3_errstr(code), path);
  if (absl::Status status = connection->script(settings(options)); !status.ok()) return status;
  return connection;
}

}  // namespace vitals::sql
