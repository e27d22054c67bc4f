// SPDX-License-Identifier: Apache-2.0
#include "compare/compare_words.h"

#include "absl/strings/str_format.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {

std::string tell(std::optional<Seconds> length) { return length ? format_duration(*length) : "-"; }

std::string tell_percent(double share) {
  const double percent = share * 100;
  if (percent == 0) return "0 %";
  if (percent == 100) return "100 %";
  if (percent >= 9.95) return absl::StrFormat("%.1f %%", percent);
  if (percent >= 0.1) return absl::StrFormat("%.2f %%", percent);
  return absl::StrFormat("%.2g %%", percent);
}

double share_of(Seconds part, Seconds whole) {
  if (whole == Seconds{0}) return 0;
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string tell_part(std::uint64_t part, std::uint64_t whole) { return cat(part, " of ", whole); }

std::string tell_bounded(std::uint64_t hits, std::uint64_t of) {
  if (of == 0) return "-";
  return cat(tell_part(hits, of), " (", tell_percent(share_of(hits, of)), "), at most ",
             tell_percent(upper_bound(hits, of)));
}

std::string tell_count(std::uint64_t count, std::string_view one, std::string_view many) {
  return cat(count, " ", count == 1 ? one : many);
}

std::string tell(const ComparedTime& time) {
  if (!time.from || !time.until) return "No second was judged.";
  const Seconds length = *time.until - *time.from + Seconds{1};
  return cat(format_timestamp(*time.from), " to ", format_timestamp(*time.until), " (",
             tell(length), "): ", tell_count(time.hosts, "host", "hosts"), ", ",
             tell_count(time.repairs, "repair", "repairs"), ".");
}

}  // namespace vitals
