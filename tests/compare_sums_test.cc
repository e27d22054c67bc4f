// SPDX-License-Identifier: Apache-2.0
// A comparison adds up what two replays tell of every second. Here it is added up second by second,
// the slow way, from random recordings in which every rule is reached.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compare_story.h"
#include "vitals/replay.h"

namespace vitals {
namespace {

using Name = std::pair<std::string, std::string>;  // host and check

// What a replay tells of one second.
struct Told {
  std::map<Name, std::pair<Reasons, std::optional<Status>>> checks;
  std::map<std::string, HostState> hosts;
};
using ToldSeconds = std::map<std::int64_t, Told>;

ToldSeconds replayed(const std::string& text, const PolicySet& policy) {
  ToldSeconds seconds;
  for (const bool hosts : {false, true}) {
    RecordingReader reader = RecordingReader::from_text(text, "r", {.lenient = true});
    Fleet fleet{policy};
    const absl::Status status = replay(
        reader, fleet,
        {.mode = ReplayMode::every, .every = Seconds{1}, .hosts = hosts, .lenient = true},
        [&](const VerdictLine& line) {
          seconds[line.time.time_since_epoch().count()]
              .checks[{std::string(line.host), std::string(line.check)}] = {
              line.verdict.excluded_by, line.status};
        },
        [&](const HostLine& line) {
          seconds[line.time.time_since_epoch().count()].hosts[std::string(line.host)] = line.state;
        });
    RC_ASSERT(status.ok());
  }
  return seconds;
}

// Adds up stretches of seconds in which something holds of a name.
class Sums {
 public:
  void add(const std::string& what, const std::string& host, std::int64_t second) {
    Held& held = held_[{what, host}];
    Stretches& sum = sums_[what];
    const bool goes_on = held.last && *held.last == second - 1;
    if (!held.last) ++sum.hosts;
    if (!goes_on) ++sum.count;
    held.length = goes_on ? held.length + 1 : 1;
    held.last = second;
    sum.total += Seconds{1};
    sum.longest = std::max(sum.longest, Seconds{held.length});
  }
  [[nodiscard]] const std::map<std::string, Stretches>& sums() const { return sums_; }
  [[nodiscard]] Stretches of(const std::string& what) const {
    const auto found = sums_.find(what);
    return found == sums_.end() ? Stretches{} : found->second;
  }

