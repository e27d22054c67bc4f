// SPDX-License-Identifier: Apache-2.0
// Bytes of a file, of standard input or of a text in memory, decompressed if they are gzip or zstd.
#ifndef VITALS_LIB_RECORDING_BYTE_SOURCE_H
#define VITALS_LIB_RECORDING_BYTE_SOURCE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Fills a part of the buffer, at least one byte; 0 at the end.
  virtual absl::StatusOr<std::size_t> read(char* buffer, std::size_t size) = 0;

  // Called before each read of a file that may wait.
  std::function<void()> before_read{};
  // As they are on disk; the total is 0 where it is unknown.
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;

 protected:
  ByteSource() = default;
};

// A file, or standard input for `-`, as it is. Errors: why it cannot be opened.
absl::StatusOr<std::unique_ptr<ByteSource>> open_bytes(const std::string& path);

// A text in memory, which must outlive the source.
std::unique_ptr<ByteSource> bytes_of(std::string_view text);

// What `raw` holds once decompressed; the format is told by its first bytes. Complete frames may
// follow each other; a truncated one is an error.
absl::StatusOr<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> raw);

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_BYTE_SOURCE_H
