// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario_spelling.h"

#include <algorithm>
#include <array>

#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/scenario.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// Words that mean something else where a name may stand.
constexpr std::array<std::string_view, 13> keywords{
    "none",   "no",          "state",   "counts",  "excluded_by", "blocked_by", "status",
    "window", "next_change", "dropped", "failing", "waiting",     "silent"};

bool needs_quotes(std::string_view name) {
  const auto parts_words = [](char c) { return is_scenario_blank(c) || c == '"'; };
  return name.empty() || name.front() == '#' ||
         std::any_of(name.begin(), name.end(), parts_words) ||
         std::find(keywords.begin(), keywords.end(), name) != keywords.end();
}

// One side of a window; nothing written is `unbounded`.
absl::StatusOr<Timestamp> parse_bound(std::string_view text, Timestamp unbounded) {
  if (text.empty()) return unbounded;
  const absl::StatusOr<Moment> moment = parse_moment(text);
  if (!moment.ok()) return moment.status();
  return moment->at;
}

}  // namespace

absl::StatusOr<Moment> parse_moment(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    const absl::StatusOr<Timestamp> moment = parse_rfc3339(text);
    if (!moment.ok()) return moment.status();
    return Moment{*moment, TimeStyle::calendar};
  }
  const bool before = !text.empty() && text.front() == '-';
  const std::string_view length_text = before ? text.substr(1) : text;
  const absl::StatusOr<Seconds> length = parse_duration(length_text);
  if (!length.ok()) return length.status();
  // Whoever writes 841s wants to be answered in seconds, whoever writes 14m in minutes.
  const bool in_seconds = length_text.find_first_of("dhm") == std::string_view::npos;
  return Moment{before ? subtract(scenario_base, *length) : add(scenario_base, *length),
                in_seconds ? TimeStyle::seconds : TimeStyle::units};
}

std::string spell(Timestamp moment, TimeStyle style) {
  if (style == TimeStyle::calendar) return format_timestamp(moment);
  const Seconds length = subtract(moment, scenario_base.time_since_epoch()).time_since_epoch();
  return style == TimeStyle::seconds ? cat(length.count(), "s") : format_duration(length);
}

absl::StatusOr<Window> parse_window(std::string_view text) {
  if (text == "none") return Window::never();
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return invalid(in_quotes(text), " is no window, expected FROM..UNTIL, ..UNTIL or none");
  }
  const auto from = parse_bound(text.substr(0, dots), distant_past);
  if (!from.ok()) return from.status();
  const auto until = parse_bound(text.substr(dots + 2), distant_future);
  if (!until.ok()) return until.status();
  const Window window{*from, *until};
  if (window.empty()) {
    return invalid("no moment lies in ", in_quotes(text), ", expected FROM before UNTIL, or none");
  }
  return window;
}

std::string spell(const Window& window, TimeStyle style) {
  if (window.empty()) return "none";
  return cat(window.from == distant_past ? "" : spell(window.from, style), "..",
             window.until == distant_future ? "" : spell(window.until, style));
}

std::string spell_name(std::string_view name) {
  if (!needs_quotes(name)) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string spell_names(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : " ") + spell_name(name);
  return names.empty() ? "none" : out;
}

std::string spell(Reasons excluded_by) {
  if (excluded_by.empty()) return "counts";
  std::string out = "excluded_by";
  excluded_by.for_each([&](Reason reason) { out += cat(" ", name(reason)); });
  return out;
}

}  // namespace vitals
