// SPDX-License-Identifier: Apache-2.0
#include "soundness_command.h"

#include <cstdint>

#include "inputs.h"
#include "output.h"
#include "presentation.h"
#include "progress.h"

namespace vitals {

int run(const SoundnessCommand& command) {
  const absl::StatusOr<PolicySet> policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  Progress progress("simulating");
  SoundnessOptions options = command.options;
  options.on_progress = [&](std::uint64_t done, std::uint64_t of) {
    progress.tick([&] { return RecordingProgress{.bytes_read = done, .bytes_total = of}; });
  };
  const absl::StatusOr<Soundness> found = measure_soundness(*policy, options);
  progress.clear();
  if (!found.ok()) return refuse_input(found.status());
  if (!command.svg_file.empty()) {
    const absl::Status status = write_file(command.svg_file, to_svg(*found));
    if (!status.ok()) return refuse_output(status);
  }
  print_text(command.format == "json" ? to_json(*found) : to_table(*found));
  return exit_ok;
}

}  // namespace vitals
