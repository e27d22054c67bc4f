// SPDX-License-Identifier: Apache-2.0
/// @file
/// How often what is proven is false: after repairs, and when switches and racks fail.
///
///     believed in vain   effective > M, though the state was last found at or before M
///     accused in vain    an active check counts with CRIT, though only its switch or rack failed
///
/// docs/soundness.md proves on paper what the formulas rest on. Here the same is simulated: while
/// every assumption holds, with each one broken by more and more, and with conditions of
/// infrastructure left out. One policy, one number of repairs and failures and one first seed give
/// the same result on every machine, however many threads there are.

#ifndef VITALS_SOUNDNESS_H
#define VITALS_SOUNDNESS_H

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/policy_yaml.h"
#include "vitals/time.h"

namespace vitals {

/// What the proofs rest on, as far as it is a length of time. Each may be broken alone.
enum class Assumption : std::uint8_t {
  propagation,           ///< how long a result takes to reach Juggler
  delivery,              ///< how long a push takes to reach us and be stamped
  active_time_to_live,   ///< how long Juggler repeats the last word of pongers that died
  passive_time_to_live,  ///< how long it repeats that of an agent that died
  ponger_memory,  ///< how long pongers may have been away that hold back what they said before
  juggler_clock,  ///< how far Juggler's clock is ahead of ours
  host_clock,     ///< how far a host's clock is ahead
  defaults        ///< how long a new agent says OK without having measured
};
inline constexpr std::array<std::string_view, 8> assumption_names{
    "propagation",   "delivery",      "active_time_to_live", "passive_time_to_live",
    "ponger_memory", "juggler_clock", "host_clock",          "defaults"};

/// What made an observation look proven.
enum class Belief : std::uint8_t {
  status,           ///< by status
  active_receipt,   ///< by receipt, of an active check
  passive_receipt,  ///< by receipt, of a passive check
  metadata,         ///< by metadata
  unmeasured        ///< any of them, where nobody had measured anything
};
inline constexpr std::array<std::string_view, 5> belief_names{
    "status", "active_receipt", "passive_receipt", "metadata", "unmeasured"};

/// What repairs showed. By enumerator of Belief where it is an array.
struct RepairRisk {
  std::uint64_t repairs = 0;
  /// Repairs after which a state from before their end was believed.
  std::array<std::uint64_t, belief_names.size()> believed{};
  /// Those of them where it was CRIT: the host would be repaired again.
  std::array<std::uint64_t, belief_names.size()> believed_crit{};
  /// How much later than the effective timestamp a state was found, at the least: a negative one
  /// is a false proof, if a repair happens to lie between. None where nothing was received.
  std::array<std::optional<std::chrono::milliseconds>, belief_names.size()> nearest{};

  friend bool operator==(const RepairRisk&, const RepairRisk&) = default;
};

/// What becomes of the risk while one assumption is broken by more and more.
struct BrokenAssumption {
  Assumption assumption = Assumption::propagation;
  std::optional<Seconds> stated{};  ///< what the policy says of it
  Seconds bound{};                  ///< up to which the proofs hold; negative: it never holds
  struct Point {
    Seconds value;
    RepairRisk risk;
    friend bool operator==(const Point&, const Point&) = default;
  };
  std::vector<Point> points{};  ///< the first is the bound itself

