// SPDX-License-Identifier: Apache-2.0
// A recording of a whole fleet, made up but plausible: every check is received every five minutes,
// switches every minute; states flip, hosts are repaired, nothing is aligned. Seeded: the same
// numbers give the same bytes.
#ifndef VITALS_BENCH_FLEET_RECORDING_H
#define VITALS_BENCH_FLEET_RECORDING_H

#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "vitals/event.h"
#include "vitals/recording.h"
#include "vitals/time.h"

namespace vitals::bench {

struct FleetShape {
  std::uint64_t events = 10'000;
  std::uint32_t hosts = 100;
  std::uint64_t seed = 1;
};

class FleetRecording {
 public:
  explicit FleetRecording(const FleetShape& shape) : shape_(shape), random_(shape.seed) {
    std::uniform_int_distribution<int> offset(0, round - 1);
    for (std::uint32_t host = 0; host < shape.hosts; ++host) {
      for (std::uint32_t check = 0; check < checks.size(); ++check) {
        due_[static_cast<std::size_t>(offset(random_))].push_back({host, check});
      }
    }
    states_.resize(shape.hosts * checks.size());
  }

  // Calls `sink(line)` for each event, a line feed included.
  template <class Sink>
  void generate(Sink&& sink) {
    for (std::uint32_t host = 0; host < shape_.hosts; ++host) declare(host, sink);
    for (std::int64_t second = 0; written_ < shape_.events; ++second) {
      const Timestamp now = start + Seconds{second};
      if (second % 60 == 0) infrastructure(now, sink);
      if (second % 10 == 9) repair(now, sink);
      for (const Due& due : due_[static_cast<std::size_t>(second % round)]) {
        if (written_ >= shape_.events) return;
        receive(due.host, due.check, now, sink);
      }
    }
  }

 private:
  static constexpr int round = 300;
  static constexpr Timestamp start{Seconds{1'700'000'000}};
  static constexpr std::uint32_t hosts_a_switch = 48;
  static constexpr std::array<std::string_view, 5> checks{"UNREACHABLE", "ssh", "meta", "memory",
                                                          "disk"};
  struct Due {
    std::uint32_t host;
    std::uint32_t check;
  };
  struct State {
    bool bad = false;
    std::int32_t changed = -86400;  // seconds after the start
  };

  static std::string host_name(std::uint32_t host) {
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "sas%u-%06u.search.example", host % 7, host);
    return name.data();
  }
  static std::string place_name(char kind, std::uint32_t host) {
    return "sas-" + std::string(1, kind) + std::to_string(host / hosts_a_switch);
  }

  template <class Sink>
  void write(const Event& event, Sink& sink) {
    line_.clear();
    append_event(line_, event);
    sink(line_);
    ++written_;
  }

  template <class Sink>
  void declare(std::uint32_t host, Sink& sink) {
    const std::string name = host_name(host);
    const std::string on = place_name('s', host);
    const std::string in = place_name('r', host);
    write({.type = EventType::host,
           .time = start,
           .host = name,
           .on_switch = {Place::Says::name, on},
           .in_rack = {Place::Says::name, in}},
          sink);
    if (host % 50 == 0) write({.type = EventType::assign, .time = start, .host = name}, sink);
  }

  template <class Sink>
  void infrastructure(Timestamp now, Sink& sink) {
    for (std::uint32_t host = 0; host < shape_.hosts; host += hosts_a_switch) {
      for (const bool rack : {false, true}) {
        if (rack && (now - start).count() % round != 0) continue;
        const std::string name = place_name(rack ? 'r' : 's', host);
        // Now and then a switch is down for a minute.
        const bool down = !rack && random_() % 500 == 0;
        write({.time = now,
               .host = name,
               .service = rack ? "rack" : "netmon",
               .report = {.status = down ? Status::crit : Status::ok,
                          .status_mtime = down ? now - Seconds{30} : start - Seconds{86400},
                          .receive_time = now}},
              sink);
      }
    }
  }

  template <class Sink>
  void repair(Timestamp now, Sink& sink) {
    const std::string name = host_name(static_cast<std::uint32_t>(random_() % shape_.hosts));
    write({.type = EventType::manipulation_end, .time = now, .host = name}, sink);
  }

  template <class Sink>
  void receive(std::uint32_t host, std::uint32_t check, Timestamp now, Sink& sink) {
    State& state = states_[host * checks.size() + check];
    const auto second = static_cast<std::int32_t>((now - start).count());
    if (random_() % (state.bad ? 5 : 400) == 0) state = {!state.bad, second - 20};
    const bool measured = check >= 3;
    const std::string name = host_name(host);
    Report report{.status = state.bad ? Status::crit : Status::ok,
                  .status_mtime = start + Seconds{state.changed},
                  .receive_time = now};
    if (measured) {
      report.metadata_timestamp = now - Seconds{static_cast<std::int64_t>(random_() % 900)};
    }
    write({.time = now, .host = name, .service = checks[check], .report = report}, sink);
  }

  FleetShape shape_;
  std::mt19937_64 random_;
  std::array<std::vector<Due>, round> due_;
  std::vector<State> states_;
  std::string line_;
  std::uint64_t written_ = 0;
};

}  // namespace vitals::bench

#endif  // VITALS_BENCH_FLEET_RECORDING_H
