// SPDX-License-Identifier: Apache-2.0
#include "explain/explain_rules.h"

#include <algorithm>
#include <vector>

#include "explain/explain_proof.h"
#include "text/bridge.h"

namespace vitals {
namespace {

struct Words {
  std::string sentence;
  std::string remedy;  // what would help if the rule shuts the check out
};

std::string plus(std::string_view what, Seconds length) {
  return cat(" + ", what, " ", tell_length(length));
}

// `2 x push 5m`, with the sign for times.
std::string repeated(std::int64_t count, std::string_view what, Seconds length) {
  return cat(count, " ", multiplied_by, " ", what, " ", tell_length(length));
}

// How often reports of this kind are repeated, as `push 5m`.
struct Repeat {
  std::string_view what;
  Seconds length;
};
Repeat repeat_of(Kind kind, const Policy& policy) {
  return kind == Kind::netmon ? Repeat{"fetch", policy.netmon.fetch_period}
                              : Repeat{"push", policy.juggler.push_period};
}

class RuleTeller {
 public:
  RuleTeller(const RuleExplanation& rule, const Question& about, const Policy& policy,
             const Clock& clock, const Dependency* on, const std::optional<VoiceNumbers>& voice)
      : rule_(rule), about_(about), policy_(policy), clock_(clock), on_(on), voice_(voice) {}

  [[nodiscard]] Words tell() const {
    switch (rule_.reason) {
      case Reason::unobserved:
      case Reason::missing:
        return appearance();
      case Reason::implausible_time:
        return implausible_time();
      case Reason::unmeasured:
        return unmeasured();
      case Reason::expired:
        return expired();
      case Reason::stale:
        return stale();
      case Reason::under_manipulation:
        return under_manipulation();
      case Reason::precedes_manipulation:
        return precedes_manipulation();
      case Reason::precedes_rename:
        return precedes_rename();
      case Reason::infrastructure_unknown:
        return infrastructure_unknown();
      case Reason::infrastructure_not_ok:
        return infrastructure_not_ok();
      case Reason::precedes_infrastructure_change:
        return precedes_infrastructure_change();
      case Reason::infrastructure_settling:
        break;
    }
    return infrastructure_settling();
  }

 private:
  [[nodiscard]] bool permits() const { return rule_.permitted.contains(clock_.now()); }
  [[nodiscard]] const Observation& seen() const { return *about_.observation; }
  [[nodiscard]] const Observation& infrastructure() const { return *on_->observation; }
  [[nodiscard]] std::string object() const {
    return voice_ ? member() : tell_infrastructure(on_->kind, rule_.object, rule_.object_check);
  }

  // `storage el1`: whoever reads it has the way to it above.
  [[nodiscard]] std::string member() const {
    return rule_.object.empty() ? rule_.of_class : cat(rule_.of_class, " ", rule_.object);
  }

  // ` -> stale from 14:15:11, in 9m 2s`, ` -> stale since 14:15:11, 3m ago`, with an arrow.
  [[nodiscard]] std::string follows(std::string_view what, Timestamp moment) const {
    return cat(" ", arrow, " ", what, moment > clock_.now() ? " from " : " since ",
               clock_.at_and_away(moment));
  }

  [[nodiscard]] Words appearance() const {
    const auto base = appearance_base(about_.host);
    if (!base || !about_.appear_by) return {"nothing was received", "the first report"};
    const bool renamed = base == about_.host.renamed;
    const bool over = clock_.now() >= *about_.appear_by;
    const Policy::Appearance& cron = policy_.appearance;
    const Seconds for_new_hosts =
        length_between(vitals::appear_by(*base, 0, policy_), *about_.appear_by);
    std::string sentence = cat(renamed ? "renamed " : "assigned ", clock_.at(*base),
                               plus("cron", cron.cron_delay), plus("its run", cron.cron_duration));
    if (for_new_hosts > Seconds::zero()) sentence += plus("new hosts", for_new_hosts);
    sentence += cat(
        plus("flap delay", policy_.pongerd.flap_delay), plus("passive period", cron.passive_period),
        plus("propagation", policy_.juggler.propagation), plus("push", policy_.juggler.push_period),
        follows("missing", *about_.appear_by));
    return {std::move(sentence), over ? "the first report; tell the owner of the host"
                                      : "the first report; it may still be on its way"};
  }

  [[nodiscard]] Words implausible_time() const {
    const std::string bounds =
        cat("received ", clock_.at(seen().receive_time), plus("accuracy", about_.check.accuracy));
    if (permits()) return {cat(bounds, ": no time of the report is later"), ""};
    return {cat(bounds, ": a time of the report is later, so its clock cannot be right"),
            "a report with plausible times; look at the clock of its source"};
  }

  [[nodiscard]] Words unmeasured() const {
    if (seen().status == Status::nodata) {
      return {"NODATA is Juggler's own word and needs no time of measurement", ""};
    }
    if (permits()) return {cat("measured ", clock_.at_and_away(*seen().metadata_timestamp)), ""};
    return {cat(name(seen().status), " came without the time of its measurement"),
            "a report with metadata.timestamp; look whether hw-watcher runs"};
  }

