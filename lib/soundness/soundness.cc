// SPDX-License-Identifier: Apache-2.0
#include "vitals/soundness.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

#include "lag/seeds.h"
#include "soundness/failures.h"
#include "soundness/limits.h"
#include "soundness/plan.h"
#include "soundness/repairs.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/model/scenario_of_policy.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

using model::Scenario;

// One simulation that is asked for, and where what it shows belongs.
struct Task {
  std::optional<Broken> broken{};
  FailureCase failure{};
  std::uint64_t seed = 0;
  RepairRisk* repairs = nullptr;
  Accusations* accusations = nullptr;
};

struct Shown {
  RepairRisk repairs{};
  Accusations accusations{};
};

void add(RepairRisk& sum, const RepairRisk& part) {
  sum.repairs += part.repairs;
  for (std::size_t i = 0; i < belief_names.size(); ++i) {
    sum.believed[i] += part.believed[i];
    sum.believed_crit[i] += part.believed_crit[i];
    if (!part.nearest[i]) continue;
    sum.nearest[i] = std::min(sum.nearest[i].value_or(*part.nearest[i]), *part.nearest[i]);
  }
}

template <class Number>
void add(ByCondition<Number>& sum, const ByCondition<Number>& part) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    for (std::size_t j = 0; j < sum[i].size(); ++j) sum[i][j] += part[i][j];
  }
}

void add(Accusations& sum, const Accusations& part) {
  sum.checks += part.checks;
  add(sum.accused, part.accused);
  add(sum.waited, part.waited);
}

// How many seconds of how many were simulated, told on one thread.
class Clock {
 public:
  explicit Clock(const SoundnessOptions& options) : options_(options) {}

  void expect(model::Millis length, std::uint64_t runs) {
    of_ += static_cast<std::uint64_t>(std::chrono::floor<Seconds>(length).count()) * runs;
  }
  void pass(Seconds length) {
    const std::uint64_t done = done_ += static_cast<std::uint64_t>(length.count());
    const bool is_caller = std::this_thread::get_id() == caller_;
    if (options_.on_progress && is_caller) options_.on_progress(done, of_);
  }

 private:
  const SoundnessOptions& options_;
  std::uint64_t of_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::thread::id caller_ = std::this_thread::get_id();
};

class Measurement {
 public:
  Measurement(PolicySet policy, Scenario sources, const SoundnessOptions& options)
      : policy_(std::move(policy)),
        of_hosts_(without_infrastructure(policy_)),
        sources_(std::move(sources)),
        sources_of_hosts_(sources_),
        options_(options),
        clock_(options) {
    sources_of_hosts_.checks = of_hosts_.checks;
  }

