// SPDX-License-Identifier: Apache-2.0
// How results are shown to people: the style that suits the terminal, and files beside it.
#ifndef VITALS_TOOLS_PRESENTATION_H
#define VITALS_TOOLS_PRESENTATION_H

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/explain.h"

namespace vitals {

// The style that suits standard output: its width, its colours, its characters.
[[nodiscard]] TextStyle style_of_output();

// The file has its old content or all of the new one, whatever happens. What is no plain file, such
// as a pipe, is written as it is.
[[nodiscard]] absl::Status write_file(const std::string& path, std::string_view text);

// Says on standard error why it could not be written; returns exit_internal.
int refuse_output(const absl::Status& status);

// Text that may have several lines, on standard output.
void print_text(std::string text);

}  // namespace vitals

#endif  // VITALS_TOOLS_PRESENTATION_H
