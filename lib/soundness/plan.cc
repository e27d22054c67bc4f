// SPDX-License-Identifier: Apache-2.0
#include "soundness/plan.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <tuple>

#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {

using model::Scenario;

namespace {

// No simulation of one repair may take longer than some milliseconds a check.
constexpr std::int64_t most_turns = 100'000;

}  // namespace

PolicySet representatives(const PolicySet& policy) {
  PolicySet chosen{.constants = policy.constants, .checks = {}, .origins = {}};
  std::vector<std::tuple<Kind, Seconds, Seconds>> known;
  for (const bool required : {true, false}) {
    for (const auto& [name, check] : policy.checks) {
      const bool of_place = is_infrastructure(check.kind);
      const std::tuple is{check.kind, check.period, of_place ? Seconds{0} : check.accuracy};
      const bool is_new = std::find(known.begin(), known.end(), is) == known.end();
      if (check.required != required || !is_new) continue;
      known.push_back(is);
      chosen.checks.emplace(name, check);
    }
  }
  return chosen;
}

PolicySet without_infrastructure(PolicySet policy) {
  std::erase_if(policy.checks,
                [](const auto& each) { return is_infrastructure(each.second.kind); });
  return policy;
}

absl::Status check_cost(const PolicySet& policy, const Scenario& scenario, model::Millis cycle) {
  absl::Status status;
  const auto consider = [&](std::string_view what, std::string_view name, Seconds period) {
    const auto times = cycle / std::max(period, Seconds{1});
    if (!status.ok() || times <= most_turns) return;
    status = invalid(what, name, name.empty() ? "" : ".period", ": ", format_duration(period),
                     " passes ", times, " times while a repair or a failure is simulated, ",
                     "expected at most ", most_turns, " times");
  };
  consider("juggler.push_period", "", policy.constants.juggler.push_period);
  for (const auto& [name, check] : scenario.checks) {
    if (check.kind == Kind::netmon) {
      consider("netmon.fetch_period", "", policy.constants.netmon.fetch_period);
      consider("netmon.window / 10", "", policy.constants.netmon.window / 10);
    } else if (check.kind == Kind::rack) {
      consider("juggler.propagation", "",
               std::chrono::floor<Seconds>(scenario.pongers.rack_period));
    } else {
      consider("checks.", name, check.period);
    }
    if (check.kind == Kind::hw_watcher) {
      consider("hw_watcher.period", "", policy.constants.hw_watcher.period);
    }
  }
  return status;
}

std::vector<Broken> values_of(Assumption assumption, const Limits& limits, const Policy& policy) {
  std::vector<Broken> values;
  const Seconds bound =
      std::max(std::chrono::floor<Seconds>(*limits.bound(assumption)), Seconds{0});
  if (assumption == Assumption::passive_time_to_live) {
    const Seconds period = limits.passive_period();
    const std::int64_t periods = std::max<std::int64_t>(bound / period, 1);
    for (std::int64_t i = periods; i <= periods + 3; ++i) {
      values.push_back({.assumption = assumption, .value = times(i, period), .periods = i});
    }
    return values;
  }
  const Seconds push = policy.juggler.push_period;
  for (const Seconds beyond : {Seconds{0}, push / 5, push * 2 / 5, push, push * 2}) {
    if (!values.empty() && bound + beyond == values.back().value) continue;
    values.push_back({.assumption = assumption, .value = bound + beyond});
  }
  const std::optional<Seconds> stated = limits.stated(assumption);
  if (stated && *stated > bound) {  // a policy that breaks it itself
    const auto at =
        std::lower_bound(values.begin(), values.end(), *stated,
                         [](const Broken& one, Seconds value) { return one.value < value; });
    if (at == values.end() || at->value != *stated) {
      values.insert(at, {.assumption = assumption, .value = *stated});
    }
  }
  return values;
}

}  // namespace vitals
