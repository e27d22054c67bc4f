// SPDX-License-Identifier: Apache-2.0
// Whether what the runs gave is what a figure says, and why not.
#ifndef VITALS_LIB_LAG_FIGURE_VERDICT_H
#define VITALS_LIB_LAG_FIGURE_VERDICT_H

#include <string>

#include "lag/figure_scenes.h"
#include "vitals/lag_figures.h"

namespace vitals {

[[nodiscard]] Seconds rounded(double seconds);

// How the lengths differ from what the figure says of them, a sentence without its end; empty if
// they do not.
[[nodiscard]] std::string disagreement(const Figure& figure);

// What the policy says of these checks that no source can do, to end that sentence; empty if there
// is no such thing.
[[nodiscard]] std::string contradiction(const AlikeChecks& checks);

}  // namespace vitals

#endif  // VITALS_LIB_LAG_FIGURE_VERDICT_H
