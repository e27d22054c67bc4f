// SPDX-License-Identifier: Apache-2.0
#include "explain/explain_words.h"

#include <vector>

#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {

std::string tell_length(Seconds length) {
  std::string out;
  for (const char c : format_duration(length)) {
    const bool next_unit = !out.empty() && out.back() > '9' && c <= '9';
    if (next_unit) out += ' ';
    out += c;
  }
  return out;
}

std::string Clock::at(Timestamp moment) const { return format_clock(moment, now_); }

std::string Clock::away(Timestamp moment) const {
  if (moment == now_) return "now";
  if (moment > now_) return cat("in ", tell_length(length_between(now_, moment)));
  return cat(tell_length(length_between(moment, now_)), " ago");
}

std::string Clock::at_and_away(Timestamp moment) const {
  return cat(at(moment), ", ", away(moment));
}

Seconds length_between(Timestamp earlier, Timestamp later) {
  return subtract(later, earlier.time_since_epoch()).time_since_epoch();
}

std::string_view name(Formula formula) {
  switch (formula) {
    case Formula::status:
      return "status";
    case Formula::receipt:
      return "receipt";
    case Formula::metadata:
      break;
  }
  return "metadata";
}

std::string tell_reasons(Reasons reasons) {
  std::vector<std::string> names;
  reasons.for_each([&](Reason reason) { names.emplace_back(name(reason)); });
  return join(names, ", ");
}

std::string tell_window(const Window& window, const Clock& clock) {
  if (window.empty()) return "never, unless something new arrives";
  const bool begins = window.from != distant_past;
  const bool ends = window.until != distant_future;
  if (!begins && !ends) return "always, unless something new arrives";
  if (!begins) return cat("until ", clock.at_and_away(window.until));
  if (!ends) return cat("from ", clock.at_and_away(window.from), " on");
  return cat("from ", clock.at_and_away(window.from), " until ", clock.at_and_away(window.until));
}

}  // namespace vitals
