// SPDX-License-Identifier: Apache-2.0
// How long does one judge() take? One benchmark a kind of check; the time of an iteration is the
// time of one verdict, its window and its next change included. Target: below 20 ns.
//
// Each benchmark walks through 2048 different questions in random order, half a megabyte of facts,
// so that they stay in the second-level cache but no branch can be learnt by heart. They are drawn
// under the default policy, everything independent and uniform:
//   receipt             0 to 12 min before now (netmon: 0 to 150 s): about one in six is stale
//   change of status    9 in 10: 0 to 30 days before the receipt; else 0 to 20 min
//   metadata timestamp  0 to 20 min before the receipt
//   status              9 in 10 OK, else any
//   work on the host    3 in 10: ended 0 to 60 min ago; 1 in 50: still going on
//   rename              1 in 20: 0 to 4 h ago
//   implausible times   1 in 100
// Active checks depend on a switch and a rack of their own. Before the clock starts each answer is
// compared with tests/second_opinion.h. The seed stands in the label and is taken from VITALS_SEED.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "../tests/second_opinion.h"
#include "vitals/verdict.h"

namespace vitals {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Not a constant, as in no real program.
Policy policy;
constexpr Timestamp noon{Seconds{1'700'000'000}};

std::uint64_t seed() {
  const char* stated = std::getenv("VITALS_SEED");
  return stated != nullptr ? std::strtoull(stated, nullptr, 10) : 1;
}

/// How many questions; a power of two.
std::size_t count() { return std::getenv("VITALS_BENCH_SMALL") != nullptr ? 64 : 2048; }

/// The random numbers of one benchmark.
class Draw {
 public:
  bool happens(unsigned one_in) { return engine_() % one_in == 0; }
  Seconds below(Seconds limit) {
    return Seconds{
        static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(limit.count()))};
  }
  template <class Container>
  void shuffle(Container& container) {
    std::shuffle(container.begin(), container.end(), engine_);
  }

 private:
  std::mt19937_64 engine_{seed()};
};

/// What one question is about. It must not move: the dependencies point into it.
struct Case {
  HostFacts host;
  Observation observation;
  std::array<Observation, 2> infrastructure;
  std::array<Dependency, 2> dependencies;
  Timestamp now;
};

Observation observation(Draw& draw, const CheckPolicy& check, Timestamp now) {
  Observation seen;
  const Seconds age = check.kind == Kind::netmon ? Seconds{150} : minutes{12};
  seen.status = draw.happens(10) ? static_cast<Status>(draw.below(Seconds{5}).count()) : Status::ok;
  seen.implausible = draw.happens(100);
  seen.receive_time = now - draw.below(age);
  seen.status_mtime = seen.receive_time - draw.below(draw.happens(10) ? minutes{20} : days{30});
  if (check.kind == Kind::hw_watcher && seen.status != Status::nodata) {
    seen.metadata_timestamp = seen.receive_time - draw.below(minutes{20});
  }
  return seen;
}

void fill(Case& made, Draw& draw, const CheckPolicy& check) {
  made.now = noon + draw.below(days{1});
  made.observation = observation(draw, check, made.now);
  if (draw.below(Seconds{10}) < Seconds{3}) {
    made.host.manipulation_ended = made.now - draw.below(minutes{60});
  }
  made.host.under_manipulation = draw.happens(50);
  if (draw.happens(20)) made.host.renamed = made.now - draw.below(hours{4});
  constexpr std::array<Kind, 2> kinds{Kind::netmon, Kind::rack};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    made.infrastructure[i] = observation(draw, {.kind = kinds[i]}, made.now);
    made.dependencies[i] = {.kind = kinds[i], .observation = &made.infrastructure[i]};
  }
}

Question question(const Case& about, const CheckPolicy& check) {
  return {.check = check,
          .host = about.host,
          .observation = &about.observation,
          .dependencies = about.dependencies};
}

/// Whether a verdict is what the rules say, tried at each second of half an hour to either side.
bool is_right(const std::optional<Verdict>& verdict, const Question& about, Timestamp now) {
  const auto counts_at = [&](Timestamp moment) {
    return plain_reasons(about, policy, moment).empty();
  };
  if (!verdict || verdict->excluded_by != plain_reasons(about, policy, now)) return false;
  const Timestamp last = now + minutes{30};
  if (verdict->next_change != plain_next_change(about, policy, now, last)) return false;
  for (Timestamp moment = now - minutes{30}; moment <= last; moment += Seconds{1}) {
    if (verdict->window.contains(moment) != counts_at(moment)) return false;
  }
  return true;
}

/// All cases of one benchmark, in the order of the walk, and whether judge() is right about them.
struct Cases {
  explicit Cases(const CheckPolicy& check) : cases(count()) {
    Draw draw;
    for (Case& made : cases) {
      fill(made, draw, check);
      walk.push_back(&made);
      const Question about = question(made, check);
      right = right && is_right(judge(about, policy, made.now), about, made.now);
    }
    draw.shuffle(walk);
  }

  std::vector<Case> cases;
  std::vector<const Case*> walk;
  bool right = true;
};

template <Kind kind>
void judge_one(benchmark::State& state) {
  static CheckPolicy check{.kind = kind, .period = default_period(kind)};
  benchmark::DoNotOptimize(check);
  benchmark::DoNotOptimize(policy);
  static const Cases cases(check);
  state.SetLabel("VITALS_SEED=" + std::to_string(seed()));
  if (!cases.right) {
    state.SkipWithError("judge() disagrees with the second opinion");
    return;
  }
  PolicySums sums = sums_of(check, policy);
  benchmark::DoNotOptimize(sums);
  const std::size_t last = cases.walk.size() - 1;
  std::size_t i = 0;
  for (auto _ : state) {
    const Case& about = *cases.walk[i++ & last];
    benchmark::DoNotOptimize(judge(question(about, check), sums, about.now));
  }
}

BENCHMARK(judge_one<Kind::active>);
BENCHMARK(judge_one<Kind::passive>);
BENCHMARK(judge_one<Kind::hw_watcher>);
BENCHMARK(judge_one<Kind::netmon>);

}  // namespace
}  // namespace vitals
