// SPDX-License-Identifier: Apache-2.0
// Events for tests of a fleet: chosen ones, and random ones.
#ifndef VITALS_TESTS_FLEET_EVENTS_H
#define VITALS_TESTS_FLEET_EVENTS_H

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <initializer_list>
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

// Random events on few names, so that they meet: each is valid or refused. As from any source, many
// of them say again what was said before.
class RandomEvents {
 public:
  Event next(std::int64_t now) {
    if (!told_.empty() && *rc::gen::inRange(0, 5) < 2) return again(now);
    Event event = fresh(now);
    if (event.type == EventType::check) told_.push_back(event);
    return event;
  }

  // Applies one of this second; whether the fleet took it.
  bool apply(Fleet& fleet, std::int64_t now) { return fleet.apply(next(now)).ok(); }

 private:
  using Words = std::initializer_list<const char*>;

  std::string_view pick(Words words) {
    return *rc::gen::elementOf(std::vector<std::string_view>(words.begin(), words.end()));
  }

  Place place(Words names) {
    const auto says = *rc::gen::element(Place::Says::nothing, Place::Says::none, Place::Says::name);
    return {says, says == Place::Says::name ? pick(names) : std::string_view()};
  }

  Event fresh(std::int64_t now) {
    Event event{.time = t(now), .host = pick({"a", "b", "c"}), .to = pick({"a", "b", "c", "d"})};
    event.type = *rc::gen::weightedElement<EventType>({{12, EventType::check},
                                                       {3, EventType::host},
                                                       {1, EventType::assign},
                                                       {1, EventType::manipulation_begin},
                                                       {2, EventType::manipulation_end},
                                                       {1, EventType::rename},
                                                       {1, EventType::remove}});
    event.on_switch = place({"s1", "s2"});
    event.in_rack = place({"r1", "s1"});
    if (event.type != EventType::check) return event;
    event.service = pick({"ssh", "UNREACHABLE", "meta", "link", "memory", "netmon", "rack"});
    if (event.service == "netmon") event.host = pick({"s1", "s2"});
    if (event.service == "rack") event.host = pick({"r1", "s1"});
    event.report = {.status = *rc::gen::weightedElement<Status>(
                        {{6, Status::ok}, {1, Status::crit}, {1, Status::nodata}}),
                    .status_mtime = t(now - *rc::gen::inRange(-70, 900)),
                    .receive_time = t(now)};
    if (*rc::gen::inRange(0, 3) > 0) event.report.metadata_timestamp = measured(now);
    return event;
  }

  // A report of before, received now; in one thing of several it may differ.
  Event again(std::int64_t now) {
    Event& event = told_[*rc::gen::inRange<std::size_t>(0, told_.size())];
    event.time = event.report.receive_time = t(now);
    switch (*rc::gen::inRange(0, 10)) {
      case 0:
        event.report.status = *rc::gen::element(Status::ok, Status::crit, Status::nodata);
        break;
      case 1:
        event.report.status_mtime = t(now - *rc::gen::inRange(-70, 900));
        break;
      case 2:
        event.report.metadata_timestamp.reset();
        break;
      case 3:
      case 4:
      case 5:
        event.report.metadata_timestamp = measured(now);
        break;
      default:
        break;
    }
    return event;
  }

  static Timestamp measured(std::int64_t now) { return t(now - *rc::gen::inRange(-70, 900)); }

  std::vector<Event> told_;
};

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

}  // namespace vitals

#endif  // VITALS_TESTS_FLEET_EVENTS_H
