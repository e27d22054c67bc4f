// SPDX-License-Identifier: Apache-2.0
// Delays that were measured: a text with one duration a line, blank lines and `#` comments.
#ifndef VITALS_LIB_MODEL_DELAY_FILE_H
#define VITALS_LIB_MODEL_DELAY_FILE_H

#include <cstddef>
#include <string>
#include <vector>

#include "vitals/model/delay.h"

namespace vitals::model {

// The longest file of delays that is read.
inline constexpr std::size_t longest_delay_file = std::size_t{1} << 20U;

// What a file of delays holds, or what is wrong with it.
struct DelayFile {
  std::vector<Millis> delays{};
  std::string problem{};                 // of the file as a whole
  std::vector<std::string> bad_lines{};  // `FILE:LINE: what, expected what`, at most 100
};

[[nodiscard]] DelayFile read_delay_file(const std::string& path);

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_DELAY_FILE_H