  // What is awaited where reports became too old.
  [[nodiscard]] std::string next_receipt() const {
    const Repeat repeat = repeat_of(about_.check.kind, policy_);
    const Timestamp due = add(seen().receive_time, repeat.length);
    const bool reports_arrive = due >= clock_.now();
    if (reports_arrive && seen().metadata_timestamp) {
      return "a new measurement: reports arrive, but hw-watcher seems to hang";
    }
    return cat("the next receipt, due ", clock_.at_and_away(due));
  }

  [[nodiscard]] Words expired() const {
    return {cat("received ", clock_.at(seen().receive_time), " + ",
                repeated(policy_.retention.push_periods, "push", policy_.juggler.push_period),
                follows("expired", expires_at(seen(), policy_))),
            next_receipt()};
  }

  [[nodiscard]] Words stale() const {
    const Repeat repeat = repeat_of(about_.check.kind, policy_);
    const Timestamp by_receipt =
        stale_at_by_receipt(seen().receive_time, about_.check.kind, policy_);
    const std::string receipt = cat("received ", clock_.at(seen().receive_time), " + ",
                                    repeated(2, repeat.what, repeat.length));
    const std::string conclusion = follows("stale", stale_at(seen(), about_.check, policy_));
    if (!seen().metadata_timestamp) return {receipt + conclusion, next_receipt()};
    const Timestamp measured = *seen().metadata_timestamp;
    const Timestamp by_metadata = stale_at_by_metadata(measured, about_.check, policy_);
    return {cat("the earlier of ", clock_.at(by_receipt), " (", receipt, ") and ",
                clock_.at(by_metadata), " (measured ", clock_.at(measured),
                plus("hw-watcher", policy_.hw_watcher.period), plus("check", about_.check.period),
                plus("latency", policy_.hw_watcher.latency),
                plus("push", policy_.juggler.push_period), ")", conclusion),
            next_receipt()};
  }

  [[nodiscard]] Words under_manipulation() const {
    const HostFacts& host = about_.host;
    if (host.under_manipulation) {
      const std::string began = host.manipulation_began
                                    ? cat(" began ", clock_.at_and_away(*host.manipulation_began))
                                    : std::string(" goes on");
      return {cat("work on the host", began, "; it has not ended"), "the end of the work"};
    }
    if (!host.manipulation_ended) return {"no work on the host is known", ""};
    return {cat("the last work ended ", clock_.at_and_away(*host.manipulation_ended)), ""};
  }

  // `the state is from 13:52:11 or later, by receipt`, and whether that is later than `after`.
  [[nodiscard]] std::string compared_with(Timestamp after, std::string_view why) const {
    const auto bound = effective_by(seen(), about_.check, policy_);
    const std::string known =
        cat("the state is from ", clock_.at(bound->at), " or later, by ", name(bound->formula));
    if (bound->at > after) return cat(known, " ", arrow, " proven");
    return cat(known, ", not surely later than ", clock_.at(after), why, " ", arrow, " not proven");
  }

  [[nodiscard]] std::string proof_remedy() const {
    const auto unproven = unproven_by(rule_.reason, about_, policy_, on_);
    return tell_awaited(awaited_proof({*unproven}, about_, policy_), about_, policy_, clock_);
  }

  [[nodiscard]] Words precedes_manipulation() const {
    if (!about_.host.manipulation_ended) return {"no work on the host has ended", ""};
    const Timestamp ended = *about_.host.manipulation_ended;
    return {cat("work ended ", clock_.at_and_away(ended), "; ", compared_with(ended, "")),
            proof_remedy()};
  }

  [[nodiscard]] Words precedes_rename() const {
    if (!about_.host.renamed) return {"the host was never renamed", ""};
    const Timestamp renamed = *about_.host.renamed;
    const bool changed_since = seen().status_mtime > renamed;
    std::string sentence =
        cat("renamed ", clock_.at_and_away(renamed), "; the status changed ",
            clock_.at(seen().status_mtime), changed_since ? ", later" : ", not later");
    if (changed_since) return {cat(sentence, " ", arrow, " proven"), ""};
    const Seconds detection = policy_.rename.detection;
    sentence += cat("; ", compared_with(add(renamed, detection),
                                        cat(" (detection ", tell_length(detection), ")")));
    return {std::move(sentence), proof_remedy()};
  }

  [[nodiscard]] Words voice_unknown() const {
    if (rule_.object.empty()) {
      const std::string host = rule_.behind.empty() ? "the host" : rule_.behind.front();
      return {cat("nobody stated which members of ", rule_.of_class, " ", host, " needs"),
              cat("a host event that states its needs of ", rule_.of_class,
                  " ([]: it needs none); or set infrastructure.unstated: none in the policy")};
    }
    const std::string report = cat("a report of ", object());
    if (on_->observation == nullptr) return {cat(object(), " was never observed"), report};
    const std::string received =
        cat(object(), " received ", clock_.at_and_away(infrastructure().receive_time));
    if (voice_->own.empty()) return {cat(received, follows("unknown", voice_->unknown_from)), ""};
    return {cat(received, ", and does not count on its own host: ", tell_reasons(voice_->own)),
            cat(report, " that counts on its own host")};
  }

