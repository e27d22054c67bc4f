// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/engine.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "audit/others.h"
#include "audit/placeholders.h"
#include "audit/repair_leases.h"
#include "audit/repairs.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

using Millis = std::chrono::milliseconds;

// How soon what a backend refused to do is tried again.
constexpr Seconds retry_after{10};

constexpr Seconds prune_every{3600};

// How long a backend may be at what it is told.
constexpr Seconds longest_write{60};

// How far the time of a recording may be ahead of the clock: without a word, and at a repair, as
// what was received ahead looks fresh and may not be.
constexpr Seconds standstill{60};
constexpr Seconds standstill_at_repair{10};

// A clock that steps is noticed by whoever looks at it.
constexpr Seconds longest_wait{1};

// What is being run. The catalogue may change meanwhile.
struct Run {
  TaskId task = 0;
  Claimed claimed{};
  Host host{};
  Audit audit{};
  std::optional<std::int64_t> repair{};  // its number: this is no audit but a repair
};

// A result on its way to the backend.
struct Told {
  Finished finished{};
  Run run{};
};

struct Rerun {
  Timestamp at{};
  std::string host{};
  std::string audit{};
};

Job job_of(std::uint64_t key, const Run& run) {
  const bool is_repair = run.repair.has_value();
  Job job{
      .key = key,
      .command = is_repair ? run.audit.repair->command : run.audit.command,
      .environment = {cat("VITALS_HOST=", run.host.name), cat("VITALS_ADDRESS=", run.host.address),
                      cat("VITALS_AUDIT=", run.audit.name)},
      .timeout = is_repair ? run.audit.repair->timeout : run.audit.timeout};
  for (std::string& argument : job.command) {
    replace_all(argument, "{host}", run.host.name);
    replace_all(argument, "{address}", run.host.address);
    replace_all(argument, "{audit}", run.audit.name);
  }
  return job;
}

}  // namespace

class Engine::Impl {
 public:
  Impl(Backend& backend, Clock& clock, Sink sink, EngineOptions options)
      : backend_(backend),
        clock_(clock),
        sink_(std::move(sink)),
        options_(with_messages(std::move(options))),
        scheduler_(backend, clock, options_.scheduler),
        executor_(options_.executor),
        recorder_([this](std::string_view line, const Event& event) { record(line, event); },
                  options_.push_period, options_.heed_every),
        others_(backend, recorder_, sum(options_.heed_every, options_.lease_margin, longest_write)),
        leases_(backend, options_.alive_every),
        repairs_(options_.policy) {}

  absl::Status run() {
    heed(clock_.now());
    if (absl::Status status = scheduler_.refresh(); !status.ok()) return status;
    if (options_.once) {
      if (absl::Status status = scheduler_.run_all_now(); !status.ok()) return status;
    }
    for (;;) {
      if (stops_ > 1) executor_.kill_all();
      look_after(clock_.now());
      if (stops_ == 0 && !(options_.once && catalogue_ != nullptr)) take_due();
      begin_some();
      recorder_.repeat(clock_.now());
      sink_.flush();
      const bool idle = executor_.running() == 0 && told_.empty() && leases_.are_all_told();
      const bool done = stops_ > 0 || (options_.once && queue_.empty());
      if (done && idle) return refused_;
      wait();
      for (JobEnded& job : executor_.step(moment())) end(job);
      tell_backend();
      if (stops_ > 0 && executor_.running() == 0 && ++told_in_vain_ > 3) {
        told_.clear();
        leases_.give_up();
      }
    }
  }

  void stop() noexcept {
    ++stops_;
    executor_.wake();
    clock_.wake();
  }

  [[nodiscard]] const EngineCounters& counters() const { return counters_; }

 private:
  static EngineOptions with_messages(EngineOptions options) {
    if (!options.on_message) options.on_message = [](std::string_view) {};
    // The lease begins before the program does.
    options.executor.margin = std::min(options.executor.margin, options.lease_margin / 3);
    if (!options.scheduler.on_error) {
      options.scheduler.on_error = [tell = options.on_message](const absl::Status& status) {
        tell(to_std(status.message()));
      };
    }
    return options;
  }

  [[nodiscard]] Moment moment() { return {clock_.now(), clock_.steady()}; }

  void message(const absl::Status& status) {
    if (!status.ok()) options_.on_message(to_std(status.message()));
  }

  void record(std::string_view line, const Event& event) {
    sink_.line(line);
    repairs_.see(event, event.time);
  }

