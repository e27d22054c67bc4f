// SPDX-License-Identifier: Apache-2.0
// What a recording shows of the policy's constants, as a table for a person.
#ifndef VITALS_TOOLS_CALIBRATE_TABLE_H
#define VITALS_TOOLS_CALIBRATE_TABLE_H

#include <string>

#include "vitals/calibrate.h"

namespace vitals {

// The lines, each with its line feed. `policy` is the one that was calibrated against.
[[nodiscard]] std::string calibration_table(const Calibration& calibration, const PolicySet& policy,
                                            bool has_truth, bool colored);

}  // namespace vitals

#endif  // VITALS_TOOLS_CALIBRATE_TABLE_H
