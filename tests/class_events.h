// SPDX-License-Identifier: Apache-2.0
// A policy with classes of infrastructure, and random events of hosts that need each other.
#ifndef VITALS_TESTS_CLASS_EVENTS_H
#define VITALS_TESTS_CLASS_EVENTS_H

#include <rapidcheck.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet_events.h"
#include "vitals/fleet.h"

namespace vitals {

using Names = std::vector<std::string>;

// Storage, of which one node is enough; a repository on top of it; a gateway that needs all of the
// repositories and one storage node.
inline PolicySet class_policy(PolicySet policy = {}) {
  policy.checks.emplace("blobs", CheckPolicy{.kind = Kind::active, .period = Seconds{60}});
  policy.checks.emplace("registry", CheckPolicy{.kind = Kind::active, .period = Seconds{60}});
  policy.checks.emplace("routes", CheckPolicy{.kind = Kind::passive, .period = Seconds{60}});
  policy.checks.emplace("app", CheckPolicy{.kind = Kind::active, .period = Seconds{60}});
  policy.classes["storage"] = {.checks = {"blobs"}, .members = Quorum::any};
  policy.classes["repository"] = {.checks = {"registry"}, .needs = {"storage"}};
  policy.classes["gateway"] = {.checks = {"routes"},
                               .members = Quorum::any,
                               .lag = Seconds{700},
                               .needs = {"repository", "storage"}};
  for (const char* check : {"ssh", "UNREACHABLE"}) {
    policy.ignores[check] = {"gateway", "repository", "storage"};
  }
  return policy;
}

// What hosts need, packed where it stays.
class Needing {
 public:
  Event operator()(std::int64_t second, std::string_view host,
                   const std::map<std::string, Names>& needs) {
    std::string& packed = packed_.emplace_back();
    for (const auto& [of, members] : needs) {
      append_need(packed, of, std::vector<std::string_view>(members.begin(), members.end()));
    }
    Event event = fact(EventType::host, second, host);
    event.on_switch = event.in_rack = {.says = Place::Says::none};
    event.needs = StatedNeeds(packed);
    return event;
  }

 private:
  std::deque<std::string> packed_;
};

// Random events on hosts that need each other.
class ClassEvents {
 public:
  Event next(std::int64_t now) {
    const int what = *rc::gen::inRange(0, 10);
    if (what < 3) return needing_(now, host(), needs());
    if (what < 5) return others_.next(now);
    Event event = check(now, host(), *rc::gen::element("blobs", "registry", "routes", "app"),
                        *rc::gen::weightedElement<Status>({{6, Status::ok}, {1, Status::crit}}),
                        now - *rc::gen::element<std::int64_t>(0, 100, 300, 600, 2000, 90'000));
    return event;
  }

 private:
  static const char* host() { return *rc::gen::element("a", "b", "c", "d"); }

  static std::map<std::string, Names> needs() {
    std::map<std::string, Names> needs;
    for (const char* of : {"gateway", "repository", "storage", "unheard"}) {
      if (*rc::gen::inRange(0, 3) == 0) continue;
      for (const char* name : {"a", "b", "c", "d", "e"}) {
        if (*rc::gen::inRange(0, 3) == 0) needs[of].push_back(name);
      }
      if (needs[of].size() > 2) needs[of].resize(2);
    }
    return needs;
  }

  RandomEvents others_;
  Needing needing_;
};

inline PolicySet random_class_policy() {
  PolicySet policy = class_policy(random_policy());
  if (*rc::gen::arbitrary<bool>()) policy.classes["repository"].members = Quorum::any;
  if (*rc::gen::arbitrary<bool>()) policy.classes["storage"].members = Quorum::all;
  return policy;
}

}  // namespace vitals

#endif  // VITALS_TESTS_CLASS_EVENTS_H
