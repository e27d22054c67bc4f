// SPDX-License-Identifier: Apache-2.0
#include "soundness/limits.h"

#include <algorithm>
#include <initializer_list>

#include "vitals/policy_sums.h"

namespace vitals {

using model::Delay;
using model::Millis;

namespace {

Millis longest(const Delay& delay) { return delay.longest().value_or(model::longest_delay); }

void keep_least(std::optional<Millis>& least, Millis length) {
  least = std::min(least.value_or(length), length);
}

}  // namespace

bool is_about(Assumption assumption, Kind kind) {
  switch (assumption) {
    case Assumption::active_time_to_live:
    case Assumption::ponger_memory:
      return kind == Kind::active;
    case Assumption::passive_time_to_live:
    case Assumption::defaults:
      return kind == Kind::passive;
    case Assumption::host_clock:
      return kind == Kind::hw_watcher;
    default:
      return kind == Kind::active || kind == Kind::passive;
  }
}

Limits::Limits(const PolicySet& policy, const model::Scenario& sources)
    : policy_(policy.constants),
      flap_delay_(sources.pongers.flap_delay),
      propagation_(longest(sources.juggler.propagation)),
      delivery_(longest(sources.juggler.delivery)),
      jitter_(longest(sources.pongers.jitter)) {
  for (const auto& [name, check] : policy.checks) {
    if (!is_infrastructure(check.kind)) checks_.push_back(check);
  }
}

Millis Limits::time_to_live(const CheckPolicy& check) const {
  if (check.kind == Kind::active) return policy_.juggler.active_ttl;
  return times(policy_.juggler.passive_ttl_periods, check.period);
}

Millis Limits::age(const CheckPolicy& check, Millis repeated) const {
  const bool is_active = check.kind == Kind::active;
  return (is_active ? held_back(check) : Millis{0}) + propagation_ + repeated + delivery_;
}

// Pongers go on probing, so that the next result takes the place of this one; the agent of a host
// that is repaired does not. And behind a NODATA Juggler takes a result that was overtaken: where a
// time to live may run out between two results, nothing else ends a state.
Millis Limits::repeated(const CheckPolicy& check, Millis propagation) const {
  const bool is_replaced = check.kind == Kind::active && !runs_out(check, propagation);
  return is_replaced ? gap(check) : time_to_live(check);
}

Millis Limits::receipt_margin(const CheckPolicy& check) const {
  return receipt_lag(check, policy_) - age(check, repeated(check, propagation_));
}

// As long as nothing runs out, or as even that allows.
Millis Limits::bound_by_receipt(const CheckPolicy& check) const {
  const auto most = [&](Millis repeated) {
    return receipt_lag(check, policy_) - age(check, repeated) + propagation_;
  };
  const Millis ever = most(time_to_live(check));
  if (check.kind != Kind::active) return ever;
  return std::max(std::min(most(gap(check)), time_to_live(check) - gap(check)), ever);
}

// A change is stamped when the result that found it arrives. But where a time to live runs out
// between two results, what comes next is stamped as a change, too, and pongers may have found it
// before they began to hold another one back.
Millis Limits::status_margin(const CheckPolicy& check, Millis propagation) const {
  const bool may_be_old = check.kind == Kind::active && runs_out(check, propagation);
  return status_lag(check, policy_) - propagation - (may_be_old ? held_back(check) : Millis{0});
}

std::optional<Millis> Limits::margin(Belief belief) const {
  std::optional<Millis> least;
  for (const CheckPolicy& check : checks_) {
    const bool is_active = check.kind == Kind::active;
    const bool is_measured_by_host = check.kind == Kind::hw_watcher;
    if (belief == Belief::metadata && is_measured_by_host) keep_least(least, check.accuracy);
    if (is_measured_by_host) continue;
    if (belief == Belief::status) keep_least(least, status_margin(check, propagation_));
    if (belief == (is_active ? Belief::active_receipt : Belief::passive_receipt)) {
      keep_least(least, receipt_margin(check));
    }
  }
  return least;
}

// Where nothing runs out between two results while they take no longer than that; or, if that is
// more, where what is held back is no older than a stamp allows.
Millis Limits::bound_by_status(const CheckPolicy& check) const {
  const Millis lag = status_lag(check, policy_);
  if (check.kind != Kind::active) return lag;
  return std::max<Millis>(std::min<Millis>(lag, time_to_live(check) - gap(check)),
                          lag - held_back(check));
}

Millis Limits::bound_of(Assumption assumption, const CheckPolicy& check) const {
  const Millis by_receipt = receipt_margin(check);
  switch (assumption) {
    case Assumption::propagation:
      return std::min(bound_by_status(check), bound_by_receipt(check));
    case Assumption::delivery:
      return delivery_ + by_receipt;
    case Assumption::active_time_to_live:
    case Assumption::passive_time_to_live:
      return receipt_lag(check, policy_) - age(check, Millis{0});
    case Assumption::ponger_memory: {
      // The longest time between two probes is then up to two gaps longer than the outage.
      const Millis longer = propagation_ + 2 * gap(check);
      const Millis by_status = status_lag(check, policy_) - flap_delay_;
      return std::min(by_receipt - gap(check),
                      std::max<Millis>(time_to_live(check), by_status) - longer);
    }
    case Assumption::juggler_clock:
      return status_margin(check, propagation_);
    case Assumption::host_clock:
      return check.accuracy;
    case Assumption::defaults:
      break;
  }
  return Millis{0};
}

// The check that sets the bound of an assumption; null if it is about none. The time to live of
// passive checks is a number of periods, so the bound that counts is the one of fewest.
const CheckPolicy* Limits::nearest_to(Assumption assumption) const {
  const CheckPolicy* nearest = nullptr;
  const bool in_periods = assumption == Assumption::passive_time_to_live;
  const auto scaled = [&](const CheckPolicy& one, const CheckPolicy& other) {
    return bound_of(assumption, one) * (in_periods ? other.period.count() : 1);
  };
  for (const CheckPolicy& check : checks_) {
    if (!is_about(assumption, check.kind)) continue;
    if (nearest == nullptr || scaled(check, *nearest) < scaled(*nearest, check)) nearest = &check;
  }
  return nearest;
}

std::optional<Millis> Limits::bound(Assumption assumption) const {
  const CheckPolicy* const nearest = nearest_to(assumption);
  if (nearest == nullptr) return std::nullopt;
  const Millis bound = bound_of(assumption, *nearest);
  if (assumption != Assumption::active_time_to_live) return bound;
  // It is that of all active checks, of which none may run out between two results.
  Millis lacking{0};
  for (const CheckPolicy& check : checks_) {
    const Millis old = status_lag(check, policy_) - propagation_ - held_back(check);
    if (check.kind != Kind::active || old >= Millis{0}) continue;
    lacking = std::max(lacking, gap(check) + propagation_ - bound);
  }
  return lacking > Millis{0} ? -lacking : bound;
}

Seconds Limits::passive_period() const {
  const CheckPolicy* const nearest = nearest_to(Assumption::passive_time_to_live);
  return nearest == nullptr ? Seconds{1} : nearest->period;
}

std::optional<Seconds> Limits::stated(Assumption assumption) const {
  switch (assumption) {
    case Assumption::propagation:
      return policy_.juggler.propagation;
    case Assumption::active_time_to_live:
      return policy_.juggler.active_ttl;
    case Assumption::passive_time_to_live:
      return times(policy_.juggler.passive_ttl_periods, passive_period());
    default:
      return std::nullopt;
  }
}

}  // namespace vitals