  [[nodiscard]] Words infrastructure_unknown() const {
    if (voice_) return voice_unknown();
    const std::string_view place = on_->kind == Kind::netmon ? "switch" : "rack";
    if (rule_.object.empty()) {
      return {cat("nobody stated which ", place, " the host has"),
              cat("a host event that states its ", place, " (null: it has none); or set ",
                  "infrastructure.unstated: none in the policy")};
    }
    const std::string first_report = cat("a report of ", object());
    if (on_->observation == nullptr) return {cat(object(), " was never observed"), first_report};
    const Observation& its = infrastructure();
    if (its.implausible) {
      return {cat("a time in the report of ", object(), ", received ", clock_.at(its.receive_time),
                  ", lies too far ahead of that"),
              cat(first_report, " with plausible times")};
    }
    const Repeat repeat = repeat_of(on_->kind, policy_);
    return {cat(object(), " received ", clock_.at(its.receive_time), " + ",
                repeated(2, repeat.what, repeat.length),
                follows("unknown", stale_at_by_receipt(its.receive_time, on_->kind, policy_))),
            cat(first_report, ", due ", clock_.at_and_away(add(its.receive_time, repeat.length)))};
  }

  [[nodiscard]] std::string an_ok() const {
    const bool is_one_of_several = voice_ && rule_.quorum == Quorum::any;
    return cat("an OK from ", object(), is_one_of_several ? " (one of its class is enough)" : "",
               ", and then a proof that the check is from after that");
  }

  [[nodiscard]] Words infrastructure_not_ok() const {
    return {cat(object(), " is ", name(infrastructure().status), " since ",
                clock_.at_and_away(infrastructure().status_mtime)),
            an_ok()};
  }

  [[nodiscard]] Words precedes_infrastructure_change() const {
    const Timestamp changed = infrastructure().status_mtime;
    return {cat(object(), " changed to ", name(infrastructure().status), " ",
                clock_.at_and_away(changed), "; ", compared_with(changed, "")),
            infrastructure().status == Status::ok ? proof_remedy() : an_ok()};
  }

  // `lag 6m` and what it is made of.
  [[nodiscard]] std::string lag_sum() const {
    if (on_->kind == Kind::netmon) {
      return cat("window ", tell_length(policy_.netmon.window),
                 plus("fetch", policy_.netmon.fetch_period));
    }
    return cat("flap delay ", tell_length(policy_.pongerd.flap_delay),
               plus("propagation", policy_.juggler.propagation),
               plus("push", policy_.juggler.push_period));
  }

  [[nodiscard]] Words infrastructure_settling() const {
    const std::string_view built_in = on_->kind == Kind::netmon ? "switch" : "rack";
    const std::string_view place = voice_ ? std::string_view(rule_.of_class) : built_in;
    const Seconds length = voice_ ? voice_->lag : lag(on_->kind, policy_);
    const std::string made_of = voice_ ? std::string() : cat(" (lag: ", lag_sum(), ")");
    const std::string changed =
        cat("changed ", clock_.at(seen().status_mtime), ", ", place, " lag ", tell_length(length));
    if (policy_.infrastructure.settling == Settling::clock) {
      const Timestamp settled = settled_from(seen().status_mtime, length);
      return {cat(changed, follows("counts", settled), made_of),
              cat("time, until ", clock_.at_and_away(settled))};
    }
    const Timestamp needed = add(seen().status_mtime, length);
    return {cat(changed, "; ", object(), " received ", clock_.at(infrastructure().receive_time),
                permits() ? ", later than " : ", not later than ", clock_.at(needed), " ", arrow,
                permits() ? " counts" : " settling", made_of),
            cat("a report of ", object(), " received later than ", clock_.at_and_away(needed))};
  }

  const RuleExplanation& rule_;
  const Question& about_;
  const Policy& policy_;
  const Clock& clock_;
  const Dependency* on_;
  const std::optional<VoiceNumbers>& voice_;
};

}  // namespace

std::string tell_infrastructure(Kind kind, std::string_view object, std::string_view check) {
  const std::string_view place = kind == Kind::netmon ? "switch" : "rack";
  if (object.empty()) return cat("its ", place);
  if (check == name(kind)) return cat(place, " ", object);
  return cat(place, " ", object, " (", check, ")");
}

std::string tell_member(const RuleExplanation& rule) {
  std::string out = rule.object.empty()
                        ? rule.of_class
                        : cat(rule.of_class, " ", rule.object, " (", rule.object_check, ")");
  if (rule.quorum == Quorum::any) out += ", one is enough";
  for (const std::string& by : rule.behind) out += cat(", behind ", by);
  return out;
}

void tell_rule(RuleExplanation& rule, const Question& about, const Policy& policy,
               const Clock& clock, const Dependency* on, const std::optional<VoiceNumbers>& voice) {
  Words words = RuleTeller(rule, about, policy, clock, on, voice).tell();
  rule.sentence = std::move(words.sentence);
  if (rule.state == RuleState::shuts_out) rule.remedy = std::move(words.remedy);
}

}  // namespace vitals
