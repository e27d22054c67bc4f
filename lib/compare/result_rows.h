// SPDX-License-Identifier: Apache-2.0
// What a policy made of a recording, as cells of tables.
#ifndef VITALS_LIB_COMPARE_RESULT_ROWS_H
#define VITALS_LIB_COMPARE_RESULT_ROWS_H

#include <string>
#include <vector>

#include "sheet/sheet.h"
#include "vitals/compare.h"
#include "vitals/policy_result.h"

namespace vitals {

// Of answers after repairs, and of what was wrong; columns that need the truth only with it.
void add_risk_columns(std::vector<SheetColumn>& columns, const ComparedTime& time);
void add_risk_cells(std::vector<std::string>& row, const PolicyResult& result,
                    const ComparedTime& time);

// What those columns mean.
[[nodiscard]] std::vector<std::string> risk_sentences(const ComparedTime& time);

// `12m30s`, and so on, or `-`, of each percentile.
void add_percentiles(std::vector<std::string>& row, const std::vector<Seconds>& sorted,
                     const std::vector<int>& percents);

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_RESULT_ROWS_H
