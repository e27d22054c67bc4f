// SPDX-License-Identifier: Apache-2.0
#include "file/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
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

// Whether the descriptor is of what is under the path, a plain file of ours that nobody else links.
bool is_ours(int descriptor, const std::string& path) {
  struct stat opened{};
  struct stat named{};
  return fstat(descriptor, &opened) == 0 && lstat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev && S_ISREG(named.st_mode) &&
         named.st_nlink == 1 && named.st_uid == geteuid();
}

// Opens the file for writing, or what whoever was killed while writing it left of it, and locks it;
// -1, and errno says why: EWOULDBLOCK if somebody else writes it now.
int open_and_lock(const std::string& path) {
  int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0 && errno == EEXIST) {
    descriptor = open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  }
  if (descriptor < 0) return -1;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    if (is_ours(descriptor, path) && ftruncate(descriptor, 0) == 0) return descriptor;
    errno = EEXIST;
  }
  const int why = errno;
  close(descriptor);
  errno = why;
  return -1;
}

bool is_there_and_no_file(const std::string& path) {
  struct stat there{};
  return stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode);
}

}  // namespace

absl::StatusOr<AtomicFile> AtomicFile::create(const std::string& path) {
  if (is_there_and_no_file(path)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor >= 0) return AtomicFile(path, {}, descriptor);
    return absl::ErrnoToStatus(errno, to_absl(cat(path, ": cannot be written")));
  }
  // A link stays one: what it points to is replaced.
  std::error_code unknown;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, unknown);
  std::string target = unknown ? path : resolved.string();
  std::string temporary = target + ".new";
  step();
  const int descriptor = open_and_lock(temporary);
  if (descriptor < 0) {
    const std::string why = errno == EWOULDBLOCK ? cat(path, ": another process is writing it")
                            : errno == EEXIST    ? cat(temporary, ": in the way, and not ours")
                                                 : cat(path, ": cannot be created");
    return absl::ErrnoToStatus(errno, to_absl(why));
  }
  return AtomicFile(std::move(target), std::move(temporary), descriptor);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  if (descriptor_ >= 0) close(descriptor_);  // which unlocks it
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
  if (temporary_.empty()) {
    const bool is_closed = close(std::exchange(descriptor_, -1)) == 0;
    return is_closed ? absl::OkStatus() : failed("cannot be closed");
  }
  step();
  if (fsync(descriptor_) != 0) return failed("cannot be brought to the disk");
  step();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return failed("cannot be replaced");
  temporary_.clear();
  step();
  if (close(std::exchange(descriptor_, -1)) != 0) return failed("cannot be closed");
  // The new name is on the disk when its folder is.
  const int folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed("its folder cannot be opened");
  const int synced = fsync(folder);
  close(folder);
  return synced == 0 ? absl::OkStatus() : failed("its folder cannot be brought to the disk");
}

}  // namespace vitals
