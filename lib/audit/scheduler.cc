// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/scheduler.h"

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "audit/task_finder.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::audit {
namespace {

constexpr TaskId no_task = UINT32_MAX;

// A clock that steps back is noticed by whoever looks at it before it is where it was.
constexpr Seconds look_again{60};

std::string joined_names(std::string_view host, std::string_view audit) {
  std::string text(host);
  text += '\0';
  text += audit;
  return text;
}

struct Info {
  Task task{};
  std::int64_t record = 0;
  bool gone = false;      // dropped while it is being run
  bool disabled = false;  // by its record
  bool paused = false;    // by pause()
};

// The tasks of a catalogue, with their numbers; without one until the record was seen.
struct Index {
  Index() = default;
  Index(std::shared_ptr<const Catalogue> of, std::vector<Task> all)
      : catalogue(std::move(of)),
        tasks(std::move(all)),
        finder(*catalogue, tasks),
        ids(tasks.size(), no_task) {}

  std::shared_ptr<const Catalogue> catalogue;
  std::vector<Task> tasks;
  TaskFinder finder;
  std::vector<TaskId> ids;
};

absl::Status not_found(std::string_view host, std::string_view audit) {
  return absl::NotFoundError(cat("the host ", in_quotes(host), " has no audit ", in_quotes(audit)));
}

}  // namespace

class Scheduler::Impl {
 public:
  Impl(Backend& backend, Clock& clock, SchedulerOptions options)
      : backend_(backend),
        clock_(clock),
        options_(std::move(options)),
        table_(options_.timetable) {}

  std::span<const TaskId> wait_next() {
    while (!stopped_) {
      if (const auto due = take_due(); !due.empty()) return due;
      if (!stopped_) clock_.wait_until(earlier(next_due(), add(clock_.now(), look_again)));
    }
    return {};
  }

  std::span<const TaskId> take_due() {
    const Timestamp now = clock_.now();
    due_.clear();
    if (stopped_) return due_;
    const bool stepped_back = next_refresh_ > add(now, options_.refresh_every);
    if (!refreshed_ || now >= next_refresh_ || stepped_back) refresh().IgnoreError();
    if (!paused_) table_.take_due(now, due_);
    return due_;
  }

  Timestamp next_due() {
    const auto due = paused_ ? std::nullopt : table_.next_due();
    return due ? earlier(*due, next_refresh_) : next_refresh_;
  }

  Timestamp finish(TaskId id) {
    if (infos_[id].gone) {
      drop(id);
      return distant_future;
    }
    return table_.finish(id, clock_.now());
  }

  void give_back(TaskId id, Timestamp due) {
    if (infos_[id].gone) return drop(id);
    table_.give_back(id, due);
  }

  std::optional<Scheduled> look_up(TaskId id) const {
    const Info& info = infos_[id];
    if (info.gone) return std::nullopt;
    return Scheduled{&index_.catalogue->hosts[info.task.host],
                     &index_.catalogue->audits[info.task.audit], info.record};
  }

  std::optional<TaskId> find(std::string_view host, std::string_view audit) const {
    const auto found = index_.finder.find(host, audit);
    if (!found || index_.ids[*found] == no_task) return std::nullopt;
    return index_.ids[*found];
  }

  absl::Status refresh() {
    refreshed_ = true;
    next_refresh_ = add(clock_.now(), options_.refresh_every);
    absl::Status status = ask_backend();
    if (!status.ok() && options_.on_error) options_.on_error(status);
    return status;
  }

  void pause(bool paused) { paused_ = paused; }
  bool is_paused() const { return paused_; }

  absl::Status pause(std::string_view host, std::string_view audit, bool paused) {
    const auto id = find(host, audit);
    if (!id) return not_found(host, audit);
    infos_[*id].paused = paused;
    apply_pauses(*id);
    return absl::OkStatus();
  }

