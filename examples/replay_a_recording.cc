// SPDX-License-Identifier: Apache-2.0
// Replays a recording of a reboot and prints what is known of the host whenever that changes.
#include <cstdio>
#include <string>

#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/replay.h"
#include "vitals/text_time.h"
#include "vitals/verdict_line.h"

int fail(const absl::Status& status);
void print(const vitals::HostLine& line);

int main() {
  //! [open]
  auto policy = vitals::read_policy("data/policy.yaml");
  if (!policy.ok()) return fail(policy.status());
  auto recording = vitals::RecordingReader::open({"data/reboot.ndjson"});
  if (!recording.ok()) return fail(recording.status());
  //! [open]

  //! [replay]
  vitals::Fleet fleet(*policy);
  const absl::Status status =
      vitals::replay(*recording, fleet, {.hosts = true}, [](const vitals::VerdictLine&) {}, print);
  //! [replay]
  return status.ok() ? 0 : fail(status);
}

void print(const vitals::HostLine& line) {
  std::printf("%s  %s is %s", vitals::format_timestamp(line.time).c_str(),
              std::string(line.host).c_str(), vitals::name(line.state).data());
  for (const auto check : line.failing) std::printf(", %s fails", std::string(check).c_str());
  for (const auto check : line.waiting) std::printf(", %s must wait", std::string(check).c_str());
  for (const auto check : line.silent) std::printf(", %s is silent", std::string(check).c_str());
  std::printf("\n");
}

// Errors say where, what, and what was expected: FILE:LINE: ...
int fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 2;
}
