// SPDX-License-Identifier: Apache-2.0
#include "audit/record_store.h"

#include <algorithm>
#include <array>

#include "audit/record_sync.h"
#include "audit/schema.h"
#include "sql/migrate.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/audit/timetable.h"

namespace vitals::audit {
namespace {

using sql::Row;
using sql::Value;

// How soon a record is asked for again that somebody else is just claiming, and how soon one that
// somebody else runs: whoever does may end in order, long before the lease.
constexpr Seconds soon{5};
constexpr Seconds watch{30};

// Any number that nothing else in the database takes as the key of a lock.
constexpr const char* lock_out_others = "SELECT pg_advisory_xact_lock(7305813)";

// Neither a next run nor the end of a lease lies so far ahead unless clocks stepped back.
constexpr std::string_view claim_one =
    "UPDATE audit_records SET status = 'processing', claim = claim + 1, run_again = 0, claimed_by "
    "= $2, "
    "claimed_until = $3, updated_at = $4 WHERE id = (SELECT id FROM audit_records WHERE id = $1 "
    "AND disabled = 0 AND (next_run IS NULL OR next_run <= $4 OR next_run > $4 + run_every + $5) "
    "AND (claimed_until IS NULL OR claimed_until <= $4 OR claimed_until > $3 + $5)";
constexpr std::string_view claim_end = ") RETURNING claim";

// An empty text that lies nowhere would be null.
Value word(std::string_view text) { return Value(text.data() == nullptr ? "" : text); }

// The records of a Selection, whose words are the first two parameters.
constexpr std::string_view selected =
    " WHERE ($1 = '' OR host = $1) AND ($2 = '' OR audit_name = $2)";

RecordStatus record_status(std::string_view word) {
  const auto found = std::find(record_status_names.begin(), record_status_names.end(), word);
  return found == record_status_names.end()
             ? RecordStatus::fresh
             : static_cast<RecordStatus>(found - record_status_names.begin());
}

constexpr std::string_view select_records =
    "SELECT id, host, ip_address, audit_name, next_run, created_at, updated_at, disabled, "
    "disabled_reason, status, claimed_by, claimed_until, result, status_since, exit_code, output, "
    "started_at, finished_at, finished_by, told_at FROM audit_records";

Record record_of(const Row& row) {
  Record record{.id = row.integer(0),
                .host = std::string(row.text(1)),
                .address = std::string(row.text(2)),
                .audit = std::string(row.text(3)),
                .next_run = plan_of(row, 4),
                .created_at = moment_of(row, 5).value_or(Timestamp()),
                .updated_at = moment_of(row, 6).value_or(Timestamp()),
                .disabled = row.integer(7) != 0,
                .disabled_reason = std::string(row.text(8)),
                .status = record_status(row.text(9)),
                .claimed_by = std::string(row.text(10)),
                .claimed_until = plan_of(row, 11),
                .status_since = moment_of(row, 13),
                .finished_by = std::string(row.text(18)),
                .told_at = plan_of(row, 19)};
  if (!row.is_null(12)) {
    record.result = Result{.status = parse_status(row.text(12)).value_or(Status::nodata),
                           .exit_code = static_cast<int>(row.integer(14)),
                           .output = std::string(row.text(15)),
                           .started_at = moment_of(row, 16).value_or(Timestamp()),
                           .finished_at = moment_of(row, 17).value_or(Timestamp())};
  }
  return record;
}

}  // namespace

absl::Status RecordStore::check_tables(sql::Connection& connection) const {
  const auto version = sql::version_of(connection, schema_versions);
  if (!version.ok()) return version.status();
  if (*version == 0) {
    for (const std::string_view table : {"hosts", "audits"}) {
      const auto is_there = sql::has_table(connection, table);
      if (!is_there.ok()) return is_there.status();
      if (!*is_there) continue;
      return absl::FailedPreconditionError(
          cat(source_, ": the table ", table, " is another program's"));
    }
    if (mode_ == OpenMode::create) return absl::OkStatus();
    return absl::NotFoundError(cat(source_, ": no tables of a catalogue"));
  }
  if (mode_ != OpenMode::read || *version == migrations.size()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      cat(source_, ": tables of version ", *version, ", expected version ", migrations.size(),
          *version > migrations.size() ? ": they belong to a later version of this program"
                                       : ": whatever writes brings them there"));
}

absl::Status RecordStore::open() {
  // At first to read, so that what is not ours stays as it is.
  auto reader = sql::Connection::open(database_, {.read_only = true});
  const bool is_new = mode_ == OpenMode::create && absl::IsNotFound(reader.status());
  if (!reader.ok() && !is_new) return reader.status();
  if (!is_new) {
    if (absl::Status status = check_tables(**reader); !status.ok()) return status;
  }
  if (mode_ == OpenMode::read) {
    connection_ = *std::move(reader);
    return absl::OkStatus();
  }
  auto writer = sql::Connection::open(database_, {.may_create = mode_ == OpenMode::create});
  if (!writer.ok()) return writer.status();
  if (absl::Status status = sql::migrate(**writer, schema_versions, migrations); !status.ok())
    return status;
  connection_ = *std::move(writer);
  return absl::OkStatus();
}

absl::StatusOr<sql::Connection*> RecordStore::connection() {
  if (connection_ == nullptr) {
    if (absl::Status status = open(); !status.ok()) return status;
  }
  if (absl::Status status = connection_->revive(); !status.ok()) return status;
  return connection_.get();
}

absl::StatusOr<sql::Transaction> RecordStore::begin_alone() {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  auto transaction = sql::Transaction::begin(**alive, sql::Begin::write);
  if (!transaction.ok()) return transaction.status();
  if ((*alive)->backend() == sql::Backend::postgresql) {
    if (absl::Status status = (*alive)->script(lock_out_others); !status.ok()) return status;
  }
  return transaction;
}

absl::Status RecordStore::sync(const Catalogue& catalogue, std::span<const Task> tasks,
                               Timestamp now) {
  auto transaction = begin_alone();
  if (!transaction.ok()) return transaction.status();
  const absl::Status status = sync_records(*connection_, catalogue, tasks, now);
  return status.ok() ? transaction->commit() : status;
}

absl::Status RecordStore::visit_times(VisitTime visit) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)->query(
      "SELECT id, host, audit_name, next_run, claimed_until, disabled FROM audit_records", {},
      [&](const Row& row) {
        visit({.id = row.integer(0),
               .host = row.text(1),
               .audit = row.text(2),
               .next_run = plan_of(row, 3),
               .claimed_until = plan_of(row, 4),
               .disabled = row.integer(5) != 0});
      });
}

