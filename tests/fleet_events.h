// SPDX-License-Identifier: Apache-2.0
// Events for tests of a fleet: chosen ones, and random ones.
#ifndef VITALS_TESTS_FLEET_EVENTS_H
#define VITALS_TESTS_FLEET_EVENTS_H

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "test_time.h"
#include "vitals/fleet.h"

namespace vitals {

inline Event check(std::int64_t second, std::string_view host, std::string_view service,
                   Status status = Status::ok, std::int64_t since = 0) {
  return {.time = t(second),
          .host = host,
          .service = service,
          .report = {.status = status, .status_mtime = t(since), .receive_time = t(second)}};
}

inline Event fact(EventType type, std::int64_t second, std::string_view host,
                  std::string_view to = {}) {
  return {.type = type, .time = t(second), .host = host, .to = to};
}

inline Event placed(std::int64_t second, std::string_view host, std::string_view on_switch,
                    std::string_view in_rack) {
  return {.type = EventType::host,
          .time = t(second),
          .host = host,
          .on_switch = {Place::Says::name, on_switch},
          .in_rack = {Place::Says::name, in_rack}};
}

inline void apply(Fleet& fleet, std::initializer_list<Event> events) {
  for (const Event& event : events) REQUIRE(fleet.apply(event).ok());
}

// Random events on few names, so that they meet: each is valid or refused.
inline Event random_event(std::int64_t now, std::vector<std::string>& names) {
  const auto pick = [](std::initializer_list<const char*> words) {
    return std::string(*rc::gen::elementOf(std::vector<const char*>(words)));
  };
  names.push_back(pick({"a", "b", "c"}));
  names.push_back(pick({"a", "b", "c", "d"}));
  names.push_back(pick({"s1", "s2"}));
  names.push_back(pick({"r1", "s1"}));
  names.push_back(pick({"ssh", "UNREACHABLE", "meta", "link", "memory", "netmon", "rack"}));
  const auto named = [&](std::size_t i) -> std::string_view { return names[names.size() - 5 + i]; };
  Event event{.time = t(now), .host = named(0), .to = named(1)};
  const auto says = [&](std::string_view place) {
    const auto kind = *rc::gen::element(Place::Says::nothing, Place::Says::none, Place::Says::name);
    return Place{kind, kind == Place::Says::name ? place : std::string_view()};
  };
  event.type = *rc::gen::weightedElement<EventType>({{12, EventType::check},
                                                     {3, EventType::host},
                                                     {1, EventType::assign},
                                                     {1, EventType::manipulation_begin},
                                                     {2, EventType::manipulation_end},
                                                     {1, EventType::rename},
                                                     {1, EventType::remove}});
  event.on_switch = says(named(2));
  event.in_rack = says(named(3));
  if (event.type != EventType::check) return event;
  event.service = named(4);
  const bool infrastructure = event.service == "netmon" || event.service == "rack";
  if (infrastructure) event.host = named(event.service == "rack" ? 3 : 2);
  event.report = {.status = *rc::gen::weightedElement<Status>(
                      {{6, Status::ok}, {1, Status::crit}, {1, Status::nodata}}),
                  .status_mtime = t(now - *rc::gen::inRange(-70, 900)),
                  .receive_time = t(now)};
  if (*rc::gen::inRange(0, 3) > 0) {
    event.report.metadata_timestamp = t(now - *rc::gen::inRange(-70, 900));
  }
  return event;
}

// A policy under which random events of few seconds reach every rule.
inline PolicySet random_policy() {
  PolicySet policy;
  policy.constants.juggler.push_period = Seconds{*rc::gen::inRange(20, 120)};
  policy.constants.netmon.fetch_period = Seconds{*rc::gen::inRange(5, 100)};
  policy.constants.netmon.window = Seconds{*rc::gen::inRange(0, 100)};
  policy.constants.appearance.cron_per_host = Seconds{*rc::gen::inRange(0, 30)};
  policy.constants.infrastructure.settling = *rc::gen::element(Settling::clock, Settling::receipt);
  policy.constants.infrastructure.unstated = *rc::gen::element(Unstated::unknown, Unstated::none);
  return policy;
}

// Applies a random event of this second; whether the fleet took it.
inline bool apply_random_event(Fleet& fleet, std::int64_t now) {
  std::vector<std::string> names;
  names.reserve(8);
  return fleet.apply(random_event(now, names)).ok();
}

}  // namespace vitals

#endif  // VITALS_TESTS_FLEET_EVENTS_H
