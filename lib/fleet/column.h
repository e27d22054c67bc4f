// SPDX-License-Identifier: Apache-2.0
// One column of a fleet: a vector of plain values that grows without being copied.
#ifndef VITALS_LIB_FLEET_COLUMN_H
#define VITALS_LIB_FLEET_COLUMN_H

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace vitals {

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

  Value& emplace_back() {
    resize(size_ + 1);
    return values_.get()[size_ - 1];
  }

  // Bytes in use; what is reserved beyond them has never been touched.
  [[nodiscard]] std::size_t memory_use() const { return size_ * sizeof(Value); }

 private:
  static constexpr std::size_t line = 64;  // a cache line: values that fit into one stay in one

  void reserve(std::size_t capacity) {
    const std::size_t bytes = (capacity * sizeof(Value) + line - 1) / line * line;
    Value* grown = nullptr;
#ifdef __linux__
    constexpr std::size_t large = std::size_t{1} << 21;  // and the size of a large page
    if (bytes >= large) {
      const std::size_t mapped = values_.get_deleter().mapped;
      void* pages = mapped == 0 ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                : mremap(values_.get(), mapped, bytes, MREMAP_MAYMOVE);
      if (pages == MAP_FAILED) throw std::bad_alloc();
      static_cast<void>(madvise(pages, bytes, MADV_HUGEPAGE));  // a wish: one can live without
      grown = static_cast<Value*>(pages);
      if (mapped == 0) {
        std::copy_n(data(), size_, grown);
      } else {
        static_cast<void>(values_.release());
      }
      values_ = Owner(grown, Free{bytes});
      capacity_ = capacity;
      return;
    }
#endif
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
