// SPDX-License-Identifier: Apache-2.0
/// @file
/// When each task is due: a table that time is told to, and that asks nobody.
///
///     next run   = the nearest moment t after now with t = hash (mod period)
///     first run  = now + hash (mod the shorter of period and spread)
///     missed run = the same: once, however many periods passed
///
/// A task's runs lie on a grid of its own that follows from its names alone. So a group does not
/// start as one herd, nothing drifts, and after a restart, on another engine or under an edited
/// catalogue each task keeps its place.
///
/// The promise, while the table is asked: a task that is neither paused nor being run is due within
/// period + the longer of spread and schedule_slack, whatever clocks do; it is never yielded again
/// before it is told finished; and in a stretch of n periods it is yielded n + 2 times at most, but
/// for run_now(), a new period, and clocks that step. What was missed is run once.
///
/// Cost: constant, and a search among as many nodes as are due. Threads: one at a time.

#ifndef VITALS_AUDIT_TIMETABLE_H
#define VITALS_AUDIT_TIMETABLE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "vitals/time.h"

namespace vitals::audit {

/// The number of a task in its table. Numbers of removed tasks are given again.
using TaskId = std::uint32_t;

/// The nearest moment of the grid that lies after `now`.
///
/// Units:    seconds; `period` is 1 s or more.
/// Boundary: a moment that is `now` itself has passed.
[[nodiscard]] constexpr Timestamp next_on_grid(Timestamp now, Seconds period,
                                               std::uint64_t hash) noexcept {
  const std::int64_t length = period.count();
  const auto phase = static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(length));
  const std::int64_t since = ((now.time_since_epoch().count() - phase) % length + length) % length;
  return add(now, Seconds{length - since});
}

/// How far a next run may lie ahead: beyond one period and this it cannot be, because clocks
/// stepped back or the period was another one, and so the grid is asked anew.
inline constexpr Seconds schedule_slack{600};

/// Whether a next run lies farther ahead than that.
[[nodiscard]] constexpr bool lies_too_far(std::optional<Timestamp> next_run, Seconds period,
                                          Timestamp now) noexcept {
  return next_run && *next_run > add(now, sum(period, schedule_slack));
}

struct TimetableOptions {
  Seconds spread{300};  ///< over how long first and missed runs are spread
  Seconds late{60};     ///< a run that is later than this was missed
};

/// What is told of a task when it enters the table.
struct NewTask {
  Seconds period{0};
  std::uint64_t hash = 0;
  /// When it is due by what is kept of it; none if it never ran.
  std::optional<Timestamp> next_run{};
};

class Timetable {
 public:
  explicit Timetable(const TimetableOptions& options = {});
  Timetable(Timetable&&) noexcept;
  Timetable& operator=(Timetable&&) noexcept;
  ~Timetable();

  [[nodiscard]] TaskId add(const NewTask& task, Timestamp now);
  /// A task that is being run keeps its number until it is told finished.
  void remove(TaskId task);
  /// Another period puts the task on another grid.
  void set_period(TaskId task, Seconds period, Timestamp now);
  /// What is kept of the task says when it is due; only what is new to the table moves it, as when
  /// another engine ran it. Nothing while it is being run.
  void set_next_run(TaskId task, std::optional<Timestamp> next_run, Timestamp now);

  /// Appends what is due, in order of number: from now on it is being run.
  ///
  /// Boundary: due at `now` is due.
  void take_due(Timestamp now, std::vector<TaskId>& due);

  /// The nearest moment at which something is due, never earlier than it can be; none if nothing
  /// ever will be.
  [[nodiscard]] std::optional<Timestamp> next_due();

  /// A run ended: the task's next run, on the grid.
  Timestamp finish(TaskId task, Timestamp now);
  /// A run did not take place: the task is due again then.
  void give_back(TaskId task, Timestamp due);

  /// Makes a task due now. One that is being run is due again when it is told finished; a paused
  /// one when it is resumed.
  void run_now(TaskId task, Timestamp now);
  void pause(TaskId task);
  void resume(TaskId task, Timestamp now);

  [[nodiscard]] bool is_running(TaskId task) const;
  [[nodiscard]] bool is_paused(TaskId task) const;
  /// Of a task that is being run: when it was due.
  [[nodiscard]] Timestamp next_run(TaskId task) const;
  [[nodiscard]] Seconds period(TaskId task) const;
  [[nodiscard]] std::size_t size() const;  ///< tasks that are not removed

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_TIMETABLE_H
