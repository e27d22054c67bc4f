// SPDX-License-Identifier: Apache-2.0
// A fleet of a million hosts in an installation's event loop: apply what arrives, act on what
// changed, and sleep until something will change by itself.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "vitals/fleet.h"

namespace {

constexpr std::uint32_t hosts = 1'000'000;
constexpr vitals::Timestamp noon{vitals::Seconds{1'700'000'000}};

bool receive(vitals::Fleet& fleet, std::uint32_t host, vitals::Timestamp now,
             vitals::Status status) {
  const std::string name = "h" + std::to_string(host);
  vitals::Event event{.time = now, .host = name, .service = "meta"};
  event.report = {.status = status, .status_mtime = now, .receive_time = now};
  return fleet.apply(event).ok();
}

// What an installation does when something changes; here it only counts.
std::uint64_t act(vitals::Fleet& fleet, vitals::Timestamp now) {
  std::uint64_t changes = 0;
  fleet.visit_changes(now, [&](const vitals::CheckChange& change) {
    if (++changes > 1 || !change.before.has_verdict()) return;
    std::printf("%s of %s: %s\n", std::string(fleet.check_name(change.check.check)).c_str(),
                std::string(fleet.owner_name(change.check)).c_str(),
                change.after.counts() ? "counts" : "does not count");
  });
  return changes;
}

}  // namespace

int main() {
  vitals::Fleet fleet{vitals::PolicySet{}};
  for (std::uint32_t host = 0; host < hosts; ++host) {
    if (!receive(fleet, host, noon, vitals::Status::ok)) return 2;
  }
  std::printf("%llu checks are new\n", static_cast<unsigned long long>(act(fleet, noon)));

  act(fleet, noon + vitals::Seconds{9});  // what was due before the event arrives
  receive(fleet, 42, noon + vitals::Seconds{10}, vitals::Status::crit);
  act(fleet, noon + vitals::Seconds{10});

  // Nothing arrives any more: the loop sleeps until the fleet says that something changes.
  while (const auto next = fleet.next_change()) {
    const std::uint64_t changes = act(fleet, *next);
    std::printf("%lld s later %llu changed, %llu of them count\n",
                static_cast<long long>((*next - noon).count()),
                static_cast<unsigned long long>(changes),
                static_cast<unsigned long long>(fleet.counts(vitals::Kind::passive).counting));
  }
}
