// SPDX-License-Identifier: Apache-2.0
// The words of each rule: the numbers that it compared, and what would change its answer.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_RULES_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_RULES_H

#include <optional>
#include <string>

#include "explain/explain_words.h"
#include "vitals/explain.h"

namespace vitals {

// `switch s1`, or `switch s1 (netmon-v6)` where the check's name does not say the same;
// `its switch` where nobody stated which.
[[nodiscard]] std::string tell_infrastructure(Kind kind, std::string_view object,
                                              std::string_view check);

// What a rule about a voice of a class compares besides.
struct VoiceNumbers {
  Seconds lag{0};
  Reasons own{};  // those of its own host at `now`
  Timestamp unknown_from = distant_past;
};

// A member of a class and the way to it: `storage el1 (blobs), behind repository repo`.
[[nodiscard]] std::string tell_member(const RuleExplanation& rule);

// Fills in the sentence, and the remedy if the rule shuts the check out. `on` is the dependency
// behind the rule, null for a rule of the host's own; of a voice of a class it has no kind.
void tell_rule(RuleExplanation& rule, const Question& about, const Policy& policy,
               const Clock& clock, const Dependency* on,
               const std::optional<VoiceNumbers>& voice = std::nullopt);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_RULES_H