  absl::StatusOr<Soundness> run() {
    list_repairs();
    list_failures();
    if (absl::Status status = plan_all(); !status.ok()) return status;
    const Runs runs{.first_seed = 0,
                    .seeds = static_cast<std::uint32_t>(tasks_.size()),
                    .threads = options_.threads};
    const auto shown = for_each_seed(runs, [this](std::uint64_t number) {
      return absl::StatusOr<Shown>(perform(tasks_[number]));
    });
    if (!shown.ok()) return shown.status();
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (tasks_[i].repairs != nullptr) add(*tasks_[i].repairs, (*shown)[i].repairs);
      if (tasks_[i].accusations != nullptr) add(*tasks_[i].accusations, (*shown)[i].accusations);
    }
    return std::move(found_);
  }

 private:
  // The rows of what will be found, empty yet.
  void list_repairs() {
    const Limits limits(of_hosts_, sources_);
    for (std::size_t i = 0; i < belief_names.size(); ++i) {
      const auto margin = limits.margin(static_cast<Belief>(i));
      if (margin) found_.margins[i] = std::chrono::floor<Seconds>(*margin);
    }
    for (std::size_t i = 0; i < assumption_names.size(); ++i) {
      const auto assumption = static_cast<Assumption>(i);
      const std::optional<model::Millis> bound = limits.bound(assumption);
      if (!bound) continue;
      BrokenAssumption row{.assumption = assumption,
                           .stated = limits.stated(assumption),
                           .bound = std::chrono::floor<Seconds>(*bound)};
      for (const Broken& broken : values_of(assumption, limits, policy_.constants)) {
        row.points.push_back({.value = broken.value, .risk = {}});
        broken_.push_back(broken);
      }
      found_.broken.push_back(std::move(row));
    }
  }

  void list_failures() {
    const auto has = [&](Kind kind) {
      return std::any_of(policy_.checks.begin(), policy_.checks.end(),
                         [&](const auto& each) { return each.second.kind == kind; });
    };
    if (!has(Kind::active) || !(has(Kind::netmon) || has(Kind::rack))) return;
    found_.faults.emplace();
    for (const Shelter shelter : {Shelter::usual, Shelter::one, Shelter::none}) {
      for (const auto& [kind, mishap] : failing_cases) {
        // Where a switch is there as well, it settles sooner than the rack.
        if (!has(kind) || (kind == Kind::rack && shelter == Shelter::one)) continue;
        found_.failures.push_back(
            {.kind = kind, .shelter = shelter, .mishap = mishap, .found = {}});
      }
    }
  }

  absl::Status plan_all() {
    absl::Status status = plan({.repairs = &found_.sound}, options_.repairs);
    std::size_t next = 0;
    for (BrokenAssumption& row : found_.broken) {
      for (BrokenAssumption::Point& point : row.points) {
        status.Update(
            plan({.broken = broken_[next++], .repairs = &point.risk}, options_.repairs / 20));
      }
    }
    for (FailureRisk& row : found_.failures) {
      const FailureCase what{row.kind, row.shelter, row.mishap};
      status.Update(plan({.failure = what, .accusations = &row.found}, options_.failures));
    }
    if (found_.faults) status.Update(plan({.accusations = &*found_.faults}, options_.failures));
    return status;
  }

  // As many simulations as give so many repairs or failures, one at least.
  absl::Status plan(Task task, std::uint64_t count) {
    const std::uint64_t a_run = task.repairs != nullptr ? repairs_a_run : failures_a_run;
    const std::uint64_t cycles = task.repairs != nullptr ? repair_cycles : failure_cycles;
    const std::uint64_t runs = std::max<std::uint64_t>((count + a_run - 1) / a_run, 1);
    task.seed = options_.first_seed;
    const Scenario scenario = scenario_of(task);
    clock_.expect(scenario.lasts, runs);
    for (std::uint64_t i = 0; i < runs; ++i, ++task.seed) tasks_.push_back(task);
    return check_cost(policy_, scenario, scenario.lasts / cycles);
  }

  [[nodiscard]] Scenario scenario_of(const Task& task) const {
    return task.repairs != nullptr
               ? repair_scenario(of_hosts_, sources_of_hosts_, task.broken, task.seed)
               : failure_scenario(policy_, sources_, task.failure);
  }

  Shown perform(const Task& task) {
    const Scenario scenario = scenario_of(task);
    Shown shown;
    if (task.repairs != nullptr) {
      const bool ahead = task.broken && task.broken->assumption == Assumption::juggler_clock;
      RepairWatch watch(of_hosts_, ahead ? task.broken->value : Seconds{0});
      simulate(scenario, task.seed, watch, [](const TruthChange&) {});
      shown.repairs = std::move(watch).finish();
    } else {
      FailureWatch watch(policy_, task.failure);
      simulate(scenario, task.seed, watch, [&](const TruthChange& change) { watch.see(change); });
      shown.accusations =
          std::move(watch).finish(std::chrono::floor<Seconds>(scenario.begin + scenario.lasts));
    }
    return shown;
  }

  template <class Watch>
  void simulate(const Scenario& scenario, std::uint64_t seed, Watch& watch,
                model::Simulation::TruthVisitor on_truth) {
    auto second = std::chrono::floor<Seconds>(scenario.begin);
    model::Simulation(scenario, seed)
        .run(
            [&](const model::SimulatedEvent& is) {
              watch.see(is);
              if (is.event.time == second) return;
              clock_.pass(is.event.time - second);
              second = is.event.time;
            },
            on_truth);
  }

  PolicySet policy_;
  PolicySet of_hosts_;
  Scenario sources_;
  Scenario sources_of_hosts_;
  const SoundnessOptions& options_;
  Clock clock_;
  std::vector<Broken> broken_;  // of all points of found_.broken, in their order
  std::vector<Task> tasks_;
  Soundness found_;
};

}  // namespace

absl::StatusOr<Soundness> measure_soundness(const PolicySet& policy,
                                            const SoundnessOptions& options) {
  if (options.repairs < 1 || options.repairs > most_repairs) {
    return invalid("repairs: ", options.repairs, ", expected 1 to ", most_repairs);
  }
  if (options.failures < 1 || options.failures > most_failures) {
    return invalid("failures: ", options.failures, ", expected 1 to ", most_failures);
  }
  PolicySet chosen = representatives(policy);
  const PolicySet of_hosts = without_infrastructure(chosen);
  if (of_hosts.checks.empty()) {
    return invalid(
        "checks: none of hosts, expected at least one whose soundness could be measured");
  }
  absl::StatusOr<Scenario> sources = model::scenario_of(chosen, model::Delays::drawn);
  if (!sources.ok()) return sources.status();
  return Measurement(std::move(chosen), *std::move(sources), options).run();
}

}  // namespace vitals
