// SPDX-License-Identifier: Apache-2.0
#include "vitals/compare.h"

#include <algorithm>
#include <utility>

#include "compare/side_by_side.h"

namespace vitals {

absl::StatusOr<Comparison> compare(RecordingReader& reader,
                                   const std::array<PolicySet, 2>& policies,
                                   const CompareOptions& options) {
  SideBySide both({policies.begin(), policies.end()}, options, true);
  const absl::Status status = both.run(reader);
  if (!status.ok()) return status;
  Comparison found{.time = both.time(), .values = differing_values(policies[0], policies[1])};
  std::vector<PolicyResult> results = both.take_results();
  std::move(results.begin(), results.end(), found.results.begin());
  both.take_differences(found);
  return found;
}

}  // namespace vitals
