// SPDX-License-Identifier: Apache-2.0
// The property that holds for every policy and all events: a fleet that wakes at deadlines tells
// what judging everything, every second, finds to be different, which is the slow and obvious way.
#ifndef VITALS_TESTS_EVERY_SECOND_H
#define VITALS_TESTS_EVERY_SECOND_H

#include <rapidcheck.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "test_time.h"
#include "vitals/fleet.h"

namespace vitals {

// All that a line tells: `second host check: status reasons [blockers]`.
inline std::string full_line(const VerdictLine& line) {
  std::string out = text(line.time) + " " + std::string(line.host) + " " + std::string(line.check) +
                    ": " + (line.status ? std::string(name(*line.status)) : "null") + " " +
                    text(line.verdict.excluded_by);
  for (const std::string_view blocker : line.blocked_by) out += " [" + std::string(blocker) + "]";
  return out;
}

class EverySecond {
 public:
  void judge(Fleet& fleet, std::int64_t now, std::vector<std::string>& changes) {
    std::map<Key, std::string> present;
    fleet.judge_all(t(now), [&](const VerdictLine& line) {
      const std::string full = full_line(line);
      const std::string content = full.substr(full.find(' '));
      const Key key{line.host, line.check};
      const auto before = last_.find(key);
      if (before == last_.end() || before->second != content) changes.push_back(full);
      present[key] = content;
    });
    last_ = std::move(present);
  }

  // A host that gets or loses its name starts afresh.
  void follow(const Event& event) {
    if (event.type != EventType::rename && event.type != EventType::remove) return;
    forget(event.host);
    if (event.type == EventType::rename) forget(event.to);
  }

 private:
  using Key = std::pair<std::string, std::string>;

  void forget(std::string_view host) {
    std::erase_if(last_, [&](const auto& entry) { return entry.first.first == host; });
  }

  std::map<Key, std::string> last_;
};

// To be called in a property. `Events` has next(now), which makes an event, valid or refused.
template <class Events>
void assert_deadlines_equal_polling(const PolicySet& policy) {
  Fleet woken{policy};
  Fleet polled{policy};
  EverySecond polling;
  Events events;
  std::vector<std::string> by_deadline;
  std::vector<std::string> by_polling;
  std::int64_t now = 1'000'000;
  const auto pass = [&](std::int64_t until) {
    for (; now < until; ++now) polling.judge(polled, now, by_polling);
    woken.advance(t(now - 1),
                  [&](const VerdictLine& line) { by_deadline.push_back(full_line(line)); });
  };
  for (int i = *rc::gen::inRange(1, 40); i > 0; --i) {
    pass(now + *rc::gen::element<std::int64_t>(0, 0, 1, 7, 60, 300));
    const Event event = events.next(now);
    const bool taken = woken.apply(event).ok();
    RC_ASSERT(polled.apply(event).ok() == taken);
    if (taken) polling.follow(event);
  }
  pass(now + 2000);
  RC_ASSERT(by_deadline == by_polling);
}

}  // namespace vitals

#endif  // VITALS_TESTS_EVERY_SECOND_H
