// SPDX-License-Identifier: Apache-2.0
// What is doubtful about a policy that can be read. Only what follows from the policy itself:
//
// A time to live. by_receipt trusts that each is shorter than push_period + 2 * period (SPEC 2).
// One that is not longer than the period runs out between two measurements.
//
// A staleness deadline, against the longest way of what should come before it (SPEC 3):
//   active, passive, rack   Juggler repeats every push_period, however rarely the check runs; a
//                           move of its master loses one push, so the next comes at 2 * push_period
//                           at the latest: the deadline itself, whatever the numbers are.
//   netmon                  the same with fetches. With a fetch_period of zero both are at once.
//   hw_watcher              a measurement is followed by the next after hw_watcher.period, which
//                           Juggler has after latency, a passive check reads within its period, and
//                           a regular push brings within push_period: the deadline's terms. It is
//                           too short only where a term is not what it says: a daemon cannot
//                           measure every 0 s, and latency includes propagation.
//
// Retention: n push periods against those deadlines.
//
// Overhead: it includes flap delay and propagation by its definition (SPEC 2).
//
// Appearance: appear_by leaves passive_period for the first run of a check (SPEC 7); the first
// measurement of hw-watcher has a longer way.
#include <string>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/appearance.h"
#include "vitals/policy_sums.h"
#include "vitals/policy_yaml.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

std::string shown(std::string_view name) {
  return is_word(name) ? std::string(name) : in_quotes(name);
}

// `a`, `a and b`, `a, b and c`: the checks for which the condition holds; empty if there is none.
template <class Condition>
std::string names_of(const CheckSet& checks, const Condition& condition) {
  std::vector<std::string> names;
  for (const auto& [name, check] : checks) {
    if (condition(check)) names.push_back(shown(name));
  }
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 < names.size() ? ", " : " and ";
    out += names[i];
  }
  return out;
}

class Critic {
 public:
  explicit Critic(const PolicySet& policy) : checks_(policy.checks), policy_(policy.constants) {}

  std::vector<std::string> warnings() {
    about_required();
    about_overhead();
    about_hw_watcher();
    about_fetches();
    about_retention();
    for (const auto& [name, check] : checks_) {
      about_time_to_live(shown(name), check);
      about_appearance(shown(name), check);
    }
    return std::move(warnings_);
  }

 private:
  template <class... Pieces>
  void warn(const Pieces&... pieces) {
    warnings_.push_back(cat(pieces...));
  }

  void about_required() {
    if (checks_.empty()) {
      warn("checks is empty: nothing is judged, and no host is ever healthy");
    } else if (names_of(checks_, [](const CheckPolicy& check) { return check.required; }).empty()) {
      warn("no check is required: no host is ever healthy");
    }
  }

  void about_overhead() {
    const Seconds least = sum(policy_.pongerd.flap_delay, policy_.juggler.propagation);
    if (policy_.juggler.overhead >= least) return;
    warn("juggler.overhead (", format_duration(policy_.juggler.overhead),
         ") is shorter than pongerd.flap_delay + juggler.propagation (", format_duration(least),
         "), which it includes: a status from before a repair may be taken for one from after it, "
         "and a host is repaired again for a failure that is gone");
  }

  void about_hw_watcher() {
    const std::string names =
        names_of(checks_, [](const CheckPolicy& check) { return check.kind == Kind::hw_watcher; });
    if (names.empty()) return;
    const Seconds latency = policy_.hw_watcher.latency;
    const Seconds propagation = policy_.juggler.propagation;
    if (policy_.hw_watcher.period == Seconds::zero()) {
      warn("hw_watcher.period is 0s, though no daemon measures all the time: ", names,
           " may be stale before the next measurement can arrive, and hosts that require them are "
           "unmonitored until it does");
    }
    if (latency < propagation) {
      warn("hw_watcher.latency (", format_duration(latency),
           ") is shorter than juggler.propagation (", format_duration(propagation),
           "), which it includes: the deadline of ", names, " is ",
           format_duration(propagation - latency),
           " too early for the longest way of a measurement, and hosts that require them may be "
           "unmonitored for so long though all is well");
    }
  }

  void about_fetches() {
    const std::string names =
        names_of(checks_, [](const CheckPolicy& check) { return check.kind == Kind::netmon; });
    if (names.empty() || policy_.netmon.fetch_period > Seconds::zero()) return;
    warn("netmon.fetch_period is 0s: ", names,
         " is stale in the second of its receipt, so active checks of hosts behind a switch never "
         "count and their failures are never seen");
  }

