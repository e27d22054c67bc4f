// SPDX-License-Identifier: Apache-2.0
// One connection to a database, SQLite's or PostgreSQL's, with the same words for both: statements
// with parameters $1 to $n, prepared once; transactions; errors told apart by what can be done
// about them.
//
//   Unavailable        no connection, a lost one, a file that another process keeps locked
//   Aborted            somebody else was in the way (serialization, deadlock): do it all again
//   AlreadyExists      a row that must be unique is there; constraint_of() says of which constraint
//   ResourceExhausted  the disk is full
//   DataLoss           the file is damaged or none of SQLite's
//   PermissionDenied   what it says
//   Internal           a mistake of the program, such as ill-formed SQL
//
// A connection is for one thread at a time.
#ifndef VITALS_LIB_SQL_SQL_H
#define VITALS_LIB_SQL_SQL_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals::sql {

enum class Backend : std::uint8_t { sqlite, postgresql };

// A parameter: null, a whole number, or text that somebody else keeps.
class Value {
 public:
  enum class Type : std::uint8_t { null, integer, text };

  constexpr Value() = default;
  constexpr Value(std::int64_t integer) : type_(Type::integer), integer_(integer) {}
  constexpr Value(std::string_view text) : type_(Type::text), text_(text) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char*) = delete;  // would be taken for a number or a flag by overload resolution

  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] std::int64_t integer() const { return integer_; }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  Type type_ = Type::null;
  std::int64_t integer_ = 0;
  std::string_view text_;
};

// Text, or null where it is empty: how this program says that there is none.
[[nodiscard]] inline Value text_or_null(std::string_view text) {
  return text.empty() ? Value() : Value(text);
}

// A row of a result, while it is visited. Columns are counted from 0.
class Row {
 public:
  virtual ~Row() = default;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;   // 0 for null
  [[nodiscard]] virtual std::string_view text(int column) const = 0;  // empty for null
};

struct ConnectionOptions {
  bool read_only = false;  // a file must be there, then
  bool may_create = true;  // whether a file that is missing is made; otherwise NotFound
  int cache_mib = 16;      // of SQLite's pages
  int wait_ms = 5'000;     // for a lock of SQLite's
};

class Connection {
 public:
  using Visit = absl::FunctionRef<void(const Row&)>;
  using VisitNth = absl::FunctionRef<void(std::size_t nth, const Row&)>;

  // `sqlite:PATH` or a path; or `postgresql://...`. Errors: InvalidArgument (neither), Unavailable.
  static absl::StatusOr<std::unique_ptr<Connection>> open(std::string_view database,
                                                          const ConnectionOptions& options = {});
  virtual ~Connection() = default;

  [[nodiscard]] virtual Backend backend() const = 0;

  // Runs a statement and visits its rows.
  virtual absl::Status query(std::string_view statement, std::span<const Value> values,
                             Visit visit) = 0;

  // Runs it and says how many rows it touched.
  virtual absl::StatusOr<std::int64_t> execute(std::string_view statement,
                                               std::span<const Value> values) = 0;

  // Runs a statement many times, with `width` of the values each, without waiting for the answers
  // of one before the next is sent. The first error ends it.
  virtual absl::Status query_each(std::string_view statement, std::size_t width,
                                  std::span<const Value> values, VisitNth visit) = 0;
  absl::Status execute_each(std::string_view statement, std::size_t width,
                            std::span<const Value> values);

  // Adds rows to a table, by the fastest way there is. `columns` as in an INSERT: `a, b, c`.
  virtual absl::Status load(std::string_view table, std::string_view columns, std::size_t width,
                            std::span<const Value> values) = 0;

  // Runs statements without parameters, which are not kept prepared.
  virtual absl::Status script(const std::string& statements) = 0;

  // Connects again if the connection was lost. To be called outside of transactions.
  virtual absl::Status revive() = 0;

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

 protected:
  Connection() = default;
};

// What a transaction is for.
enum class Begin : std::uint8_t {
  read,      // sees one state of the database throughout
  write,     // commit() returns when everything is on disk
  isolated,  // as write, and as if nobody else wrote meanwhile; Aborted where that cannot be
  lazy       // writes that are on disk when those of a later `write` are
};

// A transaction; rolled back where it is left without a commit.
class Transaction {
 public:
  static absl::StatusOr<Transaction> begin(Connection& connection, Begin begin);
  Transaction(Transaction&& other) noexcept : connection_(other.connection_) {
    other.connection_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  absl::Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;  // null: over
};

// The constraint behind an AlreadyExists: its name in PostgreSQL, its columns in SQLite.
[[nodiscard]] std::string constraint_of(const absl::Status& status);

// An AlreadyExists of that constraint.
[[nodiscard]] absl::Status already_exists(std::string_view constraint, std::string_view message);

}  // namespace vitals::sql

#endif  // VITALS_LIB_SQL_SQL_H