 private:
  struct Held {
    std::optional<std::int64_t> last;
    std::int64_t length = 0;
  };
  std::map<std::pair<std::string, std::string>, Held> held_;
  std::map<std::string, Stretches> sums_;
};

std::string key(const std::string& check, DifferenceType type, std::size_t under,
                std::optional<Reason> reason = {}) {
  return check + " " + std::string(difference_type_names[static_cast<std::size_t>(type)]) + " " +
         std::to_string(under) + (reason ? " " + std::string(name(*reason)) : "");
}

// For whoever looks at a failure.
std::string printed(const std::map<std::string, Stretches>& sums) {
  std::string out;
  for (const auto& [what, is] : sums) {
    out += "  " + what + ": " + std::to_string(is.count) + " of " + std::to_string(is.hosts) +
           " for " + std::to_string(is.total.count()) + ", longest " +
           std::to_string(is.longest.count()) + "\n";
  }
  return out;
}

void add_differences(Sums& sums, std::int64_t second, const Told& first, const Told& second_told) {
  const Told* both[] = {&first, &second_told};
  std::set<Name> names;
  for (const Told* one : both) {
    for (const auto& [of, said] : one->checks) names.insert(of);
  }
  for (const auto& [host, check] : names) {
    std::optional<Reasons> reasons[2];
    for (int i = 0; i < 2; ++i) {
      const auto found = both[i]->checks.find({host, check});
      if (found != both[i]->checks.end()) reasons[i] = found->second.first;
    }
    if (reasons[0] == reasons[1]) continue;
    sums.add(key(check, DifferenceType::any, 0), host, second);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& here = reasons[i];
      const auto& there = reasons[1 - i];
      if (!here) continue;
      if (!there) sums.add(key(check, DifferenceType::verdict, i), host, second);
      if (here->empty() && !(there && there->empty())) {
        sums.add(key(check, DifferenceType::counts, i), host, second);
      }
      here->for_each([&](Reason reason) {
        if (there && there->has(reason)) return;
        sums.add(key(check, DifferenceType::reason, i, reason), host, second);
      });
    }
  }
}

void add_states(Sums& sums, std::int64_t second, const Told& first, const Told& other) {
  std::set<std::string> hosts;
  for (const auto& [host, state] : first.hosts) hosts.insert(host);
  for (const auto& [host, state] : other.hosts) hosts.insert(host);
  const auto state = [](const Told& told, const std::string& host) {
    const auto found = told.hosts.find(host);
    return found == told.hosts.end() ? HostState::unmonitored : found->second;
  };
  for (const std::string& host : hosts) {
    const HostState a = state(first, host);
    const HostState b = state(other, host);
    if (a != b) sums.add(std::string(name(a)) + " " + std::string(name(b)), host, second);
  }
}

// A recording of random events, and the truth of some of its checks.
struct RandomStory {
  std::string recording;
  std::vector<Event> events;  // with names that live
  std::string truths;
  std::map<std::int64_t, std::vector<std::pair<Name, Status>>> truth;
};

RandomStory random_story() {
  RandomStory story;
  RandomEvents random;
  const int seconds = *rc::gen::inRange(1, 40);
  std::int64_t now = 1000;
  for (int i = 0; i < seconds; ++i) {
    const int events = *rc::gen::inRange(1, 6);
    for (int j = 0; j < events; ++j) {
      const Event event = random.next(now);
      story.events.push_back(event);
      append_event(story.recording, event);
    }
    now += *rc::gen::weightedElement<std::int64_t>({{4, 1}, {2, 7}, {2, 30}, {1, 90}, {1, 700}});
  }
  std::int64_t at = 995;
  const int changes = *rc::gen::inRange(0, 60);
  for (int i = 0; i < changes; ++i) {
    const Name of{*rc::gen::element<std::string>("a", "b", "c", "d"),
                  *rc::gen::element<std::string>("ssh", "meta", "link", "memory")};
    const Status status =
        *rc::gen::element(Status::ok, Status::crit, Status::crit, Status::warn, Status::nodata);
    append_truth(story.truths, {.time = TruthTime{std::chrono::milliseconds{at * 1000 + 10 * i}},
                                .host = of.first,
                                .check = of.second,
                                .status = status});
    story.truth[at + i / 100].emplace_back(of, status);
    at += *rc::gen::weightedElement<std::int64_t>({{4, 0}, {4, 3}, {2, 40}, {1, 300}});
  }
  return story;
}

PolicySet random_named_policy() {
  PolicySet policy = random_policy();
  policy.constants.juggler.overhead = Seconds{*rc::gen::inRange(0, 60)};
  for (auto& [name, check] : policy.checks) {
    if (!is_infrastructure(check.kind)) {
      check.period = Seconds{*rc::gen::inRange(1, 40)};
      check.required = *rc::gen::arbitrary<bool>();
    }
    check.accuracy = Seconds{*rc::gen::inRange(0, 40)};
  }
  const std::string unnamed = *rc::gen::element<std::string>("", "", "link", "memory", "rack");
  policy.checks.erase(unnamed);
  return policy;
}

TEST_CASE("the differences are those of two replays, second by second", "[compare]") {
  rc::prop("sums", [] {
    const RandomStory story = random_story();
    const PolicySet first = random_named_policy();
    const PolicySet second = random_named_policy();
    const Comparison found = compared(story.recording, first, second, {.lenient = true});
    const ToldSeconds a = replayed(story.recording, first);
    const ToldSeconds b = replayed(story.recording, second);
    Sums differences;
    Sums states;
    std::int64_t end = 0;
    for (const ToldSeconds* one : {&a, &b}) {
      if (!one->empty()) end = std::max(end, one->rbegin()->first);
    }
    const auto at = [](const ToldSeconds& told, std::int64_t now) {
      const auto found_second = told.find(now);
      return found_second == told.end() ? Told{} : found_second->second;
    };
    for (std::int64_t now = 1000; now <= end; ++now) {
      add_differences(differences, now, at(a, now), at(b, now));
      add_states(states, now, at(a, now), at(b, now));
    }
    std::map<std::string, Stretches> told;
    for (const Difference& one : found.differences) {
      told[key(one.check, one.type, one.under, one.reason)] = one.stretches;
    }
    RC_LOG() << story.recording << to_yaml(first) << to_yaml(second) << "told\n"
             << printed(told) << "expected\n"
             << printed(differences.sums());
    RC_ASSERT(told == differences.sums());
    std::map<std::string, Stretches> told_states;
    for (const StateDifference& one : found.state_differences) {
      told_states[std::string(name(one.states[0])) + " " + std::string(name(one.states[1]))] =
          one.stretches;
    }
    RC_LOG() << "told\n" << printed(told_states) << "expected\n" << printed(states.sums());
    RC_ASSERT(told_states == states.sums());
  });
}

TEST_CASE("a policy does not differ from itself", "[compare]") {
  rc::prop("nothing differs", [] {
    const RandomStory story = random_story();
    const PolicySet policy = random_named_policy();
    const Comparison found =
        compared(story.recording, policy, policy, {.lenient = true}, story.truths);
    RC_ASSERT(found.values.empty());
    RC_ASSERT(found.differences.empty());
    RC_ASSERT(found.state_differences.empty());
    RC_ASSERT(found.results[0] == found.results[1]);
    for (const CheckSooner& check : found.checks_sooner) {
      RC_ASSERT(check.sooner.only_first == 0U);
      RC_ASSERT(check.sooner.only_second == 0U);
      for (const Seconds by : check.sooner.by) RC_ASSERT(by == Seconds{0});
    }
  });
}

std::string printed(const Waits& waits) {
  std::string out = " waits";
  for (const Seconds length : waits.ended) out += " " + std::to_string(length.count());
  return out + ", cut short " + std::to_string(waits.cut_short) + ", unfinished " +
         std::to_string(waits.unfinished) + "\n";
}

std::string printed(const Answers& is) {
  std::string out = " answers";
  for (const std::uint64_t count :
       {is.given, is.taken_back, is.known, is.outdated, is.accusing, is.hiding}) {
    out += " " + std::to_string(count);
  }
  return out + "\n";
}

std::string printed(const PolicyResult& result) {
  std::string out =
      "hosts" + printed(result.host_waits) + printed(result.repairs) +
      printed({{"accused", result.false_accusations}, {"missed", result.missed_faults}});
  for (const CheckResult& check : result.checks) {
    out += check.check + ": judged " + std::to_string(check.judged.count()) + ", counted " +
           std::to_string(check.counted.count()) + ", known " +
           std::to_string(check.known.count()) + printed(check.waits) + printed(check.answers) +
           printed({{"accused", check.false_accusations}, {"missed", check.missed_faults}});
  }
  return out;
}

// What one policy made of a recording, the slow way.
class SlowResult {
 public:
  SlowResult(const RandomStory& story, const PolicySet& policy)
      : story_(story), policy_(policy), told_(replayed(story.recording, policy)), facts_(policy) {
    for (const auto& [check, its] : policy.checks) {
      if (!is_infrastructure(its.kind)) results_[check].check = check;
    }
    const std::int64_t last = story.events.back().time.time_since_epoch().count();
    std::size_t next = 0;
    for (std::int64_t now = 990; now <= last; ++now) {
      while (next < story.events.size() &&
             story.events[next].time.time_since_epoch().count() == now) {
        take(now, story.events[next++]);
      }
      take_truth(now);
      if (now >= story.events.front().time.time_since_epoch().count()) look(now);
    }
    for (const auto& [host, repair] : std::map(repairs_)) end_repair(host, last + 1, false);
  }

