// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/timetable.h"

#include <algorithm>

#include "fleet/deadline_tree.h"

namespace vitals::audit {
namespace {

// The tree takes no earlier moment; what is due before it is due then.
constexpr Timestamp first_moment{Seconds{1}};

struct Entry {
  Timestamp next_run{};
  std::optional<Timestamp> kept{};  // what set_next_run() told last
  Seconds period{0};
  std::uint64_t hash = 0;
  bool used = false;
  bool running = false;
  bool paused = false;
  bool removed = false;
  bool again = false;   // to be run at once when it is finished
  bool spread = false;  // its next run was missed and is spread already
};

}  // namespace

struct Timetable::State {
  explicit State(const TimetableOptions& given) : options(given) { tree.resize(capacity); }

  // Time steps back: nothing may wait for moments that lie too far ahead now.
  void see(Timestamp now) {
    if (now < last_now) {
      for (TaskId id = 0; id < entries.size(); ++id) {
        const Entry& entry = entries[id];
        if (entry.used && is_too_far(entry, now)) set(id, grid(entry, now));
      }
    }
    last_now = now;
  }

  static bool is_too_far(const Entry& entry, Timestamp now) {
    return lies_too_far(entry.next_run, entry.period, now);
  }
  static Timestamp grid(const Entry& entry, Timestamp now) {
    return next_on_grid(now, entry.period, entry.hash);
  }
  [[nodiscard]] Timestamp spread(const Entry& entry, Timestamp now) const {
    const Seconds most = std::min(entry.period, options.spread);
    if (most <= Seconds::zero()) return now;
    const auto within = entry.hash % static_cast<std::uint64_t>(most.count());
    return vitals::add(now, Seconds{static_cast<std::int64_t>(within)});
  }
  [[nodiscard]] bool is_missed(Timestamp next_run, Timestamp now) const {
    return next_run < subtract(now, options.late);
  }

  void set(TaskId id, Timestamp next_run) {
    Entry& entry = entries[id];
    entry.next_run = next_run;
    const bool waits = entry.used && !entry.running && !entry.paused;
    tree.set(id, waits ? later(next_run, first_moment) : distant_future);
  }

  // Takes over a moment that was kept somewhere, or none.
  void adopt(TaskId id, std::optional<Timestamp> next_run, Timestamp now) {
    Entry& entry = entries[id];
    entry.spread = !next_run || is_missed(*next_run, now);
    entry.next_run = next_run.value_or(now);
    if (entry.spread) return set(id, spread(entry, now));
    set(id, is_too_far(entry, now) ? grid(entry, now) : entry.next_run);
  }

  TimetableOptions options;
  std::vector<Entry> entries;
  std::vector<TaskId> unused;
  DeadlineTree tree;
  std::size_t capacity = 16;
  std::size_t count = 0;
  Timestamp last_now = distant_past;
  std::vector<TaskId> found;  // kept, so that nothing is allocated
};

Timetable::Timetable(const TimetableOptions& options) : state_(std::make_unique<State>(options)) {}
Timetable::Timetable(Timetable&&) noexcept = default;
Timetable& Timetable::operator=(Timetable&&) noexcept = default;
Timetable::~Timetable() = default;

TaskId Timetable::add(const NewTask& task, Timestamp now) {
  State& state = *state_;
  state.see(now);
  TaskId id = static_cast<TaskId>(state.entries.size());
  if (!state.unused.empty()) {
    id = state.unused.back();
    state.unused.pop_back();
  } else {
    state.entries.emplace_back();
    if (state.entries.size() > state.capacity) state.tree.resize(state.capacity *= 2);
  }
  state.entries[id] = {.kept = task.next_run,
                       .period = std::max(task.period, Seconds{1}),
                       .hash = task.hash,
                       .used = true};
  ++state.count;
  state.adopt(id, task.next_run, now);
  return id;
}

void Timetable::remove(TaskId task) {
  Entry& entry = state_->entries[task];
  if (!entry.used || entry.removed) return;
  --state_->count;
  entry.removed = true;
  if (entry.running) return;
  entry.used = false;
  state_->set(task, distant_future);
  state_->unused.push_back(task);
}

void Timetable::set_period(TaskId task, Seconds period, Timestamp now) {
  state_->see(now);
  Entry& entry = state_->entries[task];
  const Seconds length = std::max(period, Seconds{1});
  if (entry.period == length) return;
  entry.period = length;
  if (!entry.running) state_->set(task, earlier(entry.next_run, State::grid(entry, now)));
}

void Timetable::set_next_run(TaskId task, std::optional<Timestamp> next_run, Timestamp now) {
  state_->see(now);
  Entry& entry = state_->entries[task];
  if (entry.running || entry.kept == next_run) return;
  entry.kept = next_run;
  state_->adopt(task, next_run, now);
}

void Timetable::take_due(Timestamp now, std::vector<TaskId>& due) {
  State& state = *state_;
  state.see(now);
  state.found.clear();
  state.tree.take_due(now, [&](std::size_t id) { state.found.push_back(static_cast<TaskId>(id)); });
  for (const TaskId id : state.found) {
    Entry& entry = state.entries[id];
    if (!entry.spread && state.is_missed(entry.next_run, now)) {
      entry.spread = true;
      const Timestamp moment = state.spread(entry, now);
      if (moment > now) {
        state.set(id, moment);
        continue;
      }
    }
    entry.running = true;
    due.push_back(id);
  }
}

std::optional<Timestamp> Timetable::next_due() {
  const Timestamp earliest = state_->tree.earliest();
  if (earliest == distant_future) return std::nullopt;
  return earliest;
}

Timestamp Timetable::finish(TaskId task, Timestamp now) {
  State& state = *state_;
  state.see(now);
  Entry& entry = state.entries[task];
  entry.running = false;
  entry.spread = false;
  if (entry.removed) {
    entry.used = false;
    state.set(task, distant_future);
    state.unused.push_back(task);
    return distant_future;
  }
  const Timestamp next_run = entry.again ? now : State::grid(entry, now);
  entry.again = false;
  state.set(task, next_run);
  return next_run;
}

void Timetable::give_back(TaskId task, Timestamp due) {
  Entry& entry = state_->entries[task];
  if (!entry.running) return;
  entry.running = false;
  if (entry.removed) {
    entry.used = false;
    state_->unused.push_back(task);
    return;
  }
  entry.spread = true;  // it has waited already
  entry.again = false;
  state_->set(task, due);
}

void Timetable::run_now(TaskId task, Timestamp now) {
  state_->see(now);
  Entry& entry = state_->entries[task];
  if (entry.running) {
    entry.again = true;
    return;
  }
  entry.spread = true;
  state_->set(task, now);
}

void Timetable::pause(TaskId task) {
  Entry& entry = state_->entries[task];
  entry.paused = true;
  state_->set(task, entry.next_run);
}

void Timetable::resume(TaskId task, Timestamp now) {
  state_->see(now);
  Entry& entry = state_->entries[task];
  if (!entry.paused) return;
  entry.paused = false;
  if (!entry.running) state_->adopt(task, entry.next_run, now);
}

bool Timetable::is_running(TaskId task) const { return state_->entries[task].running; }
bool Timetable::is_paused(TaskId task) const { return state_->entries[task].paused; }
Timestamp Timetable::next_run(TaskId task) const { return state_->entries[task].next_run; }
Seconds Timetable::period(TaskId task) const { return state_->entries[task].period; }
std::size_t Timetable::size() const { return state_->count; }

}  // namespace vitals::audit
