// SPDX-License-Identifier: Apache-2.0
// What a comparison, or a sweep, has to say, as a sheet of tables.
#ifndef VITALS_LIB_COMPARE_COMPARE_SHEET_H
#define VITALS_LIB_COMPARE_COMPARE_SHEET_H

#include <array>
#include <string>

#include "sheet/sheet.h"
#include "vitals/compare.h"
#include "vitals/vary.h"

namespace vitals {

[[nodiscard]] Sheet sheet_of(const Comparison& comparison, const std::array<std::string, 2>& names);
[[nodiscard]] Sheet sheet_of(const Sweep& sweep);

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_COMPARE_SHEET_H
