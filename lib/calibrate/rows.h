// SPDX-License-Identifier: Apache-2.0
// What was found, beside what the policy allows: the lines that people read.
#ifndef VITALS_LIB_CALIBRATE_ROWS_H
#define VITALS_LIB_CALIBRATE_ROWS_H

#include <optional>
#include <vector>

#include "calibrate/findings.h"
#include "vitals/calibrate.h"

namespace vitals {

[[nodiscard]] std::vector<Measured> measured_rows(const PolicySet& policy, const Findings& findings,
                                                  std::optional<double> target, bool has_truth);

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_ROWS_H
