// SPDX-License-Identifier: Apache-2.0
#include "vitals/text_time.h"

#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

static_assert(longest_duration == 366 * 24h);

constexpr std::string_view too_long = " is longer than 366 days, the longest duration there is";

std::string message_of(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

TEST_CASE("Durations are whole numbers with units, the largest first, up to 366 days") {
  struct Row {
    const char* text;
    Seconds length;
  };
  const Row rows[] = {
      {"0s", 0s},
      {"1s", 1s},
      {"90s", 90s},
      {"5m", 5min},
      {"90m", 90min},
      {"3h", 3h},
      {"1h30m", 90min},
      {"1d", 24h},
      {"1d2h3m4s", 93784s},
      {"1d4s", 86404s},
      {"0d0h0m0s", 0s},
      {"007s", 7s},
      {"365d23h59m59s", longest_duration - 1s},
      {"366d", longest_duration},
      {"366d0s", longest_duration},
      {"8784h", longest_duration},
      {"31622400s", longest_duration},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto length = parse_duration(row.text);
      INFO(length.status());
      REQUIRE(length.ok());
      CHECK(*length == row.length);
    }
  }
}

TEST_CASE("What is no duration is an error that shows it and says what was expected") {
  struct Row {
    const char* why;
    std::string text;
    std::string_view error;
  };
  constexpr const char* expected =
      " is no duration, expected whole numbers with units such as 90s, 5m, 3h, 1h30m";
  const Row rows[] = {
      {"nothing", "", expected},
      {"a bare number", "300", " has no unit, expected a duration such as 90s or 5m"},
      {"a bare zero", "0", " has no unit, expected a duration such as 90s or 5m"},
      {"a bare number behind a unit", "1h30",
       " has no unit, expected a duration such as 90s or 5m"},
      {"a bare number beyond 64 bits", "99999999999999999999",
       " has no unit, expected a duration such as 90s or 5m"},
      {"a unit alone", "s", expected},
      {"an unknown unit", "1w", expected},
      {"a unit of two letters", "1ms", expected},
      {"a capital unit", "1H", expected},
      {"a fraction", "1.5h", expected},
      {"a comma", "1,5h", expected},
      {"an exponent", "1e3s", expected},
      {"a plus", "+5m", expected},
      {"a minus inside", "5m-3s", expected},
      {"a blank before", " 5m", expected},
      {"a blank behind", "5m ", expected},
      {"a blank between", "1h 30m", expected},
      {"a smaller unit first", "30m1h", expected},
      {"a unit twice", "1m1m", expected},
      {"ISO 8601", "PT5M", expected},
      {"a word", "soon", expected},
      {"negative", "-5m", " is negative, expected a duration of 0s or more"},
      {"negative zero", "-0s", " is negative, expected a duration of 0s or more"},
      {"a second too long", "366d1s", too_long},
      {"in seconds too", "31622401s", too_long},
      {"64 bits of days", "9223372036854775807d", too_long},
      {"more than 64 bits", "9223372036854775808s", too_long},
      {"a sum beyond 64 bits", "106751991167300d9223372036854775807s", too_long},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto length = parse_duration(row.text);
      const bool is_too_long = row.error == too_long;
      CHECK(absl::IsOutOfRange(length.status()) == is_too_long);
      CHECK(absl::IsInvalidArgument(length.status()) == !is_too_long);
      CHECK(message_of(length.status()) == "'" + row.text + "'" + std::string(row.error));
    }
  }
  CHECK(message_of(parse_duration(std::string(1'000'000, '9')).status()).size() < 300);
  CHECK(message_of(parse_duration("5\nm").status()).starts_with("'5\\nm' is no duration"));
}

