// SPDX-License-Identifier: Apache-2.0
#include "vitals/text_time.h"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>

#include "absl/strings/str_format.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

using Millis = std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::int64_t millis;
};
constexpr std::array<Unit, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

// Which units a duration may have, and how an error shows one.
struct Style {
  std::span<const Unit> units;  // from the largest to the smallest
  std::string_view examples;
};
constexpr Style whole_seconds{{units.data(), 4}, "90s, 5m, 3h, 1h30m"};
constexpr Style whole_millis{{units.data(), 5}, "250ms, 90s, 5m, 1h30m"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

absl::Status not_a_duration(std::string_view text, const Style& style) {
  return invalid(in_quotes(text), " is no duration, expected whole numbers with units such as ",
                 style.examples);
}

// Reads fixed-width fields of a moment from the left.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  std::optional<unsigned> number(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    unsigned value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (!is_digit(c)) return std::nullopt;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // `.` and at least one digit, or nothing at all.
  bool fraction() {
    if (!literal('.')) return true;
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(digits);
    return digits > 0;
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<date::sys_days> read_day(FieldReader& in) {
  const auto year = in.number(4);
  if (!year || !in.literal('-')) return std::nullopt;
  const auto month = in.number(2);
  if (!month || !in.literal('-')) return std::nullopt;
  const auto day = in.number(2);
  if (!day) return std::nullopt;
  const date::year_month_day ymd{date::year{static_cast<int>(*year)}, date::month{*month},
                                 date::day{*day}};
  if (!ymd.ok()) return std::nullopt;
  return date::sys_days{ymd};
}

// Seconds since midnight; 23:59:60, a leap second, is the following midnight as in POSIX.
std::optional<Seconds> read_time_of_day(FieldReader& in) {
  const auto hour = in.number(2);
  if (!hour || *hour > 23 || !in.literal(':')) return std::nullopt;
  const auto minute = in.number(2);
  if (!minute || *minute > 59 || !in.literal(':')) return std::nullopt;
  const auto second = in.number(2);
  if (!second || *second > 60 || !in.fraction()) return std::nullopt;
  return Seconds{*hour * 3600 + *minute * 60 + *second};
}

// How far local time is ahead of UTC.
std::optional<Seconds> read_offset(FieldReader& in) {
  if (in.literal('Z') || in.literal('z')) return Seconds{0};
  const bool ahead = in.literal('+');
  if (!ahead && !in.literal('-')) return std::nullopt;
  const auto hour = in.number(2);
  if (!hour || *hour > 23 || !in.literal(':')) return std::nullopt;
  const auto minute = in.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  const Seconds offset{*hour * 3600 + *minute * 60};
  return ahead ? offset : -offset;
}

// `-?DIGITS(.DIGITS)?`, floored. Read digit by digit: a double would round 4294967295.9999999999 up
// and out of range. What does not fit is held at the ends of Seconds.
std::optional<Seconds> read_unix_seconds(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  if (whole.empty() || (point < text.size() && fraction.empty())) return std::nullopt;
  if (!std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
  if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;

  Seconds seconds{0};
  for (const char digit : whole) seconds = sum(times(10, seconds), Seconds{digit - '0'});
  if (!negative) return seconds;
  const bool between = fraction.find_first_not_of('0') != std::string_view::npos;
  return sum(-seconds, Seconds{between ? -1 : 0});
}

absl::Status not_rfc3339(std::string_view text) {
  return invalid(in_quotes(text), " is no moment, expected RFC 3339 such as 2023-11-14T22:13:20Z");
}

absl::StatusOr<Timestamp> accepted(Timestamp moment, std::string_view text) {
  if (is_accepted(moment)) return moment;
  return absl::OutOfRangeError(
      cat(in_quotes(text), " is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"));
}

// The digits and the letters at the start of the text, taken off it.
struct Term {
  std::string_view digits;
  std::string_view letters;
};

Term take_term(std::string_view& text) {
  const auto digits = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto letters = std::find_if_not(digits, text.end(), is_letter);
  const Term term{{text.begin(), digits}, {digits, letters}};
  text.remove_prefix(term.digits.size() + term.letters.size());
  return term;
}

absl::StatusOr<Millis> parse_length(std::string_view text, const Style& style) {
  if (!text.empty() && text.front() == '-') {
    return invalid(in_quotes(text), " is negative, expected a duration of 0s or more");
  }
  if (text.empty()) return not_a_duration(text, style);
  constexpr std::int64_t too_long = Millis(longest_duration).count() + 1;
  std::int64_t total = 0;
  auto allowed = style.units.begin();  // units grow smaller from left to right
  for (std::string_view rest = text; !rest.empty();) {
    const Term term = take_term(rest);
    if (term.digits.empty()) return not_a_duration(text, style);
    if (term.letters.empty() && rest.empty()) {
      return invalid(in_quotes(text), " has no unit, expected a duration such as 90s or 5m");
    }
    const auto unit = std::find_if(allowed, style.units.end(),
                                   [&](const Unit& one) { return one.name == term.letters; });
    if (unit == style.units.end()) return not_a_duration(text, style);
    allowed = unit + 1;
    std::int64_t count = too_long;  // unless it fits
    std::from_chars(term.digits.data(), term.digits.data() + term.digits.size(), count);
    total = std::min(total + std::min(count, too_long) * unit->millis, too_long);
  }
  if (total == too_long) {
    return absl::OutOfRangeError(
        cat(in_quotes(text), " is longer than 366 days, the longest duration there is"));
  }
  return Millis{total};
}

}  // namespace

absl::StatusOr<Seconds> parse_duration(std::string_view text) {
  const absl::StatusOr<Millis> length = parse_length(text, whole_seconds);
  if (!length.ok()) return length.status();
  return std::chrono::duration_cast<Seconds>(*length);
}

absl::StatusOr<Millis> parse_milliseconds(std::string_view text) {
  return parse_length(text, whole_millis);
}

std::string format_duration(Seconds length) {
  if (length == Seconds::zero()) return "0s";
  std::string out;
  // The magnitude as unsigned, because Seconds::min() has no positive counterpart.
  auto rest = static_cast<std::uint64_t>(length.count());
  if (length < Seconds::zero()) {
    out += '-';
    rest = 0 - rest;
  }
  const bool in_days = rest >= 2 * 86400;
  for (const Unit& unit : whole_seconds.units) {
    if (unit.name == "d" && !in_days) continue;
    const auto size = static_cast<std::uint64_t>(unit.millis / 1'000);
    if (rest >= size) absl::StrAppend(&out, rest / size, to_absl(unit.name));
    rest %= size;
  }
  return out;
}

std::string format_milliseconds(Millis length) {
  const auto seconds = std::chrono::duration_cast<Seconds>(length);
  const std::int64_t millis = (length - seconds).count();
  if (millis == 0) return format_duration(seconds);
  if (seconds != Seconds::zero()) return cat(format_duration(seconds), std::abs(millis), "ms");
  return cat(millis, "ms");
}

absl::StatusOr<Timestamp> parse_rfc3339(std::string_view text) {
  FieldReader in(text);
  const auto day = read_day(in);
  if (!day || !(in.literal('T') || in.literal('t'))) return not_rfc3339(text);
  const auto time_of_day = read_time_of_day(in);
  if (!time_of_day) return not_rfc3339(text);
  if (in.at_end()) {
    return invalid(in_quotes(text), " has no offset from UTC, expected Z or one such as +03:00");
  }
  const auto offset = read_offset(in);
  if (!offset || !in.at_end()) return not_rfc3339(text);
  const Timestamp moment = *day + *time_of_day - *offset;
  const bool leap_second = text.substr(17, 2) == "60";
  if (leap_second && date::floor<date::days>(moment) != moment) return not_rfc3339(text);
  return accepted(moment, text);
}

absl::StatusOr<Timestamp> parse_timestamp(std::string_view text) {
  if (const auto seconds = read_unix_seconds(text)) return accepted(Timestamp{*seconds}, text);
  const auto moment = parse_rfc3339(text);
  if (moment.ok() || absl::IsOutOfRange(moment.status())) return moment;
  return invalid(in_quotes(text),
                 " is no moment, expected Unix seconds such as 1700000000 or RFC 3339 ",
                 "such as 2023-11-14T22:13:20Z");
}

std::string format_timestamp(Timestamp moment) {
  if (moment == distant_past) return "-inf";
  if (moment == distant_future) return "+inf";
  // The calendar's years end at +-32767; what lies beyond is told as a number.
  constexpr Timestamp calendar_end{Seconds{900'000'000'000}};
  if (moment > calendar_end ||
      moment < subtract(calendar_end, 2 * calendar_end.time_since_epoch())) {
    return absl::StrFormat("@%d", moment.time_since_epoch().count());
  }
  const auto day = date::floor<date::days>(moment);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss<Seconds> time{moment - day};
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02dZ", int{ymd.year()}, unsigned{ymd.month()},
                         unsigned{ymd.day()}, time.hours().count(), time.minutes().count(),
                         time.seconds().count());
}

std::string format_clock(Timestamp moment, Timestamp reference) {
  const std::string full = format_timestamp(moment);  // DATE T TIME Z, or what has no calendar
  const std::size_t day_length = full.find('T');
  if (day_length == std::string::npos) return full;
  const std::string time = full.substr(day_length + 1, full.size() - day_length - 2);
  const std::string day = full.substr(0, day_length);
  const bool same_day = format_timestamp(reference).substr(0, day_length + 1) == day + 'T';
  return same_day ? time : cat(day, " ", time);
}

}  // namespace vitals
