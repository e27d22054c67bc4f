// SPDX-License-Identifier: Apache-2.0
#include "presentation.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <span>

#include "absl/strings/ascii.h"
#include "file/atomic_file.h"
#include "output.h"
#include "text/bridge.h"

namespace vitals {
namespace {

// Whether the locale of the terminal is one of UTF-8.
bool speaks_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    const std::string locale = absl::AsciiStrToLower(value);
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

TextStyle style_of_output() {
  TextStyle style{.color = wants_color(STDOUT_FILENO), .utf8 = speaks_utf8()};
  winsize size{};
  if (is_terminal(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    style.columns = size.ws_col;
  }
  return style;
}

absl::Status write_file(const std::string& path, std::string_view text) {
  absl::StatusOr<AtomicFile> file = AtomicFile::create(path);
  if (!file.ok()) return file.status();
  const absl::Status status = file->write(std::as_bytes(std::span(text)));
  return status.ok() ? file->commit() : status;
}

int refuse_output(const absl::Status& status) {
  print_error(to_std(status.message()));
  return exit_internal;
}

void print_text(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  Output output;
  output.line() += text;
  output.end_line();
}

}  // namespace vitals
