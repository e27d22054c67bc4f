// SPDX-License-Identifier: Apache-2.0
// How long should a timeout be? Two hours of `meta`, sent every minute and lost now and then, and
// what they say of a policy that expects it every five.
#include <iostream>
#include <string>

#include "vitals/calibrate.h"
#include "vitals/text_time.h"

void tell(const vitals::Measured& row);

int main() {
  //! [calibrating]
  const auto policy = vitals::parse_policy("checks: {meta: {kind: passive}}", "here");
  auto recording = vitals::RecordingReader::open({"data/two_hours.ndjson.zst"});
  if (!policy.ok() || !recording.ok()) return 2;
  const auto found = vitals::calibrate(*recording, *policy, {.target = 0.01});
  if (!found.ok()) return 2;

  for (const vitals::Measured& row : found->measured) {
    if (row.constant == "juggler.push_period") tell(row);
  }
  const vitals::Seconds push_period = found->suggested->constants.juggler.push_period;
  std::cout << "suggested: push_period " << vitals::format_duration(push_period) << ", so "
            << vitals::format_duration(2 * push_period) << " until stale\n"
            << found->suggested->origins.at("juggler.push_period") << "\n\n";
  //! [calibrating]

  std::cout << "for one in 100 it takes " << vitals::samples_needed(0.01)
            << " samples, for one in 10000 " << vitals::samples_needed(0.0001) << "\n";
  return 0;
}

void tell(const vitals::Measured& row) {
  std::cout << row.check << ": " << row.samples << " times " << row.what << ", half of them up to "
            << vitals::format_duration(row.p50) << " apart, the longest "
            << vitals::format_duration(row.longest) << "\n"
            << "allowed: " << row.formula << " = " << vitals::format_duration(*row.allowed) << ", "
            << vitals::name(row.fit) << "\n";
}
