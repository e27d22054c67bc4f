// SPDX-License-Identifier: Apache-2.0
/// @file
/// A catalogue: which hosts exist, which groups they are in, what they need, and what is audited
/// how often.
///
///     hosts:  {n1.example.net: {address: 192.0.2.1, groups: [compute]}}
///     compute:
///       audits:
///         check_nova_config_exists: {run_every: 1day, command: [check_file, /etc/nova.conf]}
///
/// Wherever a catalogue comes from, files or a database, it is this: plain data, in one order, so
/// that two of them can be compared. Places (`origin`) are told in errors and compared never.

#ifndef VITALS_AUDIT_CATALOGUE_H
#define VITALS_AUDIT_CATALOGUE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/time.h"

namespace vitals::audit {

/// Where something was said: `FILE:LINE:COLUMN`, or which row of which database. For people.
struct Origin {
  std::string text;
  friend bool operator==(const Origin&, const Origin&) { return true; }
};

/// What puts right what an audit found. Never run unless `enabled`.
struct Repair {
  std::vector<std::string> command{};  ///< as of an audit
  Seconds timeout{300};
  Seconds again_after{3600};  ///< since the last repair of that host by this audit began
  bool enabled = false;

  friend bool operator==(const Repair&, const Repair&) = default;
};

/// An audit as a group or a single host has it.
struct Audit {
  std::string owner{};  ///< the name of a group or of a host
  std::string name{};
  Seconds run_every{0};
  /// A program and its arguments; no shell. `{host}`, `{address}` and `{audit}` within an argument
  /// are replaced, and stand in the environment as VITALS_HOST, VITALS_ADDRESS and VITALS_AUDIT.
  std::vector<std::string> command{};
  Seconds timeout{60};
  bool enabled = true;
  std::string disabled_reason{};  ///< for people; may be empty
  std::optional<Repair> repair{};
  Origin origin{};

  friend bool operator==(const Audit&, const Audit&) = default;
};

/// Of how many hosts of a group repairs may go on at a time: a number, or a share of its hosts.
struct RepairLimit {
  std::uint32_t number = 1;
  bool is_percent = false;

  friend bool operator==(const RepairLimit&, const RepairLimit&) = default;
};

/// How many that are, of a group of so many hosts.
///
/// Boundary: a share is never exceeded, so it is floored: 10 % of 19 hosts is 1, of 9 it is none.
[[nodiscard]] constexpr std::size_t at_most(RepairLimit limit, std::size_t hosts) noexcept {
  return limit.is_percent ? hosts * limit.number / 100 : limit.number;
}

/// What a host needs of a class of infrastructure, which some policy declares.
struct ClassNeed {
  std::string of_class{};
  /// Names of hosts, as they were stated; `{host}` within one is replaced. None: it needs none.
  std::vector<std::string> members{};
  Origin origin{};

  friend bool operator==(const ClassNeed&, const ClassNeed&) = default;
};

struct Group {
  std::string name{};
  std::vector<std::string> hosts{};  ///< names, sorted, each once
  RepairLimit repairs_at_once{};
  std::vector<ClassNeed> needs{};  ///< of each of its hosts, by class
  Origin origin{};

  friend bool operator==(const Group&, const Group&) = default;
};

struct Host {
  std::string name{};
  std::string address{};                   ///< empty: none is stated
  std::optional<std::string> on_switch{};  ///< none: unstated; empty: there is no switch
  std::optional<std::string> in_rack{};    ///< likewise
  std::vector<ClassNeed> needs{};          ///< its own, by class; one that is not here is unstated
  Origin origin{};

  friend bool operator==(const Host&, const Host&) = default;
};

/// All of it, in the order in which every backend hands it out.
struct Catalogue {
  std::vector<Host> hosts{};    ///< by name
  std::vector<Group> groups{};  ///< by name
  std::vector<Audit> audits{};  ///< by owner, then by name

  friend bool operator==(const Catalogue&, const Catalogue&) = default;
};

/// Bounds of what a catalogue may say.
inline constexpr std::size_t most_arguments = 256;       ///< of a command
inline constexpr std::size_t longest_argument = 4096;    ///< bytes
inline constexpr Seconds longest_timeout{24 * 60 * 60};  ///< of an audit or a repair

/// Puts everything into its order.
void sort(Catalogue& catalogue);

/// The host or group of that name in a sorted catalogue; null if there is none.
[[nodiscard]] const Host* find_host(const Catalogue& catalogue, std::string_view name);
[[nodiscard]] const Group* find_group(const Catalogue& catalogue, std::string_view name);

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_CATALOGUE_H