absl::Status RecordStore::visit_records(VisitRecord visit) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  // Sorted here: databases have ideas of their own about the order of letters.
  std::vector<Record> records;
  absl::Status status = (*alive)->query(select_records, {},
                                        [&](const Row& row) { records.push_back(record_of(row)); });
  if (!status.ok()) return status;
  std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
    return std::tie(a.host, a.audit) < std::tie(b.host, b.audit);
  });
  for (const Record& record : records) visit(record);
  return absl::OkStatus();
}

absl::Status RecordStore::visit_results(Timestamp since, VisitRecord visit) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)->query(cat(select_records, " WHERE told_at >= $1"),
                         std::array{moment_value(since)},
                         [&](const Row& row) { visit(record_of(row)); });
}

absl::StatusOr<std::vector<ClaimAnswer>> RecordStore::claim(std::string_view engine,
                                                            std::span<const ClaimRequest> requests,
                                                            Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  const bool is_postgresql = (*alive)->backend() == sql::Backend::postgresql;
  const std::string statement =
      cat(claim_one, is_postgresql ? " FOR UPDATE SKIP LOCKED" : "", claim_end);
  std::vector<Value> values;
  std::vector<Value> ids;
  for (const ClaimRequest& request : requests) {
    for (const Value& value : {Value(request.id), Value(engine), moment_value(request.until),
                               moment_value(now), Value(schedule_slack.count())}) {
      values.push_back(value);
    }
    ids.emplace_back(request.id);
  }
  std::vector<ClaimAnswer> answers(requests.size(), ClaimAnswer{.retry_at = add(now, soon)});
  auto transaction = sql::Transaction::begin(**alive, sql::Begin::write);
  if (!transaction.ok()) return transaction.status();
  absl::Status status = (*alive)->query_each(
      statement, 5, values,
      [&](std::size_t nth, const Row& row) { answers[nth].claim = row.integer(0); });
  if (!status.ok()) return status;
  const auto hear = [&](std::size_t nth, const Row& row) {
    for (const auto& moment : {plan_of(row, 0), plan_of(row, 1)}) {
      if (moment) answers[nth].retry_at = later(answers[nth].retry_at, *moment);
    }
    if (!row.is_null(1)) answers[nth].retry_at = earlier(answers[nth].retry_at, add(now, watch));
  };
  status = (*alive)->query_each("SELECT next_run, claimed_until FROM audit_records WHERE id = $1",
                                1, ids, hear);
  if (!status.ok()) return status;
  if (status = transaction->commit(); !status.ok()) return status;
  return answers;
}

