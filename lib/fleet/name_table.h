// SPDX-License-Identifier: Apache-2.0
// Every name that a fleet has heard, and who bears it: the first thing that an event asks.
#ifndef VITALS_LIB_FLEET_NAME_TABLE_H
#define VITALS_LIB_FLEET_NAME_TABLE_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/column.h"
#include "fleet/prefetch.h"
#include "text/bridge.h"
#include "vitals/event.h"
#include "vitals/fleet.h"

namespace vitals {

// No host, no place.
inline constexpr std::uint32_t no_id = std::numeric_limits<std::uint32_t>::max();

// A hash table from names to their bearers, in which finding a name costs two cache misses: one for
// its bucket, one for its record, in which the bearers stand beside the bytes. A name is never
// forgotten, so records and the views of their bytes stay where they are.
class NameTable {
 public:
  // Who bears a name. The bytes of the name follow in memory.
  struct Record {
    HostId host = no_id;
    PlaceId place = no_id;
    std::uint8_t length = 0;

    [[nodiscard]] std::string_view name() const {
      return {reinterpret_cast<const char*>(this) + bytes_at, length};
    }
  };

  NameTable() { buckets_.resize(first_buckets); }

  [[nodiscard]] static std::uint64_t hash_of(std::string_view name) { return StringHash{}(name); }

  // The record of a name; null if it was never heard.
  [[nodiscard]] Record* find(std::string_view name) const { return find(name, hash_of(name)); }
  [[nodiscard]] Record* find(std::string_view name, std::uint64_t hash) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Bucket& bucket = buckets_[at];
      if (bucket.record == nullptr) return nullptr;
      if (bucket.hash == hash && bucket.record->name() == name) return bucket.record;
    }
  }

  // The record of a name, which has no bearers if it is new. A name has at most longest_name bytes.
  Record& intern(std::string_view name) { return intern(name, hash_of(name)); }
  Record& intern(std::string_view name, std::uint64_t hash) {
    if (Record* known = find(name, hash)) return *known;
    if ((size_ + 1) * 4 > buckets_.size() * 3) grow();
    ++size_;
    Record* record = store(name);
    place({hash, record});
    return *record;
  }

  // Ask the memory beforehand for what find() will read: first the bucket, then the record.
  void prefetch_bucket(std::uint64_t hash) const { prefetch(&buckets_[hash & mask()]); }
  void prefetch_record(std::uint64_t hash) const { prefetch(buckets_[hash & mask()].record); }

  [[nodiscard]] std::size_t size() const { return size_; }

  // Makes room for so many names.
  void reserve(std::size_t names) {
    while (names * 4 > buckets_.size() * 3) grow();
  }

  // Visits the records in the order in which they lie in memory.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const Column<std::byte>& chunk : chunks_) {
      std::size_t at = 0;
      while (at + sizeof(Record) <= chunk.size()) {
        const auto& record = *reinterpret_cast<const Record*>(chunk.data() + at);
        if (record.length == 0) break;  // what was never used is zero, and no name is empty
        visit(record);
        at += size_of(record.length);
      }
    }
  }

  // Bytes held, for those who account for memory.
  [[nodiscard]] std::size_t memory_use() const {
    std::size_t sum = buckets_.memory_use();
    for (const Column<std::byte>& chunk : chunks_) sum += chunk.memory_use();
    return sum;
  }

 private:
  struct Bucket {
    std::uint64_t hash = 0;
    Record* record = nullptr;  // null: free
  };
  static constexpr std::size_t bytes_at = offsetof(Record, length) + 1;
  // Chunks grow with the table, until each is a large page or more.
  static constexpr std::size_t first_chunk = std::size_t{1} << 12;
  static constexpr std::size_t largest_chunk = 4 * large_page;
  static constexpr std::size_t first_buckets = 64;  // a power of two, as all later numbers
  static_assert(longest_name <= std::numeric_limits<std::uint8_t>::max());

  [[nodiscard]] std::size_t mask() const { return buckets_.size() - 1; }

  void place(Bucket bucket) {
    std::size_t at = bucket.hash & mask();
    while (buckets_[at].record != nullptr) at = (at + 1) & mask();
    buckets_[at] = bucket;
  }

  void grow() {
    const Column<Bucket> before = std::exchange(buckets_, Column<Bucket>());
    buckets_.resize(before.size() * 2);
    for (const Bucket& bucket : before) {
      if (bucket.record != nullptr) place(bucket);
    }
  }

  static constexpr std::size_t size_of(std::size_t length) {
    constexpr std::size_t unit = alignof(Record);
    return std::max((bytes_at + length + unit - 1) / unit * unit, sizeof(Record));
  }

  Record* store(std::string_view name) {
    const std::size_t needed = size_of(name.size());
    if (chunks_.empty() || used_ + needed > chunks_.back().size()) {
      const std::size_t before = chunks_.empty() ? first_chunk : chunks_.back().size();
      chunks_.emplace_back().resize(std::min(before * 2, largest_chunk));
      used_ = 0;
    }
    std::byte* at = chunks_.back().data() + used_;
    used_ += needed;
    auto* record = new (at) Record{.length = static_cast<std::uint8_t>(name.size())};
    std::memcpy(at + bytes_at, name.data(), name.size());
    return record;
  }

  Column<Bucket> buckets_;
  std::vector<Column<std::byte>> chunks_;
  std::size_t used_ = 0;  // of the last chunk
  std::size_t size_ = 0;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_NAME_TABLE_H
