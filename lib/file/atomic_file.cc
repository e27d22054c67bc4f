// SPDX-License-Identifier: Apache-2.0
#include "file/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "text/bridge.h"

namespace vitals {
namespace {

void step() {
  if (AtomicFile::before_step) AtomicFile::before_step();
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

absl::StatusOr<AtomicFile> AtomicFile::create(const std::string& path) {
  // A link stays one: what it points to is replaced.
  std::error_code unknown;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, unknown);
  std::string target = unknown ? path : resolved.string();
  std::string temporary = target + ".XXXXXX";
  step();
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, to_absl(cat(path, ": cannot be created")));
  // As open() would have made it: mkostemp() makes files that only their owner reads.
  const mode_t mask = umask(0);
  umask(mask);
  static_cast<void>(fchmod(descriptor, 0666 & ~mask));
  return AtomicFile(std::move(target), std::move(temporary), descriptor);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

absl::Status AtomicFile::failed(const char* what) const {
  return absl::ErrnoToStatus(errno, to_absl(cat(path_, ": ", what)));
}

absl::Status AtomicFile::write(std::span<const std::byte> bytes) {
  constexpr std::size_t portion = std::size_t{1} << 24;
  while (!bytes.empty()) {
    step();
    const ssize_t count = ::write(descriptor_, bytes.data(), std::min(bytes.size(), portion));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot be written");
#ifdef __linux__
    // On its way to the disk while the next portion is written: commit() has less to wait for.
    static_cast<void>(sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE));
#endif
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::commit() {
  step();
  if (fsync(descriptor_) != 0) return failed("cannot be brought to the disk");
  if (close(std::exchange(descriptor_, -1)) != 0) return failed("cannot be closed");
  step();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return failed("cannot be replaced");
  temporary_.clear();
  step();
  // The new name is on the disk when its folder is.
  const int folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed("its folder cannot be opened");
  const int synced = fsync(folder);
  close(folder);
  return synced == 0 ? absl::OkStatus() : failed("its folder cannot be brought to the disk");
}

}  // namespace vitals
