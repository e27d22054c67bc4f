// SPDX-License-Identifier: Apache-2.0
// How explanations tell moments, lengths and names to people.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_WORDS_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_WORDS_H

#include <string>
#include <string_view>

#include "text/fitting.h"
#include "text/utf8.h"
#include "vitals/effective.h"
#include "vitals/reason.h"
#include "vitals/time.h"
#include "vitals/window.h"

namespace vitals {

// A length as people read it, `2m 3s`. It has no sign: the words around it say which way it goes.
[[nodiscard]] std::string tell_length(Seconds length);

// Tells moments as seen from one of them.
class Clock {
 public:
  explicit Clock(Timestamp now) : now_(now) {}

  // `14:02:11`, with the date where that is not today's.
  [[nodiscard]] std::string at(Timestamp moment) const;
  // `in 2m 3s`, `5m ago`, `now`.
  [[nodiscard]] std::string away(Timestamp moment) const;
  // `14:02:11, in 2m 3s`.
  [[nodiscard]] std::string at_and_away(Timestamp moment) const;

  [[nodiscard]] Timestamp now() const { return now_; }

 private:
  Timestamp now_;
};

// The length from `earlier` to `later`; saturates.
[[nodiscard]] Seconds length_between(Timestamp earlier, Timestamp later);

[[nodiscard]] std::string_view name(Formula formula);

// The names of the reasons, separated by `, `.
[[nodiscard]] std::string tell_reasons(Reasons reasons);

// When a check counts: `from 14:08:12, in 2m 3s until 14:12:31, in 6m 22s`.
[[nodiscard]] std::string tell_window(const Window& window, const Clock& clock);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_WORDS_H
