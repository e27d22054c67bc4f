// SPDX-License-Identifier: Apache-2.0
#include "fleet/snapshot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "file/atomic_file.h"
#include "text/bridge.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vitals {
namespace {

// In front of the table of sections. Its checksum is of itself, with a checksum of 0, and the
// table.
struct Header {
  std::array<char, 8> magic{'v', 'i', 't', 'a', 'l', 's', '\n', '\x1a'};
  std::uint32_t version = 1;
  std::uint32_t byte_order = 0x01020304;
  std::uint64_t file_size = 0;
  std::uint64_t sections = 0;
  std::uint64_t checksum = 0;
};
constexpr std::uint64_t most_sections = 1000;

std::uint64_t checksum_of(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

template <class Part>
std::uint64_t checksum_of(Header header, const std::vector<Part>& parts) {
  header.checksum = 0;
  const std::uint64_t of_table = checksum_of(std::as_bytes(std::span(parts)));
  return XXH3_64bits_withSeed(&header, sizeof header, of_table);
}

}  // namespace

absl::Status SnapshotWriter::save(const std::string& path) const {
  std::vector<SnapshotReader::Part> parts;
  Header header{.file_size = sizeof(Header) + sections_.size() * sizeof(SnapshotReader::Part),
                .sections = sections_.size()};
  for (const Part& section : sections_) {
    parts.push_back({.section = static_cast<std::uint32_t>(section.section),
                     .unused = 0,
                     .offset = header.file_size,
                     .size = section.bytes.size(),
                     .checksum = checksum_of(section.bytes)});
    header.file_size += section.bytes.size();
  }
  header.checksum = checksum_of(header, parts);
  absl::StatusOr<AtomicFile> file = AtomicFile::create(path);
  if (!file.ok()) return file.status();
  absl::Status status = file->write(std::as_bytes(std::span(&header, 1)));
  if (status.ok()) status = file->write(std::as_bytes(std::span(parts)));
  for (const Part& section : sections_) {
    if (status.ok()) status = file->write(section.bytes);
  }
  return status.ok() ? file->commit() : status;
}

absl::StatusOr<SnapshotReader> SnapshotReader::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, to_absl(cat(path, ": cannot be opened")));
  SnapshotReader reader(path, descriptor);
  if (absl::Status status = reader.read_table(); !status.ok()) return status;
  return reader;
}

SnapshotReader::SnapshotReader(SnapshotReader&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      parts_(std::move(other.parts_)) {}

SnapshotReader::~SnapshotReader() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status SnapshotReader::refused(std::string_view why) const {
  return invalid(path_, ": ", why);
}

absl::Status SnapshotReader::damaged(std::string_view how) const {
  return refused(cat("a damaged snapshot: ", how));
}

absl::Status SnapshotReader::read_bytes(std::uint64_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t count = pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, to_absl(cat(path_, ": cannot be read")));
    if (count == 0) return damaged("it ends too early");
    offset += static_cast<std::uint64_t>(count);
    into = into.subspan(static_cast<std::size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status SnapshotReader::read_table() {
  Header header;
  struct stat facts{};
  if (fstat(descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return invalid(path_, ": no snapshot of a fleet: not a regular file");
  }
  const auto file_size = static_cast<std::uint64_t>(facts.st_size);
  if (file_size < sizeof header) return invalid(path_, ": no snapshot of a fleet: too short");
  absl::Status status = read_bytes(0, std::as_writable_bytes(std::span(&header, 1)));
  if (!status.ok()) return status;
  const Header own;
  if (header.magic != own.magic) {
    return invalid(path_, ": no snapshot of a fleet: it does not begin as one");
  }
  if (header.byte_order != own.byte_order) {
    return invalid(path_, ": a snapshot made on a machine of another byte order");
  }
  if (header.version != own.version) {
    return invalid(path_, ": a snapshot of version ", header.version, ", this program reads ",
                   own.version);
  }
  if (header.file_size != file_size) {
    return damaged(cat("it has ", file_size, " bytes, expected ", header.file_size));
  }
  if (header.sections > most_sections) return damaged("its header is not what was written");
  parts_.resize(header.sections);
  status = read_bytes(sizeof header, std::as_writable_bytes(std::span(parts_)));
  if (!status.ok()) return status;
  if (checksum_of(header, parts_) != header.checksum) {
    return damaged("its header is not what was written");
  }
  return absl::OkStatus();
}

const SnapshotReader::Part* SnapshotReader::find(Section section) const {
  const auto part = std::find_if(parts_.begin(), parts_.end(), [&](const Part& each) {
    return each.section == static_cast<std::uint32_t>(section);
  });
  return part == parts_.end() ? nullptr : &*part;
}

std::size_t SnapshotReader::size(Section section) const {
  const Part* part = find(section);
  return part == nullptr ? 0 : part->size;
}

absl::Status SnapshotReader::read(Section section, std::span<std::byte> into) {
  const Part* part = find(section);
  if (part == nullptr) return damaged("a section is missing");
  if (part->size != into.size()) return damaged("a section has another size than expected");
  absl::Status status = read_bytes(part->offset, into);
  if (status.ok() && checksum_of(into) != part->checksum) {
    status = damaged(cat("section ", part->section, " is not what was written"));
  }
  return status;
}

}  // namespace vitals
