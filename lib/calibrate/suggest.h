// SPDX-License-Identifier: Apache-2.0
// The policy that follows from what was found, with the reason for each value.
#ifndef VITALS_LIB_CALIBRATE_SUGGEST_H
#define VITALS_LIB_CALIBRATE_SUGGEST_H

#include "calibrate/findings.h"
#include "vitals/calibrate.h"

namespace vitals {

// The origins of the result are the reasons.
[[nodiscard]] PolicySet suggest(const PolicySet& policy, const Findings& findings,
                                const PeriodScale& scale, double target);

// The shortest length that is not shorter and that people would write: 61s as 65s, 11m10s as 12m.
[[nodiscard]] Seconds rounded_up(Seconds length);

// The length that people would write for a period that is typically so long: it may be up to 3 %
// shorter, because no source keeps its period to the second.
[[nodiscard]] Seconds nominal(Seconds typical);

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_SUGGEST_H
