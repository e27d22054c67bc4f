// SPDX-License-Identifier: Apache-2.0
// What is on its way in a simulation: kept apart, so that what is planned stays small.
#ifndef VITALS_LIB_MODEL_SLOTS_H
#define VITALS_LIB_MODEL_SLOTS_H

#include <cstdint>
#include <utility>
#include <vector>

namespace vitals::model {

// Values by number; the numbers of those that were taken out are used again.
template <class Value>
class Slots {
 public:
  std::uint32_t put(Value value) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(values_.size()));
      values_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    values_[number] = std::move(value);
    return number;
  }
  Value take(std::uint32_t number) {
    free_.push_back(number);
    return values_[number];
  }

 private:
  std::vector<Value> values_;
  std::vector<std::uint32_t> free_;
};

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_SLOTS_H
