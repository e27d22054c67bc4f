// SPDX-License-Identifier: Apache-2.0
#include "sql/sql.h"

#include "absl/strings/cord.h"
#include "sql/postgresql.h"
#include "sql/sqlite.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::sql {
namespace {

constexpr const char* constraint_payload = "vitals/constraint";

std::string_view first_words(Backend backend, Begin begin) {
  if (backend == Backend::sqlite) {
    // A reader that is to become a writer later may find that it cannot: better wait at once.
    return begin == Begin::read ? "BEGIN" : "BEGIN IMMEDIATE";
  }
  if (begin == Begin::isolated) return "BEGIN ISOLATION LEVEL SERIALIZABLE";
  return begin == Begin::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
}

absl::Status set_durability(Connection& connection, Begin begin) {
  if (begin == Begin::read) return absl::OkStatus();
  const bool durable = begin != Begin::lazy;
  if (connection.backend() == Backend::sqlite) {
    // As a script: a pragma works when it is prepared, so a prepared one works but once.
    return connection.script(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  }
  if (durable) return absl::OkStatus();  // as the server has it
  return connection.execute("SET LOCAL synchronous_commit = off", {}).status();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::open(std::string_view database,
                                                             const ConnectionOptions& options) {
  if (database.starts_with("postgresql://") || database.starts_with("postgres://")) {
    return open_postgresql(database, options);
  }
  const std::string_view prefix = "sqlite:";
  if (database.starts_with(prefix)) database.remove_prefix(prefix.size());
  if (database.empty() || database.find("://") != std::string_view::npos) {
    return invalid(in_quotes(database), " is no database, expected a path, sqlite:PATH or ",
                   "postgresql://...");
  }
  return open_sqlite(std::string(database), options);
}

absl::Status Connection::execute_each(std::string_view statement, std::size_t width,
                                      std::span<const Value> values) {
  return query_each(statement, width, values, [](std::size_t, const Row&) {});
}

absl::StatusOr<Transaction> Transaction::begin(Connection& connection, Begin begin) {
  const bool is_sqlite = connection.backend() == Backend::sqlite;
  if (is_sqlite) {  // who changes this inside of a transaction is not heard
    if (absl::Status status = set_durability(connection, begin); !status.ok()) return status;
  }
  if (const auto begun = connection.execute(first_words(connection.backend(), begin), {});
      !begun.ok()) {
    return begun.status();
  }
  Transaction transaction(connection);
  if (!is_sqlite) {
    if (absl::Status status = set_durability(connection, begin); !status.ok()) return status;
  }
  return transaction;
}

Transaction::~Transaction() {
  if (connection_ != nullptr) connection_->execute("ROLLBACK", {}).IgnoreError();
}

absl::Status Transaction::commit() {
  absl::Status status = connection_->execute("COMMIT", {}).status();
  if (status.ok()) connection_ = nullptr;  // otherwise rolled back by the destructor
  return status;
}

std::string constraint_of(const absl::Status& status) {
  const auto payload = status.GetPayload(constraint_payload);
  return payload ? std::string(*payload) : std::string();
}

absl::Status already_exists(std::string_view constraint, std::string_view message) {
  absl::Status status = absl::AlreadyExistsError(to_absl(message));
  status.SetPayload(constraint_payload, absl::Cord(to_absl(constraint)));
  return status;
}

}  // namespace vitals::sql
