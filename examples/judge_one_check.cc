// SPDX-License-Identifier: Apache-2.0
// Judges one check with the header-only core: a host was rebooted, and ssh says OK as before.
#include <chrono>
#include <cstdio>

#include "vitals/vitals.h"

using namespace std::chrono_literals;

void tell(const vitals::Question& about, vitals::Timestamp now);

constexpr vitals::Timestamp reboot_ended{1'700'000'000s};

int main() {
  //! [question]
  const vitals::CheckPolicy ssh{.kind = vitals::Kind::active, .period = 2min, .required = true};
  const vitals::HostFacts host{.manipulation_ended = reboot_ended};

  // The same OK for two days: was it measured before the reboot or after it?
  for (const vitals::Seconds later : {840s, 841s}) {
    const vitals::Observation seen = vitals::receive({.status = vitals::Status::ok,
                                                      .status_mtime = reboot_ended - 48h,
                                                      .receive_time = reboot_ended + later},
                                                     ssh.kind, ssh.accuracy);
    tell({.check = ssh, .host = host, .observation = &seen}, seen.receive_time);
  }
  //! [question]
}

void tell(const vitals::Question& about, vitals::Timestamp now) {
  //! [verdict]
  const auto verdict = vitals::judge(about, vitals::Policy{}, now);
  std::printf("received %3lld s after the reboot:",
              static_cast<long long>((now - reboot_ended).count()));
  verdict->excluded_by.for_each(
      [](vitals::Reason reason) { std::printf(" %s", vitals::name(reason).data()); });
  if (verdict->counts()) {
    std::printf(" counts, until %lld s if nothing else arrives",
                static_cast<long long>((verdict->window.until - reboot_ended).count()));
  }
  std::printf("\n");
  //! [verdict]
}