  void about_retention() {
    const Seconds kept = retention(policy_);
    const auto warn_if_shorter = [&](Seconds deadline, std::string_view of,
                                     const std::string& names, std::string_view consequence) {
      if (names.empty() || kept >= deadline) return;
      warn("retention.push_periods * juggler.push_period (", format_duration(kept),
           ") is shorter than ", of, " (", format_duration(deadline),
           "), the staleness deadline of ", names,
           ": their health is removed while it is still fresh", consequence);
    };
    const auto is_netmon = [](const CheckPolicy& check) { return check.kind == Kind::netmon; };
    warn_if_shorter(times(2, policy_.juggler.push_period), "2 * juggler.push_period",
                    names_of(checks_, [&](const CheckPolicy& c) { return !is_netmon(c); }),
                    ", and hosts that require them are not decided");
    warn_if_shorter(times(2, policy_.netmon.fetch_period), "2 * netmon.fetch_period",
                    names_of(checks_, is_netmon),
                    ": people no longer see the state that still shuts active checks out");
  }

  void about_time_to_live(const std::string& name, const CheckPolicy& check) {
    if (is_infrastructure(check.kind)) return;
    const bool active = check.kind == Kind::active;
    const Seconds ttl = active ? policy_.juggler.active_ttl
                               : times(policy_.juggler.passive_ttl_periods, check.period);
    const std::string what =
        cat(name, ": its time to live of ", format_duration(ttl), " (",
            active ? "juggler.active_ttl" : "juggler.passive_ttl_periods * period", ")");
    if (ttl <= check.period) {
      warn(
          what, " is not longer than its period of ", format_duration(check.period),
          ": it falls to NODATA between two measurements, and a host",
          check.required ? " is unmonitored until the next" : " says nothing by it until the next");
    }
    // Of hw_watcher only NODATA is proven by receipt, and that is what the trust waits for.
    const Seconds trusted = sum(policy_.juggler.push_period, times(2, check.period));
    if (check.kind == Kind::hw_watcher || ttl < trusted) return;
    warn(what, " is not shorter than juggler.push_period + 2 * period (", format_duration(trusted),
         "), as by_receipt trusts: ", after_silence(ttl, receipt_lag(check, policy_)));
  }

  // What follows if a check falls silent during a repair. NODATA comes when the time to live runs
  // out; a move of Juggler's master loses that push, and the regular one comes a push period later.
  [[nodiscard]] std::string after_silence(Seconds ttl, Seconds believed) const {
    const Seconds latest = sum(ttl, policy_.juggler.push_period);
    const std::string start =
        cat("if it falls silent during a repair, its old status is believed from ",
            format_duration(believed), " after the repair until NODATA comes at ");
    const std::string end = ", and the host may be repaired again for a failure that is gone";
    if (ttl > believed) {
      return cat(start, format_duration(ttl), " (", format_duration(latest),
                 " if Juggler's master moves as well)", end);
    }
    if (latest > believed) {
      return cat(start, format_duration(latest), ", if Juggler's master moves as well", end);
    }
    return cat("if it falls silent during a repair, NODATA comes at ", format_duration(latest),
               " at the latest, and its old status would be believed from ",
               format_duration(believed), " on: only overhead and accuracy leave that room");
  }

  void about_appearance(const std::string& name, const CheckPolicy& check) {
    if (check.required && check.kind == Kind::hw_watcher) about_first_measurement(name, check);
    const Seconds first_run = policy_.appearance.passive_period;
    if (!check.required || check.period <= first_run) return;
    warn(name, ": its period of ", format_duration(check.period),
         " is longer than appearance.passive_period (", format_duration(first_run),
         "): on a new host it may be called missing before its first run, and the owner is told "
         "for nothing");
  }

  // hw-watcher runs on a new host whether Juggler has its checks yet or not, so its first result
  // has all the time that appear_by leaves (SPEC 7).
  void about_first_measurement(const std::string& name, const CheckPolicy& check) {
    const Seconds left = appear_by(Timestamp{}, 1, policy_).time_since_epoch();
    const Seconds way = hung_after(check, policy_);
    if (way <= left) return;
    warn(name, ": the longest way of its first measurement, hw_watcher.period + period + ",
         "hw_watcher.latency + juggler.push_period (", format_duration(way),
         "), is longer than the time until appear_by (", format_duration(left),
         "): on a new host it may be called missing before it was measured, and the owner is told "
         "for nothing");
  }

  const CheckSet& checks_;
  const Policy& policy_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> warnings(const PolicySet& policy) { return Critic(policy).warnings(); }

}  // namespace vitals