  [[nodiscard]] PolicyResult result() {
    PolicyResult all;
    for (auto& [check, result] : results_) {
      result.false_accusations = wrong_.of(check + " accuses");
      result.missed_faults = wrong_.of(check + " hides");
      std::sort(result.waits.ended.begin(), result.waits.ended.end());
      all.checks.push_back(result);
    }
    all.host_waits = host_waits_;
    std::sort(all.host_waits.ended.begin(), all.host_waits.ended.end());
    all.repairs = repairs_answered_;
    all.false_accusations = wrong_.of("accuses");
    all.missed_faults = wrong_.of("hides");
    return all;
  }

 private:
  struct Repair {
    std::int64_t at = 0;
    std::set<std::string> awaited{};
    std::map<std::string, std::int64_t> lengths;
    std::map<std::string, Status> decided;
    std::set<std::string> taken_back, known, outdated, accusing, hiding;
    std::optional<std::int64_t> host;
  };

  void take(std::int64_t now, const Event& event) {
    const std::string host(event.host);
    const std::string to(event.to);
    if (!facts_.apply(event).ok()) return;
    const bool is_work =
        event.type == EventType::manipulation_begin || event.type == EventType::manipulation_end;
    const bool goes = event.type == EventType::rename || event.type == EventType::remove;
    if (is_work || goes) end_repair(host, now, true);
    if (event.type == EventType::manipulation_end) repairs_[host].at = now;
    if (event.type == EventType::rename) end_repair(to, now, true);
    if (!goes) return;
    for (const auto& [check, result] : results_) {
      if (event.type == EventType::rename && history_[{to, check}].empty()) {
        history_[{to, check}] = history_[{host, check}];
      }
      history_[{host, check}].clear();
    }
  }

