// SPDX-License-Identifier: Apache-2.0
// One column of a fleet: a vector of plain values that grows without being copied.
#ifndef VITALS_LIB_FLEET_COLUMN_H
#define VITALS_LIB_FLEET_COLUMN_H

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace vitals {

inline constexpr std::size_t large_page = std::size_t{1} << 21;

#ifdef __linux__
inline constexpr bool can_map = true;

// Zeroed pages, whole large ones, from an address on that large pages can begin at; those that were
// mapped at `old` are moved there and not copied. Large pages stay whole only between such
// addresses.
inline void* map_pages(void* old, std::size_t old_bytes, std::size_t bytes) {
  void* room = mmap(nullptr, bytes + large_page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  const auto begin = reinterpret_cast<std::uintptr_t>(room);
  const std::uintptr_t first = (begin + large_page - 1) / large_page * large_page;
  void* pages = reinterpret_cast<void*>(first);
  if (first > begin) munmap(room, first - begin);
  munmap(reinterpret_cast<void*>(first + bytes), begin + large_page - first);
  void* found = old == nullptr
                    ? mmap(pages, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
                    : mremap(old, old_bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, pages);
  if (found == MAP_FAILED) throw std::bad_alloc();
  static_cast<void>(madvise(found, bytes, MADV_HUGEPAGE));  // a wish: one can live without
  return found;
}
#else
inline constexpr bool can_map = false;
inline void* map_pages(void*, std::size_t, std::size_t) { throw std::bad_alloc(); }
#endif

// A large column is moved by its pages and not by its bytes when it grows, so that a fleet never
// holds one twice; and it asks for large pages, because it is read all over.
template <class Value>
class Column {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Value* data() { return values_.get(); }
  [[nodiscard]] const Value* data() const { return values_.get(); }
  [[nodiscard]] Value& operator[](std::size_t i) { return values_.get()[i]; }
  [[nodiscard]] const Value& operator[](std::size_t i) const { return values_.get()[i]; }
  [[nodiscard]] std::span<Value> span() { return {data(), size_}; }
  [[nodiscard]] std::span<const Value> span() const { return {data(), size_}; }
  Value* begin() { return data(); }
  Value* end() { return data() + size_; }
  [[nodiscard]] const Value* begin() const { return data(); }
  [[nodiscard]] const Value* end() const { return data() + size_; }

  // What is new has the given value.
  void resize(std::size_t size, const Value& value = Value{}) {
    if (size > capacity_) reserve(std::max(size, capacity_ + capacity_ / 2));
    if (size > size_) std::uninitialized_fill(data() + size_, data() + size, value);
    size_ = size;
  }

  // What is new has any value: it is about to be written.
  void resize_for_overwrite(std::size_t size) {
    if (size > capacity_) reserve(size);
    size_ = size;
  }

  Value& emplace_back() {
    resize(size_ + 1);
    return values_.get()[size_ - 1];
  }

  // Bytes in use; what is reserved beyond them has never been touched.
  [[nodiscard]] std::size_t memory_use() const { return size_ * sizeof(Value); }

 private:
  static constexpr std::size_t line = 64;  // a cache line: values that fit into one stay in one

  void reserve(std::size_t capacity) {
    std::size_t bytes = (capacity * sizeof(Value) + line - 1) / line * line;
    if (bytes >= large_page) bytes = (bytes + large_page - 1) / large_page * large_page;
    Value* grown = nullptr;
    if (bytes >= large_page && can_map) {
      const std::size_t mapped = values_.get_deleter().mapped;
      grown = static_cast<Value*>(map_pages(mapped == 0 ? nullptr : data(), mapped, bytes));
      if (mapped == 0) {
        std::copy_n(data(), size_, grown);
      } else {
        static_cast<void>(values_.release());
      }
      values_ = Owner(grown, Free{bytes});
      capacity_ = capacity;
      return;
    }
    grown = static_cast<Value*>(std::aligned_alloc(line, bytes));
    if (grown == nullptr) throw std::bad_alloc();
    std::copy_n(data(), size_, grown);
    values_ = Owner(grown, Free{});
    capacity_ = capacity;
  }

  struct Free {
    std::size_t mapped = 0;  // bytes of pages; 0: from the heap

    void operator()(Value* values) const {
#ifdef __linux__
      if (mapped != 0) return static_cast<void>(munmap(values, mapped));
#endif
      std::free(values);
    }
  };
  using Owner = std::unique_ptr<Value, Free>;

  Owner values_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_COLUMN_H
