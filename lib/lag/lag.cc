// SPDX-License-Identifier: Apache-2.0
#include "vitals/lag.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "lag/judged_run.h"
#include "lag/seeds.h"
#include "vitals/model/scenario_of_policy.h"
#include "vitals/policy_sums.h"

namespace vitals {
namespace {

using model::Happens;
using model::Millis;

// Adds up what the checks of one run do.
class LagMeter {
 public:
  explicit LagMeter(const JudgedRun& run) : run_(run) {
    for (const auto& [name, check] : run.fleet().policy().checks) {
      numbers_.push_back(report_.checks.size());
      policies_.push_back(check);
      if (!is_infrastructure(check.kind)) {
        report_.checks.push_back({.check = name, .kind = check.kind});
      }
    }
  }

  // A host that is removed needs no word: nothing of it ever counts again.
  void apply(const Event& event) {
    const bool ends = event.type == EventType::manipulation_end;
    if (!ends && event.type != EventType::manipulation_begin && event.type != EventType::rename) {
      return;
    }
    const bool is_renamed = event.type == EventType::rename;
    const std::optional<HostId> host = run_.fleet().find_host(is_renamed ? event.to : event.host);
    if (!host) return;
    if (waiting_.size() <= *host) waiting_.resize(*host + 1);
    give_up(waiting_[*host]);
    if (!ends) return;
    waiting_[*host].assign(report_.checks.size(), event.time);
    ++report_.manipulations;
  }

  void change(const CheckChange& change) {
    const CheckRef ref = change.check;
    if (ref.of_place || !change.after.counts() || ref.owner >= waiting_.size()) return;
    const std::size_t number = numbers_[ref.check];
    if (waiting_[ref.owner].empty() || !waiting_[ref.owner][number]) return;
    const Timestamp ended = *std::exchange(waiting_[ref.owner][number], std::nullopt);
    const std::optional<Effective> proof =
        effective_by(run_.observed(change), policies_[ref.check], run_.fleet().policy().constants);
    CheckLag& check = report_.checks[number];
    check.proven_by[static_cast<std::size_t>(proof->formula)].add(change.time - ended);
    if (change.after.status() == Status::nodata) ++check.nodata;
  }

  LagReport finish() && {
    for (Waiting& host : waiting_) give_up(host);
    return std::move(report_);
  }

 private:
  // Of each check of a host since when it has not counted again; empty where nothing waits.
  using Waiting = std::vector<std::optional<Timestamp>>;

  void give_up(Waiting& host) {
    for (std::size_t i = 0; i < host.size(); ++i) {
      if (host[i]) ++report_.checks[i].never;
    }
    host.clear();
  }

  const JudgedRun& run_;
  LagReport report_;
  std::vector<std::size_t> numbers_;  // in the report, by CheckId
  std::vector<CheckPolicy> policies_;
  std::vector<Waiting> waiting_;  // by HostId
};

void add_report(LagReport& sum, const LagReport& part) {
  sum.manipulations += part.manipulations;
  if (sum.checks.empty()) {
    sum.checks = part.checks;
    return;
  }
  for (std::size_t i = 0; i < part.checks.size(); ++i) {
    sum.checks[i].never += part.checks[i].never;
    sum.checks[i].nodata += part.checks[i].nodata;
    for (std::size_t by = 0; by < formula_names.size(); ++by) {
      sum.checks[i].proven_by[by].add(part.checks[i].proven_by[by]);
    }
  }
}

// How many seconds of how many were simulated, told on one thread.
class Clock {
 public:
  Clock(const model::Scenario& scenario, const Runs& runs)
      : runs_(runs),
        of_(static_cast<std::uint64_t>(std::chrono::floor<Seconds>(scenario.lasts).count()) *
            runs.seeds) {}

  void pass(Seconds length) {
    const std::uint64_t done = done_ += static_cast<std::uint64_t>(length.count());
    if (runs_.on_progress && std::this_thread::get_id() == caller_) runs_.on_progress(done, of_);
  }

 private:
  const Runs& runs_;
  std::uint64_t of_;
  std::atomic<std::uint64_t> done_ = 0;
  std::thread::id caller_ = std::this_thread::get_id();
};

// The longest time from the end of a manipulation until every check of this policy counts, if all
// is well.
Seconds longest_lag(const PolicySet& policy) {
  const Policy& constants = policy.constants;
  Seconds longest{0};
  for (const auto& [name, check] : policy.checks) {
    if (is_infrastructure(check.kind)) continue;
    longest = std::max({longest, receipt_lag(check, constants),
                        sum(hung_after(check, constants), check.accuracy)});
  }
  const Seconds settling = std::max(lag(Kind::netmon, constants), lag(Kind::rack, constants));
  return sum(longest, settling, times(2, constants.juggler.push_period));
}

}  // namespace

Distribution CheckLag::lag() const {
  Distribution all;
  for (const Distribution& each : proven_by) all.add(each);
  return all;
}

absl::StatusOr<LagReport> measure_lag(const model::Scenario& scenario, const PolicySet& policy,
                                      const Runs& runs) {
  Clock clock(scenario, runs);
  const auto run_once = [&](std::uint64_t seed) -> absl::StatusOr<LagReport> {
    JudgedRun run(scenario, policy, seed);
    LagMeter meter(run);
    auto second = std::chrono::floor<Seconds>(scenario.begin);
    absl::Status status = run.run(
        [&](const model::SimulatedEvent& is) {
          meter.apply(is.event);
          if (is.event.time == second) return;
          clock.pass(is.event.time - second);
          second = is.event.time;
        },
        [&](const CheckChange& change) { meter.change(change); });
    if (!status.ok()) return status;
    return std::move(meter).finish();
  };
  return add_up_seeds<LagReport>(runs, run_once, add_report);
}

absl::StatusOr<model::Scenario> reboots(const PolicySet& policy, std::uint32_t hosts) {
  absl::StatusOr<model::Scenario> scenario = scenario_of(policy, model::Delays::drawn);
  if (!scenario.ok()) return scenario;
  const Millis push = policy.constants.juggler.push_period;
  const Millis within = 12 * push;
  // Until then everything was received, racks and switches as well.
  const Millis begin = 2 * push;
  scenario->hosts = hosts;
  scenario->lasts = begin + within + push + longest_lag(policy);
  scenario->happenings.push_back(
      {.what = Happens::repair,
       .at = begin,
       .spread = within,
       .count = hosts,
       .first = 0,
       .lasts = model::Delay::uniform(policy.constants.juggler.propagation, push)});
  return scenario;
}

}  // namespace vitals