TEST_CASE("Durations are printed in the fewest letters, in days from 48 hours on") {
  struct Row {
    Seconds length;
    const char* text;
  };
  const Row rows[] = {
      {0s, "0s"},
      {1s, "1s"},
      {59s, "59s"},
      {60s, "1m"},
      {61s, "1m1s"},
      {90s, "1m30s"},
      {3599s, "59m59s"},
      {3600s, "1h"},
      {3601s, "1h1s"},
      {24h, "24h"},
      {48h - 1s, "47h59m59s"},
      {48h, "2d"},
      {48h + 1s, "2d1s"},
      {longest_duration, "366d"},
      {-90s, "-1m30s"},
      {Seconds::max(), "106751991167300d15h30m7s"},
      {Seconds::min(), "-106751991167300d15h30m8s"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) { CHECK(format_duration(row.length) == row.text); }
  }
}

TEST_CASE("Every duration that may be stated reads back from its text") {
  rc::prop("for random lengths", [] {
    const auto seconds =
        *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 200'000),
                        rc::gen::inRange(std::int64_t{0}, longest_duration.count() + 1));
    const auto length = parse_duration(format_duration(Seconds{seconds}));
    RC_ASSERT(length.ok());
    RC_ASSERT(*length == Seconds{seconds});
  });
}

TEST_CASE("Durations of models have milliseconds as one more unit, the smallest") {
  struct Row {
    const char* text;
    std::chrono::milliseconds length;
    const char* shortest;  // as it is printed
  };
  const Row rows[] = {
      {"0ms", 0ms, "0s"},
      {"1ms", 1ms, "1ms"},
      {"250ms", 250ms, "250ms"},
      {"999ms", 999ms, "999ms"},
      {"1000ms", 1s, "1s"},
      {"1001ms", 1001ms, "1s1ms"},
      {"1s500ms", 1500ms, "1s500ms"},
      {"1m", 60s, "1m"},
      {"1m5ms", 60'005ms, "1m5ms"},
      {"1m30s", 90s, "1m30s"},
      {"1d2h3m4s5ms", 93'784'005ms, "26h3m4s5ms"},
      {"365d23h59m59s999ms", longest_duration - 1ms, "365d23h59m59s999ms"},
      {"366d", longest_duration, "366d"},
      {"31622400000ms", longest_duration, "366d"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto length = parse_milliseconds(row.text);
      INFO(length.status());
      REQUIRE(length.ok());
      CHECK(length->count() == row.length.count());
      CHECK(format_milliseconds(row.length) == row.shortest);
    }
  }
  CHECK(format_milliseconds(-1ms) == "-1ms");
  CHECK(format_milliseconds(-1500ms) == "-1s500ms");
}

TEST_CASE("What is no duration of a model is an error, too") {
  struct Row {
    const char* why;
    std::string text;
    std::string_view error;
  };
  constexpr const char* expected =
      " is no duration, expected whole numbers with units such as 250ms, 90s, 5m, 1h30m";
  const Row rows[] = {
      {"nothing", "", expected},
      {"a bare number", "300", " has no unit, expected a duration such as 90s or 5m"},
      {"a unit alone", "ms", expected},
      {"a fraction", "0.5s", expected},
      {"seconds behind milliseconds", "1ms1s", expected},
      {"milliseconds twice", "1ms1ms", expected},
      {"half a unit", "1s1", " has no unit, expected a duration such as 90s or 5m"},
      {"a blank inside", "1 ms", expected},
      {"a unit of three letters", "1mss", expected},
      {"negative", "-1ms", " is negative, expected a duration of 0s or more"},
      {"a millisecond too long", "366d1ms", too_long},
      {"more than 64 bits", "9223372036854775808ms", too_long},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto length = parse_milliseconds(row.text);
      const bool is_too_long = row.error == too_long;
      CHECK(absl::IsOutOfRange(length.status()) == is_too_long);
      CHECK(absl::IsInvalidArgument(length.status()) == !is_too_long);
      CHECK(message_of(length.status()) == "'" + row.text + "'" + std::string(row.error));
    }
  }
}

