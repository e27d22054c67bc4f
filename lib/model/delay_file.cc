// SPDX-License-Identifier: Apache-2.0
#include "model/delay_file.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "absl/strings/ascii.h"
#include "file/file_start.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals::model {
namespace {

constexpr std::size_t most_bad_lines = 100;

// What stands in a line, without its comment and the blanks around it.
// Without its comment and the blanks around it.
std::string_view stripped(std::string_view line) {
  return to_std(absl::StripAsciiWhitespace(to_absl(line.substr(0, line.find('#')))));
}

void read_lines(std::string_view text, const std::string& path, DelayFile& file) {
  for (std::size_t line = 1; !text.empty() && file.bad_lines.size() < most_bad_lines; ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view duration = stripped(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (duration.empty()) continue;
    const auto length = parse_milliseconds(duration);
    if (length.ok()) {
      file.delays.push_back(*length);
    } else {
      file.bad_lines.push_back(
          cat(printable(path), ":", line, ": ", to_std(length.status().message())));
    }
  }
}

}  // namespace

DelayFile read_delay_file(const std::string& path) {
  DelayFile file;
  std::error_code none;
  if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none)) {
    file.problem = cat(printable(path), ": no regular file");  // a pipe might wait for ever
    return file;
  }
  const auto text = read_file_start(path, longest_delay_file + 1);
  if (!text.ok()) {
    file.problem = to_std(text.status().message());
  } else if (text->size() > longest_delay_file) {
    file.problem = cat(printable(path), ": longer than ", longest_delay_file, " bytes");
  } else {
    read_lines(*text, path, file);
    if (file.delays.empty() && file.bad_lines.empty()) {
      file.problem = cat(printable(path), ": no duration");
    }
  }
  return file;
}

}  // namespace vitals::model
