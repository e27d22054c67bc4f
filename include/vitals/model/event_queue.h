// SPDX-License-Identifier: Apache-2.0
/// @file
/// What is to happen when: the queue behind a discrete-event simulation.
///
/// Nearly all that a model plans lies minutes ahead, so the queue is a wheel of slots of about a
/// second; only the slot that is worked on is in order, and what lies further ahead than the wheel
/// reaches waits in a heap. Putting in and taking out cost the same, however much is planned.

#ifndef VITALS_MODEL_EVENT_QUEUE_H
#define VITALS_MODEL_EVENT_QUEUE_H

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace vitals::model {

/// A moment inside a model. Source systems measure in fractions of a second; what they report to us
/// has whole ones.
using ModelTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Items by the moment at which they are due; those of one moment in the order in which they were
/// put in.
///
/// Boundary: an item that is due before the last one taken is due at that moment.
/// Errors:   none, but for memory.
template <class Item>
class EventQueue {
 public:
  struct Due {
    ModelTime time;
    Item item;
  };

  EventQueue() = default;
  /// Nearly nothing will be due before `begin`; what is put in for soon after it costs least.
  explicit EventQueue(ModelTime begin) : current_slot_(slot_of(begin)) {}

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  void push(ModelTime time, Item item) {
    const ModelTime due = std::max(time, now_);
    ++size_;
    const std::int64_t slot = slot_of(due);
    if (slot <= current_slot_) {
      put(late_, {due, next_number_++, std::move(item)});
    } else if (slot - current_slot_ < slot_count) {
      add_to_wheel(due, std::move(item));
    } else {
      put(far_, {due, next_number_++, std::move(item)});
    }
  }

  /// An item that is due soon, `distance` behind the next one; null if it is not known yet. So that
  /// what it is about can be fetched from memory meanwhile.
  [[nodiscard]] const Item* soon(std::size_t distance) const {
    return current_.size() - at_ > distance ? &current_[at_ + distance].item : nullptr;
  }

  /// The item that is due next; the queue must not be empty.
  Due pop() {
    if (at_ == current_.size() && late_.empty()) turn();
    --size_;
    // What is late was put in later: of one moment it comes behind.
    if (at_ == current_.size() || (!late_.empty() && late_.front().time < time_of(current_[at_]))) {
      Entry entry = take(late_);
      now_ = entry.time;
      return {now_, std::move(entry.item)};
    }
    now_ = time_of(current_[at_]);
    return {now_, std::move(current_[at_++].item)};
  }

 private:
  // In a heap.
  struct Entry {
    ModelTime time;
    std::uint64_t number;  // of the order in which they were put in
    Item item;
  };
  // In a slot of the wheel.
  struct Slotted {
    Item item;
    std::uint16_t offset;  // behind the begin of the slot, in milliseconds
  };
  static constexpr std::int64_t slot_count = 4096;
  static constexpr unsigned slot_bits = 10;  // a slot is 1024 ms
  static constexpr std::size_t slot_length = std::size_t{1} << slot_bits;

  static std::int64_t slot_of(ModelTime time) {
    return time.time_since_epoch().count() >> slot_bits;
  }
  static std::size_t index_of(std::int64_t slot) {
    return static_cast<std::size_t>(slot & (slot_count - 1));
  }
  // Of what is in the slot that is worked on.
  [[nodiscard]] ModelTime time_of(const Slotted& entry) const {
    return ModelTime{
        std::chrono::milliseconds{current_slot_ * std::int64_t{slot_length} + entry.offset}};
  }

  static bool is_later(const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time > b.time : a.number > b.number;
  }
  // Heaps have the next at the front.
  static void put(std::vector<Entry>& heap, Entry entry) {
    heap.push_back(std::move(entry));
    std::push_heap(heap.begin(), heap.end(), is_later);
  }
  static Entry take(std::vector<Entry>& heap) {
    std::pop_heap(heap.begin(), heap.end(), is_later);
    Entry entry = std::move(heap.back());
    heap.pop_back();
    return entry;
  }

  void add_to_wheel(ModelTime due, Item item) {
    const std::size_t index = index_of(slot_of(due));
    const auto offset = static_cast<std::uint64_t>(due.time_since_epoch().count()) % slot_length;
    wheel_[index].push_back({std::move(item), static_cast<std::uint16_t>(offset)});
    filled_[index / 64] |= std::uint64_t{1} << index % 64;
  }

  // Goes to the next slot in which there is something, which becomes the one that is in order.
  void turn() {
    std::int64_t next = next_filled();
    if (!far_.empty()) next = std::min(next, slot_of(far_.front().time));
    current_slot_ = next;
    while (!far_.empty() && slot_of(far_.front().time) - current_slot_ < slot_count) {
      Entry entry = take(far_);
      add_to_wheel(entry.time, std::move(entry.item));
    }
    const std::size_t index = index_of(current_slot_);
    filled_[index / 64] &= ~(std::uint64_t{1} << index % 64);
    at_ = 0;
    put_in_order(wheel_[index]);
  }

  // Moves what a slot holds to current_, in order of time. What is of one moment already stands as
  // it was put in: what came from afar, in its order, and then what was put in since.
  void put_in_order(std::vector<Slotted>& slot) {
    constexpr std::size_t few = 64;
    if (slot.size() < few) {
      current_.clear();
      current_.swap(slot);
      std::stable_sort(current_.begin(), current_.end(),
                       [](const Slotted& a, const Slotted& b) { return a.offset < b.offset; });
      return;
    }
    std::array<std::uint32_t, slot_length> place{};  // of the next with that offset
    for (const Slotted& entry : slot) ++place[entry.offset];
    std::uint32_t before = 0;
    for (std::uint32_t& count : place) before += std::exchange(count, before);
    current_.resize(slot.size());
    for (Slotted& entry : slot) current_[place[entry.offset]++] = std::move(entry);
    slot.clear();
  }

  // The nearest slot behind the current one that holds something; far away if none does.
  [[nodiscard]] std::int64_t next_filled() const {
    for (std::int64_t slot = current_slot_ + 1; slot - current_slot_ < slot_count;) {
      const std::size_t index = index_of(slot);
      const std::uint64_t rest = filled_[index / 64] >> index % 64;
      if (rest != 0) return slot + std::countr_zero(rest);
      slot += 64 - static_cast<std::int64_t>(index % 64);
    }
    return slot_of(ModelTime::max());
  }

  std::vector<Slotted> current_;  // of the slot that is worked on, in order
  std::size_t at_ = 0;            // of the next of them
  std::vector<Entry> late_;       // put in since for the same slot; a heap
  std::vector<Entry> far_;        // a heap
  std::vector<std::vector<Slotted>> wheel_ = std::vector<std::vector<Slotted>>(slot_count);
  std::array<std::uint64_t, slot_count / 64> filled_{};  // which slots hold something
  std::int64_t current_slot_ = 0;
  ModelTime now_{};  // of the last one taken
  std::uint64_t next_number_ = 0;
  std::size_t size_ = 0;
};

}  // namespace vitals::model

#endif  // VITALS_MODEL_EVENT_QUEUE_H