TEST_CASE("Every duration of a model reads back from its text") {
  rc::prop("for random lengths", [] {
    const std::int64_t longest = std::chrono::milliseconds(longest_duration).count();
    const auto millis = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 200'000),
                                        rc::gen::inRange(std::int64_t{0}, longest + 1));
    const auto length = parse_milliseconds(format_milliseconds(std::chrono::milliseconds{millis}));
    RC_ASSERT(length.ok());
    RC_ASSERT(length->count() == millis);
  });
}

constexpr Timestamp leap_second_2016 = t(1'483'228'800);  // 2017-01-01T00:00:00Z

TEST_CASE("RFC 3339 moments are read to the second, by their offset, with fractions floored") {
  struct Row {
    const char* text;
    Timestamp moment;
  };
  const Row rows[] = {
      {"2023-11-14T22:13:20Z", t(1'700'000'000)},
      {"2023-11-14t22:13:20z", t(1'700'000'000)},
      {"2023-11-15T01:13:20+03:00", t(1'700'000'000)},
      {"2023-11-14T14:13:20-08:00", t(1'700'000'000)},
      {"2023-11-14T22:13:20+00:00", t(1'700'000'000)},
      {"2023-11-14T22:13:20-00:00", t(1'700'000'000)},
      {"2023-11-15T22:12:20+23:59", t(1'700'000'000)},
      {"2023-11-14T22:13:20.0Z", t(1'700'000'000)},
      {"2023-11-14T22:13:20.999999999999999999999999Z", t(1'700'000'000)},
      {"2024-02-29T00:00:00Z", t(1'709'164'800)},
      {"2000-02-29T00:00:00Z", t(951'782'400)},
      {"1970-01-01T00:00:00Z", earliest_accepted},
      {"1970-01-01T00:00:00.9Z", earliest_accepted},
      {"1970-01-01T00:00:01Z", earliest_accepted + 1s},
      {"1969-12-31T23:00:00-01:00", earliest_accepted},
      {"2106-02-07T06:28:14Z", latest_accepted - 1s},
      {"2106-02-07T06:28:15Z", latest_accepted},
      {"2106-02-07T06:28:15.999Z", latest_accepted},
      {"2106-02-08T06:27:15+23:59", latest_accepted},
      {"2016-12-31T23:59:59Z", leap_second_2016 - 1s},
      {"2016-12-31T23:59:60Z", leap_second_2016},
      {"2016-12-31T23:59:60.5Z", leap_second_2016},
      {"2016-12-31T15:59:60-08:00", leap_second_2016},
      {"2017-01-01T02:59:60+03:00", leap_second_2016},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto moment = parse_rfc3339(row.text);
      INFO(moment.status());
      REQUIRE(moment.ok());
      CHECK(text(*moment) == text(row.moment));
      CHECK(parse_timestamp(row.text) == moment);
    }
  }
}

TEST_CASE("What is no RFC 3339 moment is an error that shows it") {
  struct Row {
    const char* why;
    std::string text;
  };
  const Row rows[] = {
      {"nothing", ""},
      {"a day alone", "2023-11-14"},
      {"a blank for T", "2023-11-14 22:13:20Z"},
      {"no seconds", "2023-11-14T22:13Z"},
      {"no separators", "20231114T221320Z"},
      {"a year of two digits", "23-11-14T22:13:20Z"},
      {"a year of five digits", "12023-11-14T22:13:20Z"},
      {"a negative year", "-023-11-14T22:13:20Z"},
      {"month 0", "2023-00-14T22:13:20Z"},
      {"month 13", "2023-13-14T22:13:20Z"},
      {"day 0", "2023-11-00T22:13:20Z"},
      {"November 31", "2023-11-31T22:13:20Z"},
      {"February 29 of a common year", "2023-02-29T22:13:20Z"},
      {"February 29 of 1900", "1900-02-29T22:13:20Z"},
      {"February 30 of a leap year", "2024-02-30T22:13:20Z"},
      {"hour 24", "2023-11-14T24:00:00Z"},
      {"minute 60", "2023-11-14T22:60:20Z"},
      {"second 61", "2016-12-31T23:59:61Z"},
      {"a leap second at noon", "2016-12-31T11:59:60Z"},
      {"a leap second, but not of UTC", "2016-12-31T23:59:60+03:00"},
      {"a point without digits", "2023-11-14T22:13:20.Z"},
      {"a comma", "2023-11-14T22:13:20,5Z"},
      {"an offset without a colon", "2023-11-14T22:13:20+0300"},
      {"an offset of hours", "2023-11-14T22:13:20+03"},
      {"an offset of 24 hours", "2023-11-14T22:13:20+24:00"},
      {"an offset of 60 minutes", "2023-11-14T22:13:20+03:60"},
      {"a named zone", "2023-11-14T22:13:20 MSK"},
      {"something behind", "2023-11-14T22:13:20Z "},
      {"something before", " 2023-11-14T22:13:20Z"},
      {"a full-width digit", "2023-11-14T22:13:2\xef\xbc\x90Z"},
      {"a sign in a field", "2023-11-14T22:13:+0Z"},
      {"a number", "1700000000"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto moment = parse_rfc3339(row.text);
      CHECK(absl::IsInvalidArgument(moment.status()));
      CHECK(message_of(moment.status()) ==
            "'" + row.text + "' is no moment, expected RFC 3339 such as 2023-11-14T22:13:20Z");
    }
  }
}

TEST_CASE("A moment without an offset says so") {
  for (const std::string moment : {"2023-11-14T22:13:20", "2023-11-14T22:13:20.5"}) {
    CHECK(message_of(parse_rfc3339(moment).status()) ==
          "'" + moment + "' has no offset from UTC, expected Z or one such as +03:00");
  }
}

TEST_CASE("Moments outside the accepted range are out of range, however they are written") {
  for (const std::string moment :
       {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:59:59+01:00",
        "2106-02-07T06:28:16Z", "2106-02-07T06:28:15-00:01", "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:60Z", "-1", "-0.1", "4294967296", "4294967296.0", "1700000000000",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "99999999999999999999999999999999999999999999"}) {
    DYNAMIC_SECTION(moment) {
      const auto read = parse_timestamp(moment);
      CHECK(absl::IsOutOfRange(read.status()));
      CHECK(message_of(read.status()) ==
            "'" + moment + "' is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z");
    }
  }
}

TEST_CASE("Numbers are Unix seconds, with fractions floored exactly") {
  struct Row {
    const char* text;
    Timestamp moment;
  };
  const Row rows[] = {
      {"0", earliest_accepted},
      {"-0", earliest_accepted},
      {"-0.000", earliest_accepted},
      {"0.9", earliest_accepted},
      {"1", earliest_accepted + 1s},
      {"0001", earliest_accepted + 1s},
      {"1700000000", t(1'700'000'000)},
      {"1700000000.5", t(1'700'000'000)},
      {"1700000000.99999999999999999999", t(1'700'000'000)},
      {"4294967294", latest_accepted - 1s},
      {"4294967295", latest_accepted},
      {"4294967295.99999999999999999999", latest_accepted},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      const auto moment = parse_timestamp(row.text);
      INFO(moment.status());
      REQUIRE(moment.ok());
      CHECK(text(*moment) == text(row.moment));
      CHECK(absl::IsInvalidArgument(parse_rfc3339(row.text).status()));
    }
  }
}

TEST_CASE("What is neither a number nor a moment is an error that names both") {
  for (const std::string text : {"",
                                 "-",
                                 ".",
                                 ".5",
                                 "5.",
                                 "-.5",
                                 "1.2.3",
                                 "+5",
                                 "--5",
                                 "1e9",
                                 "0x10",
                                 "inf",
                                 "nan",
                                 "5s",
                                 " 5",
                                 "5 ",
                                 "1 700 000 000",
                                 "1_700_000_000",
                                 "now",
                                 "2023-11-14"}) {
    DYNAMIC_SECTION(text) {
      const auto moment = parse_timestamp(text);
      CHECK(absl::IsInvalidArgument(moment.status()));
      CHECK(message_of(moment.status()) ==
            "'" + text +
                "' is no moment, expected Unix seconds such as 1700000000 or RFC 3339 such as "
                "2023-11-14T22:13:20Z");
    }
  }
}

TEST_CASE("Moments are printed as RFC 3339 in UTC, and the ends of time by name") {
  CHECK(format_timestamp(t(0)) == "1970-01-01T00:00:00Z");
  CHECK(format_timestamp(t(1'700'000'000)) == "2023-11-14T22:13:20Z");
  CHECK(format_timestamp(latest_accepted) == "2106-02-07T06:28:15Z");
  CHECK(format_timestamp(t(-1)) == "1969-12-31T23:59:59Z");
  CHECK(format_timestamp(distant_past) == "-inf");
  CHECK(format_timestamp(distant_future) == "+inf");
  CHECK(format_timestamp(distant_future - 1s) == "@9223372036854775806");
  CHECK(format_timestamp(distant_past + 1s) == "@-9223372036854775807");
}

TEST_CASE("Every moment that may be stated reads back from its text") {
  rc::prop("for random moments", [] {
    const auto seconds = *rc::gen::inRange<std::int64_t>(0, 4'294'967'296);
    const auto moment = parse_rfc3339(format_timestamp(t(seconds)));
    RC_ASSERT(moment.ok());
    RC_ASSERT(*moment == t(seconds));
    const auto number = parse_timestamp(std::to_string(seconds));
    RC_ASSERT(number.ok());
    RC_ASSERT(*number == t(seconds));
  });
}

TEST_CASE("An offset moves a moment by exactly its length") {
  rc::prop("for random moments and offsets", [] {
    const auto seconds = *rc::gen::inRange<std::int64_t>(86'400, 4'294'880'000);
    const auto minutes = *rc::gen::inRange<std::int64_t>(0, 24 * 60);
    const bool ahead = *rc::gen::arbitrary<bool>();
    std::string local = format_timestamp(t(seconds + (ahead ? 60 : -60) * minutes));
    local.back() = ahead ? '+' : '-';
    const std::string hours = std::to_string(100 + minutes / 60).substr(1);
    local += hours + ':' + std::to_string(100 + minutes % 60).substr(1);
    RC_LOG() << local << '\n';
    const auto moment = parse_rfc3339(local);
    RC_ASSERT(moment.ok());
    RC_ASSERT(*moment == t(seconds));
  });
}

TEST_CASE("Any text at all is a moment, a duration or an error, and never both of the first") {
  rc::prop("for random texts", [] {
    const auto text = *rc::gen::oneOf(
        rc::gen::arbitrary<std::string>(),
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789dhmsTZ:-+. "))));
    RC_ASSERT(!(parse_duration(text).ok() && parse_timestamp(text).ok()));
    RC_ASSERT(!parse_rfc3339(text).ok() || parse_timestamp(text) == parse_rfc3339(text));
  });
}

TEST_CASE("A clock shows the date only where the reference is on another day") {
  struct Row {
    const char* why;
    Timestamp moment;
    Timestamp reference;
    const char* text;
  };
  constexpr Timestamp midnight = t(1'700'006'400);  // 2023-11-15T00:00:00Z
  const Row rows[] = {
      {"the same second", midnight, midnight, "00:00:00"},
      {"the last second of the day", midnight + 24h - 1s, midnight, "23:59:59"},
      {"the next day", midnight + 24h, midnight, "2023-11-16 00:00:00"},
      {"the second before", midnight - 1s, midnight, "2023-11-14 23:59:59"},
      {"the same day of another month", midnight + 30 * 24h, midnight, "2023-12-15 00:00:00"},
      {"the ends of time have no clock", distant_future, midnight, "+inf"},
      {"nor has what is beyond the calendar", distant_past + 1s, midnight, "@-9223372036854775807"},
      {"an end of time is no day", midnight, distant_past, "2023-11-15 00:00:00"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(format_clock(row.moment, row.reference) == row.text); }
  }
}

}  // namespace
}  // namespace vitals