  friend bool operator==(const BrokenAssumption&, const BrokenAssumption&) = default;
};

/// What a host behind a failing switch or rack is sheltered by, besides the conditions.
enum class Shelter : std::uint8_t {
  usual,  ///< it has a switch and a rack, and pongers hold changes back for flap_delay
  one,    ///< it has only the one that fails
  none    ///< likewise, and pongers report at once what they find
};
inline constexpr std::array<std::string_view, 3> shelter_names{"usual", "one", "none"};

/// What happens besides the failure of a switch or rack.
enum class Mishap : std::uint8_t {
  nothing,
  fetch_lost,    ///< one fetch of netmon, about when it would tell of the failure
  netmon_away,   ///< all fetches for long, from before the failure on
  push_lost,     ///< what Juggler pushes in one minute, about when it would tell of the failure
  master_moves,  ///< Juggler's master, about then
  short_failure  ///< the failure is over before it must be noticed
};
inline constexpr std::array<std::string_view, 6> mishap_names{
    "nothing", "fetch_lost", "netmon_away", "push_lost", "master_moves", "short_failure"};

/// What is left out of the rules when a check is judged.
enum class LeftOut : std::uint8_t {
  nothing,
  status,    ///< that the switch or rack must be OK
  change,    ///< that the check must be from after its last change
  settling,  ///< that it must have had time to speak up
  unknown,   ///< that it must be known
  all        ///< all of them, as if there were no infrastructure
};
inline constexpr std::array<std::string_view, 6> left_out_names{"nothing",  "status",  "change",
                                                                "settling", "unknown", "all"};

/// A number for each way of settling and each condition left out, by their enumerators.
template <class Number>
using ByCondition = std::array<std::array<Number, left_out_names.size()>, settling_names.size()>;

/// What active checks behind failures did, or those of hosts that broke.
struct Accusations {
  std::uint64_t checks = 0;              ///< that were behind a failure, each time
  ByCondition<std::uint64_t> accused{};  ///< those that counted with CRIT at any second after it
  ByCondition<Seconds> waited{};         ///< from the failure to the first such second, summed up

  friend bool operator==(const Accusations&, const Accusations&) = default;
};

/// Failures of one kind.
struct FailureRisk {
  Kind kind = Kind::netmon;  ///< netmon: of a switch; rack: of a rack
  Shelter shelter = Shelter::usual;
  Mishap mishap = Mishap::nothing;
  Accusations found{};  ///< all of them false

  friend bool operator==(const FailureRisk&, const FailureRisk&) = default;
};

/// Bounds of what is simulated.
inline constexpr std::uint64_t most_repairs = 100'000'000;
inline constexpr std::uint64_t most_failures = 1'000'000;

/// What is simulated.
struct SoundnessOptions {
  std::uint64_t repairs = 100'000;  ///< under the assumptions; a twentieth of it at each point
  std::uint64_t failures = 1'000;   ///< of switches or racks, in each case
  std::uint64_t first_seed = 1;
  unsigned threads = 1;

  /// Called now and then on the calling thread: how much is done, of how much.
  std::function<void(std::uint64_t done, std::uint64_t of)> on_progress{};
};

/// What was found.
struct Soundness {
  RepairRisk sound;  ///< while every assumption holds
  std::array<std::optional<Seconds>, belief_names.size()> margins{};  ///< of `nearest`, on paper
  std::vector<BrokenAssumption> broken{};
  std::vector<FailureRisk> failures{};
  std::optional<Accusations> faults{};  ///< of hosts, all due; none where nothing can fail

  friend bool operator==(const Soundness&, const Soundness&) = default;
};

/// Simulates repairs and failures under a policy whose sources keep to it. Of checks that differ in
/// nothing but their names one is simulated.
///
/// Units:    whole seconds, as rules compare them: `found at or before M` means in the second of M.
/// Boundary: numbers are rounded up to whole simulations, of about a thousand repairs or some
///           hundred failures each.
/// Errors:   InvalidArgument: no repairs or failures, or more than the bounds above; a policy
///           without checks of hosts, one of whose names no simulation can have, or a period that
///           is too short beside the policy's other lengths.
[[nodiscard]] absl::StatusOr<Soundness> measure_soundness(const PolicySet& policy,
                                                          const SoundnessOptions& options = {});

/// Tables for people; lines end with line feeds.
[[nodiscard]] std::string to_table(const Soundness& found);

/// The same for programs, as one JSON object.
[[nodiscard]] std::string to_json(const Soundness& found);

/// The same as a picture.
[[nodiscard]] std::string to_svg(const Soundness& found);

}  // namespace vitals

#endif  // VITALS_SOUNDNESS_H
