// SPDX-License-Identifier: Apache-2.0
// A fleet of 16 checks a host, in racks of 16 behind switches of 48, seeded by VITALS_SEED. Each
// rule excludes a few percent of the checks:
//   receipt             4 % so long ago that they are stale or expired
//   change of status    9 in 10 a day to 30 days ago; else up to 20 min
//   status              94 % OK, else any
//   implausible times   1 %; metadata missing 2 %
//   work on the host    2 % going on; 5 % ended up to an hour ago
//   rename              1 % three hours ago
//   switches, racks     2 % not OK, 2 % not received lately
#ifndef VITALS_BENCH_FLEET_MAKER_H
#define VITALS_BENCH_FLEET_MAKER_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "vitals/fleet.h"

namespace vitals::bench {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

inline constexpr Timestamp noon{Seconds{1'700'000'000}};
inline constexpr std::uint32_t hosts_a_switch = 48;
inline constexpr std::uint32_t hosts_a_rack = 16;
inline constexpr std::array<std::string_view, 16> host_checks{
    "UNREACHABLE", "bmc",   "cpu",    "disk", "fs_check", "gpu", "ib",  "link",
    "load",        "mdadm", "memory", "meta", "ntp",      "psu", "ssh", "tor_link"};

inline std::uint64_t number(const char* name, std::uint64_t fallback) {
  const char* wanted = std::getenv(name);
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : fallback;
}
inline bool is_small() { return std::getenv("VITALS_BENCH_SMALL") != nullptr; }

inline PolicySet policy_of_16() {
  PolicySet policy;
  policy.checks.clear();
  for (const std::string_view name : host_checks) {
    Kind kind = Kind::passive;
    if (name == "UNREACHABLE" || name == "ssh") kind = Kind::active;
    for (const char* measured : {"bmc", "cpu", "disk", "gpu", "memory", "psu"}) {
      if (name == measured) kind = Kind::hw_watcher;
    }
    policy.checks[std::string(name)] = {.kind = kind, .period = default_period(kind)};
  }
  policy.checks["netmon"] = {.kind = Kind::netmon};
  policy.checks["rack"] = {.kind = Kind::rack};
  for (const char* required : {"UNREACHABLE", "ssh", "meta", "memory", "disk"}) {
    policy.checks[required].required = true;
  }
  return policy;
}

inline std::string host_name(std::uint32_t host) {
  std::array<char, 40> name{};
  std::snprintf(name.data(), name.size(), "sas%u-%07u.search.example", host % 7, host);
  return name.data();
}
inline std::string place_name(char kind, std::uint32_t host) {
  const std::uint32_t size = kind == 's' ? hosts_a_switch : hosts_a_rack;
  return std::string("sas-") + kind + std::to_string(host / size);
}

/// Makes events, and a fleet of them.
class Maker {
 public:
  explicit Maker(std::uint32_t hosts) : random_(number("VITALS_SEED", 1)) {
    for (std::uint32_t host = 0; host < hosts; ++host) {
      names_.push_back(host_name(host));
      order_.push_back(host);
    }
    std::shuffle(order_.begin(), order_.end(), random_);
  }

  bool happens(unsigned percent) { return random_() % 100 < percent; }
  Seconds below(Seconds limit) {
    return Seconds{
        static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit.count()))};
  }
  [[nodiscard]] std::uint32_t hosts() const { return static_cast<std::uint32_t>(names_.size()); }
  std::uint32_t any_host() { return static_cast<std::uint32_t>(random_() % hosts()); }
  [[nodiscard]] const std::string& name(std::uint32_t host) const { return names_[host]; }

  Event check(std::string_view host, std::string_view service, Timestamp received) {
    Event event{.time = received, .host = host, .service = service};
    const Seconds age = happens(90) ? days{1} + below(days{29}) : below(minutes{20});
    event.report = {.status = happens(6) ? static_cast<Status>(random_() % 5) : Status::ok,
                    .status_mtime = happens(1) ? received + minutes{5} : received - age,
                    .receive_time = received};
    if (!happens(2)) event.report.metadata_timestamp = received - below(minutes{10});
    return event;
  }

  /// Calls `visit(host, check)` for what is received in this second of a round of five minutes, in
  /// which every check comes once: hosts in random order, those of one host at different times.
  template <class Visitor>
  void for_each_received(std::uint32_t second, Visitor&& visit) const {
    for (std::uint32_t check = 0; check < host_checks.size(); ++check) {
      for (std::uint32_t i = (second + check * 19) % 300; i < hosts(); i += 300) {
        visit(order_[i], check);
      }
    }
  }

  void apply(Fleet& fleet, const Event& event) {
    if (const absl::Status status = fleet.apply(event); !status.ok()) {
      std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
      std::abort();
    }
  }

  void receive_infrastructure(Fleet& fleet, Timestamp now) {
    for (const char kind : {'s', 'r'}) {
      for (std::uint32_t host = 0; host < hosts();
           host += kind == 's' ? hosts_a_switch : hosts_a_rack) {
        if (host % 50 == 49) continue;  // nothing is heard of these
        Event event = check("", kind == 's' ? "netmon" : "rack", now);
        const std::string name = place_name(kind, host);
        event.host = name;
        event.report.status = host % 51 == 50 ? Status::crit : Status::ok;
        event.report.status_mtime = noon - days{9};
        apply(fleet, event);
      }
    }
  }

  /// A fleet at noon, and nothing of it visited yet.
  Fleet fleet() {
    Fleet made(policy_of_16());
    for (std::uint32_t host = 0; host < hosts(); ++host) {
      const std::string on_switch = place_name('s', host);
      const std::string in_rack = place_name('r', host);
      apply(made, {.type = EventType::host,
                   .time = noon - hours{5},
                   .host = name(host),
                   .on_switch = {Place::Says::name, on_switch},
                   .in_rack = {Place::Says::name, in_rack}});
    }
    for (std::string& name : names_) {
      if (!happens(1)) continue;
      std::string renamed = "re" + name;
      apply(made,
            {.type = EventType::rename, .time = noon - hours{3}, .host = name, .to = renamed});
      name = std::move(renamed);
    }
    for (int ago = 60; ago > 20; --ago) {
      for (std::uint32_t i = 0; i < hosts() / 800; ++i) {
        apply(made, {.type = EventType::manipulation_end,
                     .time = noon - minutes{ago},
                     .host = name(any_host())});
      }
    }
    // Four checks in a hundred were not received again: stale at noon, or expired.
    const auto is_silent = [](std::uint32_t host, std::uint32_t check, std::uint32_t first,
                              std::uint32_t last) {
      const std::uint32_t lot = (host * 2654435761U + check * 40503U) >> 8U;
      return lot % 100 >= first && lot % 100 < last;
    };
    const auto receive = [&](Timestamp when, std::uint32_t second, std::uint32_t first,
                             std::uint32_t last) {
      for_each_received(second, [&](std::uint32_t host, std::uint32_t check_id) {
        if (!is_silent(host, check_id, first, last)) return;
        apply(made, check(name(host), host_checks[check_id], when));
      });
    };
    for (std::uint32_t second = 0; second < 300; ++second)
      receive(noon - minutes{16}, second, 0, 1);
    for (std::uint32_t second = 0; second < 300; ++second)
      receive(noon - minutes{12}, second, 1, 4);
    for (std::uint32_t second = 0; second < 300; ++second) {
      receive(noon - Seconds{300 - second}, second, 4, 100);
      // As an installation would: what waits to be visited takes memory.
      if (second % 10 == 9) made.visit_changes(noon - Seconds{300 - second}, [](const auto&) {});
    }
    receive_infrastructure(made, noon);
    for (std::uint32_t i = 0; i < hosts() / 50; ++i) {
      apply(made, {.type = EventType::manipulation_begin, .time = noon, .host = name(any_host())});
    }
    return made;
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::uint32_t> order_;
  std::mt19937_64 random_;
};

}  // namespace vitals::bench

#endif  // VITALS_BENCH_FLEET_MAKER_H
