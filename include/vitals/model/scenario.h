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
/// of the default policy are made for.

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

/// What can happen, and to what.
enum class Happens : std::uint8_t {
  fault,           ///< hosts: a component breaks
  repair,          ///< hosts: a manipulation; they do not run meanwhile
  agent_outage,    ///< hosts: the agent does not run
  hang,            ///< hosts: hw-watcher measures no more
  clock_ahead,     ///< hosts: the clock is wrong
  add,             ///< hosts: new ones, which are assigned
  rename,          ///< hosts: they get another name
  remove,          ///< hosts: they are gone
  switch_fault,    ///< switches: nothing behind them answers
  rack_fault,      ///< racks: nothing in them runs
  netmon_outage,   ///< nothing is fetched from netmon
  juggler_outage,  ///< nothing is pushed by Juggler
  master_move,     ///< Juggler's master moves
  pongers_outage   ///< nothing is probed by pongers
};

inline constexpr std::array<std::string_view, 14> happens_names{
    "fault",         "repair",         "agent_outage", "hang",          "clock_ahead",
    "add",           "rename",         "remove",       "switch_fault",  "rack_fault",
    "netmon_outage", "juggler_outage", "master_move",  "pongers_outage"};

/// Something that happens, to some hosts, switches or racks.
struct Happening {
  Happens what = Happens::fault;
  Millis at{0};                          ///< since the beginning
  Millis spread{0};                      ///< each at a random moment of so long a time from then on
  std::optional<Millis> every{};         ///< again and again, so often, until the end
  std::uint32_t count = 1;               ///< how many hosts, switches or racks; of `add`, new hosts
  std::optional<std::uint32_t> first{};  ///< they are this one, counted from 0, and the next; if
                                         ///< not given, each is a random one
  std::optional<Delay> lasts{};          ///< then it ends; if not given, see each
  std::string component{};               ///< fault: the name of a check, `network` or `agent`
  bool fixes = true;                     ///< repair: whether all that was broken works after it
  Millis ahead{0};                       ///< clock_ahead: by how much; negative is behind
};

/// A scenario.
struct Scenario {
  ModelTime begin{std::chrono::seconds{1'700'000'000}};
  Millis lasts{std::chrono::hours{2}};
  std::uint32_t hosts = 100;  ///< from the beginning
  std::uint32_t hosts_a_switch = 48;
  std::uint32_t hosts_a_rack = 16;
  CheckSet checks = default_check_set();  ///< of which kind and period are used
  JugglerModel juggler;
  PongersModel pongers;
  AgentModel agent;
  NamesModel names;
  HwWatcherModel hw_watcher;
  NetmonModel netmon;
  std::vector<Happening> happenings;
};

/// Bounds of a scenario.
inline constexpr std::uint32_t most_hosts = 10'000'000;
inline constexpr std::size_t most_happenings = 1'000;

/// Reads a scenario from text; `source` is the name that errors give it, and files that it names
/// lie beside it.
///
/// Units:    lengths are written `250ms`, `90s`, `5m`, `1h30m`, `1d`.
/// Boundary: at most 1 MiB; most_hosts, those to be added included; at most most_components checks
///           of hosts, one of kind netmon and one of kind rack; most_happenings.
/// Errors:   InvalidArgument, one line an error, each `SOURCE:LINE:COLUMN: PATH: what, expected
///           what`, all of them in one go, at most 100.
[[nodiscard]] absl::StatusOr<Scenario> parse_scenario(std::string_view yaml,
                                                      std::string_view source);

/// Reads a scenario from a file.
///
/// Errors:   those of parse_scenario(), and what the system says of the file, as `FILE: what`.
[[nodiscard]] absl::StatusOr<Scenario> read_scenario(const std::string& path);

}  // namespace vitals::model

#endif  // VITALS_MODEL_SCENARIO_H
