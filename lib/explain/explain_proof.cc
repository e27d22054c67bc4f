// SPDX-License-Identifier: Apache-2.0
#include "explain/explain_proof.h"

#include <algorithm>

#include "text/bridge.h"

namespace vitals {
namespace {

// Whether a new measurement is what proves, and not a receipt.
bool is_measured(const Question& about) { return about.check.kind == Kind::hw_watcher; }

// Whether receipts prove: for hw-watcher only while Juggler says NODATA in its stead.
bool is_proven_by_receipt(const Question& about) {
  return !is_measured(about) || about.observation->status == Status::nodata;
}

// The longest regular way of a measurement by hw-watcher to us, its next run included.
Seconds measurement_pause(const CheckPolicy& check, const Policy& policy) {
  return sum(policy.hw_watcher.period, check.period, policy.hw_watcher.latency,
             policy.juggler.push_period);
}

// How long the slowest of the check's switches and racks lets a new status settle.
Seconds longest_lag(const Question& about, const Policy& policy) {
  Seconds longest{0};
  if (about.check.kind != Kind::active) return longest;
  for (const Dependency& on : about.dependencies) longest = std::max(longest, lag(on.kind, policy));
  return longest;
}

std::string tell_settling(const Question& about, const Policy& policy) {
  const Seconds longest = longest_lag(about, policy);
  if (longest == Seconds::zero()) return "";
  return cat(", but then settles for ", tell_length(longest));
}

std::string unchanged(const Question& about) {
  return cat("an unchanged ", name(about.observation->status));
}

std::string tell_expected(Timestamp by, const Clock& clock) {
  if (by >= clock.now()) return cat("expected by ", clock.at_and_away(by));
  return cat("overdue: it was expected by ", clock.at_and_away(by));
}

std::string tell_receipt(const Decision& awaited, const Question& about, const Clock& clock) {
  const Timestamp after = *awaited.receipt_after;
  const std::string receipt = after < clock.now()
                                  ? std::string("the next receipt")
                                  : cat("the first receipt later than ", clock.at_and_away(after));
  return cat(unchanged(about), " is proven by ", receipt, ", ",
             tell_expected(*awaited.proof_by, clock));
}

// What a receipt trusts: that silence would have become NODATA by then.
std::string tell_receipt_trust(const CheckPolicy& check, const Policy& policy) {
  const bool active = check.kind == Kind::active;
  const Seconds ttl =
      active ? policy.juggler.active_ttl : times(policy.juggler.passive_ttl_periods, check.period);
  const Seconds needed = sum(policy.juggler.push_period, times(2, check.period));
  const std::string numbers =
      cat("TTL ", tell_length(ttl), ", push ", tell_length(policy.juggler.push_period), " + 2 ",
          multiplied_by, " period ", tell_length(check.period), " = ", tell_length(needed));
  if (ttl < needed) {
    return cat("likely, not certain: had the check died, Juggler would have said NODATA by then (",
               numbers, ")");
  }
  return cat("likely, not certain: it trusts that a dead check turns into NODATA before that, but ",
             "its TTL is too long (", numbers, "): if ",
             active ? "all pongers die" : "the agent dies", ", the old state is believed until ",
             "NODATA comes after ", tell_length(ttl), ", or ",
             tell_length(sum(ttl, policy.juggler.push_period)), " if Juggler's master moves too");
}

std::string tell_formula(Formula formula, const Question& about, const Policy& policy,
                         const Clock& clock) {
  const Observation& seen = *about.observation;
  const std::string accuracy = cat(" - accuracy ", tell_length(about.check.accuracy));
  const std::string overhead = cat(" - overhead ", tell_length(policy.juggler.overhead));
  switch (formula) {
    case Formula::status:
      return cat("status changed ", clock.at(seen.status_mtime), overhead, accuracy);
    case Formula::receipt:
      return cat("received ", clock.at(seen.receive_time), overhead, " - push ",
                 tell_length(policy.juggler.push_period), " - 2 ", multiplied_by, " period ",
                 tell_length(about.check.period), accuracy);
    case Formula::metadata:
      break;
  }
  return cat("measured ", clock.at(*seen.metadata_timestamp), accuracy);
}

std::string tell_trust(Formula formula, const Question& about, const Policy& policy) {
  if (about.observation->implausible) {
    return "nothing: a time of this report lay later than its receipt and was lowered to it, so "
           "none of its times can be believed";
  }
  if (is_unmeasured(*about.observation, about.check)) {
    return "nothing: a passive check goes on sending what a dead hw-watcher wrote last, and only "
           "the time of a measurement, which is not there, would tell";
  }
  switch (formula) {
    case Formula::status:
      return "certain: a change is never stamped later than the overhead after what it tells";
    case Formula::receipt:
      return tell_receipt_trust(about.check, policy);
    case Formula::metadata:
      break;
  }
  return "as good as the host's clock: one that runs ahead by less than the age of the "
         "measurement cannot be seen";
}

}  // namespace

std::optional<Unproven> unproven_by(Reason reason, const Question& about, const Policy& policy,
                                    const Dependency* on) {
  const auto since = [&](Timestamp moment) {
    Unproven unproven{.after = moment};
    // A change says nothing where the time of the measurement speaks.
    if (!is_measured(about)) unproven.change_after = add(moment, status_lag(about.check, policy));
    return unproven;
  };
  // At the end of time no window contains `now`: a rule may shut out without a fact behind it.
  const HostFacts& host = about.host;
  if (reason == Reason::precedes_manipulation && host.manipulation_ended) {
    return since(*host.manipulation_ended);
  }
  if (reason == Reason::precedes_infrastructure_change) {
    // What is not OK will change again, and the state must be from after that.
    if (on->observation->status != Status::ok) return std::nullopt;
    return since(on->observation->status_mtime);
  }
  if (reason != Reason::precedes_rename || !host.renamed) return std::nullopt;
  const Timestamp renamed = *host.renamed;
  return Unproven{.after = add(renamed, policy.rename.detection), .change_after = renamed};
}

Decision awaited_proof(const std::vector<Unproven>& unproven, const Question& about,
                       const Policy& policy) {
  Decision awaited;
  if (unproven.empty()) return awaited;
  Timestamp after = distant_past;
  awaited.change_after = distant_past;
  for (const Unproven& one : unproven) {
    after = std::max(after, one.after);
    if (!one.change_after) awaited.change_after.reset();
    if (awaited.change_after)
      awaited.change_after = std::max(*awaited.change_after, *one.change_after);
  }
  if (is_measured(about)) {
    awaited.measured_after = add(after, about.check.accuracy);
    awaited.proof_by = add(*awaited.measured_after, measurement_pause(about.check, policy));
  }
  if (is_proven_by_receipt(about)) {
    awaited.receipt_after = add(after, receipt_lag(about.check, policy));
    awaited.proof_by = add(*awaited.receipt_after, policy.juggler.push_period);
  }
  return awaited;
}

std::string tell_awaited(const Decision& awaited, const Question& about, const Policy& policy,
                         const Clock& clock) {
  std::vector<std::string> ways;
  if (awaited.receipt_after) ways.push_back(tell_receipt(awaited, about, clock));
  if (awaited.measured_after) {
    std::string way =
        cat("a measurement later than ", clock.at_and_away(*awaited.measured_after), " proves");
    if (!awaited.receipt_after) way += cat(", ", tell_expected(*awaited.proof_by, clock));
    ways.push_back(std::move(way));
  }
  if (awaited.change_after) {
    ways.push_back(cat("a change of status proves at once if it is stamped later than ",
                       clock.at_and_away(*awaited.change_after), tell_settling(about, policy)));
  }
  return join(ways, "; ");
}

std::string tell_proof_after_work(const Question& about, const Policy& policy) {
  // The lengths are those that follow an end at the epoch.
  constexpr Timestamp end{};
  const HostFacts ended{.manipulation_ended = end};
  const Question after{.check = about.check, .host = ended, .observation = about.observation};
  const auto unproven = unproven_by(Reason::precedes_manipulation, after, policy, nullptr);
  const Decision awaited = awaited_proof({*unproven}, after, policy);
  const auto past_end = [&](Timestamp moment) {
    return cat("its end + ", tell_length(length_between(end, moment)));
  };
  if (awaited.measured_after) {
    const std::string receipt = awaited.receipt_after
                                    ? cat(", or the first receipt of ", unchanged(about),
                                          " later than ", past_end(*awaited.receipt_after))
                                    : std::string();
    return cat("then a measurement later than ", past_end(*awaited.measured_after), receipt,
               awaited.receipt_after ? " prove" : " proves");
  }
  return cat("then ", unchanged(about), " is proven by the first receipt later than ",
             past_end(*awaited.receipt_after), ", expected by ", past_end(*awaited.proof_by),
             "; a change of status at once if it is stamped later than ",
             past_end(*awaited.change_after), tell_settling(about, policy));
}

std::optional<Proof> explain_proof(const Question& about, const Policy& policy,
                                   const Clock& clock) {
  if (about.observation == nullptr) return std::nullopt;
  const auto bound = effective_by(*about.observation, about.check, policy);
  if (!bound) return std::nullopt;
  return Proof{.effective = *bound,
               .sentence = cat("the state is from ", clock.at(bound->at), " or later, by ",
                               name(bound->formula), ": ",
                               tell_formula(bound->formula, about, policy, clock)),
               .trusts = tell_trust(bound->formula, about, policy)};
}

}  // namespace vitals
