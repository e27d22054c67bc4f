// SPDX-License-Identifier: Apache-2.0
// Small files, read in one go.
#ifndef VITALS_LIB_FILE_FILE_START_H
#define VITALS_LIB_FILE_FILE_START_H

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace vitals {

// At most so many bytes from the start of a file; who asks for one more than it takes sees whether
// the file is too long. Errors: what the system says, as `FILE: what`.
[[nodiscard]] absl::StatusOr<std::string> read_file_start(const std::string& path,
                                                          std::size_t most_bytes);

}  // namespace vitals

#endif  // VITALS_LIB_FILE_FILE_START_H
