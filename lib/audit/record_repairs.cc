// SPDX-License-Identifier: Apache-2.0
// Of what RecordStore keeps: repairs, and the engines that live.
#include <algorithm>
#include <array>

#include "audit/record_store.h"

namespace vitals::audit {

using sql::Row;
using sql::Value;

absl::StatusOr<std::string_view> RecordStore::why_paused(const RepairRequest& request) {
  std::string_view why;
  absl::Status status = connection_->query("SELECT 1 FROM audit_wishes WHERE paused <> 0", {},
                                           [&](const Row&) { why = "everything is paused"; });
  if (!status.ok()) return status;
  status = connection_->query(
      "SELECT 1 FROM audit_records WHERE host = $1 AND audit_name = $2 AND disabled <> 0",
      std::array{Value(request.host), Value(request.audit)},
      [&](const Row&) { why = "its audit is paused"; });
  if (!status.ok()) return status;
  return why;
}

absl::StatusOr<std::string_view> RecordStore::why_too_soon(const RepairRequest& request,
                                                           Timestamp now) {
  std::string_view why;
  absl::Status status = connection_->query(
      "SELECT id FROM repairs WHERE host = $1 AND audit_name = $2 AND began_at > $3 LIMIT 1",
      std::array{Value(request.host), Value(request.audit),
                 moment_value(subtract(now, request.again_after))},
      [&](const Row&) { why = "the last one began less than `again_after` ago"; });
  if (!status.ok()) return status;
  status = connection_->query(
      "SELECT id FROM repairs WHERE host = $1 AND ended_at >= $2 LIMIT 1",
      std::array{Value(request.host), moment_value(request.measured_at)},
      [&](const Row&) { why = "the host was repaired since that was measured"; });
  if (!status.ok()) return status;
  return why;
}

absl::StatusOr<RepairAnswer> RecordStore::begin_repair(const RepairRequest& request, MayRepair may,
                                                       Timestamp now) {
  auto transaction = begin_alone();
  if (!transaction.ok()) return transaction.status();
  for (const auto& why : {why_paused(request), why_too_soon(request, now)}) {
    if (!why.ok()) return why.status();
    if (!why->empty()) return RepairAnswer{.why = *why};
  }
  std::vector<std::string> hosts;
  absl::Status status =
      connection_->query("SELECT host FROM repairs WHERE ended_at IS NULL", {},
                         [&](const Row& row) { hosts.emplace_back(row.text(0)); });
  if (!status.ok()) return status;
  if (std::find(hosts.begin(), hosts.end(), request.host) != hosts.end()) {
    return RepairAnswer{.why = "the host is being repaired"};
  }
  if (!may(hosts)) return RepairAnswer{.why = "no more of its group may be repaired at once"};
  RepairAnswer answer;
  status = connection_->query(
      "INSERT INTO repairs (host, audit_name, engine, began_at, claimed_until) "
      "VALUES ($1, $2, $3, $4, $5) RETURNING id",
      std::array{Value(request.host), Value(request.audit), Value(request.engine),
                 moment_value(now), moment_value(request.until)},
      [&](const Row& row) { answer.id = row.integer(0); });
  if (!status.ok()) return status;
  if (status = transaction->commit(); !status.ok()) return status;
  return answer;
}

absl::Status RecordStore::extend_repair(std::int64_t repair, Timestamp until) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)
      ->execute(
          "UPDATE repairs SET claimed_until = CASE WHEN claimed_until < $2 "
          "THEN CAST($2 AS BIGINT) ELSE claimed_until + 1 END WHERE id = $1 AND ended_at IS NULL",
          std::array{Value(repair), moment_value(until)})
      .status();
}

absl::Status RecordStore::end_repair(std::int64_t repair, int exit_code, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)
      ->execute(
          "UPDATE repairs SET ended_at = $2, exit_code = $3 WHERE id = $1 "
          "AND ended_at IS NULL",
          std::array{Value(repair), moment_value(now), Value(std::int64_t{exit_code})})
      .status();
}

absl::Status RecordStore::visit_repairs(Timestamp since, VisitRepair visit) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)->query(
      "SELECT id, host, audit_name, began_at, claimed_until, ended_at FROM repairs "
      "WHERE ended_at IS NULL OR ended_at >= $1 ORDER BY began_at, id",
      std::array{moment_value(since)}, [&](const Row& row) {
        visit({.id = row.integer(0),
               .host = row.text(1),
               .audit = row.text(2),
               .began_at = moment_of(row, 3).value_or(Timestamp()),
               .until = plan_of(row, 4).value_or(Timestamp()),
               .ended_at = moment_of(row, 5)});
      });
}

absl::Status RecordStore::end_lost_repair(std::int64_t repair, Timestamp until, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)
      ->execute(
          "UPDATE repairs SET ended_at = $3 WHERE id = $1 AND ended_at IS NULL "
          "AND claimed_until = $2",
          std::array{Value(repair), moment_value(until), moment_value(now)})
      .status();
}

absl::Status RecordStore::tell_alive(std::string_view engine, Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  // Nobody else copies what was written back into a file of SQLite, and this comes regularly.
  if ((*alive)->backend() == sql::Backend::sqlite) {
    absl::Status status = (*alive)->script("PRAGMA wal_checkpoint(PASSIVE)");
    if (!status.ok()) return status;
  }
  return (*alive)
      ->execute(
          "INSERT INTO engines (name, seen_at) VALUES ($1, $2) "
          "ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at",
          std::array{Value(engine), moment_value(now)})
      .status();
}

absl::StatusOr<std::vector<EngineSeen>> RecordStore::engines() {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  std::vector<EngineSeen> engines;
  absl::Status status =
      (*alive)->query("SELECT name, seen_at FROM engines ORDER BY name", {}, [&](const Row& row) {
        engines.push_back({std::string(row.text(0)), moment_of(row, 1).value_or(Timestamp())});
      });
  if (!status.ok()) return status;
  return engines;
}

absl::Status RecordStore::prune(Timestamp before) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  for (const char* const statement :
       {"DELETE FROM repairs WHERE ended_at < $1", "DELETE FROM engines WHERE seen_at < $1"}) {
    const auto count = (*alive)->execute(statement, std::array{moment_value(before)});
    if (!count.ok()) return count.status();
  }
  return absl::OkStatus();
}

}  // namespace vitals::audit
