// SPDX-License-Identifier: Apache-2.0
// What the members of classes say about a check that needs them, and the way to each.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_NEEDS_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_NEEDS_H

#include <vector>

#include "explain/explain_proof.h"
#include "explain/explain_words.h"
#include "vitals/explain.h"

namespace vitals {

struct NeedFindings {
  std::vector<RuleExplanation> rules;  // those of a member behind those of whoever needs it
  std::vector<Unproven> unproven;      // what those that shut out want to see proven
  std::vector<Landmark> landmarks;     // changes of members
};

// Asks every voice. Nothing where the check needs nothing.
[[nodiscard]] NeedFindings explain_needs(const CheckView& view, const Policy& policy,
                                         const Clock& clock);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_NEEDS_H
