// SPDX-License-Identifier: Apache-2.0
#include "vitals/explain.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "explain/explain_needs.h"
#include "explain/explain_proof.h"
#include "explain/explain_rules.h"
#include "explain/explain_words.h"
#include "text/bridge.h"

namespace vitals {
namespace {

// The name of the infrastructure check behind a dependency of this question.
DependencyName name_of(const Dependency& on, const CheckView& view) {
  const auto index = static_cast<std::size_t>(&on - view.question.dependencies.data());
  return index < view.dependency_names.size() ? view.dependency_names[index] : DependencyName{};
}

// The rules, and what those that shut the check out want to see proven.
struct Findings {
  std::vector<RuleExplanation> rules;
  std::vector<Unproven> unproven;
};

// Asks every rule. Where nothing was received there is one, and which of its two names it has
// depends on `now`.
Findings ask_rules(const CheckView& view, const Policy& policy, const Clock& clock) {
  const Question& about = view.question;
  const bool is_missing = reasons_at(about, policy, clock.now()).has(Reason::missing);
  Findings found;
  const Dependency* unknown = nullptr;  // the last dependency that is unknown now
  for_each_window(about, policy, [&](Reason reason, const Window& window, const Dependency* on) {
    RuleExplanation rule{.reason = reason, .permitted = window};
    if (is_missing) rule.reason = Reason::missing;
    if (on != nullptr) {
      const DependencyName named = name_of(*on, view);
      rule.infrastructure = on->kind;
      rule.object = named.object;
      rule.object_check = named.check;
    }
    if (on != nullptr && on == unknown) {
      rule.state = RuleState::not_asked;
    } else if (!window.contains(clock.now())) {
      rule.state = RuleState::shuts_out;
      if (reason == Reason::infrastructure_unknown) unknown = on;
      if (const auto one = unproven_by(reason, about, policy, on)) found.unproven.push_back(*one);
    }
    tell_rule(rule, about, policy, clock, on);
    found.rules.push_back(std::move(rule));
  });
  return found;
}

std::vector<std::string> blockers(const std::vector<RuleExplanation>& rules) {
  std::vector<std::string> names;
  for (const RuleExplanation& rule : rules) {
    const bool blocks = rule.state == RuleState::shuts_out && !rule.object.empty();
    if (blocks) names.push_back(rule.object);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<Forecast> forecast_of(const Question& about, const Policy& policy, Timestamp now) {
  std::vector<Forecast> forecast;
  for (auto next = next_change(about, policy, now); next;
       next = next_change(about, policy, *next)) {
    forecast.push_back({.from = *next, .excluded_by = reasons_at(about, policy, *next)});
  }
  return forecast;
}

bool is_told_together(Reason reason) {
  return reason == Reason::under_manipulation || reason == Reason::precedes_manipulation ||
         reason == Reason::precedes_rename || reason == Reason::precedes_infrastructure_change;
}

// What has to happen before the check counts, but for what is_told_together().
struct ToHappen {
  std::optional<Timestamp> settled_from;  // time has to pass until then
  std::vector<std::string> others;        // each once
};

ToHappen to_happen(const std::vector<RuleExplanation>& rules) {
  ToHappen needs;
  for (const RuleExplanation& rule : rules) {
    if (rule.state != RuleState::shuts_out || is_told_together(rule.reason)) continue;
    const bool needs_time =
        rule.reason == Reason::infrastructure_settling && !rule.permitted.empty();
    if (needs_time) {
      needs.settled_from = std::max(needs.settled_from.value_or(distant_past), rule.permitted.from);
    } else if (std::find(needs.others.begin(), needs.others.end(), rule.remedy) ==
               needs.others.end()) {
      needs.others.push_back(rule.remedy);
    }
  }
  return needs;
}

std::string tell_absence_of_verdict(const Question& about) {
  if (!about.check.required) {
    return "nothing was received, and the policy does not require this check";
  }
  return "nothing was received, and the host was neither assigned nor renamed: nothing says by "
         "when this check must appear";
}

std::string tell_counting(const Question& about, const Verdict& verdict, const Clock& clock) {
  std::string sentence = cat("it counts with ", name(about.observation->status));
  if (verdict.window.until != distant_future) {
    sentence += cat(" until ", clock.at_and_away(verdict.window.until), ", if nothing new arrives");
  }
  return sentence;
}

// Where nothing but time is missing. The reports that the check depends on must go on meanwhile:
// of a switch they go stale before a settling is over.
Decision decide_by_time(Timestamp settled_from, const Verdict& verdict, const Clock& clock) {
  const std::string counts = cat("it counts from ", clock.at_and_away(settled_from));
  Decision decision{.at = settled_from};
  if (verdict.window.empty()) {
    decision.sentence = cat("by time, as long as reports keep saying the same: ", counts);
  } else {
    decision.sentence = cat("by time alone: ", counts, " until ", clock.at(verdict.window.until),
                            ", if nothing new arrives");
  }
  return decision;
}

// Whether nothing but time is missing, though one member of several that are enough may want more.
bool is_decided_by_time(const Verdict& verdict, const Question& about, Timestamp now) {
  return about.needs != nullptr && !verdict.window.empty() && verdict.window.from > now;
}

Decision decide(const std::optional<Verdict>& verdict, const Findings& found, const Question& about,
                const Policy& policy, const Clock& clock) {
  if (!verdict) return {.sentence = tell_absence_of_verdict(about)};
  if (verdict->counts()) return {.sentence = tell_counting(about, *verdict, clock)};
  if (is_decided_by_time(*verdict, about, clock.now())) {
    return decide_by_time(verdict->window.from, *verdict, clock);
  }
  const ToHappen needs = to_happen(found.rules);
  const bool under_manipulation = verdict->excluded_by.has(Reason::under_manipulation);
  const bool only_time = !under_manipulation && found.unproven.empty() && needs.others.empty();
  if (only_time) return decide_by_time(*needs.settled_from, *verdict, clock);

  Decision decision;
  if (under_manipulation) {
    decision.sentence =
        cat("the work on the host must end first; ", tell_proof_after_work(about, policy));
  } else if (!found.unproven.empty()) {
    decision = awaited_proof(found.unproven, about, policy);
    decision.sentence = tell_awaited(decision, about, policy, clock);
  }
  std::vector<std::string> besides;
  if (!needs.others.empty()) besides.push_back(cat("it takes ", join(needs.others, "; ")));
  if (needs.settled_from) {
    besides.push_back(cat("it settles until ", clock.at_and_away(*needs.settled_from)));
  }
  const bool is_last = decision.sentence.empty() || besides.empty();
  decision.sentence += cat(is_last ? "" : ". Besides, ", join(besides, "; and "));
  return decision;
}

// Puts the moments of one check together.
class LandmarkList {
 public:
  void add(LandmarkType type, std::optional<Timestamp> at, std::string label) {
    if (at) landmarks_.push_back({type, *at, std::move(label)});
  }
  // Several checks of one switch may have changed at once.
  void add_once(LandmarkType type, Timestamp at, const std::string& label) {
    const bool known = std::any_of(landmarks_.begin(), landmarks_.end(), [&](const Landmark& old) {
      return old.type == type && old.at == at && old.label == label;
    });
    if (!known) add(type, at, label);
  }
  [[nodiscard]] std::vector<Landmark> sorted() && {
    std::stable_sort(landmarks_.begin(), landmarks_.end(),
                     [](const Landmark& a, const Landmark& b) { return a.at < b.at; });
    return std::move(landmarks_);
  }

 private:
  std::vector<Landmark> landmarks_;
};

void add_host_landmarks(LandmarkList& list, const Question& about) {
  const HostFacts& host = about.host;
  if (about.observation == nullptr) {
    list.add(LandmarkType::assign, host.assigned, "assigned");
    list.add(LandmarkType::appear_by, about.appear_by, "missing from here");
  }
  list.add(LandmarkType::rename, host.renamed, "renamed");
  list.add(LandmarkType::manipulation_begin, host.manipulation_began, "work began");
  list.add(LandmarkType::manipulation_end, host.manipulation_ended, "work ended");
}

void add_infrastructure_landmarks(LandmarkList& list, const CheckView& view) {
  for (const Dependency& on : view.question.dependencies) {
    if (on.observation == nullptr) continue;
    const DependencyName named = name_of(on, view);
    list.add_once(LandmarkType::infrastructure_change, on.observation->status_mtime,
                  cat(tell_infrastructure(on.kind, named.object, named.check), " changed to ",
                      name(on.observation->status)));
  }
}

std::vector<Landmark> landmarks_of(const CheckView& view, const Decision& decision,
                                   const std::vector<Landmark>& of_members) {
  LandmarkList list;
  const Question& about = view.question;
  if (about.observation != nullptr) {
    const Observation& seen = *about.observation;
    list.add(LandmarkType::status_change, seen.status_mtime,
             cat("status changed to ", name(seen.status)));
    list.add(LandmarkType::receipt, seen.receive_time, "received");
    list.add(LandmarkType::measurement, seen.metadata_timestamp, "measured");
  }
  if (!is_infrastructure(about.check.kind)) add_host_landmarks(list, about);
  if (about.check.kind == Kind::active) add_infrastructure_landmarks(list, view);
  for (const Landmark& one : of_members) list.add_once(one.type, one.at, one.label);
  list.add(LandmarkType::proof, decision.receipt_after, "a later receipt proves");
  list.add(LandmarkType::proof, decision.measured_after, "a later measurement proves");
  list.add(LandmarkType::proof_by, decision.proof_by, "proof expected by here");
  return std::move(list).sorted();
}

// The check as the host's state looks at it.
JudgedCheck judged(const Explanation& check) {
  JudgedCheck judged{.required = check.policy.required};
  if (check.verdict) judged.excluded_by = check.verdict->excluded_by;
  if (check.observation) judged.status = check.observation->status;
  return judged;
}

}  // namespace

Explanation explain(const CheckView& view, const Policy& policy, Timestamp now) {
  const Question& about = view.question;
  const Clock clock(now);
  Explanation out{.now = now,
                  .host = std::string(view.host),
                  .check = std::string(view.check),
                  .policy = about.check};
  if (about.observation != nullptr) out.observation = *about.observation;
  out.status = visible_status(about, policy, now);
  out.verdict = judge(about, policy, now);
  Findings found;
  std::vector<Landmark> of_members;
  if (out.verdict) {
    found = ask_rules(view, policy, clock);
    NeedFindings behind = explain_needs(view, policy, clock);
    std::move(behind.rules.begin(), behind.rules.end(), std::back_inserter(found.rules));
    found.unproven.insert(found.unproven.end(), behind.unproven.begin(), behind.unproven.end());
    of_members = std::move(behind.landmarks);
    out.forecast = forecast_of(about, policy, now);
  }
  out.blocked_by = blockers(found.rules);
  out.proof = explain_proof(about, policy, clock);
  out.decision = decide(out.verdict, found, about, policy, clock);
  out.landmarks = landmarks_of(view, out.decision, of_members);
  out.rules = std::move(found.rules);
  return out;
}

HostExplanation explain_host(std::string name, bool is_host, Timestamp now,
                             std::vector<Explanation> checks) {
  HostExplanation out{.now = now, .host = std::move(name), .checks = std::move(checks)};
  HealthTally tally;
  for (const Explanation& check : out.checks) {
    if (is_infrastructure(check.policy.kind)) continue;
    const JudgedCheck one = judged(check);
    tally.add(one);
    if (is_failing(one)) out.failing.push_back(check.check);
    if (is_waiting(one)) out.waiting.push_back(check.check);
    if (is_silent(one)) out.silent.push_back(check.check);
  }
  if (is_host) out.state = tally.state();
  for (auto* names : {&out.failing, &out.waiting, &out.silent}) {
    std::sort(names->begin(), names->end());
  }
  return out;
}

}  // namespace vitals
