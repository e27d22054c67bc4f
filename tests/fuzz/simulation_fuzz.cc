// SPDX-License-Identifier: Apache-2.0
// Any bytes as a scenario to simulate, a line `---`, and the file of delays that it may name `99`
// (without such a line: as a scenario alone). What is accepted keeps its bounds, and what is
// refused is refused with a place.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "fuzz.h"
#include "vitals/model/scenario.h"

namespace {

using namespace vitals::model;

// A folder in which there is nothing but what this program has open.
constexpr std::string_view source = "/proc/self/fd/scenario";
constexpr std::string_view delays = "/proc/self/fd/99";
constexpr std::string_view streams = "/proc/self/fd/";  // and 0, 1 or 2
constexpr int delays_descriptor = 99;

void write_delays(std::string_view text) {
  static const bool is_open = dup2(memfd_create("delays", 0), delays_descriptor) >= 0;
  promise(is_open && ftruncate(delays_descriptor, 0) == 0 &&
              pwrite(delays_descriptor, text.data(), text.size(), 0) ==
                  static_cast<ssize_t>(text.size()),
          "there is a file of delays");
}

// Whether each error says first where it is: in the one file, in the other, or in what a scenario
// takes for a file of delays though it is where this program writes to.
bool says_where(std::string_view why) {
  while (!why.empty()) {
    const std::string_view line = why.substr(0, why.find('\n'));
    const bool is_of_ours =
        every_line_says_where(line, source) || every_line_says_where(line, delays);
    const bool is_of_a_stream = line.size() > streams.size() && line.starts_with(streams) &&
                                every_line_says_where(line, line.substr(0, streams.size() + 1));
    if (!is_of_ours && !is_of_a_stream) return false;
    why.remove_prefix(std::min(line.size() + 1, why.size()));
  }
  return true;
}

bool is_delay(const Delay& delay) {
  Random random(1);
  for (int i = 0; i < 4; ++i) {
    const Millis sample = delay.sample(random);
    if (sample < Millis{0} || sample > longest_delay) return false;
  }
  return true;
}

void check_happening(const Happening& happening, const Scenario& scenario) {
  promise(happening.at >= Millis{0} && happening.at <= scenario.lasts, "it begins, at the end");
  promise(happening.spread >= Millis{0} && happening.spread <= longest_delay, "spread");
  promise(!happening.every || *happening.every > Millis{0}, "what comes again takes time");
  promise(happening.count >= 1, "something happens to something");
  const std::uint64_t last = std::uint64_t{happening.first.value_or(0)} + happening.count;
  promise(happening.what == Happens::add || last <= scenario.hosts_by(scenario.lasts),
          "what it happens to will be there");
  promise(!happening.lasts || is_delay(*happening.lasts), "lasts");
  promise(happening.component.empty() == (happening.what != Happens::fault), "faults have one");
}

void check(const Scenario& scenario) {
  promise(scenario.hosts >= 1 && scenario.hosts_by(scenario.lasts) <= most_hosts, "hosts");
  promise(scenario.hosts_a_switch >= 1 && scenario.hosts_a_rack >= 1, "hosts a place");
  promise(scenario.lasts > Millis{0} && scenario.begin >= vitals::earliest_accepted &&
              scenario.begin + scenario.lasts <= vitals::latest_accepted,
          "begin and end");
  const auto probes = scenario.netmon.window / scenario.netmon.probe_period;
  promise(probes >= 1 && probes <= 64, "the window holds some probes");
  promise(scenario.juggler.push_period > Millis{0} && scenario.pongers.rack_period > Millis{0} &&
              scenario.hw_watcher.period > Millis{0} && scenario.netmon.fetch_period > Millis{0},
          "periods");
  std::size_t of_hosts = 0;
  for (const auto& [name, check] : scenario.checks) {
    if (is_infrastructure(check.kind)) continue;
    promise(check.period > vitals::Seconds{0}, "a check is run now and then", name);
    ++of_hosts;
  }
  promise(of_hosts <= most_components && scenario.checks.size() <= of_hosts + 2, "checks");
  for (const Delay& delay :
       {scenario.juggler.propagation, scenario.juggler.delivery, scenario.pongers.jitter,
        scenario.agent.boot, scenario.agent.jitter, scenario.names.dns, scenario.names.cron_delay,
        scenario.names.cron_duration, scenario.hw_watcher.writing, scenario.netmon.fetching}) {
    promise(is_delay(delay), "delays");
  }
  promise(scenario.happenings.size() <= most_happenings, "happenings");
  for (const Happening& each : scenario.happenings) check_happening(each, scenario);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  constexpr std::string_view cut = "\n---\n";
  const std::size_t end = text.find(cut);
  write_delays(end == std::string_view::npos ? "" : text.substr(end + cut.size()));
  const auto scenario = parse_scenario(text.substr(0, end), source);
  const std::string why(scenario.status().message());
  if (scenario.ok()) {
    check(*scenario);
  } else {
    promise(!why.empty() && says_where(why), "an error says where", why);
  }
  return 0;
}