  void take_truth(std::int64_t now) {
    const auto changes = story_.truth.find(now);
    if (changes == story_.truth.end()) return;
    for (const auto& [of, status] : changes->second) history_[of].emplace_back(now, status);
  }

  std::optional<Status> truth(const Name& of) {
    const auto& history = history_[of];
    return history.empty() ? std::nullopt : std::optional(history.back().second);
  }

  // Whether the status was true at some second before, and at none from then on.
  bool was_true_only_before(std::int64_t then, const Name& of, Status status) {
    const auto& history = history_[of];
    bool before = false;
    for (std::size_t i = 0; i < history.size(); ++i) {
      if (history[i].second != status) continue;
      const bool is_last = i + 1 == history.size();
      // It held from this second until the next change, exclusive; a change within the same second
      // stands for no second at all, but its status was left in that second.
      if (is_last || history[i + 1].first > then) return false;
      before = true;
    }
    return before;
  }

  void look(std::int64_t now) {
    const auto seconds = told_.find(now);
    if (seconds == told_.end()) return;
    std::set<std::pair<std::string, std::string>> wrong_hosts;
    for (const auto& [of, said] : seconds->second.checks) {
      const auto result = results_.find(of.second);
      if (result == results_.end()) continue;
      const auto& [reasons, status] = said;
      const bool counts = reasons.empty();
      const std::optional<Status> is = truth(of);
      result->second.judged += Seconds{1};
      if (counts) result->second.counted += Seconds{1};
      if (counts && is) result->second.known += Seconds{1};
      const bool accuses = counts && is && *status == Status::crit && *is != Status::crit;
      const bool hides = counts && is && *status != Status::crit && *status != Status::nodata &&
                         *is == Status::crit;
      if (accuses) wrong_hosts.emplace("accuses", of.first);
      if (hides) wrong_hosts.emplace("hides", of.first);
      if (accuses) wrong_.add(of.second + " accuses", of.first, now);
      if (hides) wrong_.add(of.second + " hides", of.first, now);
      look_at_repair(now, of, counts, status, is);
    }
    for (const auto& [what, host] : wrong_hosts) wrong_.add(what, host, now);
    for (auto& [host, repair] : repairs_) {
      const auto state = seconds->second.hosts.find(host);
      if (state == seconds->second.hosts.end() || repair.host) continue;
      if (state->second == HostState::failing || state->second == HostState::healthy) {
        repair.host = now - repair.at;
      }
    }
  }

