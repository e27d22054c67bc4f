// SPDX-License-Identifier: Apache-2.0
// A user of the compiled library: reads a policy and a recording, and lets a fleet judge it.
#include <cstdio>
#include <string>

#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/verdict_line.h"

constexpr const char* policy_text = "checks: {ssh: {kind: active, period: 2m}}\n";
constexpr const char* recording_text =
    R"({"receive_time":1700000000,"host":"h1","service":"ssh","status":"OK","status_mtime":1})"
    "\n";

int main() {
  auto policy = vitals::parse_policy(policy_text, "policy.yaml");
  if (!policy.ok()) return 1;
  vitals::Fleet fleet(*std::move(policy));
  auto reader = vitals::RecordingReader::from_text(recording_text, "recording");
  const vitals::Event* event = reader.next();
  if (event == nullptr || !fleet.apply(*event).ok()) return 1;
  std::string lines;
  fleet.judge_all(event->time, [&](const vitals::VerdictLine& line) { append_json(lines, line); });
  std::puts(lines.c_str());
  return lines.empty() ? 1 : 0;
}
