// SPDX-License-Identifier: Apache-2.0
// Recordings with the policies that they are judged by, and with the same policies and a class of
// infrastructure besides, which no check of the recording needs.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "recording_a.h"
#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/replay.h"

namespace vitals {
namespace {

using recording_a::need;

struct Recorded {
  std::string name;
  std::string events;
  PolicySet policy;
};

std::string events_of(const std::filesystem::path& file) {
  RecordingReader reader = need(RecordingReader::open({file.string()}));
  std::string text;
  while (const Event* event = reader.next()) append_event(text, *event);
  REQUIRE(reader.status().ok());
  return text;
}

std::vector<Recorded> recordings() {
  std::vector<Recorded> all{{"icinga2-a", recording_a::read_events(),
                             need(read_policy(recording_a::file("policy.yaml")))}};
  const std::filesystem::path root = std::filesystem::path(VITALS_TESTS_DIR).parent_path();
  const PolicySet of_examples = need(read_policy((root / "examples/data/policy.yaml").string()));
  for (const char* file : {"reboot.ndjson", "after_reboot.ndjson", "two_hours.ndjson.zst"}) {
    all.push_back({file, events_of(root / "examples/data" / file), of_examples});
  }
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs/scenes")) {
    std::filesystem::path file = entry.path();
    const std::string name = file.filename().string();
    if (file.extension() != ".ndjson" || name.ends_with("_truth.ndjson")) continue;
    Recorded scene{name, events_of(file), {}};
    file.replace_extension(".yaml");
    if (std::filesystem::exists(file)) scene.policy = need(read_policy(file.string()));
    all.push_back(std::move(scene));
  }
  return all;
}

// The policy with one more class, through a file as people write it.
PolicySet with_a_class(PolicySet policy, bool ignored) {
  policy.checks["dreamt"] = {.kind = Kind::passive, .period = default_period(Kind::passive)};
  policy.classes["dreams"] = {.checks = {"dreamt"}};
  for (const auto& [check, its] : policy.checks) {
    if (!ignored || its.kind != Kind::active) continue;
    std::vector<std::string>& names = policy.ignores[check];
    names.insert(std::upper_bound(names.begin(), names.end(), "dreams"), "dreams");
  }
  return need(parse_policy(to_yaml(policy), "policy"));
}

std::string judged(const Recorded& recorded, const PolicySet& policy, bool hosts) {
  RecordingReader reader = RecordingReader::from_text(recorded.events, recorded.name);
  Fleet fleet{policy};
  std::string lines;
  const auto append = [&](const auto& line) {
    append_json(lines, line);
    lines += '\n';
  };
  const absl::Status status = replay(
      reader, fleet, {.hosts = hosts}, [&](const VerdictLine& line) { append(line); },
      [&](const HostLine& line) { append(line); });
  INFO(status);
  REQUIRE(status.ok());
  return lines;
}

TEST_CASE("classes leave the verdicts of recordings without needs as they are", "[classes]") {
  const std::vector<Recorded> all = recordings();
  REQUIRE(all.size() > 10);
  for (const Recorded& recorded : all) {
    const PolicySet ignored = with_a_class(recorded.policy, true);
    for (const bool hosts : {false, true}) {
      INFO(recorded.name << (hosts ? ", hosts" : ", checks"));
      const std::string lines = judged(recorded, recorded.policy, hosts);
      CHECK_FALSE(lines.empty());
      CHECK((judged(recorded, ignored, hosts) == lines));  // too long to be shown
    }
  }
  // A class that checks do not ignore is another matter: nothing is known of it.
  const Recorded& real = all.front();
  CHECK(
      (judged(real, with_a_class(real.policy, false), false) != judged(real, real.policy, false)));
}

}  // namespace
}  // namespace vitals
