// SPDX-License-Identifier: Apache-2.0
/// @file
/// Moments and durations as text.
///
///     parse_duration("1h30m") == 5400s        format_duration(5400s) == "1h30m"
///     parse_milliseconds("1s500ms") == 1500ms
///     parse_timestamp("2023-11-14T22:13:20Z") == parse_timestamp("1700000000")
///
/// Moments are RFC 3339 (with `Z` or an offset, fractions floored) or numbers of Unix seconds.
/// Thread-safe: no shared state, no locale, no time zone data base.

#ifndef VITALS_TEXT_TIME_H
#define VITALS_TEXT_TIME_H

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "vitals/time.h"

namespace vitals {

/// The longest duration that input may state.
inline constexpr Seconds longest_duration{std::chrono::hours{366 * 24}};

/// Reads a duration: whole numbers with the units d, h, m, s, largest first, each at most once.
///
/// Units:    seconds.
/// Boundary: 0s and 366 days are accepted, more is not.
/// Errors:   InvalidArgument, saying what was expected: bare numbers, unknown units, fractions,
///           negative values. OutOfRange: too long ones.
/// Source:   SPEC 11.
[[nodiscard]] absl::StatusOr<Seconds> parse_duration(std::string_view text);

/// The shortest text that parse_duration() reads back: `0s`, `90s` as `1m30s`, `3h`. Days are
/// written from 48h on. A negative length has a leading minus.
[[nodiscard]] std::string format_duration(Seconds length);

/// As parse_duration(), with one more unit, `ms`, the smallest: for models, which measure in
/// fractions of a second. The constants of the rules are whole seconds.
///
/// Units:    milliseconds.
[[nodiscard]] absl::StatusOr<std::chrono::milliseconds> parse_milliseconds(std::string_view text);

/// As format_duration(), for what parse_milliseconds() reads back.
[[nodiscard]] std::string format_milliseconds(std::chrono::milliseconds length);

/// Reads a moment: RFC 3339 or a number of Unix seconds, written in decimal digits.
///
/// Units:    seconds since the Unix epoch; fractions are floored, exactly. 23:59:60 in UTC, a leap
///           second, is the midnight that follows.
/// Boundary: 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z.
/// Errors:   InvalidArgument (not a moment; no offset), OutOfRange.
/// Source:   SPEC 1 and 11.
[[nodiscard]] absl::StatusOr<Timestamp> parse_timestamp(std::string_view text);

/// As parse_timestamp(), but RFC 3339 only: what a string in a recording may hold.
[[nodiscard]] absl::StatusOr<Timestamp> parse_rfc3339(std::string_view text);

/// RFC 3339 in UTC: `2023-11-14T22:13:20Z`. distant_past and distant_future are `-inf` and `+inf`.
[[nodiscard]] std::string format_timestamp(Timestamp moment);

/// The time of day in UTC for people, `14:02:11`; with the date before it where `reference` is on
/// another day.
[[nodiscard]] std::string format_clock(Timestamp moment, Timestamp reference);

}  // namespace vitals

#endif  // VITALS_TEXT_TIME_H
