// SPDX-License-Identifier: Apache-2.0
// The words of each rule: the numbers that it compared, and what would change its answer.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_RULES_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_RULES_H

#include <string>

#include "explain/explain_words.h"
#include "vitals/explain.h"

namespace vitals {

// `switch s1`, or `switch s1 (netmon-v6)` where the check's name does not say the same;
// `its switch` where nobody stated which.
[[nodiscard]] std::string tell_infrastructure(Kind kind, std::string_view object,
                                              std::string_view check);

// Fills in the sentence, and the remedy if the rule shuts the check out. `on` is the dependency
// behind the rule, null for a rule of the host's own.
void tell_rule(RuleExplanation& rule, const Question& about, const Policy& policy,
               const Clock& clock, const Dependency* on);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_RULES_H
