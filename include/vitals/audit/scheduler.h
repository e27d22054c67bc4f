// SPDX-License-Identifier: Apache-2.0
/// @file
/// The scheduler: what of a backend's catalogue is due, yielded at its moment.
///
///     Scheduler scheduler(backend, clock);
///     for (;;) {
///       const auto due = scheduler.wait_next();             // blocks; empty: stop() was called
///       if (due.empty()) break;
///       for (const TaskId task : due) run(scheduler.look_up(task)), scheduler.finish(task);
///     }
///
/// Every `refresh_every` it asks the backend anew and moves its own table: what is new is added,
/// what is gone is dropped, what another engine ran is moved. A catalogue that is broken is told
/// and changes nothing: the last good one stays. When things are due is told by vitals/audit/
/// timetable.h; what is kept between runs of the program, by the records.
///
/// Threads: stop() from any, and from a handler of signals; everything else on one.

#ifndef VITALS_AUDIT_SCHEDULER_H
#define VITALS_AUDIT_SCHEDULER_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/audit/backend.h"
#include "vitals/audit/catalogue.h"
#include "vitals/audit/clock.h"
#include "vitals/audit/timetable.h"

namespace vitals::audit {

struct SchedulerOptions {
  Seconds refresh_every{300};
  TimetableOptions timetable{};
  /// Told why a refresh did not succeed.
  std::function<void(const absl::Status&)> on_error{};
};

/// What stands behind the number of a task, valid until the next refresh.
struct Scheduled {
  const Host* host = nullptr;
  const Audit* audit = nullptr;
  std::int64_t record = 0;
};

class Scheduler {
 public:
  /// Both must outlive the scheduler. Nothing is read yet.
  Scheduler(Backend& backend, Clock& clock, SchedulerOptions options = {});
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Blocks until something is due, and yields all that is due at that moment: from now on it is
  /// being run. Empty only if it was stopped. Valid until the next call.
  [[nodiscard]] std::span<const TaskId> wait_next();

  /// The same without waiting, for event loops: empty where nothing is due.
  [[nodiscard]] std::span<const TaskId> take_due();

  /// When take_due() should be called at the latest: something is due, or a refresh.
  [[nodiscard]] Timestamp next_due();

  /// A yielded task was run; its next run.
  Timestamp finish(TaskId task);
  /// A yielded task was not run, and is due again then.
  void give_back(TaskId task, Timestamp due);

  /// None for a task that was dropped while it was being run, or waited for that.
  [[nodiscard]] std::optional<Scheduled> look_up(TaskId task) const;
  [[nodiscard]] std::optional<TaskId> find(std::string_view host, std::string_view audit) const;

  /// Asks the backend anew, at once.
  ///
  /// Errors:   those of the backend. What is wrong was told to on_error, too.
  absl::Status refresh();

  /// Yields nothing until it is resumed; what is missed meanwhile is run once, spread.
  void pause();
  void resume();
  [[nodiscard]] bool is_paused() const;
  /// The same for one task. Errors: NotFound.
  absl::Status pause(std::string_view host, std::string_view audit);
  absl::Status resume(std::string_view host, std::string_view audit);
  /// Makes everything due now.
  absl::Status run_all_now();
  /// Makes a task due now, here and for all who share the backend. Errors: NotFound.
  absl::Status run_now(std::string_view host, std::string_view audit);

  /// wait_next() returns, now and ever after.
  void stop();

  /// The catalogue of the last good refresh; null before the first.
  [[nodiscard]] std::shared_ptr<const Catalogue> catalogue() const;
  [[nodiscard]] std::size_t size() const;  ///< how many tasks there are, disabled ones included

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_SCHEDULER_H
