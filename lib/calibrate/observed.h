// SPDX-License-Identifier: Apache-2.0
// What one pass over a recording collects.
#ifndef VITALS_LIB_CALIBRATE_OBSERVED_H
#define VITALS_LIB_CALIBRATE_OBSERVED_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/samples.h"
#include "vitals/time.h"

namespace vitals {

// One kind of length, sampled of one check on one host, switch or rack after the other.
enum class Measure : std::uint8_t {
  interval,         // between two receipts, the status unchanged and not NODATA
  change_interval,  // from a receipt to the next, which tells a change
  measurement,      // between two measurements of hw-watcher
  age_at_next,      // of a measurement when the receipt of the next one replaces it
  age_at_first,     // of a measurement when it is received first
  delay,            // from the stamp of a change to its receipt
  silence,          // from the last receipt to the stamp of the NODATA that follows
  hold_by_receipt,  // from the receipt that may have begun a change to the one that tells it
  hold_by_stamp,    // between the stamps of two changes
  lag,         // from the stamp of a failure to the receipt that blames its switch or rack; longest
  appearance,  // from the assignment or renaming of a host to the first receipt
  ahead,       // how far a time lies ahead of its receipt; the farthest of each check
  // With truth.
  truth_to_stamp,
  truth_to_receipt,
  truth_to_nodata,  // from when there was nothing to measure to the stamp of NODATA
  over_at_stamp,    // for how long a status had not been true any more when a change to it was
                    // stamped
  over_at_receipt,  // when it was received
  over_at_measurement,
  last = over_at_measurement
};
inline constexpr std::size_t measure_count = static_cast<std::size_t>(Measure::last) + 1;

struct Observed {
  using OfCheck = std::array<Samples, measure_count>;
  std::vector<OfCheck> checks;  // in the order of the policy's

  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
  std::uint64_t reports = 0;
  std::uint64_t series = 0;  // checks of hosts, switches and racks that reported
  std::map<std::string, std::uint64_t, std::less<>> unnamed;
  Seconds longest_silence{0};
  std::uint64_t untold = 0;
  std::uint64_t untrue = 0;

  Samples& of(std::size_t check, Measure measure) {
    return checks[check][static_cast<std::size_t>(measure)];
  }
  [[nodiscard]] const Samples& of(std::size_t check, Measure measure) const {
    return checks[check][static_cast<std::size_t>(measure)];
  }
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_OBSERVED_H
