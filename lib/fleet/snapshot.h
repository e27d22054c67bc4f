// SPDX-License-Identifier: Apache-2.0
// The file format of a saved fleet: a header, a table of sections, their bytes.
#ifndef VITALS_LIB_FLEET_SNAPSHOT_H
#define VITALS_LIB_FLEET_SNAPSHOT_H

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals {

// What a section is. Numbers never change their meaning; the format's version does when one goes.
enum class Section : std::uint32_t {
  summary = 1,
  policy,
  host_names,
  place_names,
  retired_names,
  hosts,
  host_seen,
  host_told,
  host_deadlines,
  place_seen,
  place_told,
  place_deadlines,
  faces,
  cohorts,
  free_cohorts,
  free_ids,
  fresh_hosts,
  births,
  host_marked,
  place_marked,
  place_counts,
  kind_counts,
  former_places,
  needs,          // of classes, as hosts stated them
  told_blockers,  // with classes
  class_counts    // what was stated of unknown ones
};

// Collects sections, which must stay where they are until they are saved.
class SnapshotWriter {
 public:
  void add(Section section, std::span<const std::byte> bytes) {
    sections_.push_back({section, bytes});
  }
  // Errors: what the system says, with the path. The file is then what it was.
  absl::Status save(const std::string& path) const;

 private:
  struct Part {
    Section section;
    std::span<const std::byte> bytes;
  };
  std::vector<Part> sections_;
};

// Reads a file that a SnapshotWriter saved.
class SnapshotReader {
 public:
  // Errors: what the system says; InvalidArgument for a file that is no snapshot, of another
  // version or damaged. All with the path.
  static absl::StatusOr<SnapshotReader> open(const std::string& path);
  SnapshotReader(SnapshotReader&& other) noexcept;
  SnapshotReader& operator=(SnapshotReader&&) = delete;
  ~SnapshotReader();

  // How many bytes a section has; 0 if it is not there.
  [[nodiscard]] std::size_t size(Section section) const;

  // Reads a section, which must be as large as `into`, and compares its checksum.
  absl::Status read(Section section, std::span<std::byte> into);

  // Reads a section of whole values into a container that can be resized.
  template <class Values>
  absl::Status read_all(Section section, Values& values) {
    using Value = std::remove_cvref_t<decltype(*values.data())>;
    static_assert(std::is_trivially_copyable_v<Value>);
    if (size(section) % sizeof(Value) != 0) return damaged("a section ends inside a value");
    const std::size_t count = size(section) / sizeof(Value);
    if constexpr (requires { values.resize_for_overwrite(count); }) {
      values.resize_for_overwrite(count);
    } else {
      values.resize(count);
    }
    return read(section, std::as_writable_bytes(std::span(values.data(), values.size())));
  }

  [[nodiscard]] absl::Status damaged(std::string_view how) const;
  [[nodiscard]] absl::Status refused(std::string_view why) const;

 private:
  struct Part {
    std::uint32_t section;
    std::uint32_t unused;
    std::uint64_t offset;
    std::uint64_t size;
    std::uint64_t checksum;
  };
  SnapshotReader(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  absl::Status read_table();
  absl::Status read_bytes(std::uint64_t offset, std::span<std::byte> into);
  [[nodiscard]] const Part* find(Section section) const;

  friend class SnapshotWriter;

  std::string path_;
  int descriptor_ = -1;
  std::vector<Part> parts_;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_SNAPSHOT_H
