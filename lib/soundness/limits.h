// SPDX-License-Identifier: Apache-2.0
// The proofs of docs/soundness.md in numbers: how old a state can be when it is received, and up to
// where each assumption leaves what is proven true.
#ifndef VITALS_LIB_SOUNDNESS_LIMITS_H
#define VITALS_LIB_SOUNDNESS_LIMITS_H

#include <optional>
#include <vector>

#include "vitals/model/scenario.h"
#include "vitals/policy_yaml.h"
#include "vitals/soundness.h"

namespace vitals {

// How long everything takes at most, and what that leaves of a policy's lags. The delays of the
// scenario must have longest samples.
class Limits {
 public:
  Limits(const PolicySet& policy, const model::Scenario& sources);

  // How much later than its effective timestamp a state was found at the least; none if the policy
  // has no check that could be believed so.
  [[nodiscard]] std::optional<model::Millis> margin(Belief belief) const;

  // The largest value with which nothing false is proven; none if no check depends on it.
  [[nodiscard]] std::optional<model::Millis> bound(Assumption assumption) const;

  // What the policy says of it, where it says anything.
  [[nodiscard]] std::optional<Seconds> stated(Assumption assumption) const;

  // Of the passive check whose time to live reaches its bound first.
  [[nodiscard]] Seconds passive_period() const;

 private:
  using Millis = model::Millis;

  // The longest time from one probe to the next.
  [[nodiscard]] Millis gap(const CheckPolicy& check) const { return check.period + jitter_; }
  // From the moment when a state was found last until a probe that still reports it.
  [[nodiscard]] Millis held_back(const CheckPolicy& check) const {
    return flap_delay_ + gap(check);
  }
  // The age of a state when it is received, if Juggler repeats it for `repeated` after it arrived.
  [[nodiscard]] Millis age(const CheckPolicy& check, Millis repeated) const;
  // Whether its time to live may run out between two results.
  [[nodiscard]] bool runs_out(const CheckPolicy& check, Millis propagation) const {
    return time_to_live(check) < gap(check) + propagation;
  }
  [[nodiscard]] Millis repeated(const CheckPolicy& check, Millis propagation) const;
  [[nodiscard]] Millis receipt_margin(const CheckPolicy& check) const;
  [[nodiscard]] Millis bound_by_receipt(const CheckPolicy& check) const;
  [[nodiscard]] Millis status_margin(const CheckPolicy& check, Millis propagation) const;
  [[nodiscard]] Millis bound_by_status(const CheckPolicy& check) const;
  [[nodiscard]] Millis time_to_live(const CheckPolicy& check) const;
  [[nodiscard]] Millis bound_of(Assumption assumption, const CheckPolicy& check) const;
  [[nodiscard]] const CheckPolicy* nearest_to(Assumption assumption) const;

  Policy policy_;
  std::vector<CheckPolicy> checks_;  // of hosts
  Millis flap_delay_;
  Millis propagation_;
  Millis delivery_;
  Millis jitter_;  // of probes
};

// Whether an assumption is about checks of this kind.
[[nodiscard]] bool is_about(Assumption assumption, Kind kind);

}  // namespace vitals

#endif  // VITALS_LIB_SOUNDNESS_LIMITS_H
