// SPDX-License-Identifier: Apache-2.0
// What several commands read, and what they say of it.
#ifndef VITALS_TOOLS_INPUTS_H
#define VITALS_TOOLS_INPUTS_H

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"

namespace vitals {

// The policy in the file; the default one where none is named.
[[nodiscard]] absl::StatusOr<PolicySet> policy_of(const std::string& file);

// Says on standard error which lines were skipped, and why.
void print_skipped(const RecordingReader& reader);

// Says on standard error what is wrong with the input; returns exit_bad_input.
int refuse_input(const absl::Status& status);

}  // namespace vitals

#endif  // VITALS_TOOLS_INPUTS_H
