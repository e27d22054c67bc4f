// SPDX-License-Identifier: Apache-2.0
/// @file
/// The constants of the rules, each with its default and where that number comes from.
///
///     juggler.overhead = pongerd.flap_delay + juggler.propagation         (by default 3 + 1 min)
///
/// Origins: *given* by the source text; *derived*, chosen so that a figure stated in the text comes
/// out exactly; *chosen*, named but not numbered by the text. All durations are whole seconds and
/// not negative. A Policy holds no names and allocates nothing; the names of the checks live with
/// whoever keeps a map of them (vitals/policy_yaml.h).

#ifndef VITALS_POLICY_H
#define VITALS_POLICY_H

#include <array>
#include <cstdint>
#include <string_view>

#include "vitals/observation.h"
#include "vitals/time.h"

namespace vitals {

/// How the settling of infrastructure is judged (SPEC 10).
enum class Settling : std::uint8_t {
  clock,   ///< enough time must have passed since the active check's own change
  receipt  ///< infrastructure must have been received long enough after that change
};

/// What a host depends on whose switch (rack) nobody ever stated.
enum class Unstated : std::uint8_t {
  unknown,  ///< on an unknown one: fails closed
  none      ///< on none
};

inline constexpr std::array<std::string_view, 2> settling_names{"clock", "receipt"};
inline constexpr std::array<std::string_view, 2> unstated_names{"unknown", "none"};

/// The constants that hold for all checks. Source: SPEC 2.
struct Policy {
  struct Juggler {
    Seconds push_period{std::chrono::minutes{5}};  ///< regular repeats to us; given
    Seconds propagation{std::chrono::minutes{1}};  ///< way through Juggler; chosen
    /// The longest time from a measurement until Juggler stamps the status that follows from it;
    /// derived from 12, 14, 20 and 5 min together.
    Seconds overhead{std::chrono::minutes{4}};
    Seconds active_ttl{std::chrono::minutes{15}};  ///< until NODATA for active checks; given
    std::int64_t passive_ttl_periods = 2;  ///< until NODATA for passive ones, in periods; given
  } juggler;

  struct HwWatcher {
    Seconds period{std::chrono::minutes{10}};  ///< between two runs of the daemon; given
    /// From the measurement until Juggler has it; derived from the mean lag of 13 min.
    Seconds latency{std::chrono::minutes{2}};
  } hw_watcher;

  struct Netmon {
    Seconds fetch_period{std::chrono::minutes{1}};  ///< between two fetches; chosen
    Seconds window{std::chrono::minutes{5}};        ///< its window of measurements; chosen
  } netmon;

  struct Pongerd {
    Seconds flap_delay{std::chrono::minutes{3}};  ///< flap suppression; chosen (overhead = 3 + 1)
  } pongerd;

  struct Rename {
    Seconds detection{std::chrono::hours{3}};  ///< Juggler on changed DNS records; given
  } rename;

  struct Appearance {
    Seconds cron_delay{std::chrono::minutes{5}};      ///< until the cron job starts; chosen
    Seconds cron_duration{std::chrono::minutes{5}};   ///< how long it runs; chosen
    Seconds passive_period{std::chrono::minutes{5}};  ///< the passive checks' first run; given
    Seconds cron_per_host{0};                         ///< more for each new host; chosen
  } appearance;

  struct Retention {
    std::int64_t push_periods = 3;  ///< after so many, old health disappears; given
  } retention;

  struct Infrastructure {
    Settling settling = Settling::clock;
    Unstated unstated = Unstated::unknown;
  } infrastructure;
};

/// The constants of one check.
struct CheckPolicy {
  Kind kind = Kind::active;
  Seconds period{0};  ///< between two measurements; none for netmon and rack
  Seconds accuracy{std::chrono::seconds{60}};  ///< how far clocks may differ
  bool required = false;                       ///< a host without it cannot be healthy

  friend constexpr bool operator==(const CheckPolicy&, const CheckPolicy&) = default;
};

/// The period of a check that states none.
///
/// Source:   SPEC 2 and 11; netmon and rack have none, their distance is in the policy.
[[nodiscard]] constexpr Seconds default_period(Kind kind) noexcept {
  if (is_infrastructure(kind)) return Seconds{0};
  return kind == Kind::active ? std::chrono::minutes{1} : std::chrono::minutes{5};
}

/// A check and the name under which the default policy knows it.
struct NamedCheck {
  std::string_view name;
  CheckPolicy policy;
};

/// The default set of checks, sorted by name. Source: SPEC 2.
inline constexpr std::array<NamedCheck, 11> default_checks{{
    {"UNREACHABLE", {.kind = Kind::active, .period = std::chrono::minutes{1}, .required = true}},
    {"bmc", {.kind = Kind::hw_watcher, .period = std::chrono::minutes{5}}},
    {"cpu", {.kind = Kind::hw_watcher, .period = std::chrono::minutes{5}}},
    {"disk", {.kind = Kind::hw_watcher, .period = std::chrono::minutes{5}, .required = true}},
    {"fs_check", {.kind = Kind::passive, .period = std::chrono::minutes{5}}},
    {"link", {.kind = Kind::passive, .period = std::chrono::minutes{5}}},
    {"memory", {.kind = Kind::hw_watcher, .period = std::chrono::minutes{5}, .required = true}},
    {"meta", {.kind = Kind::passive, .period = std::chrono::minutes{5}, .required = true}},
    {"netmon", {.kind = Kind::netmon}},
    {"rack", {.kind = Kind::rack}},
    {"ssh", {.kind = Kind::active, .period = std::chrono::minutes{2}, .required = true}},
}};

}  // namespace vitals

#endif  // VITALS_POLICY_H
