// SPDX-License-Identifier: Apache-2.0
/// @file
/// What was received of a check: its status, and the times at which things happened.
///
///     lowered(t)  = min(t, receive_time)
///     implausible = some time of the report > receive_time + accuracy
///
/// Two clocks are kept apart: `receive_time` is ours, `status_mtime` and `metadata_timestamp` are
/// the source's. A report becomes an observation by receive(), the only place where a time that
/// cannot be is dealt with. A clock that runs ahead by less than the age of the measurement cannot
/// be seen by anybody. Pure, total, constexpr.

#ifndef VITALS_OBSERVATION_H
#define VITALS_OBSERVATION_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vitals/time.h"

namespace vitals {

/// What a check says.
enum class Status : std::uint8_t {
  ok,      ///< all is well
  warn,    ///< degraded
  crit,    ///< broken
  nodata,  ///< Juggler's time to live ran out; read from NODATA, NO DATA and NO_DATA
  info     ///< a remark; not OK for infrastructure
};

/// How a check reaches us.
enum class Kind : std::uint8_t {
  active,      ///< Juggler's pongers probe the host
  passive,     ///< an agent on the host runs it, Juggler forwards it
  hw_watcher,  ///< hw-watcher measures, a passive check reads its database; has a metadata time
  netmon,      ///< of a switch, fetched from netmon
  rack         ///< of a rack, through pongerd and Juggler
};

inline constexpr std::array<std::string_view, 5> status_names{"OK", "WARN", "CRIT", "NODATA",
                                                              "INFO"};
inline constexpr std::array<std::string_view, 5> kind_names{"active", "passive", "hw_watcher",
                                                            "netmon", "rack"};

/// The word for a status, as recordings and verdict lines spell it.
[[nodiscard]] constexpr std::string_view name(Status status) noexcept {
  return status_names[static_cast<std::size_t>(status)];
}

/// The word for a kind, as policies spell it.
[[nodiscard]] constexpr std::string_view name(Kind kind) noexcept {
  return kind_names[static_cast<std::size_t>(kind)];
}

/// The status that a word stands for; nothing for any other word.
///
/// Boundary: letter case matters; NODATA, NO DATA and NO_DATA are the same.
/// Errors:   nullopt.
/// Source:   SPEC 1.
[[nodiscard]] constexpr std::optional<Status> parse_status(std::string_view word) noexcept {
  for (std::size_t i = 0; i < status_names.size(); ++i) {
    if (status_names[i] == word) return static_cast<Status>(i);
  }
  if (word == "NO DATA" || word == "NO_DATA") return Status::nodata;
  return std::nullopt;
}

/// The kind that a word stands for; nothing for any other word.
[[nodiscard]] constexpr std::optional<Kind> parse_kind(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == word) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

/// Whether checks of this kind speak of a switch or a rack instead of a host.
[[nodiscard]] constexpr bool is_infrastructure(Kind kind) noexcept {
  return kind == Kind::netmon || kind == Kind::rack;
}

/// What a source sent, untouched.
struct Report {
  Status status = Status::ok;
  Timestamp status_mtime{};  ///< when the status last changed, by the source's clock
  Timestamp receive_time{};  ///< when it reached us, by our clock
  std::optional<Timestamp> metadata_timestamp =
      std::nullopt;  ///< when hw-watcher measured, by the host's clock

  friend constexpr bool operator==(const Report&, const Report&) = default;
};

/// The newest state of a check that we received, its times made possible.
struct Observation {
  Status status = Status::ok;
  bool implausible = false;  ///< a time lay further ahead of the receipt than clocks may differ
  Timestamp status_mtime{};  ///< never later than receive_time
  Timestamp receive_time{};
  /// Never later than receive_time. Present only where a measurement by hw-watcher speaks: not for
  /// other kinds, and not for NODATA, which is Juggler's own word.
  std::optional<Timestamp> metadata_timestamp{};

  friend constexpr bool operator==(const Observation&, const Observation&) = default;
};

/// The observation that a report makes: times ahead of the receipt are lowered to it, and the
/// observation is implausible if one was ahead by more than `accuracy`.
///
/// Units:    seconds.
/// Boundary: a time exactly `accuracy` ahead is clock skew, one second more is implausible.
/// Errors:   none.
/// Source:   SPEC 1 (timestamps that cannot be) and 3 (NODATA has no metadata timestamp).
///
///     receive({.status_mtime = t(161), .receive_time = t(100)}, Kind::active, 60s).implausible
[[nodiscard]] constexpr Observation receive(const Report& report, Kind kind,
                                            Seconds accuracy) noexcept {
  const Timestamp latest_possible = add(report.receive_time, accuracy);
  Observation seen{.status = report.status,
                   .implausible = report.status_mtime > latest_possible,
                   .status_mtime = std::min(report.status_mtime, report.receive_time),
                   .receive_time = report.receive_time,
                   .metadata_timestamp = std::nullopt};
  const bool measured = kind == Kind::hw_watcher && report.status != Status::nodata;
  if (measured && report.metadata_timestamp) {
    seen.implausible = seen.implausible || *report.metadata_timestamp > latest_possible;
    seen.metadata_timestamp = std::min(*report.metadata_timestamp, report.receive_time);
  }
  return seen;
}

}  // namespace vitals

#endif  // VITALS_OBSERVATION_H