  absl::Status run_now(std::string_view host, std::string_view audit) {
    const auto id = find(host, audit);
    if (!id) return not_found(host, audit);
    const Timestamp now = clock_.now();
    const auto count = backend_.run_now({.host = host, .audit = audit}, now);
    if (!count.ok()) return count.status();
    if (*count == 0) return not_found(host, audit);  // another engine has another catalogue
    table_.run_now(*id, now);
    return absl::OkStatus();
  }

  absl::Status run_all_now() {
    const Timestamp now = clock_.now();
    if (absl::Status status = backend_.run_all_now(now); !status.ok()) return status;
    for (const TaskId id : index_.ids) {
      if (id != no_task) table_.run_now(id, now);
    }
    return absl::OkStatus();
  }

  void stop() {
    stopped_ = true;
    clock_.wake();
  }

  std::shared_ptr<const Catalogue> catalogue() const { return index_.catalogue; }
  std::size_t size() const { return index_.tasks.size(); }

 private:
  absl::Status ask_backend() {
    auto catalogue = backend_.catalogue();
    if (!catalogue.ok()) return catalogue.status();
    if (*catalogue != index_.catalogue || records_are_off_) {
      auto tasks = expand(**catalogue);
      if (!tasks.ok()) return tasks.status();
      if (absl::Status status = make_records(**catalogue, *tasks); !status.ok()) return status;
      replace(Index(*std::move(catalogue), *std::move(tasks)));
    }
    const Timestamp now = clock_.now();
    std::size_t seen = 0;
    bool is_too_far = false;
    absl::Status status = backend_.visit_times([&](const RecordTime& record) {
      const auto id = see(record, now);
      if (!id) return;
      ++seen;
      is_too_far = is_too_far || lies_too_far(record.next_run, table_.period(*id), now);
    });
    // An engine that had an older catalogue may have removed some; clocks may have stepped back.
    records_are_off_ = status.ok() && (seen < index_.tasks.size() || is_too_far);
    return status;
  }

