// SPDX-License-Identifier: Apache-2.0
#include "inputs.h"

#include "output.h"
#include "text/bridge.h"

namespace vitals {

absl::StatusOr<PolicySet> policy_of(const std::string& file) {
  if (file.empty()) return PolicySet{};
  return read_policy(file);
}

void print_skipped(const RecordingReader& reader) {
  for (const auto& [cause, count] : reader.skipped()) {
    print_error(cat(count, count == 1 ? " line" : " lines", " skipped: ", cause));
  }
}

int refuse_input(const absl::Status& status) {
  print_error(to_std(status.message()));
  return exit_bad_input;
}

}  // namespace vitals
