// SPDX-License-Identifier: Apache-2.0
// What proves that a check's state is from after some event: what proved it, and what would.
#ifndef VITALS_LIB_EXPLAIN_EXPLAIN_PROOF_H
#define VITALS_LIB_EXPLAIN_EXPLAIN_PROOF_H

#include <optional>
#include <string>
#include <vector>

#include "explain/explain_words.h"
#include "vitals/explain.h"

namespace vitals {

// One moment that the state is not proven to be later than.
struct Unproven {
  Timestamp after{};  // an effective timestamp later than this proves it
  std::optional<Timestamp>
      change_after{};  // and so does a change of status stamped later than this
};

// What an unproven rule is about; none for rules that ask for no proof, or not yet.
[[nodiscard]] std::optional<Unproven> unproven_by(Reason reason, const Question& about,
                                                  const Policy& policy, const Dependency* on);

// What would prove all of them at once; the sentence and `at` stay empty.
[[nodiscard]] Decision awaited_proof(const std::vector<Unproven>& unproven, const Question& about,
                                     const Policy& policy);

// The same as words; `awaited` must await something.
[[nodiscard]] std::string tell_awaited(const Decision& awaited, const Question& about,
                                       const Policy& policy, const Clock& clock);

// What would prove the state once the work that goes on has ended, told by lengths.
[[nodiscard]] std::string tell_proof_after_work(const Question& about, const Policy& policy);

// From when on the state is known to be true; none where no rule asks.
[[nodiscard]] std::optional<Proof> explain_proof(const Question& about, const Policy& policy,
                                                 const Clock& clock);

}  // namespace vitals

#endif  // VITALS_LIB_EXPLAIN_EXPLAIN_PROOF_H
