// SPDX-License-Identifier: Apache-2.0
/// @file
/// What is true of a host, whatever anybody reports of it: what runs, what is broken, what answers.
///
///     runs             iff  it exists, is not under repair, and its rack has power
///     answers a probe  iff  it runs, its network works, and so does its switch
///
/// What a check measures is called a component, and bears the name of the check: a fault of
/// `memory` is what the check `memory` finds. Three more components are no checks: `network`,
/// without which nothing on the host can be reached, `agent`, without which it reports nothing, and
/// `hw_watcher`, without which what it reports of the hardware was measured before.

#ifndef VITALS_MODEL_HOSTS_H
#define VITALS_MODEL_HOSTS_H

#include <cstdint>
#include <string_view>

#include "vitals/model/delay.h"
#include "vitals/model/event_queue.h"

namespace vitals::model {

/// How hosts and their agents behave.
struct AgentModel {
  Delay boot = Delay::uniform(Millis{10'000}, Millis{60'000});  ///< of the host, to a running agent
  Millis defaults_to_ok{0};  ///< how long a new agent says OK without having measured
  Delay jitter = Delay::uniform(Millis{0}, Millis{2'000});  ///< of a run behind its regular time
};

/// How the names of hosts become addresses, and their checks are made.
struct NamesModel {
  /// From a rename until the pongers probe the new address.
  Delay dns = Delay::uniform(Millis{0}, Millis{10'800'000});
  bool old_address_answers = true;  ///< what probes find there meanwhile
  Delay cron_delay = Delay::uniform(Millis{0}, Millis{300'000});     ///< until checks are made
  Delay cron_duration = Delay::uniform(Millis{0}, Millis{300'000});  ///< how long that takes
  Millis cron_per_host{0};                                           ///< more for each new host
};

/// The components of a host, one bit each: those of its checks by their number, and three more.
using Components = std::uint64_t;
inline constexpr unsigned most_components = 61;  ///< that are checks
inline constexpr Components hw_watcher_component = Components{1} << 61U;
inline constexpr Components network_component = Components{1} << 62U;
inline constexpr Components agent_component = Components{1} << 63U;

/// One host.
struct ModelHost {
  std::string_view name;  ///< kept by whoever keeps the hosts
  std::uint32_t on_switch = 0;
  std::uint32_t in_rack = 0;
  bool exists = false;        ///< it was added and not removed
  bool under_repair = false;  ///< it does not run meanwhile
  Components broken = 0;
  ModelTime agent_from{};         ///< the agent runs from then on, if the host does
  ModelTime default_until{};      ///< until then the agent says OK whatever is true
  ModelTime old_address_until{};  ///< until then pongers probe the address of its old name
  Millis clock_ahead{0};          ///< of the true time; negative if behind

  [[nodiscard]] bool is_broken(Components any) const { return (broken & any) != 0; }
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_HOSTS_H