  void look_at_repair(std::int64_t now, const Name& of, bool counts, std::optional<Status> status,
                      std::optional<Status> is) {
    const auto& check = of.second;
    const auto found = repairs_.find(of.first);
    if (found == repairs_.end()) return;
    Repair& repair = found->second;
    repair.awaited.insert(check);
    const bool is_first = counts && !repair.lengths.contains(check);
    const bool is_soon = now <= repair.at + 3600;
    if (is_first) {
      repair.lengths[check] = now - repair.at;
      repair.decided[check] = *status;
    }
    if (counts && is && (is_first || is_soon)) {
      repair.known.insert(check);
      const bool outdated = *status != Status::nodata && *is != *status &&
                            was_true_only_before(repair.at, of, *status);
      const bool well = *status != Status::crit && *status != Status::nodata;
      if (outdated) repair.outdated.insert(check);
      if (outdated && *status == Status::crit) repair.accusing.insert(check);
      if (outdated && well && *is == Status::crit) repair.hiding.insert(check);
    }
    const auto decided = repair.decided.find(check);
    if (is_soon && status && *status != Status::nodata && decided != repair.decided.end() &&
        decided->second != *status) {
      repair.taken_back.insert(check);
    }
  }

  void end_repair(const std::string& host, std::int64_t now, bool cut_short) {
    const auto found = repairs_.find(host);
    if (found == repairs_.end()) return;
    const Repair repair = found->second;
    repairs_.erase(found);
    if (repair.at == now) return;
    const auto end = [&](Waits& waits, std::optional<std::int64_t> length) {
      if (length) return waits.ended.emplace_back(*length), void();
      ++(cut_short ? waits.cut_short : waits.unfinished);
    };
    for (const std::string& check : repair.awaited) {
      const auto length = repair.lengths.find(check);
      end(results_[check].waits,
          length == repair.lengths.end() ? std::nullopt : std::optional(length->second));
      Answers& to = results_[check].answers;
      to.given += repair.lengths.contains(check) ? 1U : 0U;
      to.taken_back += repair.taken_back.count(check);
      to.known += repair.known.count(check);
      to.outdated += repair.outdated.count(check);
      to.accusing += repair.accusing.count(check);
      to.hiding += repair.hiding.count(check);
    }
    end(host_waits_, repair.host);
    repairs_answered_.given += repair.lengths.empty() ? 0U : 1U;
    repairs_answered_.taken_back += repair.taken_back.empty() ? 0U : 1U;
    repairs_answered_.known += repair.known.empty() ? 0U : 1U;
    repairs_answered_.outdated += repair.outdated.empty() ? 0U : 1U;
    repairs_answered_.accusing += repair.accusing.empty() ? 0U : 1U;
    repairs_answered_.hiding += repair.hiding.empty() ? 0U : 1U;
  }

  const RandomStory& story_;
  const PolicySet& policy_;
  ToldSeconds told_;
  Fleet facts_;
  std::map<std::string, CheckResult> results_;
  std::map<Name, std::vector<std::pair<std::int64_t, Status>>> history_;
  std::map<std::string, Repair> repairs_;
  Waits host_waits_;
  Answers repairs_answered_;
  Sums wrong_;
};

TEST_CASE("what a policy made of a recording is what its replay tells, second by second",
          "[compare]") {
  rc::prop("results", [] {
    const RandomStory story = random_story();
    const PolicySet policy = random_named_policy();
    const Comparison found =
        compared(story.recording, policy, policy, {.lenient = true}, story.truths);
    SlowResult slow(story, policy);
    PolicyResult expected = slow.result();
    RC_LOG() << story.recording << story.truths << to_yaml(policy) << "told\n"
             << printed(found.results[0]) << "expected\n"
             << printed(expected);
    RC_ASSERT(found.results[0] == expected);
  });
}

}  // namespace
}  // namespace vitals
