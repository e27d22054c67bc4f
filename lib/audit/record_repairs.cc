// SPDX-License-Identifier: Apache-2.0
// Of what RecordStore keeps: repairs, and the engines that live.
#include <algorithm>
#include <array>

#include "audit/record_store.h"

namespace vitals::audit {

using sql::Row;
using sql::Value;

absl::StatusOr<std::optional<std::int64_t>> RecordStore::begin_repair(const RepairRequest& request,
                                                                      MayRepair may,
                                                                      Timestamp now) {
  auto transaction = begin_alone();
  if (!transaction.ok()) return transaction.status();
  std::vector<std::string> hosts;
  absl::Status status =
      connection_->query("SELECT host FROM repairs WHERE ended_at IS NULL", {},
                         [&](const Row& row) { hosts.emplace_back(row.text(0)); });
  if (!status.ok()) return status;
  bool is_too_soon = false;
  status = connection_->query(
      "SELECT id FROM repairs WHERE host = $1 "
      "AND ((audit_name = $2 AND began_at > $3) OR ended_at >= $4) LIMIT 1",
      std::array{Value(request.host), Value(request.audit),
                 moment_value(subtract(now, request.again_after)),
                 moment_value(request.measured_at)},
      [&](const Row&) { is_too_soon = true; });
  if (!status.ok()) return status;
  const bool goes_on = std::find(hosts.begin(), hosts.end(), request.host) != hosts.end();
  if (goes_on || is_too_soon || !may(hosts)) return std::nullopt;
  std::optional<std::int64_t> repair;
  status = connection_->query(
      "INSERT INTO repairs (host, audit_name, engine, began_at, claimed_until) "
      "VALUES ($1, $2, $3, $4, $5) RETURNING id",
      std::array{Value(request.host), Value(request.audit), Value(request.engine),
                 moment_value(now), moment_value(request.until)},
      [&](const Row& row) { repair = row.integer(0); });
  if (!status.ok()) return status;
  if (status = transaction->commit(); !status.ok()) return status;
  return repair;
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
      "SELECT id, host, audit_name, began_at, ended_at FROM repairs "
      "WHERE ended_at IS NULL OR ended_at >= $1 ORDER BY began_at, id",
      std::array{moment_value(since)}, [&](const Row& row) {
        visit({.id = row.integer(0),
               .host = row.text(1),
               .audit = row.text(2),
               .began_at = moment_of(row, 3).value_or(Timestamp()),
               .ended_at = moment_of(row, 4)});
      });
}

absl::Status RecordStore::end_lost_repairs(Timestamp now) {
  const auto alive = connection();
  if (!alive.ok()) return alive.status();
  return (*alive)
      ->execute("UPDATE repairs SET ended_at = $1 WHERE ended_at IS NULL AND claimed_until <= $1",
                std::array{moment_value(now)})
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
