// SPDX-License-Identifier: Apache-2.0
// A file that is there whole or not at all, whenever the process is killed.
#ifndef VITALS_LIB_FILE_ATOMIC_FILE_H
#define VITALS_LIB_FILE_ATOMIC_FILE_H

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals {

// Writes `PATH.new` beside the file that is to be, and takes its name when all of it is on the
// disk. What a process that was killed left under that name is written over by the next one, while
// two at a time are an error. What is there already and no file (a device, a pipe) stays what it is
// and is written to.
class AtomicFile {
 public:
  static absl::StatusOr<AtomicFile> create(const std::string& path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();  // removes what was not committed

  absl::Status write(std::span<const std::byte> bytes);

  // Afterwards the file under `path` is this one; until then it is what it was.
  absl::Status commit();

  // For tests: called before each thing that is done to the disk.
  static inline std::function<void()> before_step;

 private:
  AtomicFile(std::string path, std::string temporary, int descriptor)
      : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}
  [[nodiscard]] absl::Status failed(const char* what) const;

  std::string path_;
  std::string temporary_;  // empty: nothing to be removed, or to be renamed
  int descriptor_ = -1;
};

}  // namespace vitals

#endif  // VITALS_LIB_FILE_ATOMIC_FILE_H