absl::StatusOr<std::vector<std::optional<Taken>>> RecordStore::finish(
    std::string_view engine, std::span<const Finished> finished, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  std::vector<Value> values;
  for (const Finished& one : finished) {
    for (const Value& value :
         {Value(one.claimed.id), Value(one.claimed.claim), moment_value(one.next_run),
          moment_value(now), Value(name(one.result.status)), moment_value(one.result.started_at),
          Value(std::int64_t{one.result.exit_code}), Value(one.result.output),
          moment_value(one.result.finished_at), Value(engine)}) {
      values.push_back(value);
    }
  }
  // Nothing reads `run_again` of a record that nobody claimed, so it may keep what it told.
  std::vector<std::optional<Taken>> answers(finished.size());
  auto transaction = sql::Transaction::begin(**alive, sql::Begin::write);
  if (!transaction.ok()) return transaction.status();
  absl::Status status = (*alive)->query_each(
      "UPDATE audit_records SET status = 'processed', updated_at = $4, "
      "next_run = CASE WHEN run_again = 1 THEN CAST($4 AS BIGINT) "
      "ELSE CAST($3 AS BIGINT) END, "
      "claimed_by = NULL, claimed_until = NULL, "
      "status_since = CASE WHEN result = $5 AND status_since BETWEEN 0 AND $4 "
      "THEN status_since ELSE $6 END, result = $5, "
      "started_at = $6, exit_code = $7, output = $8, finished_at = $9, finished_by = $10, "
      "told_at = $4 "
      "WHERE id = $1 AND claim = $2 RETURNING status_since, run_again",
      10, values, [&](std::size_t nth, const Row& row) {
        answers[nth] = {moment_of(row, 0).value_or(Timestamp()), row.integer(1) != 0};
      });
  if (!status.ok()) return status;
  if (status = transaction->commit(); !status.ok()) return status;
  return answers;
}

absl::Status RecordStore::release(std::span<const Claimed> claimed, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  std::vector<Value> values;
  for (const Claimed& one : claimed) {
    for (const Value& value : {Value(one.id), Value(one.claim), moment_value(now)}) {
      values.push_back(value);
    }
  }
  auto transaction = sql::Transaction::begin(**alive, sql::Begin::write);
  if (!transaction.ok()) return transaction.status();
  const absl::Status status = (*alive)->execute_each(
      "UPDATE audit_records SET status = 'new', claimed_by = NULL, claimed_until = NULL, "
      "updated_at = $3 WHERE id = $1 AND claim = $2",
      3, values);
  return status.ok() ? transaction->commit() : status;
}

absl::Status RecordStore::run_all_now(Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)
      ->execute("UPDATE audit_records SET next_run = $1, updated_at = $1",
                std::array{moment_value(now)})
      .status();
}

absl::StatusOr<std::int64_t> RecordStore::run_now(const Selection& which, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)->execute(cat("UPDATE audit_records SET next_run = $3, updated_at = $3, "
                               "run_again = CASE WHEN status = 'processing' THEN 1 ELSE 0 END",
                               selected),
                           std::array{word(which.host), word(which.audit), moment_value(now)});
}

absl::StatusOr<std::int64_t> RecordStore::set_disabled(const Selection& which, bool disabled,
                                                       std::string_view reason, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  // Without a reason, the one that was told before stays.
  return (*alive)->execute(
      cat("UPDATE audit_records SET updated_at = $3, disabled = $4, disabled_reason = $5", selected,
          " AND (disabled <> $4 OR ($5 <> '' AND disabled_reason <> $5))"),
      std::array{word(which.host), word(which.audit), moment_value(now),
                 Value(std::int64_t{disabled ? 1 : 0}), word(disabled ? reason : "")});
}

absl::Status RecordStore::set_paused(bool paused, std::string_view reason) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)
      ->execute("UPDATE audit_wishes SET paused = $1, reason = $2",
                std::array{Value(std::int64_t{paused ? 1 : 0}), word(paused ? reason : "")})
      .status();
}

absl::Status RecordStore::announce() {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)->execute("UPDATE audit_wishes SET number = number + 1", {}).status();
}

absl::StatusOr<Wishes> RecordStore::wishes() {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  Wishes wishes;
  absl::Status status =
      (*alive)->query("SELECT number, paused, reason FROM audit_wishes", {}, [&](const Row& row) {
        wishes = {row.integer(0), row.integer(1) != 0, std::string(row.text(2))};
      });
  if (!status.ok()) return status;
  return wishes;
}

}  // namespace vitals::audit
