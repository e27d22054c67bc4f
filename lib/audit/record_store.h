// SPDX-License-Identifier: Apache-2.0
// Records, repairs and engines in a database: what all backends here have in common.
#ifndef VITALS_LIB_AUDIT_RECORD_STORE_H
#define VITALS_LIB_AUDIT_RECORD_STORE_H

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/sql.h"
#include "vitals/audit/backend.h"

namespace vitals::audit {

// A backend but for its catalogue.
class RecordStore : public Backend {
 public:
  absl::Status sync(const Catalogue& catalogue, std::span<const Task> tasks,
                    Timestamp now) override;
  absl::Status visit_times(VisitTime visit) override;
  absl::Status visit_records(VisitRecord visit) override;
  absl::Status visit_results(Timestamp since, VisitRecord visit) override;
  absl::StatusOr<std::vector<ClaimAnswer>> claim(std::string_view engine,
                                                 std::span<const ClaimRequest> requests,
                                                 Timestamp now) override;
  absl::StatusOr<std::vector<std::optional<Taken>>> finish(std::string_view engine,
                                                           std::span<const Finished> finished,
                                                           Timestamp now) override;
  absl::Status release(std::span<const Claimed> claimed, Timestamp now) override;
  absl::Status run_all_now(Timestamp now) override;
  absl::StatusOr<std::int64_t> run_now(const Selection& which, Timestamp now) override;
  absl::StatusOr<std::int64_t> set_disabled(const Selection& which, bool disabled,
                                            std::string_view reason, Timestamp now) override;
  absl::Status set_paused(bool paused, std::string_view reason) override;
  absl::Status announce() override;
  absl::StatusOr<Wishes> wishes() override;
  absl::StatusOr<RepairAnswer> begin_repair(const RepairRequest& request, MayRepair may,
                                            Timestamp now) override;
  absl::Status end_repair(std::int64_t repair, int exit_code, Timestamp now) override;
  absl::Status extend_repair(std::int64_t repair, Timestamp until) override;
  absl::Status visit_repairs(Timestamp since, VisitRepair visit) override;
  absl::Status end_lost_repair(std::int64_t repair, Timestamp until, Timestamp now) override;
  absl::Status tell_alive(std::string_view engine, Timestamp now) override;
  absl::StatusOr<std::vector<EngineSeen>> engines() override;
  absl::Status prune(Timestamp before) override;

 protected:
  // The database is opened when it is first asked: who only reads a catalogue needs none.
  // `source` is what errors call it.
  RecordStore(std::string database, std::string source, OpenMode mode)
      : database_(std::move(database)), source_(std::move(source)), mode_(mode) {}

  // The connection, alive again if it was lost. Errors: NotFound where there are no tables, and
  // none are to be made.
  absl::StatusOr<sql::Connection*> connection();
  // A transaction in which nobody else changes which rows there are.
  absl::StatusOr<sql::Transaction> begin_alone();
  [[nodiscard]] const std::string& source() const { return source_; }

 private:
  absl::Status open();
  // Whether they are ours, and of a version that the mode can do with.
  absl::Status check_tables(sql::Connection& connection) const;
  // Why no repair of a record may begin; empty if one may.
  absl::StatusOr<std::string_view> why_paused(const RepairRequest& request);
  absl::StatusOr<std::string_view> why_too_soon(const RepairRequest& request, Timestamp now);

  std::string database_;
  std::string source_;
  OpenMode mode_;
  std::unique_ptr<sql::Connection> connection_;  // null: not opened yet
};

// Backends by scheme.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Backend>> open_directory(std::string_view url,
                                                                      OpenMode mode);
[[nodiscard]] absl::StatusOr<std::unique_ptr<Backend>> open_database(std::string_view url,
                                                                     OpenMode mode);

// Moments as the tables have them. What no recording may hold is none: somebody's hand wrote it.
[[nodiscard]] inline sql::Value moment_value(Timestamp moment) {
  return sql::Value(static_cast<std::int64_t>(moment.time_since_epoch().count()));
}
[[nodiscard]] inline std::optional<Timestamp> moment_of(const sql::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  const Timestamp moment{Seconds{row.integer(column)}};
  return is_accepted(moment) ? std::optional(moment) : std::nullopt;
}
// Moments ahead, which are compared and never recorded: of any, engines tell whether it can be.
[[nodiscard]] inline std::optional<Timestamp> plan_of(const sql::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return later(Timestamp{Seconds{row.integer(column)}}, earliest_accepted);
}

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_RECORD_STORE_H
