// SPDX-License-Identifier: Apache-2.0
// One check of one host at one moment, for tests of explanations: all is well, and a test changes
// what it is about.
#ifndef VITALS_TESTS_EXPLAIN_STORY_H
#define VITALS_TESTS_EXPLAIN_STORY_H

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "generators.h"
#include "test_time.h"
#include "vitals/explain.h"

namespace vitals::story {

using namespace std::chrono_literals;

// A time of day on 2023-11-14.
[[nodiscard]] constexpr Timestamp at(int hour, int minute, int second = 0) {
  return t(1'699'920'000 + hour * 3600 + minute * 60 + second);
}
inline constexpr Timestamp now = at(14, 6, 9);
inline constexpr Timestamp two_days_ago = at(14, 0) - 48h;

// The check ssh of a host, in which all is well at `now`. A test changes what it is about.
struct Story {
  std::string host_name = "sas1-0001";
  std::string check_name = "ssh";
  std::string switch_name = "sas1-s1";
  std::string switch_check = "netmon";
  std::string rack_name = "sas1-r1";
  Policy policy{};
  CheckPolicy check{.kind = Kind::active, .period = 2min, .required = true};
  HostFacts host{};
  std::optional<Timestamp> appear_by{};
  std::optional<Observation> seen = Observation{
      .status = Status::ok, .status_mtime = two_days_ago, .receive_time = at(14, 3, 31)};
  std::optional<Observation> on_switch = Observation{
      .status = Status::ok, .status_mtime = two_days_ago, .receive_time = at(14, 5, 49)};
  std::optional<Observation> in_rack = Observation{
      .status = Status::ok, .status_mtime = two_days_ago, .receive_time = at(14, 4, 59)};

  [[nodiscard]] Explanation explain(Timestamp moment = now) const {
    const auto pointer = [](const std::optional<Observation>& observation) {
      return observation ? &*observation : nullptr;
    };
    const std::array<Dependency, 2> dependencies{
        {{Kind::netmon, pointer(on_switch)}, {Kind::rack, pointer(in_rack)}}};
    const std::array<DependencyName, 2> names{{{switch_name, switch_check}, {rack_name, "rack"}}};
    const Question about{.check = check,
                         .host = host,
                         .observation = pointer(seen),
                         .appear_by = appear_by,
                         .dependencies = dependencies};
    return vitals::explain({host_name, check_name, about, names}, policy, moment);
  }
};

// Changes that several tests make.
inline void make_passive(Story& story) { story.check = {.kind = Kind::passive, .period = 5min}; }
inline void make_hw_watcher(Story& story) {
  story.check_name = "memory";
  story.check = {.kind = Kind::hw_watcher, .period = 5min, .required = true};
  story.seen->metadata_timestamp = at(13, 59);
}
inline void make_unobserved(Story& story) {
  story.host.assigned = at(14, 0);
  story.appear_by = appear_by(at(14, 0), 1, story.policy);
  story.seen.reset();
}
inline void change_status(Story& story) {
  story.seen = Observation{
      .status = Status::crit, .status_mtime = at(14, 2, 11), .receive_time = at(14, 2, 31)};
}
inline void end_work(Story& story) {
  story.host.manipulation_began = at(13, 35);
  story.host.manipulation_ended = at(13, 56);
}
inline void begin_work(Story& story) {
  story.host.manipulation_began = at(14, 0);
  story.host.under_manipulation = true;
}

// Explains random facts; objects are named by their number.
[[nodiscard]] inline Explanation explain_facts(const Facts& facts, Timestamp moment) {
  const Asked asked(facts);
  std::vector<std::string> objects;
  for (std::size_t i = 0; i < facts.infrastructure.size(); ++i) {
    objects.push_back("object-" + std::to_string(i));
  }
  std::vector<DependencyName> names;
  for (std::size_t i = 0; i < facts.infrastructure.size(); ++i) {
    names.push_back({objects[i], name(facts.infrastructure[i].kind)});
  }
  return explain({"host", "check", asked.question(), names}, facts.policy, moment);
}

}  // namespace vitals::story

#endif  // VITALS_TESTS_EXPLAIN_STORY_H
