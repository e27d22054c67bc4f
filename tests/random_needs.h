// SPDX-License-Identifier: Apache-2.0
// Random classes, their members and what an active check needs of them, for properties; and a
// second opinion on them: the voices of docs/decisions-classes.md read once more, as a walk down
// the tree that asks what is behind a diamond once for each way to it.
#ifndef VITALS_TESTS_RANDOM_NEEDS_H
#define VITALS_TESTS_RANDOM_NEEDS_H

#include <rapidcheck.h>

#include <deque>
#include <optional>
#include <ostream>
#include <vector>

#include "generators.h"
#include "second_opinion.h"
#include "vitals/verdict.h"

namespace vitals {

/// A voice with what it points to.
struct VoiceFacts {
  CheckPolicy check;
  HostFacts host;
  std::optional<Observation> observation;
};

struct NeedFacts {
  Quorum quorum = Quorum::all;
  std::vector<std::uint32_t> members;
};

struct MemberFacts {
  Seconds lag{0};
  std::vector<VoiceFacts> voices;
  std::vector<NeedFacts> needs;
};

/// An active check with all that it needs.
struct ClassFacts {
  Facts facts;
  std::vector<MemberFacts> members;
  std::vector<NeedFacts> of_check;
};

/// The question about facts, which must outlive it.
class AskedOfClasses {
 public:
  explicit AskedOfClasses(const ClassFacts& facts)
      : own_(facts.facts), room_(facts.members.size()) {
    for (const MemberFacts& member : facts.members) {
      std::vector<Voice>& voices = voices_.emplace_back();
      for (const VoiceFacts& voice : member.voices) {
        voices.push_back({.check = &voice.check,
                          .sums = &sums_.emplace_back(sums_of(voice.check, facts.facts.policy)),
                          .host = &voice.host,
                          .observation = voice.observation ? &*voice.observation : nullptr});
      }
      members_.push_back({.lag = member.lag, .voices = voices, .needs = needs_of(member.needs)});
    }
    needs_ = {.of_check = needs_of(facts.of_check), .members = members_, .room = room_};
    question_.emplace(own_.question());
    question_->needs = &needs_;
  }
  AskedOfClasses(const AskedOfClasses&) = delete;
  AskedOfClasses& operator=(const AskedOfClasses&) = delete;

  [[nodiscard]] const Question& question() const { return *question_; }

 private:
  std::span<const Need> needs_of(const std::vector<NeedFacts>& facts) {
    std::vector<Need>& made = lists_.emplace_back();
    for (const NeedFacts& need : facts) {
      made.push_back({.quorum = need.quorum, .members = need.members});
    }
    return made;
  }

