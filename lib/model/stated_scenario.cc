// SPDX-License-Identifier: Apache-2.0
#include "model/stated_scenario.h"

#include <algorithm>
#include <string>

#include "model/scenario_schema.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/text_time.h"

namespace vitals::model {
namespace {

// How many hosts it has added by a moment, or far too many.
std::uint64_t added_by(const Happening& happening, Millis moment) {
  if (happening.what != Happens::add) return 0;
  const auto times = static_cast<std::uint64_t>(happening.times_by(moment));
  return std::min<std::uint64_t>(times, most_hosts + 1) * happening.count;
}

// Of what something happens to some: their name, and the value that says how many hosts one has.
struct Targets {
  std::string_view name;
  std::string_view size_path{};  // empty: hosts
  std::uint32_t size = 1;
};

std::optional<Targets> targets_of(Happens what, const Scenario& scenario) {
  switch (what) {
    case Happens::fault:
    case Happens::repair:
    case Happens::agent_outage:
    case Happens::hang:
    case Happens::clock_ahead:
    case Happens::rename:
    case Happens::remove:
      return Targets{"hosts"};
    case Happens::switch_fault:
      return Targets{"switches", "hosts_a_switch", scenario.hosts_a_switch};
    case Happens::rack_fault:
      return Targets{"racks", "hosts_a_rack", scenario.hosts_a_rack};
    case Happens::add:
    case Happens::netmon_outage:
    case Happens::juggler_outage:
    case Happens::master_move:
    case Happens::pongers_outage:
      break;
  }
  return std::nullopt;
}

class Checker {
 public:
  Checker(const StatedScenario& scenario, YamlErrors& errors)
      : stated_(scenario), is_(scenario.is), errors_(errors) {}

  void check() {
    check_window();
    check_end();
    check_sum_of_hosts();
    for (const StatedHappening& each : stated_.happenings) {
      if (!each.is_whole) continue;
      check_beginning(each);
      check_component(each);
      check_clock(each);
      check_targets(each);
    }
  }

 private:
  void check_window() {
    if (!is_known("netmon.window") || !is_known("netmon.probe_period")) return;
    const auto probes = is_.netmon.window / is_.netmon.probe_period;
    if (probes >= 1 && probes <= 64) return;
    const bool is_stated = stated_.values.states("netmon.window");
    tell(is_stated ? "netmon.window" : "netmon.probe_period",
         cat("a window of ", format_milliseconds(is_.netmon.window), " has ",
             probes == 0 ? "no" : cat(probes), " probes, one every ",
             format_milliseconds(is_.netmon.probe_period), ", expected 1 to 64"));
  }

  void check_end() {
    if (!is_known("begin") || !is_known("lasts") || is_.begin + is_.lasts <= latest_accepted)
      return;
    tell(stated_.values.states("lasts") ? "lasts" : "begin",
         cat("the scenario ends behind ", format_timestamp(latest_accepted),
             ", expected an end up to then"));
  }

  void check_sum_of_hosts() {
    if (!hosts_are_known() || !is_known("lasts")) return;
    std::uint64_t sum = is_.hosts;
    for (const StatedHappening& each : stated_.happenings) {
      sum += added_by(each.is, is_.lasts);
      if (sum <= most_hosts) continue;
      return tell(
          each, "count",
          cat("with these there are more than ", most_hosts, " hosts, expected at most so many"));
    }
  }

  void check_beginning(const StatedHappening& happening) {
    if (!is_known("lasts") || happening.is.at <= is_.lasts) return;
    tell(happening, "at",
         cat(format_milliseconds(happening.is.at), ", expected at most ",
             format_milliseconds(is_.lasts), ", when the scenario ends"));
  }

  void check_component(const StatedHappening& happening) {
    if (happening.is.what != Happens::fault || !is_known("checks")) return;
    std::vector<std::string_view> known(component_names.begin(), component_names.end());
    for (const auto& [name, check] : is_.checks) {
      if (!is_infrastructure(check.kind)) known.push_back(name);
    }
    const std::string& component = happening.is.component;
    if (std::find(known.begin(), known.end(), component) != known.end()) return;
    std::erase_if(known, [](std::string_view name) { return !is_word(name); });
    tell(happening, "component",
         cat(in_quotes(component), ", expected ", expected_component,
             did_you_mean(component, known)));
  }

  void check_clock(const StatedHappening& happening) {
    if (!is_known("begin") || !is_known("lasts")) return;
    const Happening& is = happening.is;
    if (is_.begin + is.at + is.ahead >= earliest_accepted &&
        is_.begin + is_.lasts + is.ahead <= latest_accepted) {
      return;
    }
    tell(happening, "ahead",
         cat("such a clock leaves the time from ", format_timestamp(earliest_accepted), " to ",
             format_timestamp(latest_accepted), ", expected within"));
  }

  void check_targets(const StatedHappening& happening) {
    const Happening& is = happening.is;
    const auto targets = targets_of(is.what, is_);
    if (!targets || !hosts_are_known() || !is_known(targets->size_path)) return;
    const std::uint64_t hosts = is_.hosts_by(is.every ? is_.lasts : is.at + is.spread);
    const std::uint64_t there = (hosts + targets->size - 1) / targets->size;
    const std::uint64_t end = std::uint64_t{is.first.value_or(0)} + is.count;
    if (is.count > there) {
      tell(happening, "count",
           cat(is.count, " ", targets->name, ", expected at most ", there,
               ", as many as there are"));
    } else if (end > there) {
      tell(happening, "first",
           cat("the last of these ", targets->name, " is ", end - 1, ", expected at most ",
               there - 1));
    }
  }

  [[nodiscard]] bool is_known(std::string_view path) const { return stated_.values.is_known(path); }

  // An ill-written happening may be meant to add some.
  [[nodiscard]] bool hosts_are_known() const {
    const auto may_add = [](const StatedHappening& each) {
      return !each.is_whole && (each.is.what == Happens::add || !each.values.is_known("what"));
    };
    return is_known("hosts") &&
           std::none_of(stated_.happenings.begin(), stated_.happenings.end(), may_add);
  }

  void tell(std::string_view path, std::string_view what) {
    const std::string text(path);
    errors_.add(stated_.values.place_of(path, {}), {text, text}, what);
  }

  void tell(const StatedHappening& happening, std::string_view key, std::string_view what) {
    const bool is_stated = happening.values.states(key);
    errors_.add(happening.values.place_of(key, happening.place),
                is_stated ? happening.path.child(key) : happening.path, what);
  }

  const StatedScenario& stated_;
  const Scenario& is_;
  YamlErrors& errors_;
};

}  // namespace

std::uint64_t Scenario::hosts_by(Millis moment) const noexcept {
  constexpr std::uint64_t too_many = most_hosts + 1;
  std::uint64_t sum = hosts;
  for (const Happening& each : happenings) {
    sum = std::min(sum + added_by(each, std::min(moment, lasts)), too_many);
  }
  return sum;
}

void check_scenario(const StatedScenario& scenario, YamlErrors& errors) {
  Checker(scenario, errors).check();
}

}  // namespace vitals::model
