// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "text/quote.h"

namespace vitals {

Output::Output() {
  struct stat facts{};
  to_pipe_ = fstat(STDOUT_FILENO, &facts) == 0 && S_ISFIFO(facts.st_mode);
}

void Output::end_line() {
  constexpr std::size_t enough = std::size_t{1} << 16;
  buffer_ += '\n';
  if (buffer_.size() >= enough) flush();
}

void Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    std::size_t portion = rest.size();
    if (to_pipe_ && portion > PIPE_BUF) {
      const std::size_t last = rest.rfind('\n', PIPE_BUF - 1);
      portion = (last == std::string_view::npos ? rest.find('\n') : last) + 1;
    }
    write_all(rest.data(), portion);
    rest.remove_prefix(portion);
  }
  buffer_.clear();
}

void Output::write_all(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(STDOUT_FILENO, data, size);
    if (count < 0) {
      if (errno == EINTR) continue;
      std::fprintf(stderr, "vitals: standard output cannot be written: %s\n", std::strerror(errno));
      std::_Exit(exit_internal);
    }
    data += count;
    size -= static_cast<std::size_t>(count);
  }
}

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

bool wants_color(int descriptor) {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return is_terminal(descriptor) && !dumb && (refused == nullptr || *refused == '\0');
}

void print_count(std::uint64_t count, std::string_view one, std::string_view many) {
  if (count == 0) return;
  const std::string_view what = count == 1 ? one : many;
  std::fprintf(stderr, "vitals: %" PRIu64 " %.*s\n", count, static_cast<int>(what.size()),
               what.data());
}

void print_error(std::string_view message) {
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    const std::string line = printable(message.substr(0, end));
    std::fprintf(stderr, "%s\n", line.c_str());
    message = end == std::string_view::npos ? std::string_view() : message.substr(end + 1);
  }
}

}  // namespace vitals
