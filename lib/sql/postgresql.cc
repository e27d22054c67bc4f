// SPDX-License-Identifier: Apache-2.0
#include "sql/postgresql.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "sql/postgresql_values.h"
#include "text/bridge.h"

namespace vitals::sql {
namespace {

// How many statements are sent before the first answer is read: results of so many fit into what
// the system buffers between client and server.
constexpr std::size_t statements_at_once = 512;

struct Closer {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Closer>;

std::string_view without_line_feed(const char* message) {
  std::string_view text = message == nullptr ? "" : message;
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::string_view field_of(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? "" : text;
}

absl::Status error_of(const PGresult* result) {
  const std::string_view state = field_of(result, PG_DIAG_SQLSTATE);
  const std::string text =
      cat("PostgreSQL: ", field_of(result, PG_DIAG_MESSAGE_PRIMARY), " (", state, ")");
  const std::string_view kind = state.substr(0, 2);
  if (state == "23505") return already_exists(field_of(result, PG_DIAG_CONSTRAINT_NAME), text);
  if (kind == "40" || state == "55P03") return absl::AbortedError(text);
  if (kind == "08" || kind == "57" || state == "53300") return absl::UnavailableError(text);
  if (kind == "53") return absl::ResourceExhaustedError(text);
  if (kind == "28" || state == "42501" || state == "25006") {
    return absl::PermissionDeniedError(text);
  }
  if (kind == "XX") return absl::DataLossError(text);
  return absl::InternalError(text);
}

bool is_good(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

class PostgresqlRow : public Row {
 public:
  PostgresqlRow(const PGresult* result, int row) : result_(result), row_(row) {}

  [[nodiscard]] bool is_null(int column) const override {
    return PQgetisnull(result_, row_, column) != 0;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    const std::string_view digits = text(column);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }
  [[nodiscard]] std::string_view text(int column) const override {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_;
};

PGconn* connect(const std::string& url, const ConnectionOptions& options) {
  // A plan that is made while a table is empty reads all of it, and is kept when it is full: so
  // that plans use indexes from the start.
  const std::string settings = cat(
      "-c client_min_messages=warning -c statement_timeout=60s -c enable_seqscan=off -c jit=off",
      options.read_only ? " -c default_transaction_read_only=on" : "");
  // What stands behind `dbname` is given by us, what stands before it by the url where it says so.
  const std::array<const char*, 7> keys{"connect_timeout",  "tcp_user_timeout", "dbname", "options",
                                        "application_name", "client_encoding",  nullptr};
  const std::array<const char*, 7> values{"5",      "10000", url.c_str(), settings.c_str(),
                                          "vitals", "UTF8",  nullptr};
  PGconn* const made = PQconnectdbParams(keys.data(), values.data(), 1);
  // What a server remarks beside its errors is for nobody here.
  PQsetNoticeProcessor(made, [](void*, const char*) {}, nullptr);
  return made;
}

class PostgresqlConnection : public Connection {
 public:
  PostgresqlConnection(std::string_view url, const ConnectionOptions& options)
      : url_(url), options_(options), connection_(connect(url_, options_)) {}

  [[nodiscard]] Backend backend() const override { return Backend::postgresql; }

  absl::Status query(std::string_view statement, std::span<const Value> values,
                     Visit visit) override {
    const auto result = run(statement, values);
    if (!result.ok()) return result.status();
    visit_rows(result->get(), visit);
    return absl::OkStatus();
  }

  absl::StatusOr<std::int64_t> execute(std::string_view statement,
                                       std::span<const Value> values) override {
    const auto result = run(statement, values);
    if (!result.ok()) return result.status();
    const std::string_view digits = PQcmdTuples(result->get());
    std::int64_t rows = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), rows);
    return rows;
  }

  absl::Status query_each(std::string_view statement, std::size_t width,
                          std::span<const Value> values, VisitNth visit) override {
    const auto name = prepare(statement);
    if (!name.ok()) return name.status();
    const std::size_t count = width == 0 ? 0 : values.size() / width;
    for (std::size_t first = 0; first < count; first += statements_at_once) {
      const std::size_t some = std::min(statements_at_once, count - first);
      absl::Status status =
          run_some(*name, width, values.subspan(first * width, some * width),
                   [&](std::size_t nth, const Row& row) { visit(first + nth, row); });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status load(std::string_view table, std::string_view columns, std::size_t width,
                    std::span<const Value> values) override {
    const Result begun(PQexec(get(), cat("COPY ", table, " (", columns, ") FROM STDIN").c_str()));
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return failed(begun.get());
    const std::string lines = copy_lines(values, width);
    const bool sent = PQputCopyData(get(), lines.data(), static_cast<int>(lines.size())) == 1 &&
                      PQputCopyEnd(get(), nullptr) == 1;
    absl::Status status = sent ? absl::OkStatus() : lost();
    while (const Result result{PQgetResult(get())}) {
      if (status.ok() && !is_good(result.get())) status = failed(result.get());
      if (PQstatus(get()) == CONNECTION_BAD) break;
    }
    return status;
  }

  absl::Status script(const std::string& statements) override {
    const Result result(PQexec(get(), statements.c_str()));
    return is_good(result.get()) ? absl::OkStatus() : failed(result.get());
  }

  absl::Status revive() override {
    // Where sending fails, libpq leaves the connection's status as it is: it looks well, is still
    // in its pipeline, and does nothing any more.
    if (!is_lost_ && PQstatus(get()) == CONNECTION_OK) return absl::OkStatus();
    names_.clear();
    connection_.reset(connect(url_, options_));
    is_lost_ = false;
    return state();
  }

  // Whether it is connected, and why not.
  [[nodiscard]] absl::Status state() {
    return PQstatus(get()) == CONNECTION_OK ? absl::OkStatus() : lost();
  }

 private:
  [[nodiscard]] PGconn* get() const { return connection_.get(); }

  absl::Status lost() {
    is_lost_ = true;
    std::string said(without_line_feed(PQerrorMessage(get())));
    // Of a url that it cannot read libpq shows all, with the password.
    const std::size_t at = said.find(url_);
    if (at != std::string::npos) said.replace(at, url_.size(), "the url that was given");
    std::replace(said.begin(), said.end(), '\t', ' ');
    return absl::UnavailableError(cat("PostgreSQL: ", said));
  }

  // What went wrong with a result, which is null where there is not even that.
  absl::Status failed(const PGresult* result) {
    const bool is_lost = PQstatus(get()) == CONNECTION_BAD || result == nullptr ||
                         field_of(result, PG_DIAG_SQLSTATE).empty();
    return is_lost ? lost() : error_of(result);
  }

  absl::StatusOr<const char*> prepare(std::string_view statement) {
    const auto known = names_.find(statement);
    if (known != names_.end()) return known->second.c_str();
    const std::string name = cat("s", names_.size());
    const Result result(PQprepare(get(), name.c_str(), std::string(statement).c_str(), 0, nullptr));
    if (!is_good(result.get())) return failed(result.get());
    return names_.emplace(statement, name).first->second.c_str();
  }

  absl::StatusOr<Result> run(std::string_view statement, std::span<const Value> values) {
    if (values.empty()) {  // BEGIN and such: not worth a name
      Result result(PQexec(get(), std::string(statement).c_str()));
      if (!is_good(result.get())) return failed(result.get());
      return result;
    }
    const auto name = prepare(statement);
    if (!name.ok()) return name.status();
    const Parameters parameters(values);
    Result result(PQexecPrepared(get(), *name, parameters.count(), parameters.texts(),
                                 parameters.lengths(), nullptr, 0));
    if (!is_good(result.get())) return failed(result.get());
    return result;
  }

  static void visit_rows(const PGresult* result, Visit visit) {
    for (int row = 0; row < PQntuples(result); ++row) visit(PostgresqlRow(result, row));
  }

  absl::Status run_some(const char* name, std::size_t width, std::span<const Value> values,
                        VisitNth visit) {
    if (PQenterPipelineMode(get()) != 1) return lost();
    const std::size_t count = values.size() / width;
    bool sent = true;
    for (std::size_t nth = 0; nth < count && sent; ++nth) {
      const Parameters parameters(values.subspan(nth * width, width));
      sent = PQsendQueryPrepared(get(), name, parameters.count(), parameters.texts(),
                                 parameters.lengths(), nullptr, 0) == 1;
    }
    if (!sent || PQpipelineSync(get()) != 1) return lost();
    absl::Status status = absl::OkStatus();
    for (std::size_t nth = 0; nth < count; ++nth) {
      while (const Result result{PQgetResult(get())}) {
        if (PQstatus(get()) == CONNECTION_BAD) return lost();
        if (!status.ok()) continue;  // the rest was not done: the first error says why
        if (is_good(result.get())) {
          visit_rows(result.get(), [&](const Row& row) { visit(nth, row); });
        } else {
          status = failed(result.get());
        }
      }
    }
    const Result sync(PQgetResult(get()));
    if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(get()) != 1) {
      const absl::Status left_open = lost();
      return status.ok() ? left_open : status;
    }
    return status;
  }

  std::string url_;
  ConnectionOptions options_;
  std::unique_ptr<PGconn, Closer> connection_;
  bool is_lost_ = false;
  StringMap<std::string> names_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> open_postgresql(std::string_view url,
                                                            const ConnectionOptions& options) {
  auto connection = std::make_unique<PostgresqlConnection>(url, options);
  if (absl::Status status = connection->state(); !status.ok()) return status;
  return connection;
}

}  // namespace vitals::sql
