// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/audit/catalogue_yaml.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

struct Word {
  std::string_view singular;
  std::string_view plural;
  std::int64_t seconds;
};
constexpr std::array<Word, 7> words{{{"sec", "secs", 1},
                                     {"second", "seconds", 1},
                                     {"min", "mins", 60},
                                     {"minute", "minutes", 60},
                                     {"hour", "hours", 3600},
                                     {"day", "days", 86'400},
                                     {"week", "weeks", 604'800}}};

absl::StatusOr<Seconds> in_range(Seconds period, std::string_view text) {
  if (Seconds::zero() < period && period <= longest_duration) return period;
  return invalid(in_quotes(text), ", expected 1s to ", longest_duration / std::chrono::hours{24},
                 " days");
}

}  // namespace

absl::StatusOr<Seconds> parse_run_every(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  const auto word = std::find_if(words.begin(), words.end(), [&](const Word& one) {
    return unit == one.singular || unit == one.plural;
  });
  if (word == words.end()) {
    const auto period = parse_duration(text);
    if (period.ok()) return in_range(*period, text);
    if (absl::IsOutOfRange(period.status())) return in_range(Seconds::max(), text);
    return invalid(in_quotes(text),
                   " is no period, expected one such as 30mins, 1hour, 2days, 90s, 1h30m");
  }
  std::int64_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + digits, count);
  if (digits == 0 || read.ec != std::errc() || count > longest_duration.count()) {
    return in_range(digits == 0 ? Seconds::zero() : Seconds::max(), text);
  }
  return in_range(times(count, Seconds{word->seconds}), text);
}

}  // namespace vitals::audit
