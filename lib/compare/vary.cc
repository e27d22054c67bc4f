// SPDX-License-Identifier: Apache-2.0
#include "vitals/vary.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "compare/side_by_side.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/policy_value.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr std::string_view expected =
    "expected PATH=FROM..TO or PATH=VALUE,VALUE,... such as juggler.overhead=0s..6m";

// A value as a number, and numbers as values again.
struct Scale {
  std::optional<std::int64_t> (*read)(std::string_view text);
  std::string (*write)(std::int64_t number);
};

std::optional<std::int64_t> read_duration(std::string_view text) {
  const absl::StatusOr<Seconds> length = parse_duration(text);
  return length.ok() ? std::optional(length->count()) : std::nullopt;
}

// What the policy takes for a count it says itself; longer texts would not fit into a number.
std::optional<std::int64_t> read_count(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && count >= 0 && count <= 1'000'000 ? std::optional(count) : std::nullopt;
}

constexpr Scale durations{read_duration,
                          [](std::int64_t number) { return format_duration(Seconds{number}); }};
constexpr Scale counts{read_count, [](std::int64_t number) { return cat(number); }};

// The values of a range, rounded; where there are fewer, each once.
std::vector<std::int64_t> spread(std::int64_t from, std::int64_t to, int steps) {
  std::vector<std::int64_t> numbers;
  const std::int64_t gaps = steps - 1;
  for (std::int64_t i = 0; i <= gaps; ++i) {
    numbers.push_back(from + ((to - from) * i + gaps / 2) / gaps);
  }
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

absl::StatusOr<Variation> read_range(std::string path, std::string_view from, std::string_view to,
                                     int steps, std::string_view own) {
  for (const Scale& scale : {durations, counts}) {
    const auto first = scale.read(from);
    const auto last = scale.read(to);
    if (!first || !last) continue;
    if (*first >= *last) {
      return invalid(in_quotes(from), " to ", in_quotes(to), " is no range: it does not ascend");
    }
    std::vector<std::int64_t> numbers = spread(*first, *last, steps);
    const std::optional<std::int64_t> own_number = scale.read(own);
    if (!own_number) break;  // a word, or a number of another kind
    const auto place = std::lower_bound(numbers.begin(), numbers.end(), *own_number);
    Variation made{.path = std::move(path), .is_range = true};
    made.own = static_cast<std::size_t>(place - numbers.begin());
    if (place == numbers.end() || *place != *own_number) numbers.insert(place, *own_number);
    for (const std::int64_t number : numbers) made.values.push_back(scale.write(number));
    return made;
  }
  return invalid(in_quotes(from), " to ", in_quotes(to), ": ", path, " is ", own,
                 " and has no such range");
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    words.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

absl::StatusOr<Variation> read_list(std::string path, std::string_view list,
                                    const PolicySet& policy, const std::string& own) {
  const std::vector<std::string_view> words = split(list);
  if (words.size() > most_steps) {
    return invalid(words.size(), " values, expected at most ", most_steps);
  }
  Variation made{.path = std::move(path)};
  for (const std::string_view word : words) {
    PolicySet changed = policy;
    const absl::Status status = set_value(changed, made.path, word);
    if (!status.ok()) return status;
    const std::string value = *value_of(changed, made.path);  // 60s is 1m
    if (std::find(made.values.begin(), made.values.end(), value) == made.values.end()) {
      made.values.push_back(value);
    }
  }
  auto place = std::find(made.values.begin(), made.values.end(), own);
  if (place == made.values.end()) place = made.values.insert(made.values.begin(), own);
  made.own = static_cast<std::size_t>(place - made.values.begin());
  return made;
}

absl::StatusOr<std::vector<PolicySet>> policies_of(const PolicySet& policy,
                                                   const Variation& variation) {
  std::vector<PolicySet> policies;
  for (const std::string& value : variation.values) {
    PolicySet& changed = policies.emplace_back(policy);
    const absl::Status status = set_value(changed, variation.path, value);
    if (!status.ok()) return status;
  }
  return policies;
}

}  // namespace

absl::StatusOr<Variation> parse_variation(std::string_view text, int steps,
                                          const PolicySet& policy) {
  if (steps < fewest_steps || steps > most_steps) {
    return invalid(steps, " steps, expected ", fewest_steps, " to ", most_steps);
  }
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return invalid(in_quotes(text), ": ", expected);
  const std::string path(text.substr(0, equals));
  const std::string_view values = text.substr(equals + 1);
  const std::optional<std::string> own = value_of(policy, path);
  if (!own) {
    PolicySet changed = policy;
    return set_value(changed, path, values);  // says what is wrong with the path
  }
  if (values.empty()) return invalid(in_quotes(text), ": ", expected);
  const std::size_t dots = values.find("..");
  absl::StatusOr<Variation> made =
      dots == std::string_view::npos
          ? read_list(path, values, policy, *own)
          : read_range(path, values.substr(0, dots), values.substr(dots + 2), steps, *own);
  if (!made.ok()) return made;
  const auto possible = policies_of(policy, *made);
  return possible.ok() ? made : possible.status();
}

absl::StatusOr<Sweep> vary(RecordingReader& reader, const PolicySet& policy,
                           const Variation& variation, const CompareOptions& options) {
  const absl::StatusOr<std::vector<PolicySet>> policies = policies_of(policy, variation);
  if (!policies.ok()) return policies.status();
  SideBySide all(*policies, options, false);
  const absl::Status status = all.run(reader);
  if (!status.ok()) return status;
  return Sweep{.time = all.time(), .variation = variation, .results = all.take_results()};
}

}  // namespace vitals
