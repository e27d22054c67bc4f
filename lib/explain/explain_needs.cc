// SPDX-License-Identifier: Apache-2.0
#include "explain/explain_needs.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "explain/explain_rules.h"
#include "text/bridge.h"

namespace vitals {
namespace {

class NeedTeller {
 public:
  NeedTeller(const CheckView& view, const Policy& policy, const Clock& clock)
      : view_(view),
        about_(view.question),
        needs_(*view.question.needs),
        policy_(policy),
        clock_(clock),
        sums_(sums_of(about_.check, policy)),
        evidence_(moments_of(about_, sums_).evidence),
        needed_by_(needs_.members.size(), nobody),
        quorum_(needs_.members.size(), Quorum::all) {}

  NeedFindings tell() {
    (void)reasons_at(needs_, evidence_, sums_, clock_.now());
    for_each_unmet(needs_, [](std::size_t) {});
    find_ways();
    tell_unstated(needs_.of_check, view_.need_names, std::nullopt, true);
    for (std::size_t i = needs_.members.size(); i-- > 0;) {
      const Member& member = needs_.members[i];
      for (std::size_t voice = 0; voice < member.voices.size(); ++voice) tell_voice(i, voice);
      tell_unstated(member.needs, view_.member_names[i].needs, i, needs_.room[i].blocks);
    }
    return std::move(found_);
  }

 private:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  // Through whom each member is needed: where there are several ways, one that is in the way.
  void find_ways() {
    std::vector<bool> is_known(needs_.members.size());  // that a way to it was found
    for (const bool only_unmet : {true, false}) {
      std::vector<bool> is_reached(needs_.members.size());
      const auto reach = [&](const Need& need, std::uint32_t by) {
        if (only_unmet && reasons_of(need, needs_.room).empty()) return;
        for (const std::uint32_t member : need.members) {
          if (!is_known[member]) {
            needed_by_[member] = by;
            quorum_[member] = need.quorum;
            is_known[member] = true;
          }
          is_reached[member] = true;
        }
      };
      for (const Need& need : needs_.of_check) reach(need, nobody);
      for (std::size_t i = needs_.members.size(); i-- > 0;) {
        if (!is_reached[i]) continue;
        for (const Need& need : needs_.members[i].needs) reach(need, static_cast<std::uint32_t>(i));
      }
    }
  }

  // `repository repo`, and so on to whom the check itself needs.
  [[nodiscard]] std::vector<std::string> way_from(std::uint32_t by) const {
    std::vector<std::string> way;
    for (; by != nobody; by = needed_by_[by]) {
      const MemberName& named = view_.member_names[by];
      way.push_back(cat(named.of_class, " ", named.member));
    }
    return way;
  }

  void tell_unstated(std::span<const Need> needs, std::span<const std::string_view> names,
                     std::optional<std::size_t> of_member, bool blocks) {
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (!needs[i].members.empty()) continue;
      RuleExplanation rule{.reason = Reason::infrastructure_unknown,
                           .state = blocks ? RuleState::shuts_out : RuleState::spared,
                           .permitted = Window::never()};
      rule.of_class = names[i];
      rule.quorum = needs[i].quorum;
      if (of_member) rule.behind = way_from(static_cast<std::uint32_t>(*of_member));
      tell_rule(rule, about_, policy_, clock_, nullptr, VoiceNumbers{});
      found_.rules.push_back(std::move(rule));
    }
  }

  void tell_voice(std::size_t at, std::size_t number) {
    const Member& member = needs_.members[at];
    const Voice& voice = member.voices[number];
    const MemberName& named = view_.member_names[at];
    const Dependency on{.kind = Kind::rack, .observation = voice.observation};
    const DependencyMoments moments = moments_of(voice, member.lag, evidence_, sums_);
    VoiceNumbers numbers{.lag = member.lag, .own = {}, .unknown_from = moments.unknown_from};
    if (voice.observation != nullptr) {
      numbers.own =
          own_reasons_at(*voice.observation, *voice.check, *voice.host, policy_, clock_.now());
    }
    bool is_unknown = false;
    for_each_infrastructure_window(moments, [&](Reason reason, const Window& window) {
      RuleExplanation rule{.reason = reason, .permitted = window};
      rule.object = named.member;
      rule.object_check = named.checks[number];
      rule.of_class = named.of_class;
      rule.quorum = quorum_[at];
      rule.behind = way_from(needed_by_[at]);
      if (is_unknown) {
        rule.state = RuleState::not_asked;
      } else if (!window.contains(clock_.now())) {
        const bool blocks = needs_.room[at].blocks;
        rule.state = blocks ? RuleState::shuts_out : RuleState::spared;
        is_unknown = reason == Reason::infrastructure_unknown;
        const auto unproven = unproven_by(reason, about_, policy_, &on);
        if (blocks && unproven) found_.unproven.push_back(*unproven);
      }
      tell_rule(rule, about_, policy_, clock_, &on, numbers);
      found_.rules.push_back(std::move(rule));
    });
    if (voice.observation == nullptr) return;
    found_.landmarks.push_back(
        {LandmarkType::infrastructure_change, voice.observation->status_mtime,
         cat(named.of_class, " ", named.member, " changed to ", name(voice.observation->status))});
  }

  const CheckView& view_;
  const Question& about_;
  const Needs& needs_;
  const Policy& policy_;
  const Clock& clock_;
  PolicySums sums_;
  ActiveEvidence evidence_;
  std::vector<std::uint32_t> needed_by_;  // by member
  std::vector<Quorum> quorum_;            // likewise
  NeedFindings found_;
};

}  // namespace

NeedFindings explain_needs(const CheckView& view, const Policy& policy, const Clock& clock) {
  if (view.question.observation == nullptr || needs_of(view.question) == nullptr) return {};
  return NeedTeller(view, policy, clock).tell();
}

}  // namespace vitals