  // A file that is just being written has no hosts, either: nobody means to remove them all at
  // once, with their records and who paused which.
  absl::Status make_records(const Catalogue& catalogue, std::span<const Task> tasks) {
    if (!catalogue.hosts.empty()) return backend_.sync(catalogue, tasks, clock_.now());
    const auto& last = index_.catalogue;
    if (last == nullptr || last->hosts.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(cat("the catalogue has no hosts any more, and had ",
                                             last->hosts.size(),
                                             ": the last one stays until this engine starts anew"));
  }

  // Takes over another catalogue. Tasks of the same names stay what they are.
  void replace(Index index) {
    const Timestamp now = clock_.now();
    const Catalogue& catalogue = *index.catalogue;
    for (std::size_t i = 0; i < index.tasks.size(); ++i) {
      const Task& task = index.tasks[i];
      const Audit& audit = catalogue.audits[task.audit];
      const TaskId id = take_over(catalogue.hosts[task.host].name, audit.name);
      index.ids[i] = id;
      if (id == no_task) continue;
      infos_[id].task = task;
      table_.set_period(id, audit.run_every, now);
    }
    for (const TaskId left : index_.ids) {
      if (left != no_task) leave(left);
    }
    index_ = std::move(index);
    for (const TaskId id : index_.ids) {
      if (id != no_task) apply_pauses(id);
    }
  }

  // A task that is in the catalogue no more.
  void leave(TaskId id) {
    if (!table_.is_running(id)) return table_.remove(id);
    Info& info = infos_[id];
    info.gone = true;
    gone_.emplace(joined_names(index_.catalogue->hosts[info.task.host].name,
                               index_.catalogue->audits[info.task.audit].name),
                  id);
  }

  // The number that a task has, taken from whoever has it; no_task if it has none.
  TaskId take_over(std::string_view host, std::string_view audit) {
    if (const auto known = index_.finder.find(host, audit)) {
      return std::exchange(index_.ids[*known], no_task);
    }
    if (gone_.empty()) return no_task;
    const auto gone = gone_.find(joined_names(host, audit));
    if (gone == gone_.end()) return no_task;
    const TaskId id = gone->second;
    infos_[id].gone = false;
    gone_.erase(gone);
    return id;
  }

  // The task whose record it is, if it is one's.
  std::optional<TaskId> see(const RecordTime& record, Timestamp now) {
    const auto found = index_.finder.find(record.host, record.audit);
    if (!found) return std::nullopt;
    TaskId& id = index_.ids[*found];
    if (id == no_task) {
      const Task& task = index_.tasks[*found];
      const Audit& audit = index_.catalogue->audits[task.audit];
      id = table_.add({.period = audit.run_every,
                       .hash = stable_hash(record.host, record.audit),
                       .next_run = record.next_run},
                      now);
      if (id >= infos_.size()) infos_.resize(id + std::size_t{1});
      infos_[id] = {.task = task, .record = record.id, .disabled = record.disabled};
      apply_pauses(id);
      return id;
    }
    Info& info = infos_[id];
    info.record = record.id;
    table_.set_next_run(id, record.next_run, now);
    if (info.disabled != record.disabled) {
      info.disabled = record.disabled;
      apply_pauses(id);
    }
    return id;
  }

  void apply_pauses(TaskId id) {
    const Info& info = infos_[id];
    const bool paused =
        info.paused || info.disabled || !index_.catalogue->audits[info.task.audit].enabled;
    if (paused == table_.is_paused(id)) return;
    paused ? table_.pause(id) : table_.resume(id, clock_.now());
  }

  void drop(TaskId id) {
    for (auto gone = gone_.begin(); gone != gone_.end(); ++gone) {
      if (gone->second != id) continue;
      gone_.erase(gone);
      break;
    }
    table_.remove(id);
    table_.finish(id, clock_.now());
  }

  Backend& backend_;
  Clock& clock_;
  SchedulerOptions options_;
  Timetable table_;
  Index index_;              // the last good catalogue
  std::vector<Info> infos_;  // by number
  StringMap<TaskId> gone_;   // dropped while they were being run: few
  std::vector<TaskId> due_;
  Timestamp next_refresh_ = distant_past;
  bool refreshed_ = false;
  bool records_are_off_ = false;  // some are missing, or due too late
  bool paused_ = false;
  std::atomic<bool> stopped_ = false;
};

Scheduler::Scheduler(Backend& backend, Clock& clock, SchedulerOptions options)
    : impl_(std::make_unique<Impl>(backend, clock, std::move(options))) {}
Scheduler::~Scheduler() = default;

std::span<const TaskId> Scheduler::wait_next() { return impl_->wait_next(); }
std::span<const TaskId> Scheduler::take_due() { return impl_->take_due(); }
Timestamp Scheduler::next_due() { return impl_->next_due(); }
Timestamp Scheduler::finish(TaskId task) { return impl_->finish(task); }
void Scheduler::give_back(TaskId task, Timestamp due) { impl_->give_back(task, due); }
std::optional<Scheduled> Scheduler::look_up(TaskId task) const { return impl_->look_up(task); }
std::optional<TaskId> Scheduler::find(std::string_view host, std::string_view audit) const {
  return impl_->find(host, audit);
}
absl::Status Scheduler::refresh() { return impl_->refresh(); }
void Scheduler::pause() { impl_->pause(true); }
void Scheduler::resume() { impl_->pause(false); }
bool Scheduler::is_paused() const { return impl_->is_paused(); }
absl::Status Scheduler::pause(std::string_view host, std::string_view audit) {
  return impl_->pause(host, audit, true);
}
absl::Status Scheduler::resume(std::string_view host, std::string_view audit) {
  return impl_->pause(host, audit, false);
}
absl::Status Scheduler::run_now(std::string_view host, std::string_view audit) {
  return impl_->run_now(host, audit);
}
absl::Status Scheduler::run_all_now() { return impl_->run_all_now(); }
void Scheduler::stop() { impl_->stop(); }
std::shared_ptr<const Catalogue> Scheduler::catalogue() const { return impl_->catalogue(); }
std::size_t Scheduler::size() const { return impl_->size(); }

}  // namespace vitals::audit
