// SPDX-License-Identifier: Apache-2.0
/// @file
/// The record of one audit of one host: when it is due, who is at it, and what came of it last.
///
///     new --claim--> processing --finish--> processed --claim--> processing ...
///
/// A claim is for a lease: who does not finish by its end is taken for dead, and anybody may claim
/// the record again. The number of the claim is the fence: what a late one finishes is dropped.

#ifndef VITALS_AUDIT_RECORD_H
#define VITALS_AUDIT_RECORD_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vitals/observation.h"
#include "vitals/time.h"

namespace vitals::audit {

/// Where a record is in its life.
enum class RecordStatus : std::uint8_t {
  fresh,       ///< `new`: not run since it was made, or given back
  processing,  ///< claimed by an engine
  processed    ///< there is a result
};

inline constexpr std::array<std::string_view, 3> record_status_names{"new", "processing",
                                                                     "processed"};

[[nodiscard]] constexpr std::string_view name(RecordStatus status) noexcept {
  return record_status_names[static_cast<std::size_t>(status)];
}

/// What a run of an audit found.
struct Result {
  Status status = Status::nodata;
  int exit_code = 0;       ///< of a run that a signal ended: 128 and its number
  std::string output{};    ///< for people: one line of UTF-8, at most longest_output bytes
  Timestamp started_at{};  ///< what it says was true at some moment since
  Timestamp finished_at{};

  friend bool operator==(const Result&, const Result&) = default;
};

inline constexpr std::size_t longest_output = 1024;

/// A record with everything that is kept of it.
struct Record {
  std::int64_t id = 0;
  std::string host{};
  std::string address{};  ///< empty: none is stated
  std::string audit{};
  std::optional<Timestamp> next_run{};  ///< none: never scheduled; at the next chance
  Timestamp created_at{};
  Timestamp updated_at{};
  bool disabled = false;  ///< this one pair alone, by somebody's hand; an audit's own is apart
  std::string disabled_reason{};
  RecordStatus status = RecordStatus::fresh;
  std::string claimed_by{};  ///< the engine, while processing
  std::optional<Timestamp> claimed_until{};
  std::optional<Result> result{};           ///< the latest
  std::optional<Timestamp> status_since{};  ///< of the result: since when its status is the same
  std::string finished_by{};                ///< the engine that ran it last
  std::optional<Timestamp> told_at{};       ///< when its engine told the result
};

/// What a scheduler needs of a record. Names are views, valid while it is visited.
struct RecordTime {
  std::int64_t id = 0;
  std::string_view host{};
  std::string_view audit{};
  std::optional<Timestamp> next_run{};
  std::optional<Timestamp> claimed_until{};  ///< set while processing
  bool disabled = false;
};

/// Wishes and answers of claims.
struct ClaimRequest {
  std::int64_t id = 0;
  Timestamp until{};  ///< the end of the lease
};
struct ClaimAnswer {
  std::int64_t claim = 0;  ///< its number; 0: refused
  Timestamp retry_at{};    ///< if refused: when to ask again

  [[nodiscard]] bool granted() const { return claim != 0; }
};

/// A record that was claimed.
struct Claimed {
  std::int64_t id = 0;
  std::int64_t claim = 0;
};

/// A run that ended, and when the next one is due.
struct Finished {
  Claimed claimed{};
  Result result{};
  Timestamp next_run{};
};

/// What the backend made of it.
struct Taken {
  Timestamp status_since{};  ///< since when the status is what it is
  bool run_again = false;    ///< somebody asked for a run meanwhile: the next one is due at once

  friend bool operator==(const Taken&, const Taken&) = default;
};

/// Of which records something is asked: of those with this host and this audit.
struct Selection {
  std::string_view host{};   ///< empty: of all hosts
  std::string_view audit{};  ///< empty: all audits
};

/// What people ask of all engines at once.
struct Wishes {
  std::int64_t number = 0;  ///< another one when engines should look at the records anew
  bool paused = false;      ///< nothing more is run
  std::string reason{};     ///< why it is paused; for people
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_RECORD_H
