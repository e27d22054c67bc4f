// SPDX-License-Identifier: Apache-2.0
/// @file
/// A scenario to simulate: how many hosts there are, how their sources behave, and what happens.
///
///     lasts: 2h
///     hosts: 100
///     juggler: {propagation: {uniform: {from: 1s, to: 60s}}}
///     happenings:
///       - {what: repair, at: 30m, count: 10, lasts: 10m}
///
/// Whatever a scenario does not say has the default that stands here, which is what the constants
/// of the default policy are made for. Each key: docs/simulations.md.

#ifndef VITALS_MODEL_SCENARIO_H
#define VITALS_MODEL_SCENARIO_H

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/model/delay.h"
#include "vitals/model/event_queue.h"
#include "vitals/model/hosts.h"
#include "vitals/model/hw_watcher.h"
#include "vitals/model/juggler.h"
#include "vitals/model/netmon.h"
#include "vitals/model/pongers.h"
#include "vitals/policy_yaml.h"

namespace vitals::model {

/// What can happen, and to what. Each begins, and ends where it has a length (Happening::lasts).
enum class Happens : std::uint8_t {
  fault,           ///< hosts: a component breaks
  repair,          ///< hosts: a manipulation; they do not run meanwhile, and boot when it ends
  agent_outage,    ///< hosts: the agent does not run
  hang,            ///< hosts: hw-watcher measures no more
  clock_ahead,     ///< hosts: the clock is wrong
  add,             ///< hosts: new ones, which are assigned; numbered behind all that were before
  rename,          ///< hosts: they get another name
  remove,          ///< hosts: they are gone; their numbers are not used again
  switch_fault,    ///< switches: nothing behind them answers
  rack_fault,      ///< racks: nothing in them runs
  netmon_outage,   ///< nothing is fetched from netmon
  juggler_outage,  ///< nothing is pushed by Juggler
  master_move,     ///< Juggler's master moves; JugglerModel::election says how long that takes
  pongers_outage   ///< nothing is probed by pongers
};

inline constexpr std::array<std::string_view, 14> happens_names{
    "fault",         "repair",         "agent_outage", "hang",          "clock_ahead",
    "add",           "rename",         "remove",       "switch_fault",  "rack_fault",
    "netmon_outage", "juggler_outage", "master_move",  "pongers_outage"};

/// What may break that is no check of a host (vitals/model/hosts.h). No check may be called so.
inline constexpr std::array<std::string_view, 2> component_names{"network", "agent"};

/// Something that happens, to some hosts, switches or racks.
///
/// Boundary: what would begin behind the end of the scenario does not happen; at the end it does.
struct Happening {
  Happens what = Happens::fault;
  Millis at{0};                   ///< since the beginning
  Millis spread{0};               ///< each begins at a random moment of so long a time from then
  std::optional<Millis> every{};  ///< again and again, so often, until the end
  std::uint32_t count = 1;        ///< how many hosts, switches or racks; of `add`, new hosts
  std::optional<std::uint32_t> first{};  ///< they are this one, counted from 0, and the next; if
                                         ///< not given, each is a random one. A host that is not
                                         ///< there, or under repair, is passed over
  /// Then it ends. If not given, a fault lasts until a repair that fixes, agent_outage and hang
  /// until any repair, a repair for ten minutes, and all others until the end of the scenario; add,
  /// rename, remove and master_move never have one.
  std::optional<Delay> lasts{};
  std::string component{};  ///< fault: the name of a check of hosts, or one of component_names
  bool fixes = true;        ///< repair: whether all that was broken works after it
  Millis ahead{0};          ///< clock_ahead: by how much; negative is behind

  /// How often it has begun by a moment since the beginning, at that moment itself included.
  [[nodiscard]] std::int64_t times_by(Millis moment) const noexcept {
    if (moment < at) return 0;
    return every && *every > Millis{0} ? (moment - at) / *every + 1 : 1;
  }
};

/// Bounds of a scenario.
inline constexpr std::uint32_t most_hosts = 10'000'000;
inline constexpr std::size_t most_happenings = 1'000;
inline constexpr Millis shortest_period{1'000};
/// 1970-02-01: what is observed has lasted for up to a month when a scenario begins.
inline constexpr ModelTime earliest_begin{std::chrono::hours{31 * 24}};

/// A scenario.
struct Scenario {
  ModelTime begin{std::chrono::seconds{1'700'000'000}};
  Millis lasts{std::chrono::hours{2}};
  std::uint32_t hosts = 100;          ///< from the beginning
  std::uint32_t hosts_a_switch = 48;  ///< the first so many are behind the first switch, and so on
  std::uint32_t hosts_a_rack = 16;
  CheckSet checks = default_check_set();  ///< of which kind and period are used
  JugglerModel juggler;
  PongersModel pongers;
  AgentModel agent;
  NamesModel names;
  HwWatcherModel hw_watcher;
  NetmonModel netmon;
  std::vector<Happening> happenings;

  /// How many hosts there were by a moment since the beginning, those that were added by then and
  /// those that were removed included; from `lasts` on, how many there ever are.
  ///
  /// Boundary: at most most_hosts + 1, which is one too many.
  [[nodiscard]] std::uint64_t hosts_by(Millis moment) const noexcept;
};

/// Reads a scenario from text; `source` is the name that errors give it, and files of delays lie in
/// its folder or below.
///
/// Units:    lengths are written `250ms`, `90s`, `5m`, `1h30m`, `1d`, at most 366 days; periods of
///           checks without milliseconds.
/// Boundary: at most 1 MiB, and so is each file of delays. An empty document is the default
///           scenario. No period is below shortest_period. At most most_hosts, those to be added
///           included; at most most_components checks of hosts, one of kind netmon and one of kind
///           rack; most_happenings; begin and end, and what clocks that are ahead show, within 1970
///           to 2106.
/// Errors:   InvalidArgument, one line an error, each `SOURCE:LINE:COLUMN: PATH: what, expected
///           what` or, of a file of delays, `FILE:LINE: what, expected what`; all of them in one
///           go, at most 100.
[[nodiscard]] absl::StatusOr<Scenario> parse_scenario(std::string_view yaml,
                                                      std::string_view source);

/// Reads a scenario from a file.
///
/// Errors:   those of parse_scenario(), and what the system says of the file, as `FILE: what`.
[[nodiscard]] absl::StatusOr<Scenario> read_scenario(const std::string& path);

}  // namespace vitals::model

#endif  // VITALS_MODEL_SCENARIO_H
