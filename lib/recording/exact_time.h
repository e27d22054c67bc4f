// SPDX-License-Identifier: Apache-2.0
// Times that a line writes as numbers with a fraction, floored by their digits: a double may have
// rounded them up to the next second.
#ifndef VITALS_LIB_RECORDING_EXACT_TIME_H
#define VITALS_LIB_RECORDING_EXACT_TIME_H

#include <simdjson.h>

#include <initializer_list>
#include <optional>
#include <string_view>

#include "vitals/time.h"

namespace vitals {

// The digits of a number, floored; nothing for numbers with an exponent or without a point.
std::optional<Timestamp> floor_of(std::string_view number);

// Finds numbers in a line once more, as they are written there.
class ExactTimes {
 public:
  // The moment that the number at the end of a path of keys gives; nothing where floor_of() gives
  // nothing and where a key is written with escapes. line_padding bytes behind the line must be
  // readable.
  std::optional<Timestamp> find(std::string_view line,
                                std::initializer_list<std::string_view> path);

 private:
  simdjson::ondemand::parser parser_;
};

}  // namespace vitals

#endif  // VITALS_LIB_RECORDING_EXACT_TIME_H
