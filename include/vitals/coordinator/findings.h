// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the monitor finds: hosts that two installations have, and hosts that none has; and the
/// journal of everything that was decided.
///
///     conflict   one inventory number (of one BOT), or one name, in several installations
///     orphan     a host that some installation had, or that the BOT lists, and none has now

#ifndef VITALS_COORDINATOR_FINDINGS_H
#define VITALS_COORDINATOR_FINDINGS_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/coordinator/host.h"
#include "vitals/coordinator/request.h"

namespace vitals::coordinator {

/// What several installations have in common.
enum class Shared : std::uint8_t { inv, name };

inline constexpr std::array<std::string_view, 2> shared_names{"inv", "name"};

[[nodiscard]] constexpr std::string_view name(Shared shared) noexcept {
  return shared_names[static_cast<std::size_t>(shared)];
}

/// One host in several installations.
struct Conflict {
  std::int64_t id = 0;
  Shared shared = Shared::inv;
  std::string bot{};                  ///< of the inventory number; empty for names
  std::string value{};                ///< the inventory number, or the name
  Timestamp since{};                  ///< when the second of them came to have it
  Timestamp noticed_at{};             ///< when the monitor first saw it
  std::vector<HostRecord> holders{};  ///< two or more, each with its basis: how it has the host

  friend bool operator==(const Conflict&, const Conflict&) = default;
};

/// How a host came to be nobody's.
enum class Departure : std::uint8_t {
  removed,       ///< its installation told that it removed it
  vanished,      ///< its installation's listing does not show it any more
  renumbered,    ///< its installation was allowed to give it another inventory number
  never_listed,  ///< its installation was allowed to add it, and never did
  never_had      ///< the BOT lists it; no installation is known to have had it
};

inline constexpr std::array<std::string_view, 5> departure_names{
    "removed", "vanished", "renumbered", "never_listed", "never_had"};

[[nodiscard]] constexpr std::string_view name(Departure how) noexcept {
  return departure_names[static_cast<std::size_t>(how)];
}

/// A host that nobody has.
struct Orphan {
  std::string bot{};
  Inv inv = 0;
  std::string name{};
  std::string uuid{};
  std::string installation{};  ///< which had it last; empty: none had
  Timestamp since{};
  Departure how = Departure::removed;

  friend bool operator==(const Orphan&, const Orphan&) = default;
};

/// What an entry of the journal is about. The first four are Act's.
enum class Happened : std::uint8_t {
  add,
  remove,
  rename,
  change_inv,
  lapse,  ///< a permission ended, because a later listing does not show the host
  listing_applied,
  listing_held_back,
  may_shrink,  ///< somebody allowed the next listing to lose hosts
  conflict_opened,
  conflict_closed
};

inline constexpr std::array<std::string_view, 10> happened_names{"add",
                                                                 "remove",
                                                                 "rename",
                                                                 "change_inv",
                                                                 "lapse",
                                                                 "listing_applied",
                                                                 "listing_held_back",
                                                                 "may_shrink",
                                                                 "conflict_opened",
                                                                 "conflict_closed"};

[[nodiscard]] constexpr std::string_view name(Happened happened) noexcept {
  return happened_names[static_cast<std::size_t>(happened)];
}

/// One entry of the journal: who asked what, when, the answer and its reason.
struct JournalEntry {
  std::int64_t number = 0;
  Timestamp at{};
  Happened happened = Happened::add;
  std::string installation{};
  std::string asked_by{};
  std::string bot{};
  Host host{};             ///< what was asked about; of a lapse, what ended
  std::string new_name{};  ///< of `rename`
  Inv new_inv = 0;         ///< of `change_inv`
  bool allowed = true;
  std::optional<Why> why{};        ///< of the four acts
  std::optional<Holder> holder{};  ///< of a refusal
  std::string note{};              ///< of the others: numbers, in words

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_FINDINGS_H