  // Once in a while: tells that we live, ends what dead engines repaired, heeds what others ask for
  // and do, runs anew what was repaired.
  void look_after(Timestamp now) {
    if (now >= alive_at_ || alive_at_ > add(now, options_.alive_every)) {
      alive_at_ = add(now, options_.alive_every);
      message(backend_.tell_alive(options_.name, now));
      message(leases_.look_after(moment()));
      if (now >= prune_at_ || prune_at_ > add(now, prune_every)) {
        prune_at_ = add(now, prune_every);
        message(backend_.prune(subtract(now, std::max(options_.keep, longest_again_after()))));
      }
    }
    if (now >= heed_at_ || heed_at_ > add(now, options_.heed_every)) heed(now);
    tell_of_standstill(now);
    for (std::size_t i = 0; i < reruns_.size();) {
      if (reruns_[i].at > now) {
        ++i;
        continue;
      }
      const absl::Status status = scheduler_.run_now(reruns_[i].host, reruns_[i].audit);
      if (status.ok() || absl::IsNotFound(status)) {  // what is gone meanwhile is not missed
        reruns_.erase(reruns_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        message(status);
        reruns_[i++].at = add(now, retry_after);
      }
    }
  }

  // A repair that was too short ago must be remembered.
  [[nodiscard]] Seconds longest_again_after() const {
    Seconds longest{0};
    if (catalogue_ == nullptr) return longest_duration;
    for (const Audit& audit : catalogue_->audits) {
      if (audit.repair) longest = std::max(longest, audit.repair->again_after);
    }
    return longest;
  }

  // Whoever reads the recording cannot see why it does not go on.
  void tell_of_standstill(Timestamp now) {
    const bool stands_still = catalogue_ != nullptr && recorder_.time() > add(now, standstill);
    if (stands_still && !std::exchange(stands_still_, true)) {
      options_.on_message(cat("the clock went back: until ", format_timestamp(recorder_.time()),
                              " all lines of the recording are of that moment, and nothing is "
                              "repaired; an engine that is started anew begins another recording"));
    }
    if (!stands_still) stands_still_ = false;
  }

  // What people ask of all engines.
  void heed(Timestamp now) {
    heed_at_ = add(now, options_.heed_every);
    if (catalogue_ != nullptr) message(others_.hear(now));
    const auto wishes = backend_.wishes();
    if (!wishes.ok()) return message(wishes.status());
    if (wishes->paused != scheduler_.is_paused()) {
      wishes->paused ? scheduler_.pause() : scheduler_.resume();
      const std::string why = wishes->reason.empty() ? "" : cat(": ", printable(wishes->reason));
      options_.on_message(wishes->paused ? cat("paused", why) : "resumed");
    }
    if (wishes->paused) {  // what nobody began waits until it is resumed
      for (const TaskId task : std::exchange(queue_, {})) scheduler_.give_back(task, now);
    }
    // What is wrong is told by the scheduler. The first one is asked for by run().
    if (wishes_ && *wishes_ != wishes->number) scheduler_.refresh().IgnoreError();
    wishes_ = wishes->number;
  }

  void take_due() {
    const auto due = scheduler_.take_due();
    queue_.insert(queue_.end(), due.begin(), due.end());
    if (scheduler_.catalogue() == catalogue_) return;
    catalogue_ = scheduler_.catalogue();
    repairs_.use(catalogue_);
    const bool is_first = recorder_.time() == distant_past;
    recorder_.tell_hosts(*catalogue_, clock_.now());
    if (is_first) message(others_.hear(clock_.now()));
    if (scheduler_.size() > 0) return;
    options_.on_message(cat("nothing is audited: the catalogue has ", catalogue_->hosts.size(),
                            " hosts and ", catalogue_->audits.size(), " audits"));
  }

  [[nodiscard]] Timestamp lease(Seconds timeout) {
    return add(clock_.now(), sum(timeout, options_.executor.grace, options_.lease_margin));
  }

  // Claims as much as there are workers for: what waits is nobody's.
  void begin_some() {
    if (stops_ > 0) return;
    while (executor_.free_workers() > 0 && !queue_.empty()) {
      std::vector<TaskId> tasks;
      std::vector<ClaimRequest> requests;
      while (tasks.size() < executor_.free_workers() && !queue_.empty()) {
        const TaskId task = queue_.front();
        queue_.pop_front();
        const auto scheduled = scheduler_.look_up(task);
        if (!scheduled) {
          scheduler_.give_back(task, clock_.now());
          continue;
        }
        tasks.push_back(task);
        requests.push_back({scheduled->record, lease(scheduled->audit->timeout)});
      }
      if (!tasks.empty() && !begin(tasks, requests)) return;
    }
  }

  bool begin(const std::vector<TaskId>& tasks, const std::vector<ClaimRequest>& requests) {
    const Timestamp now = clock_.now();
    const auto answers = backend_.claim(options_.name, requests, now);
    if (!answers.ok()) {
      message(answers.status());
      if (options_.once) refused_ = answers.status();  // nobody tries again
      for (const TaskId task : tasks) scheduler_.give_back(task, add(now, retry_after));
      return false;
    }
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const ClaimAnswer& answer = (*answers)[i];
      if (!answer.granted()) {
        ++counters_.refused;
        scheduler_.give_back(tasks[i], answer.retry_at);
        continue;
      }
      const Scheduled scheduled = *scheduler_.look_up(tasks[i]);
      start({.task = tasks[i],
             .claimed = {requests[i].id, answer.claim},
             .host = *scheduled.host,
             .audit = *scheduled.audit});
    }
    return true;
  }

