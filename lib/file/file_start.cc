// SPDX-License-Identifier: Apache-2.0
#include "file/file_start.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {

absl::StatusOr<std::string> read_file_start(const std::string& path, std::size_t most_bytes) {
  errno = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  std::string text(most_bytes, '\0');
  if (file != nullptr) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (file == nullptr || std::ferror(file.get()) != 0) {
    return absl::ErrnoToStatus(errno, printable(path));
  }
  return text;
}

}  // namespace vitals