  Asked own_;
  std::deque<PolicySums> sums_;
  std::deque<std::vector<Voice>> voices_;
  std::deque<std::vector<Need>> lists_;
  std::vector<Member> members_;
  std::vector<MemberFindings> room_;
  Needs needs_;
  std::optional<Question> question_;
};

namespace generate {

inline NeedFacts need(Quorum quorum, std::uint32_t first, std::uint32_t last) {
  NeedFacts made{.quorum = quorum, .members = {}};
  if (happens(7)) return made;  // nobody stated which
  for (std::uint32_t member = first; member < last; ++member) {
    if (happens(60)) made.members.push_back(member);
  }
  if (made.members.empty()) made.members.push_back(first);
  return made;
}

/// Makes a report one of a state that did not change lately, received just now.
inline void calm(Report& report) {
  report.status_mtime = std::min(report.status_mtime, first_moment);
  report.receive_time = std::max(report.receive_time, last_moment);
  report.metadata_timestamp = report.receive_time;
}

inline VoiceFacts voice(Scale scale) {
  VoiceFacts made;
  made.check.kind = *rc::gen::weightedElement<Kind>(
      {{4, Kind::active}, {2, Kind::passive}, {1, Kind::hw_watcher}});
  made.check.period = length(scale, Seconds{1});
  made.check.accuracy = length(scale, Seconds{0});
  if (happens(20)) made.host = host(scale);
  if (happens(95)) {
    Report heard = report(scale);
    if (happens(70)) heard.status = Status::ok;
    if (happens(60)) calm(heard);
    made.observation = receive(heard, made.check.kind, made.check.accuracy);
  }
  return made;
}

/// Three classes, each of which may need those before it, with one to three members each.
inline rc::Gen<ClassFacts> class_facts(Scale scale) {
  return rc::gen::exec([scale] {
    ClassFacts made;
    made.facts = *facts(scale);
    made.facts.check.kind = Kind::active;
    made.facts.check.period = length(scale, Seconds{1});
    if (made.facts.observation) {
      Report heard = report(scale);
      if (happens(50)) calm(heard);
      if (happens(50)) made.facts.host = {};
      made.facts.observation = receive(heard, Kind::active, made.facts.check.accuracy);
    }
    if (happens(60)) made.facts.infrastructure.clear();
    std::array<std::uint32_t, 4> first{};
    std::array<Quorum, 3> quorum{};
    Seconds lag{0};
    for (std::size_t level = 0; level < quorum.size(); ++level) {
      // A class settles no sooner than those behind it.
      lag = std::max(lag, length(scale, Seconds{0}));
      quorum[level] = *rc::gen::element(Quorum::all, Quorum::any, Quorum::any);
      const auto count = *rc::gen::inRange<std::uint32_t>(1, 4);
      for (std::uint32_t i = 0; i < count; ++i) {
        MemberFacts member{.lag = lag, .voices = {voice(scale)}, .needs = {}};
        if (happens(20)) member.voices.push_back(voice(scale));
        for (std::size_t behind = 0; behind < level; ++behind) {
          if (happens(50)) {
            member.needs.push_back(need(quorum[behind], first[behind], first[behind + 1]));
          }
        }
        made.members.push_back(std::move(member));
      }
      first[level + 1] = static_cast<std::uint32_t>(made.members.size());
    }
    for (std::size_t level = 0; level < quorum.size(); ++level) {
      if (happens(level == 2 ? 90 : 30)) {
        made.of_check.push_back(need(quorum[level], first[level], first[level + 1]));
      }
    }
    return made;
  });
}

}  // namespace generate

/// 453: a voice, as a switch whose voice is known only while it would count on its own host.
inline Reasons plain_voice_reasons(const VoiceFacts& voice, Seconds lag, Number status_mtime,
                                   Number effective, const Policy& policy, Timestamp now) {
  if (!voice.observation) return {Reason::infrastructure_unknown};
  const Question its{.check = voice.check, .host = voice.host, .observation = &*voice.observation};
  if (!plain_reasons(its, policy, now).empty()) return {Reason::infrastructure_unknown};
  Reasons found;
  const Observation& seen = *voice.observation;
  const bool settled = policy.infrastructure.settling == Settling::clock
                           ? plain(now) - status_mtime > plain(lag)
                           : plain(seen.receive_time) - plain(lag) > status_mtime;
  if (seen.status != Status::ok) found.set(Reason::infrastructure_not_ok);
  if (!(effective > plain(seen.status_mtime))) found.set(Reason::precedes_infrastructure_change);
  if (!settled) found.set(Reason::infrastructure_settling);
  return found;
}

/// 452, 454 and 455: the check's own reasons, and those of each need, walked down as a tree.
class PlainNeeds {
 public:
  PlainNeeds(const ClassFacts& facts, const Question& about, Timestamp now)
      : facts_(facts), about_(about), now_(now) {}

  [[nodiscard]] Reasons reasons() const {
    Reasons found = plain_reasons(about_, facts_.facts.policy, now_);
    if (about_.observation == nullptr) return found;
    for (const NeedFacts& need : facts_.of_check) found |= of(need);
    return found;
  }

 private:
  [[nodiscard]] Reasons of(const NeedFacts& need) const {
    if (need.members.empty()) return {Reason::infrastructure_unknown};
    Reasons found;
    for (const std::uint32_t member : need.members) {
      const Reasons its = of(facts_.members[member]);
      if (need.quorum == Quorum::any && its.empty()) return {};
      found |= its;
    }
    return found;
  }

  [[nodiscard]] Reasons of(const MemberFacts& member) const {
    const Policy& policy = facts_.facts.policy;
    const Number effective = plain_effective(*about_.observation, about_.check, policy);
    const Number changed = plain(about_.observation->status_mtime);
    Reasons found;
    for (const VoiceFacts& voice : member.voices) {
      found |= plain_voice_reasons(voice, member.lag, changed, effective, policy, now_);
    }
    for (const NeedFacts& need : member.needs) found |= of(need);
    return found;
  }

  const ClassFacts& facts_;
  const Question& about_;
  Timestamp now_;
};

inline void showValue(const NeedFacts& need, std::ostream& out) {
  out << ' ' << quorum_names[static_cast<std::size_t>(need.quorum)] << " of";
  for (const std::uint32_t member : need.members) out << ' ' << member;
}

inline void showValue(const ClassFacts& facts, std::ostream& out) {
  showValue(facts.facts, out);
  for (std::size_t i = 0; i < facts.members.size(); ++i) {
    const MemberFacts& member = facts.members[i];
    out << "\n  member " << i << " lag " << member.lag.count() << " needs";
    for (const NeedFacts& need : member.needs) showValue(need, out);
    for (const VoiceFacts& voice : member.voices) {
      out << "\n    " << name(voice.check.kind) << " period " << voice.check.period.count() << ": ";
      if (voice.observation) showValue(*voice.observation, out);
    }
  }
  out << "\n  the check needs";
  for (const NeedFacts& need : facts.of_check) showValue(need, out);
  out << '\n';
}

}  // namespace vitals

#endif  // VITALS_TESTS_RANDOM_NEEDS_H
