// SPDX-License-Identifier: Apache-2.0
// What the tables and the JSON of lags and figures have in common.
#ifndef VITALS_LIB_LAG_LAG_TEXT_H
#define VITALS_LIB_LAG_LAG_TEXT_H

#include <string>
#include <vector>

#include "vitals/distribution.h"

namespace vitals {

// The shortest, the median, the 99th percentile and the longest; `-` where there is none.
[[nodiscard]] std::vector<std::string> cells_of(const Distribution& lengths);

// `,"min":721,"p50":864,"p99":1013,"max":1019,"mean":868.6`, each null where there is none.
void append_json_lengths(std::string& out, const Distribution& lengths);

}  // namespace vitals

#endif  // VITALS_LIB_LAG_LAG_TEXT_H
