// SPDX-License-Identifier: Apache-2.0
// A fleet that lives for hours, with all that happens to one: whatever was visited must add up to
// what the scalar rules say of the facts. VITALS_HOURS sets how many hours (default 6), VITALS_SEED
// the course of events.
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fleet_events.h"

namespace vitals {
namespace {

constexpr std::int64_t begin = 1'700'000'000;
constexpr std::size_t host_count = 200;
constexpr std::size_t hosts_a_switch = 12;
constexpr std::size_t hosts_a_rack = 20;

std::uint64_t number(const char* variable, std::uint64_t fallback) {
  const char* stated = std::getenv(variable);
  return stated != nullptr ? std::strtoull(stated, nullptr, 10) : fallback;
}

// The machines as they are: what their sources say, unless they are silent.
class World {
 public:
  explicit World(std::uint64_t seed) : engine_(seed) {
    for (std::size_t i = 0; i < host_count; ++i) {
      machines_.push_back({.name = "h" + std::to_string(i), .place = i});
    }
  }

  void declare(Fleet& fleet) {
    for (const Machine& machine : machines_) place(fleet, machine, begin);
  }

  // Everything of one second.
  void happen(Fleet& fleet, std::int64_t now) {
    if (now % 60 == 0) report_places(fleet, now);
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      // Each host is heard every five minutes, at a second of its own.
      if (now % 300 == static_cast<std::int64_t>(i * 7 % 300)) report(fleet, machines_[i], now);
    }
    if (chance(40)) strike(fleet, now);
    if (chance(200)) silent_until_[machines_[any()].place] = now + upto(3600);
    if (chance(900)) juggler_down_until_ = now + upto(1800);
  }

 private:
  struct Machine {
    std::string name;
    std::size_t place;  // which decides on its switch and its rack
    Status status = Status::ok;
    std::int64_t since = begin - 100'000;
  };
  struct State {
    Status status = Status::ok;
    std::int64_t since = begin - 100'000;
  };

  bool chance(std::uint64_t one_in) { return engine_() % one_in == 0; }
  std::int64_t upto(std::int64_t limit) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(limit));
  }
  std::size_t any() { return engine_() % machines_.size(); }
  static std::string on_switch(std::size_t place) {
    return "s" + std::to_string(place / hosts_a_switch);
  }
  static std::string in_rack(std::size_t place) {
    return "r" + std::to_string(place / hosts_a_rack);
  }

  static void take(Fleet& fleet, const Event& event) { REQUIRE(fleet.apply(event).ok()); }

  static void place(Fleet& fleet, const Machine& machine, std::int64_t now) {
    take(fleet, placed(now, machine.name, on_switch(machine.place), in_rack(machine.place)));
  }

  void report(Fleet& fleet, const Machine& machine, std::int64_t now) {
    if (now < juggler_down_until_ || now < silent_until_[machine.place]) return;
    for (const char* service : {"UNREACHABLE", "ssh", "meta", "link", "memory", "disk"}) {
      const bool is_hit = std::string_view(service) == "ssh" || std::string_view(service) == "disk";
      Event event = check(now, machine.name, service, is_hit ? machine.status : Status::ok,
                          is_hit ? machine.since : begin - 100'000);
      if (service[0] == 'm' || service[0] == 'd') {
        event.report.metadata_timestamp = t(now - upto(700));
      }
      if (chance(500)) event.report.status_mtime = t(now + 61);  // a clock ahead
      take(fleet, event);
    }
  }

  void report_places(Fleet& fleet, std::int64_t now) {
    for (std::size_t i = 0; i < host_count; i += hosts_a_switch)
      say(fleet, on_switch(i), "netmon", now);
    for (std::size_t i = 0; i < host_count; i += hosts_a_rack) say(fleet, in_rack(i), "rack", now);
  }

  void say(Fleet& fleet, const std::string& name, const char* service, std::int64_t now) {
    State& state = places_[name];
    if (chance(300))
      state = {.status = state.status == Status::ok ? Status::crit : Status::ok, .since = now - 20};
    if (!chance(50)) take(fleet, check(now, name, service, state.status, state.since));
  }

  // One thing that happens to one machine.
  void strike(Fleet& fleet, std::int64_t now) {
    Machine& machine = machines_[any()];
    switch (upto(7)) {
      case 0:
        return take(fleet, fact(EventType::manipulation_begin, now, machine.name));
      case 1:
        return take(fleet, fact(EventType::manipulation_end, now, machine.name));
      case 2: {
        const std::string name = "n" + std::to_string(++renames_);
        take(fleet, fact(EventType::rename, now, machine.name, name));
        machine.name = name;
        return;
      }
      case 3:
        take(fleet, fact(EventType::remove, now, machine.name));
        take(fleet, fact(EventType::assign, now, machine.name));
        return place(fleet, machine, now);
      case 4:
        return take(fleet, fact(EventType::assign, now, machine.name));
      case 5:
        machine.place = any();
        return place(fleet, machine, now);
      default:
        machine.status = machine.status == Status::ok ? Status::crit : Status::ok;
        machine.since = now;
    }
  }

  std::mt19937_64 engine_;
  std::vector<Machine> machines_;
  std::map<std::string, State> places_;
  std::map<std::size_t, std::int64_t> silent_until_;
  std::int64_t juggler_down_until_ = 0;
  std::uint64_t renames_ = 0;
};

using Told = std::map<std::pair<std::string, std::string>, std::string>;

std::string content(const VerdictLine& line) {
  std::string all = line.status ? std::string(name(*line.status)) : "-";
  all += '/' + std::to_string(line.verdict.excluded_by.bits());
  for (const std::string_view blocker : line.blocked_by) (all += '/') += blocker;
  return all;
}

TEST_CASE("After hours of everything what was visited is what the rules say", "[fleet]") {
  const std::uint64_t seed = number("VITALS_SEED", 1);
  const auto hours = static_cast<std::int64_t>(number("VITALS_HOURS", 6));
  INFO("VITALS_SEED=" << seed);
  World world(seed);
  Fleet fleet{PolicySet{}};
  world.declare(fleet);
  Told told;
  std::uint64_t changes = 0;
  std::uint64_t compared = 0;
  for (std::int64_t now = begin; now < begin + hours * 3600; ++now) {
    world.happen(fleet, now);
    fleet.advance(t(now), [&](const VerdictLine& line) {
      told[{std::string(line.host), std::string(line.check)}] = content(line);
      ++changes;
    });
    if (now % 60 != 17) continue;
    // All that there is, from the facts and by the scalar rules, is what was told last.
    fleet.judge_all(t(now), [&](const VerdictLine& line) {
      const auto last = told.find({std::string(line.host), std::string(line.check)});
      REQUIRE(last != told.end());
      REQUIRE(last->second == content(line));
      ++compared;
    });
  }
  CHECK(changes > static_cast<std::uint64_t>(hours) * 1000);
  CHECK(compared > static_cast<std::uint64_t>(hours) * 60 * host_count);
}

}  // namespace
}  // namespace vitals