  void start(Run run) {
    const std::uint64_t key = ++keys_;
    executor_.start(job_of(key, run), moment());
    runs_.emplace(key, std::move(run));
  }

  void wait() {
    const Timestamp now = clock_.now();
    Timestamp until = earlier(add(now, longest_wait), earlier(alive_at_, heed_at_));
    if (stops_ == 0) until = earlier(until, scheduler_.next_due());
    if (const auto repeat = recorder_.next_repeat()) until = earlier(until, *repeat);
    if (executor_.running() == 0) return clock_.wait_until(until);
    executor_.wait(std::max(Millis{until - now}, Millis{0}), moment());
  }

  void end(JobEnded& job) {
    const auto found = runs_.find(job.key);
    Run run = std::move(found->second);
    runs_.erase(found);
    if (run.repair) return end_repair(run, job.ended);
    if (job.ended.how == Ended::How::stopped) {
      const std::vector<Claimed> claimed{run.claimed};
      message(backend_.release(claimed, clock_.now()));
      return scheduler_.give_back(run.task, clock_.now());
    }
    ++counters_.runs;
    const Timestamp next_run = scheduler_.finish(run.task);
    told_.push_back({{run.claimed, result_of(job.ended), next_run}, std::move(run)});
  }

  void tell_backend() {
    if (clock_.now() < tell_at_ && stops_ == 0) return;
    if (const absl::Status status = leases_.tell(); !status.ok()) return tell_later(status);
    if (told_.empty()) return;
    std::vector<Finished> finished;
    for (const Told& told : told_) finished.push_back(told.finished);
    const Timestamp now = clock_.now();
    const auto answers = backend_.finish(options_.name, finished, now);
    if (!answers.ok()) return tell_later(answers.status());
    told_in_vain_ = 0;
    const std::vector<Told> all = std::exchange(told_, {});
    std::vector<const Told*> taken;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!(*answers)[i]) {
        ++counters_.lost;
        continue;
      }
      record_result(all[i], *(*answers)[i], now);
      taken.push_back(&all[i]);
    }
    if (stops_ == 0) repair_what_is_called_for(taken);
  }

  void tell_later(const absl::Status& status) {
    message(status);
    tell_at_ = add(clock_.now(), retry_after);
  }

  void record_result(const Told& told, const Taken& taken, Timestamp now) {
    const auto& [finished, run] = told;
    recorder_.tell(run.host.name, run.audit.name, finished.result, taken.status_since,
                   taken.run_again ? now : finished.next_run, now);
    others_.know(finished.claimed.id, finished.result);
    if (taken.run_again) run_again(run, Seconds::zero());
  }

  void run_again(const Run& run, Seconds later) {
    reruns_.push_back({add(clock_.now(), later), run.host.name, run.audit.name});
  }

  // What calls for a repair by the catalogue that there is now: what measured, or repairs, may be
  // another meanwhile.
  std::optional<Run> called_for(const Told& told, Timestamp now) {
    const auto scheduled = scheduler_.look_up(told.run.task);
    if (!scheduled || scheduled->audit->command != told.run.audit.command) return std::nullopt;
    if (!repairs_.is_called_for(*scheduled->host, *scheduled->audit, now)) return std::nullopt;
    return Run{.host = *scheduled->host, .audit = *scheduled->audit};
  }

  void repair_what_is_called_for(std::span<const Told* const> all) {
    const Timestamp now = clock_.now();
    bool has_heard = false;
    for (const Told* told : all) {
      std::optional<Run> run = called_for(*told, now);
      if (!run) continue;
      // Others may know that something is to blame of which we heard nothing yet.
      if (!std::exchange(has_heard, true)) {
        if (const absl::Status status = others_.hear(now); !status.ok()) {
          message(status);
          for (const Told* one : all) {
            if (called_for(*one, now)) run_again(one->run, retry_after);
          }
          return;
        }
        run = called_for(*told, now);
      }
      if (run) repair(*std::move(run), told->finished.result, now);
    }
  }

  void repair(Run run, const Result& result, Timestamp now) {
    const std::string what =
        cat("the repair of ", in_quotes(run.host.name), " by ", in_quotes(run.audit.name));
    const auto wait = [&](std::string_view why) {
      options_.on_message(cat(what, " is called for, and has to wait: ", why));
    };
    if (options_.dry_run) return options_.on_message(cat(what, " is called for (dry run)"));
    if (recorder_.time() > add(now, standstill_at_repair)) return wait("the clock went back");
    const auto answer = backend_.begin_repair(
        {.host = run.host.name,
         .audit = run.audit.name,
         .engine = options_.name,
         .until = lease(run.audit.repair->timeout),
         .measured_at = subtract(result.started_at, accuracy),
         .again_after = run.audit.repair->again_after},
        [&](std::span<const std::string> hosts) {
          return repairs_.may_begin(run.host.name, hosts);
        },
        now);
    if (!answer.ok()) {
      run_again(run, retry_after);
      return message(answer.status());
    }
    if (!answer->granted()) return wait(answer->why);
    options_.on_message(cat(what, " begins"));
    others_.know_repair(answer->id, run.host.name);
    leases_.begun(answer->id);
    recorder_.tell_repair(run.host.name, true, now);
    run.repair = answer->id;
    start(std::move(run));
  }

  void end_repair(const Run& run, const Ended& ended) {
    const Timestamp now = clock_.now();
    const Result result = result_of(ended);
    ++counters_.repairs;
    leases_.ended(*run.repair, result.exit_code, now);
    others_.know_end(*run.repair, now);
    recorder_.tell_repair(run.host.name, false, now);
    options_.on_message(cat("the repair of ", in_quotes(run.host.name), " by ",
                            in_quotes(run.audit.name), " ended with exit code ", result.exit_code,
                            result.output.empty() ? "" : ": ", result.output));
    // The first moment of which a measurement proves that it is later than the repair, also to
    // engines that hear of its end last.
    run_again(run, sum(accuracy, options_.heed_every, Seconds{3}));
  }

  Backend& backend_;
  Clock& clock_;
  Sink sink_;
  EngineOptions options_;
  Scheduler scheduler_;
  Executor executor_;
  Recorder recorder_;
  Others others_;
  RepairLeases leases_;
  Repairs repairs_;
  std::shared_ptr<const Catalogue> catalogue_;  // whose hosts were told
  std::deque<TaskId> queue_;                    // due, for when there is a worker
  std::map<std::uint64_t, Run> runs_;           // by the key of their job
  std::vector<Told> told_;
  std::vector<Rerun> reruns_;
  Timestamp alive_at_ = distant_past;
  Timestamp prune_at_ = distant_past;
  Timestamp heed_at_ = distant_past;
  Timestamp tell_at_ = distant_past;
  absl::Status refused_;                  // with `once`: why the backend let nothing be run
  std::optional<std::int64_t> wishes_{};  // their number, when we looked last
  std::uint64_t keys_ = 0;
  int told_in_vain_ = 0;
  bool stands_still_ = false;  // the recording, and that was said
  std::atomic<int> stops_ = 0;
  EngineCounters counters_;
};

Engine::Engine(Backend& backend, Clock& clock, Sink sink, EngineOptions options)
    : impl_(std::make_unique<Impl>(backend, clock, std::move(sink), std::move(options))) {}
Engine::~Engine() = default;

absl::Status Engine::run() { return impl_->run(); }
void Engine::stop() noexcept { impl_->stop(); }
const EngineCounters& Engine::counters() const { return impl_->counters(); }

}  // namespace vitals::audit
