// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "output.h"

namespace vitals {
namespace {

constexpr std::chrono::milliseconds patience{1000};  // short work shows no bar
constexpr std::chrono::milliseconds refresh{200};
constexpr std::size_t width = 30;

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)),
      enabled_(is_terminal(STDERR_FILENO)),
      start_(std::chrono::steady_clock::now()),
      due_(start_ + patience) {}

void Progress::draw_if_due(const RecordingProgress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (now < due_) return;
  due_ = now + refresh;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double mebibytes = static_cast<double>(progress.bytes_read) / (1 << 20);
  if (progress.bytes_total == 0) {
    std::fprintf(stderr, "\r%s: %.0f MiB read, %.0f s \033[K", what_.c_str(), mebibytes, seconds);
    return;
  }
  const double share = std::min(
      1.0, static_cast<double>(progress.bytes_read) / static_cast<double>(progress.bytes_total));
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
  const double left = share > 0 ? seconds / share - seconds : 0;
  std::fprintf(stderr, "\r%s [%s] %3.0f %%, %.0f s left \033[K", what_.c_str(), bar.c_str(),
               share * 100, left);
}

void Progress::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace vitals
