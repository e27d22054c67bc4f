// SPDX-License-Identifier: Apache-2.0
// Installations and hosts for tests of the coordinator, and how they are written in few words.
#ifndef VITALS_TESTS_COORDINATOR_WORLDS_H
#define VITALS_TESTS_COORDINATOR_WORLDS_H

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "test_time.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

// Two installations that call and share a BOT, one that is only polled, of a BOT of its own.
// Listings are fresh for 600 s, permissions count for 100 s without being seen.
inline Installation installation(std::string id, InstallationType type = InstallationType::calls,
                                 std::string bot = "main") {
  Installation made;
  made.id = std::move(id);
  made.type = type;
  made.bot = std::move(bot);
  made.poll_period = Seconds{300};
  made.poll_timeout = Seconds{60};
  made.act_within = Seconds{100};
  return made;
}

inline Config usual_config() {
  return {.installations = {installation("rtc"), installation("yc"),
                            installation("il", InstallationType::polled, "il")}};
}

inline Host host(Inv inv, std::string name = {}, HostType type = HostType::server) {
  return {.host_type = type, .inv = inv, .name = std::move(name)};
}

inline Request add(std::string installation, Host host) {
  return {.act = Act::add, .installation = std::move(installation), .host = std::move(host)};
}
inline Request remove(std::string installation, Inv inv) {
  return {.act = Act::remove, .installation = std::move(installation), .host = host(inv)};
}
inline Request rename(std::string installation, Inv inv, std::string new_name) {
  return {.act = Act::rename,
          .installation = std::move(installation),
          .host = host(inv),
          .new_name = std::move(new_name)};
}
inline Request change_inv(std::string installation, Inv inv, Inv new_inv) {
  return {.act = Act::change_inv,
          .installation = std::move(installation),
          .host = host(inv),
          .new_inv = new_inv};
}

// A listing whose poll took no time.
inline Listing listing(std::string installation, Timestamp at, std::vector<Host> hosts = {}) {
  return {.installation = std::move(installation),
          .started_at = at,
          .received_at = at,
          .hosts = std::move(hosts)};
}

}  // namespace vitals::coordinator

#endif  // VITALS_TESTS_COORDINATOR_WORLDS_H
