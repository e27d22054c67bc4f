// SPDX-License-Identifier: Apache-2.0
// What the samples say before any constant is looked at: silences of everything left out, periods,
// and whether what is received are the measurements themselves.
#ifndef VITALS_LIB_CALIBRATE_FINDINGS_H
#define VITALS_LIB_CALIBRATE_FINDINGS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/observed.h"
#include "vitals/calibrate.h"
#include "vitals/policy_sums.h"

namespace vitals {

// A median of fewer samples may lie beyond all of them: 1 - 2 * 0.5^n < 0.95.
inline constexpr std::uint64_t least_for_median = 6;

// A check of the policy, and its number.
struct NumberedCheck {
  std::size_t index;
  const std::string& name;
  const CheckPolicy& policy;
};

// From a change of the truth until Juggler has stamped it at the latest, with such an overhead: the
// first measurement comes a period later, and of an active check the one that finds it still so
// after the flap delay may come a whole period behind that.
[[nodiscard]] inline Seconds until_stamp(const CheckPolicy& check, Seconds overhead) {
  return sum(times(check.kind == Kind::active ? 2 : 1, check.period), overhead, check.accuracy);
}

class Findings {
 public:
  Findings(const PolicySet& policy, const Observed& observed);

  [[nodiscard]] const Distribution& of(std::size_t check, Measure measure) const {
    return checks_[check].of[static_cast<std::size_t>(measure)];
  }
  // How many samples are not in it: they lie across a silence of everything, or are of a
  // measurement that came late itself.
  [[nodiscard]] std::uint64_t left_out(std::size_t check, Measure measure) const {
    return observed_.of(check, measure).size() - of(check, measure).size();
  }

  // The median, where there are enough samples for one.
  [[nodiscard]] std::optional<Seconds> typical(std::size_t check, Measure measure) const;

  // Whether changes come when an unchanged status would have come: then each receipt is a
  // measurement. A source that repeats what it knows sends a change at once, so that the receipts
  // that tell changes come earlier than the others.
  [[nodiscard]] bool is_measured_by_receipt(std::size_t check) const {
    return checks_[check].is_measured_by_receipt;
  }

  // Nothing from anywhere for longer than this is a silence of everything.
  [[nodiscard]] Seconds silence_limit() const { return silence_limit_; }

  [[nodiscard]] const std::vector<NumberedCheck>& checks() const { return names_; }
  [[nodiscard]] PeriodScale scale(const Policy& policy) const;
  // The first of the netmon checks, or of all others, of which the measure is typically the
  // longest; null if none is typical.
  [[nodiscard]] const NumberedCheck* slowest(Measure measure, bool of_netmon = false) const;

 private:
  struct OfCheck {
    std::array<Distribution, measure_count> of;
    bool is_measured_by_receipt = false;
  };
  void find_silence_limit();
  [[nodiscard]] std::optional<double> ratio_of_periods(Kind kind) const;

  const Observed& observed_;
  std::vector<NumberedCheck> names_;
  std::vector<OfCheck> checks_;
  Seconds silence_limit_{Seconds::max()};
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_FINDINGS_H
