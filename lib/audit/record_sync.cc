// SPDX-License-Identifier: Apache-2.0
#include "audit/record_sync.h"

#include <optional>
#include <vector>

#include "audit/record_store.h"
#include "audit/task_finder.h"
#include "vitals/audit/timetable.h"

namespace vitals::audit {
namespace {

using sql::Row;
using sql::Value;

class Sync {
 public:
  Sync(const Catalogue& catalogue, std::span<const Task> tasks, Timestamp now)
      : catalogue_(catalogue),
        tasks_(tasks),
        now_(now),
        finder_(catalogue, tasks),
        is_there_(tasks.size()) {}

  absl::Status compare(sql::Connection& connection) {
    return connection.query(
        "SELECT id, host, audit_name, ip_address, run_every, next_run FROM audit_records", {},
        [this](const Row& row) {
          const auto task = finder_.find(row.text(1), row.text(2));
          if (!task) return removed_.emplace_back(row.integer(0)), void();
          is_there_[*task] = true;
          compare(tasks_[*task], row);
        });
  }

  absl::Status write(sql::Connection& connection) {
    absl::Status status =
        connection.execute_each("DELETE FROM audit_records WHERE id = $1", 1, removed_);
    if (!status.ok()) return status;
    status = connection.execute_each(
        "UPDATE audit_records SET ip_address = $2, run_every = $3, updated_at = $4, "
        "next_run = CASE WHEN next_run > $5 THEN $5 ELSE next_run END WHERE id = $1",
        5, changed_);
    if (!status.ok()) return status;
    const std::vector<Value> added = missing();
    if (added.empty()) return status;
    return connection.load("audit_records",
                           "host, ip_address, audit_name, run_every, created_at, updated_at", 6,
                           added);
  }

 private:
  void compare(const Task& task, const Row& row) {
    const Host& host = catalogue_.hosts[task.host];
    const Audit& audit = catalogue_.audits[task.audit];
    const std::int64_t run_every = audit.run_every.count();
    const bool is_same = row.text(3) == host.address && row.integer(4) == run_every;
    if (is_same && !lies_too_far(plan_of(row, 5), audit.run_every, now_)) return;
    // Another period has another grid. Timetables go by it at once, and claims by the record.
    const Timestamp latest =
        next_on_grid(now_, audit.run_every, stable_hash(host.name, audit.name));
    for (const Value& value : {Value(row.integer(0)), sql::text_or_null(host.address),
                               Value(run_every), moment_value(now_), moment_value(latest)}) {
      changed_.push_back(value);
    }
  }

  [[nodiscard]] std::vector<Value> missing() const {
    std::vector<Value> added;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (is_there_[i]) continue;
      const Host& host = catalogue_.hosts[tasks_[i].host];
      const Audit& audit = catalogue_.audits[tasks_[i].audit];
      for (const Value& value :
           {Value(host.name), sql::text_or_null(host.address), Value(audit.name),
            Value(audit.run_every.count()), moment_value(now_), moment_value(now_)}) {
        added.push_back(value);
      }
    }
    return added;
  }

  const Catalogue& catalogue_;
  std::span<const Task> tasks_;
  Timestamp now_;
  TaskFinder finder_;
  std::vector<bool> is_there_;  // by task
  std::vector<Value> removed_;
  std::vector<Value> changed_;
};

}  // namespace

absl::Status sync_records(sql::Connection& connection, const Catalogue& catalogue,
                          std::span<const Task> tasks, Timestamp now) {
  Sync sync(catalogue, tasks, now);
  const absl::Status status = sync.compare(connection);
  return status.ok() ? sync.write(connection) : status;
}

}  // namespace vitals::audit
