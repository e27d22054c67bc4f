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

// Grows by realloc(), which moves pages and not bytes where the block is large, so that a fleet
// never holds a column twice; and asks for large pages, because it is read all over.
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

  Value& emplace_back() {
    resize(size_ + 1);
    return values_.get()[size_ - 1];
  }

  // Bytes in use; what is reserved beyond them has never been touched.
  [[nodiscard]] std::size_t memory_use() const { return size_ * sizeof(Value); }

 private:
  void reserve(std::size_t capacity) {
    void* grown = std::realloc(values_.get(), capacity * sizeof(Value));
    if (grown == nullptr) throw std::bad_alloc();
    static_cast<void>(values_.release());
    values_.reset(static_cast<Value*>(grown));
    capacity_ = capacity;
#ifdef __linux__
    constexpr std::size_t large_page = std::size_t{1} << 21;
    const auto address = reinterpret_cast<std::uintptr_t>(grown);
    const std::uintptr_t first = (address + large_page - 1) / large_page * large_page;
    const std::uintptr_t last = (address + capacity * sizeof(Value)) / large_page * large_page;
    // A wish; whoever cannot have it lives without.
    if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
  }

  struct Free {
    void operator()(Value* values) const { std::free(values); }
  };
  std::unique_ptr<Value, Free> values_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_COLUMN_H
